"""Polylines: how long they are, and points along them."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Points", "length_of", "resample", "travelled"]

Points = NDArray[np.float32]
"""Points ``(N, 2)``, x and y in pixels."""


def travelled(path: NDArray[Any]) -> NDArray[np.float64]:
    """How long a polyline ``(N, 2)`` is up to each of its points, ``float64 (N,)``."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])


def length_of(path: NDArray[Any]) -> float:
    """How long a polyline ``(N, 2)`` is."""
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())


def resample(path: Points, count: int) -> Points:
    """A polyline's points at equal distances.

    Args:
        path: ``float32 (N, 2)``, N ≥ 1.
        count: how many points come out.

    Returns:
        ``float32 (count, 2)``; first and last are those of ``path``.
    """
    if len(path) == 1:
        return np.repeat(path, count, axis=0)
    steps = travelled(path)
    at = np.linspace(0, steps[-1], count)
    return np.stack([np.interp(at, steps, path[:, k]) for k in (0, 1)], axis=1).astype(np.float32)
