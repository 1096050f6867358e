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


def table(entries: Mapping[bytes, bytes], compress: bool = False, share: bool = True) -> bytes:
    """A sorted string table with two entries a block."""
    out, handles = bytearray(), {}
    keys = sorted(entries)
    for begin in range(0, len(keys), 2):
        pair = {key: entries[key] for key in keys[begin : begin + 2]}
        handles[keys[min(begin + 1, len(keys) - 1)]] = _put(out, _block(pair, share), compress)
    metaindex, index = _put(out, _block({}, share), compress), _put(out, _block(handles, share), compress)
    return bytes(out) + (metaindex + index).ljust(40, b"\0") + (0xDB4775248B80FB57).to_bytes(8, "little")


def _put(out: bytearray, block: bytes, compress: bool) -> bytes:
    """Append a block with its kind and check sum; its handle."""
    stored = varint(len(block)) + _literals(block) if compress else block
    handle = varint(len(out)) + varint(len(stored))
    out += stored + bytes([compress]) + bytes(4)
    return handle


def _literals(data: bytes) -> bytes:
    """Snappy's pieces of up to 60 bytes, none of them copied."""
    return b"".join(bytes([(len(data[i : i + 60]) - 1) << 2]) + data[i : i + 60] for i in range(0, len(data), 60))


def _block(entries: Mapping[bytes, bytes], share: bool) -> bytes:
    out, last = b"", b""
    for key, value in entries.items():
        same = next((i for i, (a, b) in enumerate(zip(key, last, strict=False)) if a != b), min(len(key), len(last)))
        same = same if share else 0
        out += varint(same) + varint(len(key) - same) + varint(len(value)) + key[same:] + value
        last = key
    return out + bytes(4) + (1).to_bytes(4, "little")


def bundle(variables: Mapping[str, NDArray[np.generic]], compress: bool = False) -> tuple[bytes, bytes]:
    """The ``.index`` and the one ``.data`` of a TensorFlow checkpoint."""
    kinds = {"float32": 1, "float64": 2, "int32": 3, "int64": 9, "float16": 19}
    data, entries = b"", {b"": number_field(1, 1)}
    for name, array in variables.items():
        shape = b"".join(bytes_field(2, number_field(1, side)) for side in array.shape)
        entry = number_field(1, kinds[array.dtype.name]) + bytes_field(2, shape) + number_field(4, len(data))
        entries[name.encode()] = entry + number_field(5, array.nbytes)
        data += array.tobytes()
    return table(entries, compress), data
