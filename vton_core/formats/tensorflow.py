"""TensorFlow's checkpoints (an ``.index`` file and its ``.data-…`` files), read without TensorFlow.

The index is a table of Protocol Buffers messages, ``BundleHeaderProto`` and ``BundleEntryProto`` of TensorFlow's
published ``tensor_bundle.proto``; the numbers below are that file's and ``types.proto``'s.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path, PureWindowsPath
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import EngineError
from vton_core.formats.protobuf import fields, signed
from vton_core.formats.sstable import entries

__all__ = ["find_checkpoint", "read_checkpoint"]

_TYPES: Final = {1: "<f4", 2: "<f8", 3: "<i4", 9: "<i8", 19: "<f2"}
_PART: Final = re.compile(r"\.(index|meta|data-\d{5}-of-\d{5})$")
_NAMED: Final = re.compile(r'^model_checkpoint_path:\s*"(.*)"\s*$', re.MULTILINE)
_BIG_ENDIAN: Final = 1


def find_checkpoint(place: Path) -> Path:
    """What the names of a checkpoint's files begin with.

    Args:
        place: that beginning, one of the files, or their folder.

    Raises:
        EngineError: there is no checkpoint, or there are several and none is marked as the latest.
    """
    if place.is_dir():
        marker, found = place / "checkpoint", sorted(place.glob("*.index"))
        named = _NAMED.search(marker.read_text("utf-8", "replace")) if marker.is_file() else None
        latest = place / f"{PureWindowsPath(named[1]).name}.index" if named else None
        if latest in found or len(found) == 1:
            place = latest if latest is not None and latest in found else found[0]
    beginning = place.with_name(_PART.sub("", place.name))
    if not Path(f"{beginning}.index").is_file():
        raise EngineError(
            "There is no TensorFlow checkpoint at {place}. Name its folder, or what the names of its .index and .data "
            "files begin with.",
            place=place,
        )
    return beginning


def read_checkpoint(place: Path) -> Iterator[tuple[str, NDArray[Any]]]:
    """The variables of a checkpoint, by name.

    Args:
        place: see :func:`find_checkpoint`.

    Yields:
        Name and values, in the names' order; the values are views of the file, and variables of types other than
        numbers are left out.

    Raises:
        EngineError: there is no checkpoint, or it is damaged.
    """
    beginning = find_checkpoint(place)
    try:
        table = memoryview(Path(f"{beginning}.index").read_bytes())
        messages = iter(entries(table))
        _, header = next(messages)
        shards = _shards(beginning, header)
        for name, message in messages:
            values = _values(shards, message)
            if values is not None:
                yield name.decode("utf-8"), values
    except (ValueError, OSError, StopIteration, IndexError):
        raise EngineError(
            "The TensorFlow checkpoint {place} is damaged, or some of its files are missing. Get it again from its "
            "publisher.",
            place=beginning,
        ) from None


def _shards(beginning: Path, header: memoryview) -> list[NDArray[np.uint8]]:
    found = {number: value for number, _, value in fields(header)}
    if found.get(2, 0) == _BIG_ENDIAN:
        raise ValueError("bytes in the other order")
    count = found.get(1, 0)
    if not isinstance(count, int) or not 0 < count < 100_000:
        raise ValueError("no shards")
    names = (f"{beginning}.data-{index:05}-of-{count:05}" for index in range(count))
    return [np.memmap(name, np.uint8, "r") for name in names]


def _values(shards: list[NDArray[np.uint8]], message: memoryview) -> NDArray[Any] | None:
    """One variable; ``None`` where its type is no number's."""
    shape: list[int] = []
    numbers: dict[int, int] = {}
    for number, _, value in fields(message):
        if number == 2 and not isinstance(value, int):
            shape = [_side(dim) for inner, _, dim in fields(value) if inner == 2 and not isinstance(dim, int)]
        elif number == 7:
            raise ValueError("a variable in slices")
        elif isinstance(value, int):
            numbers[number] = signed(value)
    kind = _TYPES.get(numbers.get(1, 0))
    if kind is None:
        return None
    begin, size = numbers.get(4, 0), numbers.get(5, 0)
    piece = shards[numbers.get(3, 0)][begin : begin + size]
    if len(piece) != size or begin < 0:
        raise ValueError("a variable is cut off")
    return piece.view(kind).reshape(shape)


def _side(dim: memoryview) -> int:
    return next((signed(value) for number, _, value in fields(dim) if number == 1 and isinstance(value, int)), 0)
