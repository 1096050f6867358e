"""What the colours say: does a pixel look like the figure or like the background around it?

Each pixel's colour is counted, near it, among what is probably figure and among what is probably background; the
logarithm of the ratio of the two frequencies is evidence that a coarse mask does not have: it opens the gaps between
arm and body, and moves an edge to where the colours change. Where both share the colour the ratio is near nought and
says nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Alpha, Image

__all__ = ["ColourEvidence", "colour_evidence"]

_LUMA_STEP: Final = 8
_CHROMA_STEP: Final = 8
_CELLS: Final = 2.5
_FLOOR: Final = 5e-4
_SURE: Final = 0.6
_LIMIT: Final = 4.0


@dataclass(frozen=True)
class ColourEvidence:
    """Evidence of a picture's colours.

    Attributes:
        ratio: ``float32 (H, W)`` in [-4, 4]: the log-likelihood ratio of figure to background.
        shared: ``float32 (H, W)`` in [0, 1]: 1 where the colour is common to both nearby, so that colour cannot tell.
    """

    ratio: NDArray[np.float32]
    shared: NDArray[np.float32]


def _colour_bins(image: Image) -> tuple[NDArray[np.int32], int]:
    """Number the colours that occur, coarsely: ``int32 (H, W)``, and how many there are."""
    parts = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb).astype(np.int32)
    codes = (parts[..., 0] // _LUMA_STEP * 32 + parts[..., 1] // _CHROMA_STEP) * 32 + parts[..., 2] // _CHROMA_STEP
    used = np.zeros(32**3, np.bool_)
    used[codes.reshape(-1)] = True
    return (np.cumsum(used, dtype=np.int32) - 1)[codes], int(np.count_nonzero(used))


def _smoother(count: int) -> NDArray[np.float32]:
    steps = np.arange(count)
    return np.asarray(np.exp(-0.5 * ((steps[:, None] - steps) / _CELLS) ** 2), np.float32)


class _LocalHistograms:
    """Colour frequencies on a coarse grid of overlapping neighbourhoods."""

    def __init__(self, bins: NDArray[np.int32], count: int, reach: float) -> None:
        height, width = bins.shape
        cell = max(1.0, reach / _CELLS)
        self._grid = max(2, round(height / cell)), max(2, round(width / cell))
        self._bins, self._count = bins, count
        self._pixels = height * width / (self._grid[0] * self._grid[1]) * _CELLS**2
        rows, columns = self._grid
        cells = (np.arange(height) * rows // height)[:, None] * columns + np.arange(width) * columns // width
        self._slots = (cells * count + bins).reshape(-1)
        self._smooth = _smoother(rows), _smoother(columns)
        y = ((np.arange(height) + 0.5) * rows / height - 0.5).clip(0, rows - 1)[:, None]
        x = ((np.arange(width) + 0.5) * columns / width - 0.5).clip(0, columns - 1)[None, :]
        self._y, self._x = np.minimum(y.astype(np.intp), rows - 2), np.minimum(x.astype(np.intp), columns - 2)
        self._fy, self._fx = (y - self._y).astype(np.float32), (x - self._x).astype(np.float32)

    def frequency(self, weight: Alpha) -> NDArray[np.float32]:
        """``float32 (H, W)``: each pixel's share of the weight around it that has its colour."""
        rows, columns = self._grid
        counts = np.bincount(self._slots, weight.reshape(-1), rows * columns * self._count).astype(np.float32)
        counts = (self._smooth[0] @ counts.reshape(rows, -1)).reshape(rows, columns, self._count)
        counts = np.matmul(self._smooth[1], counts)
        # A neighbourhood that holds hardly any of the weight is no evidence: its frequencies sink to nought.
        counts /= counts.sum(axis=-1, keepdims=True) + 0.05 * self._pixels
        y, x, fy, fx = self._y, self._x, self._fy, self._fx
        upper = counts[y, x, self._bins] * (1 - fx) + counts[y, x + 1, self._bins] * fx
        lower = counts[y + 1, x, self._bins] * (1 - fx) + counts[y + 1, x + 1, self._bins] * fx
        return np.asarray(upper * (1 - fy) + lower * fy, np.float32)


def colour_evidence(image: Image, probability: Alpha, reach: float) -> ColourEvidence:
    """Compare each pixel's colour with the probable figure's and the probable background's near it.

    Args:
        image: ``uint8 (H, W, 3)``.
        probability: ``float32 (H, W)`` in [0, 1]: that the pixel shows the figure.
        reach: how far colours are compared (standard deviation of the neighbourhood), pixels.

    Returns:
        The evidence, pixel by pixel.
    """
    bins, count = _colour_bins(image)
    histograms = _LocalHistograms(bins, count, reach)
    figure = histograms.frequency(((probability - _SURE) / (1 - _SURE)).clip(0, 1))
    ground = histograms.frequency(((1 - probability - _SURE) / (1 - _SURE)).clip(0, 1))
    ratio = np.log((figure + _FLOOR) / (ground + _FLOOR)).clip(-_LIMIT, _LIMIT)
    both = np.minimum(figure, ground)
    return ColourEvidence(ratio.astype(np.float32), (both / (both + 4 * _FLOOR)).astype(np.float32))
