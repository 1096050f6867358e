"""TensorBoard's event files, written without TensorBoard.

The format: records of length, checksum, an ``Event`` message in protocol buffers' encoding, checksum (TensorFlow's
``record_writer`` and ``event.proto``, ``summary.proto``). The package itself, with what it needs, is larger than these
few lines and serves only to look at the files.
"""

from __future__ import annotations

import os
import struct
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.images import encode_png
from vton_core.storage import make_folder

__all__ = ["EventFile"]

_CASTAGNOLI: Final = 0x82F63B78
_MASK: Final = 0xA282EAD8


def _table() -> list[int]:
    table = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ (_CASTAGNOLI if value & 1 else 0)
        table.append(value)
    return table


_TABLE: Final = _table()


def _checksum(data: bytes) -> bytes:
    """Masked CRC-32C."""
    crc = 0xFFFFFFFF
    for byte in data:
        crc = _TABLE[(crc ^ byte) & 0xFF] ^ crc >> 8
    crc ^= 0xFFFFFFFF
    return struct.pack("<I", ((crc >> 15 | crc << 17) + _MASK) & 0xFFFFFFFF)


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def _number(field: int, value: int) -> bytes:
    return _varint(field << 3) + _varint(value)


def _bytes(field: int, value: bytes) -> bytes:
    return _varint(field << 3 | 2) + _varint(len(value)) + value


def _event(content: bytes, step: int, wall: float) -> bytes:
    return b"\x09" + struct.pack("<d", wall) + _number(2, step) + content


class EventFile:
    """Appends scalars and pictures that ``tensorboard --logdir FOLDER`` shows.

    Args:
        folder: where to.
    """

    def __init__(self, folder: Path) -> None:
        make_folder(folder)
        self._path = folder / f"events.out.tfevents.{int(time.time())}.{os.getpid()}"
        self._write(_event(_bytes(3, b"brain.Event:2"), 0, time.time()))

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Write numbers by their tags."""
        summary = b"".join(
            _bytes(1, _bytes(1, tag.encode()) + b"\x15" + struct.pack("<f", value)) for tag, value in values.items()
        )
        self._write(_event(_bytes(5, summary), step, time.time()))

    def picture(self, tag: str, rgb: NDArray[np.uint8], step: int) -> None:
        """Write ``uint8 (H, W, 3)``."""
        image = _number(1, rgb.shape[0]) + _number(2, rgb.shape[1]) + _number(3, 3) + _bytes(4, encode_png(rgb))
        summary = _bytes(1, _bytes(1, tag.encode()) + _bytes(4, image))
        self._write(_event(_bytes(5, summary), step, time.time()))

    def _write(self, data: bytes) -> None:
        length = struct.pack("<Q", len(data))
        with self._path.open("ab") as file:
            file.write(length + _checksum(length) + data + _checksum(data))
