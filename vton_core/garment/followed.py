"""A line that follows what log-odds tell apart: an active contour by dynamic programming (Amini et al., 1990)."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.polyline import travelled

__all__ = ["followed"]

Points = NDArray[np.float32]
_Float = NDArray[np.float64]
# In distances of the line's ends: how far from where it was it may lie, in which steps, and how near its ends less.
_REACH, _STEP, _NEAR_ENDS = 0.1, 0.004, 0.12
# What a slope of 1 against where it was costs, in log-odds.
_STIFF: Final = 0.3
_NEVER: Final = -1e9


def followed(odds: NDArray[np.float32], line: Points) -> Points:
    """The line moved along its normals to where it parts best what is inside from what is not; its ends stay.

    Args:
        odds: ``float32 (H, W)``, how likely each pixel is inside; the inside lies left of the line as it runs on the
            screen, above one that runs to the right.
        line: ``float32 (N, 2)`` in pixels, N ≥ 2, its points apart.

    Returns:
        ``float32 (N, 2)``.
    """
    start = line.astype(np.float64)
    wide = max(float(np.linalg.norm(start[-1] - start[0])), 1.0)
    along = np.gradient(start, axis=0)
    normals = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.linalg.norm(along, axis=1, keepdims=True).clip(1e-6)
    count = round(_REACH / _STEP)
    offsets = np.arange(-count, count + 1) * _STEP
    at = (start[:, None] + normals[:, None] * offsets[:, None] * wide).astype(np.float32)
    told = cv2.remap(odds, at[..., 0], at[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    gains = np.cumsum(told, axis=1, dtype=np.float64) * _STEP
    length = travelled(start) / wide
    free = _REACH * (np.minimum(length, length[-1] - length) / _NEAR_ENDS).clip(0, 1)
    gains[np.abs(offsets) > free[:, None] + 1e-9] = _NEVER
    chosen = offsets[_best_path(gains * np.gradient(length)[:, None], offsets, np.diff(length))]
    return np.asarray(start + normals * chosen[:, None] * wide, np.float32)


def _best_path(gains: _Float, offsets: _Float, steps: _Float) -> NDArray[np.intp]:
    """Which offset at each point gains the most, bends counted against it; ``(N, K)``, ``(K,)``, ``(N - 1,)``."""
    bends = _STIFF * np.square(offsets[:, None] - offsets)
    total, before = gains[0], []
    for gain, step in zip(gains[1:], steps, strict=True):
        onward = total - bends / max(step, 1e-3)
        before.append(onward.argmax(axis=1))
        total = gain + onward.max(axis=1)
    path = [int(total.argmax())]
    for back in reversed(before):
        path.append(int(back[path[-1]]))
    return np.array(path[::-1], np.intp)
