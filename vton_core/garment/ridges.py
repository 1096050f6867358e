"""Thin lines in a picture: what differs from the picture on both sides of it, in the same way."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.planes import dots

__all__ = ["ridges"]

# Across which directions is looked, (x, y).
_ACROSS: Final = ((1.0, 0.0), (0.7, 0.7), (0.0, 1.0), (-0.7, 0.7))
# How alike the steps to both sides are at least, as the cosine between them in Lab: a step up and a step down are the
# outline between two things.
_ALIKE: Final = 0.5
_Float = NDArray[np.float32]


def ridges(lab: _Float, widths: tuple[float, ...]) -> _Float:
    """How much each pixel stands out as part of a thin line.

    Args:
        lab: ``float32 (H, W, 3)``, Lab.
        widths: of the lines, pixels.

    Returns:
        ``float32 (H, W)``: by how much (ΔE) it differs from both sides, from the one that it is more like; of all
        widths and directions the most.
    """
    most = np.zeros(lab.shape[:2], np.float32)
    for width in widths:
        smooth = np.asarray(cv2.GaussianBlur(lab, (0, 0), width / 4), np.float32)
        around = max(1, round(width))
        framed = np.pad(smooth, ((around, around), (around, around), (0, 0)), mode="edge")
        for x, y in _ACROSS:
            step = round(x * width), round(y * width)
            one, other = (smooth - _moved(framed, around, sign * step[0], sign * step[1]) for sign in (1, -1))
            both = dots(one, other)
            less = np.minimum(dots(one, one), dots(other, other))
            more = np.maximum(dots(one, one), dots(other, other))
            np.maximum(most, np.where(both > _ALIKE * np.sqrt(less * more), less, 0), out=most)
    return np.sqrt(most)


def _moved(framed: _Float, frame: int, x: int, y: int) -> _Float:
    """What lies so far to the right and below of each pixel that the frame encloses."""
    height, width = framed.shape[:2]
    return framed[frame + y : height - frame + y, frame + x : width - frame + x]
