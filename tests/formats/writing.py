"""Writes Protocol Buffers messages and Caffe models, for tests."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray


def varint(number: int) -> bytes:
    number &= (1 << 64) - 1
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def bytes_field(number: int, value: bytes) -> bytes:
    return varint(number << 3 | 2) + varint(len(value)) + value


def number_field(number: int, value: int) -> bytes:
    return varint(number << 3) + varint(value)


def blob(array: NDArray[np.float32]) -> bytes:
    shape = bytes_field(1, b"".join(varint(side) for side in array.shape))
    return bytes_field(5, array.astype("<f4").tobytes()) + bytes_field(7, shape)


def old_blob(array: NDArray[np.float32]) -> bytes:
    """As Caffe wrote before arrays could have any number of sides."""
    shape = (1,) * (4 - array.ndim) + array.shape
    return b"".join(number_field(i + 1, side) for i, side in enumerate(shape)) + bytes_field(
        5, array.astype("<f4").tobytes()
    )


def caffemodel(layers: Mapping[str, Sequence[NDArray[np.float32]]], old: bool = False) -> bytes:
    name, blobs, field, write = (4, 6, 2, old_blob) if old else (1, 7, 100, blob)
    return bytes_field(1, b"net") + b"".join(
        bytes_field(field, bytes_field(name, key.encode()) + b"".join(bytes_field(blobs, write(a)) for a in arrays))
        for key, arrays in layers.items()
    )
