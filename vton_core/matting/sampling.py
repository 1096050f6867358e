"""Reduce and crop."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Alpha

__all__ = ["Box", "figure_box", "reduced", "resized"]

Box = tuple[slice, slice]


def reduced(array: NDArray[Any], pixels: float) -> NDArray[Any]:
    """The picture at no more than that many pixels, by area means; itself if it is small enough."""
    height, width = array.shape[:2]
    scale = float(np.sqrt(pixels / (height * width)))
    if scale >= 1:
        return array
    size = max(3, round(width * scale)), max(3, round(height * scale))
    return np.asarray(cv2.resize(array, size, interpolation=cv2.INTER_AREA))


def resized(array: NDArray[Any], shape: tuple[int, ...]) -> NDArray[Any]:
    """The picture at another height and width, linearly; by area means where it shrinks."""
    if array.shape[:2] == tuple(shape[:2]):
        return array
    method = cv2.INTER_AREA if array.shape[0] > shape[0] else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(array, (shape[1], shape[0]), interpolation=method))


def figure_box(probability: Alpha, shape: tuple[int, ...], margin: float) -> Box:
    """Rows and columns of a picture of ``shape`` that hold the figure and a margin around it.

    Args:
        probability: ``float32 (h, w)``: the figure in the same view, at any resolution.
        shape: the picture's shape, height and width first.
        margin: in units of the root of the figure's area.
    """
    seen = probability > 0.1
    pad = margin * float(np.sqrt(np.count_nonzero(probability > 0.5)))
    spans = []
    for axis in (0, 1):
        where = np.flatnonzero(seen.any(axis=1 - axis))
        scale = shape[axis] / probability.shape[axis]
        low, high = (where[0] - pad) * scale, (where[-1] + 1 + pad) * scale
        spans.append(slice(max(0, int(low)), min(shape[axis], int(np.ceil(high)))))
    return spans[0], spans[1]
