"""Protocol Buffers' wire format: enough of it to read a message field by field.

Source: https://protobuf.dev/programming-guides/encoding/
"""

from __future__ import annotations

from collections.abc import Iterator
from enum import IntEnum

__all__ = ["Wire", "fields", "packed_varints", "signed", "varint"]


class Wire(IntEnum):
    """How a field's value is written."""

    VARINT = 0
    FIXED64 = 1
    BYTES = 2
    FIXED32 = 5


def varint(data: memoryview, at: int) -> tuple[int, int]:
    """The number that begins at a place, and the place after it.

    Args:
        data: bytes; seven bits of the number each, least significant first, the eighth says that more follow.
        at: index of its first byte.

    Raises:
        ValueError: the bytes end before the number does, or it has more than 64 bits.
    """
    number = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("not a number")
        byte = data[at]
        number |= (byte & 0x7F) << shift
        at += 1
        if byte < 0x80:
            return number & 0xFFFF_FFFF_FFFF_FFFF, at
        shift += 7


def signed(number: int) -> int:
    """What an ``int32`` or ``int64`` field means: two's complement in 64 bits."""
    return number - (1 << 64) if number >> 63 else number


def fields(message: memoryview) -> Iterator[tuple[int, Wire, int | memoryview]]:
    """The fields of a message in the order in which they were written.

    Args:
        message: its bytes; nothing is copied.

    Yields:
        The field's number, how it is written, and its value: a number, or a view of its bytes.

    Raises:
        ValueError: not a message.
    """
    at = 0
    while at < len(message):
        tag, at = varint(message, at)
        wire = Wire(tag & 7)
        if wire is Wire.VARINT:
            number, at = varint(message, at)
            yield tag >> 3, wire, number
            continue
        length = {Wire.FIXED32: 4, Wire.FIXED64: 8}.get(wire)
        if length is None:
            length, at = varint(message, at)
        value = message[at : at + length]
        if tag >> 3 == 0 or len(value) != length:
            raise ValueError("not a message")
        at += length
        yield tag >> 3, wire, int.from_bytes(value, "little") if wire is not Wire.BYTES else value


def packed_varints(value: int | memoryview) -> list[int]:
    """The numbers of a repeated field, whether it was packed or holds one number.

    Raises:
        ValueError: the bytes end within a number.
    """
    if isinstance(value, int):
        return [value]
    numbers, at = [], 0
    while at < len(value):
        number, at = varint(value, at)
        numbers.append(number)
    return numbers
