"""The arrays and points that the values hold, and the check of their shapes."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

__all__ = ["Alpha", "Image", "Mask", "ParseMap", "Point", "expect"]

Image: TypeAlias = NDArray[np.uint8]
Mask: TypeAlias = NDArray[np.bool_]
Alpha: TypeAlias = NDArray[np.float32]
ParseMap: TypeAlias = NDArray[np.uint8]
Point: TypeAlias = tuple[float, float]


def expect(array: NDArray[Any], dtype: type, shape: tuple[int | None, ...], name: str) -> None:
    """Raise ``ValueError`` where an array has another type or shape; ``None`` stands for a side of any length."""
    fits = array.ndim == len(shape) and all(w is None or w == h for w, h in zip(shape, array.shape, strict=True))
    if array.dtype != dtype or not fits:
        raise ValueError(f"{name} must be {np.dtype(dtype).name} {shape}, not {array.dtype.name} {array.shape}")
