"""Sorted string tables as LevelDB defined them and TensorFlow's checkpoints use them.

Source: https://github.com/google/leveldb/blob/main/doc/table_format.md
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from vton_core.formats.protobuf import varint
from vton_core.formats.snappy import decompress

__all__ = ["entries"]

_FOOTER: Final = 48
_MAGIC: Final = (0xDB4775248B80FB57).to_bytes(8, "little")
_PLAIN, _SNAPPY = 0, 1


def entries(data: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Every key and its value, in order.

    Args:
        data: the whole table.

    Raises:
        ValueError: not a whole table.
    """
    footer = data[-_FOOTER:]
    if len(footer) != _FOOTER or bytes(footer[-8:]) != _MAGIC:
        raise ValueError("not a table")
    _, _, at = _handle(footer, 0)
    begin, size, _ = _handle(footer, at)
    for _, handle in _pairs(_block(data, begin, size)):
        begin, size, _ = _handle(handle, 0)
        yield from _pairs(_block(data, begin, size))


def _handle(data: memoryview, at: int) -> tuple[int, int, int]:
    """Where a block begins, its size, and the place after the handle."""
    begin, at = varint(data, at)
    size, at = varint(data, at)
    return begin, size, at


def _block(data: memoryview, begin: int, size: int) -> memoryview:
    block, kind = data[begin : begin + size], data[begin + size : begin + size + 1]
    if len(block) != size or len(kind) != 1 or kind[0] not in (_PLAIN, _SNAPPY):
        raise ValueError("a block is cut off")
    return memoryview(decompress(block)) if kind[0] == _SNAPPY else block


def _pairs(block: memoryview) -> Iterator[tuple[bytes, memoryview]]:
    """Keys share their beginnings with the key before; the list of restarts at the end is not needed to read all."""
    restarts = int.from_bytes(block[-4:], "little")
    end = len(block) - 4 - 4 * restarts
    if len(block) < 4 or end < 0:
        raise ValueError("not a block")
    key, at = b"", 0
    while at < end:
        shared, at = varint(block, at)
        own, at = varint(block, at)
        size, at = varint(block, at)
        if shared > len(key) or at + own + size > end:
            raise ValueError("not an entry")
        key = key[:shared] + bytes(block[at : at + own])
        yield key, block[at + own : at + own + size]
        at += own + size
