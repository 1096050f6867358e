"""Reads the weights out of a TensorFlow Lite file, without TensorFlow.

A ``.tflite`` file is a FlatBuffer; field numbers are those of TensorFlow's ``schema.fbs`` (version 3).
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import EngineError

__all__ = ["read_convolutions"]

_CONV, _DEPTHWISE, _DEQUANTIZE = 3, 4, 6
_DTYPES: Final = {0: np.float32, 1: np.float16}


class _Table:
    """A FlatBuffer table: fields by number."""

    def __init__(self, table: Any) -> None:
        self._table = table

    def _at(self, field: int) -> int:
        return int(self._table.Offset(4 + 2 * field))

    def scalar(self, field: int, flags: Any, default: int = 0) -> int:
        offset = self._at(field)
        return int(self._table.Get(flags, offset + self._table.Pos)) if offset else default

    def tables(self, field: int) -> list[_Table]:
        from flatbuffers.table import Table

        offset = self._at(field)
        if not offset:
            return []
        start, count = self._table.Vector(offset), self._table.VectorLen(offset)
        return [_Table(Table(self._table.Bytes, self._table.Indirect(start + 4 * i))) for i in range(count)]

    def numbers(self, field: int, dtype: Any) -> NDArray[Any]:
        offset = self._at(field)
        if not offset:
            return np.zeros(0, dtype)
        return np.frombuffer(
            self._table.Bytes, dtype, count=self._table.VectorLen(offset) * 1, offset=self._table.Vector(offset)
        )


def read_convolutions(path: Path) -> Iterator[tuple[NDArray[np.float32], NDArray[np.float32]]]:
    """Kernel and bias of every convolution, in the file's order of computation.

    Args:
        path: a ``.tflite`` file with float weights.

    Yields:
        ``float32 (out, in, kh, kw)`` kernel (``in`` is 1 for a depthwise one) and ``float32 (out,)`` bias.

    Raises:
        EngineError: a weight has another type.
    """
    from flatbuffers import encode, number_types
    from flatbuffers.table import Table

    data = path.read_bytes()
    root = _Table(Table(data, encode.Get(number_types.UOffsetTFlags.packer_type, data, 0)))
    int8, int32, uint32 = number_types.Int8Flags, number_types.Int32Flags, number_types.Uint32Flags
    codes = [max(code.scalar(0, int8), code.scalar(3, int32)) for code in root.tables(1)]
    graph, buffers = root.tables(2)[0], root.tables(4)
    tensors = graph.tables(0)
    origin: dict[int, int] = {}

    def weights(index: int) -> NDArray[np.float32]:
        tensor = tensors[origin.get(index, index)]
        kind = tensor.scalar(1, int8)
        if kind not in _DTYPES:
            raise EngineError("{file} holds weights that are not floating point.", file=path.name)
        raw = buffers[tensor.scalar(2, uint32)].numbers(0, np.uint8)
        return raw.view(_DTYPES[kind]).astype(np.float32).reshape(tensor.numbers(0, np.int32))

    for operator in graph.tables(3):
        code, inputs = codes[operator.scalar(0, uint32)], operator.numbers(1, np.int32)
        if code == _DEQUANTIZE:
            origin[int(operator.numbers(2, np.int32)[0])] = int(inputs[0])
        elif code in (_CONV, _DEPTHWISE):
            order = (0, 3, 1, 2) if code == _CONV else (3, 0, 1, 2)
            yield weights(int(inputs[1])).transpose(order), weights(int(inputs[2]))
