"""Results that are kept for the next time, under what they were made from."""

from __future__ import annotations

import hashlib
from typing import Any, TypeVar

from numpy.typing import NDArray

__all__ = ["digest", "keep_last"]

_Value = TypeVar("_Value")


def digest(*arrays: NDArray[Any]) -> bytes:
    """16 bytes that are the same for arrays of the same shapes, types and values only."""
    told = hashlib.blake2b(digest_size=16)
    for array in arrays:
        told.update(repr((array.shape, array.dtype)).encode())
        told.update(array.tobytes())
    return told.digest()


def keep_last(kept: dict[bytes, _Value], key: bytes, value: _Value, most: int) -> None:
    """Keep a result as the one used last, and of all no more than ``most``, in place."""
    kept.pop(key, None)
    kept[key] = value
    while len(kept) > most:
        kept.pop(next(iter(kept)), None)
