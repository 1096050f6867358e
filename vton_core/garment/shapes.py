"""Small helpers on masks and shapes."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Mask

__all__ = ["coverage", "disc", "evened", "reached", "round_at", "shows_at"]

# Into so many parts both ways a pixel is taken apart to see how much of it is covered.
_FINE: Final = 4
# Bits of a corner's place below the pixel.
_SHARP: Final = 6


def coverage(outline: NDArray[np.float32], shape: tuple[int, int]) -> NDArray[np.float32]:
    """How much of each pixel a polygon covers.

    Args:
        outline: ``float32 (N, 2)``, its corners; pixel centres at integers.
        shape: height and width of the picture.

    Returns:
        ``float32 (H, W)`` in [0, 1].
    """
    area = np.zeros(shape, np.float32)
    limits = np.array(shape[::-1])
    low = np.floor(outline.min(axis=0)).clip(0, limits).astype(int)
    high = (np.ceil(outline.max(axis=0)) + 1).clip(0, limits).astype(int)
    wide, tall = (high - low).tolist()
    if wide <= 0 or tall <= 0:
        return area
    fine = np.zeros((tall * _FINE, wide * _FINE), np.uint8)
    corners = ((outline - low + 0.5) * _FINE - 0.5) * 2**_SHARP
    cv2.fillPoly(fine, [corners.round().astype(np.int32)], (255,), shift=_SHARP)
    window = area[low[1] : high[1], low[0] : high[0]]
    window[...] = cv2.resize(fine, (wide, tall), interpolation=cv2.INTER_AREA) / np.float32(255)
    return area


def disc(radius: int) -> NDArray[np.uint8]:
    """A round structuring element, ``uint8 (2 radius + 1, 2 radius + 1)``."""
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), np.uint8)


def round_at(centre: NDArray[np.float64], radius: float, shape: tuple[int, ...]) -> Mask:
    """``bool (H, W)``: the pixels within so many pixels of a point ``(2,)``, which may lie outside of the picture."""
    rows, columns = np.ogrid[: shape[0], : shape[1]]
    return np.asarray(np.square(columns - centre[0]) + np.square(rows - centre[1]) < radius * radius)


def evened(cover: NDArray[Any], width: float, level: float = 0.5, sharpness: float = 1.0) -> NDArray[np.float32]:
    """A cover without what is finer than a width: the steps of its edge, its notches and its tips.

    Args:
        cover: ``bool`` or ``float32 (H, W)`` in [0, 1].
        width: in pixels; less than one counts as one.
        level: which share of what is around a pixel is covered at the new edge: less than one half fills notches and
            moves the edge outwards.
        sharpness: how steep the new edge is: at 1 it is two and a half pixels wide, at 2.5 one.

    Returns:
        ``float32 (H, W)`` in [0, 1].
    """
    width = max(1.0, width)
    blurred = cv2.GaussianBlur(cover.astype(np.float32), (0, 0), width)
    return np.asarray((width * (blurred - level) * sharpness + 0.5).clip(0, 1), np.float32)


def shows_at(mask: Mask, points: NDArray[np.floating[Any]]) -> NDArray[np.bool_]:
    """Whether a mask ``bool (H, W)`` shows at points ``(N, M, 2)``, ``bool (N, M)``; outside of it, it does not."""
    at = points.astype(np.float32)
    return np.asarray(cv2.remap(mask.view(np.uint8), at[..., 0], at[..., 1], cv2.INTER_NEAREST) > 0)


def reached(free: Mask) -> Mask:
    """The part of ``free`` that is connected to the picture's border (4-neighbourhood)."""
    framed = np.pad(free.astype(np.uint8), 1, constant_values=1)
    _, labels = cv2.connectedComponents(framed, connectivity=4)
    return np.asarray(labels[1:-1, 1:-1] == labels[0, 0])
