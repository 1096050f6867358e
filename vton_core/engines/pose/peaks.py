"""Where the joint maps of OpenPose have their peaks.

Source: Cao et al., "OpenPose" (TPAMI 2019), section 3.2, with the thresholds and the window of its published code.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["MOST", "THRESHOLD", "find_peaks"]

MOST: Final = 127
"""Peaks a map at most: the first ones, row by row."""
THRESHOLD: Final = 0.05
"""A peak is higher than this."""

_REACH: Final = 3
_NEIGHBOURS: Final = tuple((dy, dx) for dy in (-1, 0, 1) for dx in (-1, 0, 1) if (dy, dx) != (0, 0))


def find_peaks(maps: NDArray[np.float32], offset: float) -> list[NDArray[np.float32]]:
    """The peaks of each map: places above all eight neighbours, brought to the centre of gravity of their surroundings.

    Args:
        maps: ``float32 (N, H, W)``.
        offset: added to x and y.

    Returns:
        For each map ``float32 (P, 3)`` of x, y (map pixels) and the map's value at the peak, row by row, at most
        :data:`MOST`.
    """
    padded = np.pad(maps, ((0, 0), (1, 1), (1, 1)), constant_values=THRESHOLD)
    index, y, x = np.nonzero(maps > THRESHOLD)
    value = maps[index, y, x]
    around = np.stack([padded[index, y + 1 + dy, x + 1 + dx] for dy, dx in _NEIGHBOURS])
    height, width = maps.shape[1:]
    # Beside the border two equal peaks may stand next to each other, an effect of the enlargement: there a tie is a
    # peak too. The border itself has none, except next to a corner.
    beside = (x == 1) | (x == width - 2) | (y == 1) | (y == height - 2)
    within = (x > 1) & (x < width - 2) & (y > 1) & (y < height - 2)
    peak = np.where(beside, (value >= around).all(axis=0), within & (value > around).all(axis=0))
    index, y, x, value = index[peak], y[peak], x[peak], value[peak]
    points = np.column_stack([_refined(maps, index, y, x) + np.float32(offset), value])
    return [points[index == number][:MOST] for number in range(len(maps))]


def _refined(
    maps: NDArray[np.float32], index: NDArray[np.intp], y: NDArray[np.intp], x: NDArray[np.intp]
) -> NDArray[np.float32]:
    """``float32 (P, 2)``: the mean x and y of the 7×7 values around each peak, weighted by those above zero."""
    padded = np.pad(maps, ((0, 0), (_REACH, _REACH), (_REACH, _REACH)))
    step = np.arange(2 * _REACH + 1)
    rows, columns = (y[:, None, None] + step[:, None]), (x[:, None, None] + step)
    weight = padded[index[:, None, None], rows, columns].clip(min=0)
    total = weight.sum(axis=(1, 2))
    mean = [(weight * (place - _REACH)).sum(axis=(1, 2)) / total for place in (columns, rows)]
    return np.column_stack(mean).astype(np.float32)
