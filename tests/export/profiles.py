"""ICC profiles of three primaries, as editors and telephones embed them."""

from __future__ import annotations

import struct
from typing import Final

import numpy as np

Tag = tuple[bytes, bytes]

_P3: Final = ((0.515102, 0.241182, -0.001053), (0.291965, 0.692236, 0.041885), (0.157153, 0.066582, 0.784378))
_ADOBE: Final = ((0.609741, 0.311111, 0.019470), (0.205276, 0.625671, 0.060867), (0.149185, 0.063217, 0.744568))


def _xyz(values: tuple[float, ...]) -> bytes:
    return b"XYZ \0\0\0\0" + struct.pack(">3i", *(round(value * 65536) for value in values))


def gamma(value: float) -> bytes:
    """A curve of one number."""
    return b"curv\0\0\0\0" + struct.pack(">IH", 1, round(value * 256))


def samples(count: int) -> bytes:
    """sRGB's curve as a table."""
    code = np.arange(count) / (count - 1)
    light = np.where(code <= 0.04045, code / 12.92, ((code + 0.055) / 1.055) ** 2.4)
    return b"curv\0\0\0\0" + struct.pack(f">I{count}H", count, *np.round(light * 65535).astype(int))


def parametric(kind: int, *numbers: float) -> bytes:
    """A formula."""
    return b"para\0\0\0\0" + struct.pack(f">HH{len(numbers)}i", kind, 0, *(round(value * 65536) for value in numbers))


SRGB_FORMULA: Final = parametric(3, 2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045)


def profile(
    name: str, primaries: tuple[tuple[float, ...], ...], curve: bytes, *more: Tag, space: bytes = b"RGB "
) -> bytes:
    """A whole profile."""
    text = b"desc\0\0\0\0" + struct.pack(">I", len(name) + 1) + name.encode() + b"\0" + bytes(79)
    tags: list[Tag] = [(b"desc", text), (b"cprt", b"text\0\0\0\0none\0"), (b"wtpt", _xyz((0.9642, 1.0, 0.8249)))]
    tags += [(key, _xyz(value)) for key, value in zip((b"rXYZ", b"gXYZ", b"bXYZ"), primaries, strict=True)]
    tags += [(key, curve) for key in (b"rTRC", b"gTRC", b"bTRC")] + list(more)
    table, body = struct.pack(">I", len(tags)), b""
    start = 128 + 4 + 12 * len(tags)
    for key, data in tags:
        data += bytes(-len(data) % 4)
        table += struct.pack(">4sII", key, start + len(body), len(data))
        body += data
    size = 128 + len(table) + len(body)
    head = struct.pack(">I4sI4s4s4s", size, b"lcms", 0x02400000, b"mntr", space, b"XYZ ") + bytes(12) + b"acsp"
    head = head.ljust(68, b"\0") + struct.pack(">3i", 63190, 65536, 54061)
    return head.ljust(128, b"\0") + table + body


DISPLAY_P3: Final = profile("Display P3", _P3, SRGB_FORMULA)
ADOBE_RGB: Final = profile("Adobe RGB (1998)", _ADOBE, gamma(563 / 256))
SAMPLED: Final = profile("P3 by a table", _P3, samples(1024))
