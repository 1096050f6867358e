"""Snappy's block format, read.

Source: https://github.com/google/snappy/blob/main/format_description.txt
"""

from __future__ import annotations

from vton_core.formats.protobuf import varint

__all__ = ["decompress"]


def decompress(data: memoryview) -> bytes:
    """The bytes that were compressed.

    Args:
        data: one block, no framing.

    Raises:
        ValueError: damaged.
    """
    length, at = varint(data, 0)
    out = bytearray()
    while at < len(data):
        tag = data[at]
        at += 1
        if tag & 3 == 0:
            size, at = _literal_size(data, tag >> 2, at)
            piece = data[at : at + size]
            if len(piece) != size:
                raise ValueError("a literal is cut off")
            out += piece
            at += size
        else:
            size, back, at = _copy(data, tag, at)
            if not 0 < back <= len(out):
                raise ValueError("a copy from before the beginning")
            # What is copied may run into what it writes.
            repeats = -(-size // back)
            out += (bytes(out[-back:]) * repeats)[:size]
    if len(out) != length:
        raise ValueError("another length than announced")
    return bytes(out)


def _number(data: memoryview, at: int, width: int) -> int:
    piece = data[at : at + width]
    if len(piece) != width:
        raise ValueError("a number is cut off")
    return int.from_bytes(piece, "little")


def _literal_size(data: memoryview, code: int, at: int) -> tuple[int, int]:
    if code < 60:
        return code + 1, at
    width = code - 59
    return _number(data, at, width) + 1, at + width


def _copy(data: memoryview, tag: int, at: int) -> tuple[int, int, int]:
    """Size, distance back, and the place after the copy's description."""
    if tag & 3 == 1:
        return (tag >> 2 & 7) + 4, (tag >> 5) << 8 | _number(data, at, 1), at + 1
    width = 2 if tag & 3 == 2 else 4
    return (tag >> 2) + 1, _number(data, at, width), at + width
