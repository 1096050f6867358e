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

from vton_core.types import Alpha, Image, Mask

__all__ = ["ColourEvidence", "LocalColours"]

_LUMA_STEP: Final = 8
_CHROMA_STEP: Final = 8
_CELLS: Final = 2.5
_FLOOR: Final = 5e-4
_SURE: Final = 0.6
_LIMIT: Final = 4.0


@dataclass(frozen=True)
class ColourEvidence:
    """Evidence of the colours of N pixels.

    Attributes:
        ratio: ``float32 (N,)`` in [-4, 4]: the log-likelihood ratio of figure to background.
        shared: ``float32 (N,)`` in [0, 1]: 1 where the colour is common to both nearby, so that colour cannot tell.
    """

    ratio: NDArray[np.float32]
    shared: NDArray[np.float32]


def _colour_bins(image: Image) -> tuple[NDArray[np.intp], int]:
    """Number the colours that occur, coarsely: ``(H, W)``, and how many there are."""
    parts = cv2.cvtColor(image, cv2.COLOR_RGB2YCrCb).astype(np.int32)
    codes = (parts[..., 0] // _LUMA_STEP * 32 + parts[..., 1] // _CHROMA_STEP) * 32 + parts[..., 2] // _CHROMA_STEP
    used = np.zeros(32**3, np.bool_)
    used[codes.reshape(-1)] = True
    return (np.cumsum(used, dtype=np.intp) - 1)[codes], int(np.count_nonzero(used))


def _smoother(count: int) -> NDArray[np.float32]:
    steps = np.arange(count)
    return np.asarray(np.exp(-0.5 * ((steps[:, None] - steps) / _CELLS) ** 2), np.float32)


class LocalColours:
    """Colour frequencies of a picture on a coarse grid of overlapping neighbourhoods.

    Args:
        image: ``uint8 (H, W, 3)``.
        reach: how far colours are compared (standard deviation of the neighbourhood), pixels.
        where: ``bool (H, W)``, the pixels that are asked about; all if ``None``.
    """

    def __init__(self, image: Image, reach: float, where: Mask | None = None) -> None:
        height, width = image.shape[:2]
        cell = max(1.0, reach / _CELLS)
        rows, columns = max(2, round(height / cell)), max(2, round(width / cell))
        bins, count = _colour_bins(image)
        self._shape = rows, columns, count
        self._pixels = height * width / (rows * columns) * _CELLS**2
        cells = (np.arange(height) * rows // height)[:, None] * columns + np.arange(width) * columns // width
        # Two numbers a colour: what is counted as figure, and as background.
        self._slots = (cells * count + bins).reshape(-1) * 2
        self._smooth = _smoother(rows), _smoother(columns)
        asked = np.arange(height * width) if where is None else np.flatnonzero(where)
        y, x = np.divmod(asked, width)
        y, fy = _between(y, rows, height)
        x, fx = _between(x, columns, width)
        first = (y * columns + x) * count + bins.reshape(-1)[asked]
        self._places = tuple(
            (first + (down * columns + right) * count, (fy if down else 1 - fy) * (fx if right else 1 - fx))
            for down in (0, 1)
            for right in (0, 1)
        )

    def evidence(self, probability: Alpha) -> ColourEvidence:
        """Compare the pixels' colours with the probable figure's and the probable background's near them.

        Args:
            probability: ``float32 (H, W)`` in [0, 1]: that the pixel shows the figure.

        Returns:
            The evidence, ``(N,)`` each, of the pixels that were asked about, row by row.
        """
        tables = self._frequencies(probability)
        found = np.zeros((len(self._places[0][0]), 2), np.float32)
        for place, share in self._places:
            values = np.take(tables, place, axis=0)
            values *= np.stack([share, share], axis=1)
            found += values
        figure, ground = np.ascontiguousarray(found[:, 0]), np.ascontiguousarray(found[:, 1])
        ratio = np.log((figure + _FLOOR) / (ground + _FLOOR)).clip(-_LIMIT, _LIMIT)
        both = np.minimum(figure, ground)
        return ColourEvidence(ratio.astype(np.float32), (both / (both + 4 * _FLOOR)).astype(np.float32))

    def _frequencies(self, probability: Alpha) -> NDArray[np.float32]:
        """``float32 (cells * colours, 2)``: each colour's share of the figure, and of the background, around a cell."""
        rows, columns, count = self._shape
        flat = probability.reshape(-1)
        ground = flat < 0.5
        # No pixel is counted as both.
        weight = ((np.where(ground, 1 - flat, flat) - _SURE) / (1 - _SURE)).clip(0, 1)
        counts = np.bincount(self._slots + ground, weight, rows * columns * count * 2).astype(np.float32)
        counts = (self._smooth[0] @ counts.reshape(rows, -1)).reshape(rows, columns, count * 2)
        counts = np.matmul(self._smooth[1], counts).reshape(rows, columns, count, 2)
        # A neighbourhood that holds hardly any of the weight is no evidence: its frequencies sink to nought.
        norm = 1 / (counts.sum(axis=2) + 0.05 * self._pixels)
        counts *= np.repeat(norm[:, :, None], count, axis=2)
        return np.asarray(counts.reshape(-1, 2), np.float32)


def _between(at: NDArray[np.intp], cells: int, length: int) -> tuple[NDArray[np.intp], NDArray[np.float32]]:
    """The cell whose middle lies before each pixel of a row or column, and how far towards the next one it lies."""
    place = ((at + 0.5) * cells / length - 0.5).clip(0, cells - 1)
    first = np.minimum(place.astype(np.intp), cells - 2)
    return first, (place - first).astype(np.float32)
