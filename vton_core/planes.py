"""Pictures and their single planes, joined in ways that keep whole rows together in memory.

``picture * plane[..., None]`` makes NumPy go over three numbers at a time; with the plane repeated first the same
products take a tenth of the time.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["alpha_of", "dots", "from_segment", "layered", "lengths", "repeated"]

_Float = NDArray[np.float32]


def repeated(plane: NDArray[Any], channels: int = 3) -> _Float:
    """``float32 (H, W, channels)``: a plane ``(H, W)`` in every channel."""
    import cv2

    many = cv2.merge([np.asarray(plane, np.float32)] * channels)
    return np.asarray(many, np.float32).reshape(*plane.shape, channels)


def layered(colour: _Float, alpha: _Float) -> _Float:
    """``float32 (H, W, 4)``: colour ``float32 (H, W, 3)`` and alpha ``float32 (H, W)``, neither changed."""
    import cv2

    out = np.empty((*alpha.shape, 4), np.float32)
    cv2.mixChannels([np.ascontiguousarray(colour), np.ascontiguousarray(alpha)], [out], [0, 0, 1, 1, 2, 2, 3, 3])
    return out


def alpha_of(pixels: _Float) -> _Float:
    """``float32 (H, W)``, contiguous: the last channel of ``float32 (H, W, C)``."""
    import cv2

    return np.asarray(cv2.extractChannel(pixels, pixels.shape[2] - 1), np.float32)


def dots(a: NDArray[Any], b: NDArray[Any]) -> NDArray[Any]:
    """``(...)``: the scalar products of vectors ``(..., C)`` with others; ``(a * b).sum(-1)`` takes several times as
    long."""
    return np.asarray(np.einsum("...c,...c->...", a, b))


def lengths(vectors: NDArray[Any]) -> NDArray[Any]:
    """``(...)``: the lengths of vectors ``(..., C)``."""
    return np.asarray(np.sqrt(dots(vectors, vectors)))


def from_segment(points: NDArray[Any], start: NDArray[Any], end: NDArray[Any]) -> _Float:
    """``float32 (N,)``: how far points ``(N, D)`` are from the segment between two others, ``(D,)``."""
    along = end - start
    share = ((points - start) @ along / max(float(along @ along), 1e-6)).clip(0, 1)
    return np.asarray(np.linalg.norm(points - start - share[:, None] * along, axis=1), np.float32)
