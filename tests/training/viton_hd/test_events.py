"""TensorBoard's files: bytes that TensorBoard's own writer made, and what a reader finds in ours."""

from __future__ import annotations

import struct
from pathlib import Path

import numpy as np
import pytest

from vton_core.training.viton_hd import events
from vton_core.training.viton_hd.events import EventFile

# TensorBoard 2.21.0's own encoding of the two scalars below.
GOLDEN = "09000000000000f83f10ac022a1b0a0f0a087365672f6c6f7373150000803e0a080a017815000080bf"


def records(path: Path) -> list[bytes]:
    """The messages of a file, their checksums verified."""
    data, found = path.read_bytes(), []
    while data:
        (length,) = struct.unpack("<Q", data[:8])
        assert data[8:12] == events._checksum(data[:8])
        message = data[12 : 12 + length]
        assert data[12 + length : 16 + length] == events._checksum(message)
        found.append(message)
        data = data[16 + length :]
    return found


def test_the_checksum_is_masked_crc_32c() -> None:
    """RFC 3720's test pattern of 32 zeros has the CRC-32C 0x8A9136AA."""
    crc = 0x8A9136AA
    masked = ((crc >> 15 | crc << 17) + 0xA282EAD8) & 0xFFFFFFFF
    assert events._checksum(bytes(32)) == struct.pack("<I", masked)


def test_scalars_and_pictures_are_events(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events.time, "time", lambda: 1.5)
    file = EventFile(tmp_path)
    file.scalars({"seg/loss": 0.25, "x": -1.0}, 300)
    rgb = np.full((3, 5, 3), 7, np.uint8)
    file.picture("grid", rgb, 2)
    (path,) = tmp_path.glob("events.out.tfevents.*")
    version, scalars, picture = records(path)
    assert version.endswith(b"brain.Event:2")
    assert scalars.hex() == GOLDEN
    assert picture.startswith(b"\x09" + struct.pack("<d", 1.5) + b"\x10\x02")
    assert b"\x0a\x04grid" in picture
    assert b"\x08\x03\x10\x05\x18\x03" in picture
