"""Caffe's ``.caffemodel``: the arrays of each layer, read without Caffe.

The file is a Protocol Buffers message, ``NetParameter`` of Caffe's published ``caffe.proto``; the numbers below are
that file's.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import EngineError
from vton_core.formats.protobuf import Wire, fields, packed_varints

__all__ = ["Layers", "read_caffemodel"]

Layers: TypeAlias = dict[str, tuple[NDArray[np.float32], ...]]

# The field of NetParameter that holds layers, with the fields of their name and their arrays: today's, and the first's.
_LAYERS: Final = {100: (1, 7), 2: (4, 6)}
_SHAPE, _FLOATS, _DOUBLES = 7, 5, 8
_OLD_SHAPE: Final = (1, 2, 3, 4)


def read_caffemodel(path: Path) -> Layers:
    """The arrays of every layer that has any, under its name.

    Args:
        path: the file.

    Returns:
        ``float32`` arrays in the layer's order (weights, then biases), in the shapes that the file says.

    Raises:
        EngineError: not a whole ``.caffemodel``.
    """
    try:
        layers = dict(
            _layer(value, *_LAYERS[number]) for number, value in _parts(memoryview(path.read_bytes()), *_LAYERS)
        )
    except (ValueError, OSError):
        raise EngineError(
            "{file} is not a whole .caffemodel file. Get it again from its publisher.", file=path
        ) from None
    return {name: arrays for name, arrays in layers.items() if arrays}


def _parts(message: memoryview, *wanted: int) -> list[tuple[int, memoryview]]:
    """The fields of these numbers that hold bytes."""
    found = []
    for number, wire, value in fields(message):
        if number in wanted:
            if wire is not Wire.BYTES or isinstance(value, int):
                raise ValueError("not bytes")
            found.append((number, value))
    return found


def _layer(message: memoryview, name: int, blobs: int) -> tuple[str, tuple[NDArray[np.float32], ...]]:
    parts = _parts(message, name, blobs)
    named = next((bytes(value).decode("utf-8") for number, value in parts if number == name), "")
    return named, tuple(_array(value) for number, value in parts if number == blobs)


def _array(message: memoryview) -> NDArray[np.float32]:
    """One ``BlobProto``: its shape, as a list of its own or as four numbers, and its values."""
    shape: list[int] | None = None
    old = dict.fromkeys(_OLD_SHAPE, 1)
    values: NDArray[Any] = np.empty(0, np.float32)
    seen_old = False
    for number, wire, value in fields(message):
        if number in _OLD_SHAPE and isinstance(value, int):
            old[number], seen_old = value, True
        elif number == _SHAPE and not isinstance(value, int):
            shape = [side for inner, _, sides in fields(value) if inner == 1 for side in packed_varints(sides)]
        elif number in (_FLOATS, _DOUBLES):
            if wire is not Wire.BYTES:
                raise ValueError("values one by one")
            # A copy, so that the file's bytes need not stay in memory.
            values = np.frombuffer(value, "<f4" if number == _FLOATS else "<f8").astype(np.float32)  # type: ignore[arg-type]
    if shape is None:
        shape = list(old.values()) if seen_old else [values.size]
    return values.reshape(shape)
