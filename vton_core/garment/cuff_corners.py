"""Where a sleeve's outline turns round its cuff."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.polyline import Points
from vton_core.planes import from_segment

__all__ = ["corner_split"]

# What a radian of a corner's turn is worth, in squared steps of misfit: a round shoulder bends far, but softly.
_SHARPNESS: Final = 400.0
# The turn, in radians, that a cuff's corner at the armpit counts as.
_AT_ARMPIT: Final = 0.5
# More of a turn than this makes no corner sharper, in radians.
_SHARPEST: Final = 1.2
# The longest inner seam over the outer one, and the narrowest cuff over the armhole.
_INNER, _CUFF = 0.85, 0.15
# A sleeve is long from so many armholes on. How far away its corners are at least, in shares of the farthest point's
# distance: the outer one, which is its very end, and any corner of a long and of a short one.
_LONG, _OUTER, _CORNERS = 1.5, 0.8, (0.84, 0.55)
# How much of a seam's misfit counts, since it may curve; which slant of the cuff (the cosine between it and the sleeve)
# costs nothing, and what more of it costs; and what a step farther out is worth.
_SEAMS, _SQUARE, _SKEWED, _FARTHER = 0.25, 0.35, 12.0, 0.6


def _line_costs(path: Points) -> NDArray[np.float64]:
    """``(N, N)``: for every i < j the squared distances of the points between from the chord, summed."""
    x, y = (path - path.mean(axis=0)).astype(np.float64).T
    i, j = np.indices((len(path), len(path)))

    def between(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.concatenate([[0.0], np.cumsum(values)])
        return np.asarray(sums[j] - sums[np.minimum(i + 1, j)], np.float64)

    # The moments of the points between about the chord's start give the distances without a look at each of them.
    count, sum_x, sum_y = (between(values) for values in (np.ones(len(path)), x, y))
    xx = between(x * x) - x[i] * (2 * sum_x - count * x[i])
    yy = between(y * y) - y[i] * (2 * sum_y - count * y[i])
    xy = between(x * y) - x[i] * sum_y - y[i] * (sum_x - count * x[i])
    along, down = x[j] - x[i], y[j] - y[i]
    squared = along**2 * yy - 2 * along * down * xy + down**2 * xx
    return np.where(j > i, np.maximum(squared, 0) / np.maximum(along**2 + down**2, 1e-6), 0.0)


def _turns(path: Points) -> NDArray[np.float64]:
    """How far the path turns at each point as a cuff's corner does, in radians; 0 at its ends."""
    reach = max(1, len(path) // 16)
    steps = path[reach:] - path[:-reach]
    before, after = steps[:-reach], steps[reach:]
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    return np.pad(-np.arctan2(cross, (before * after).sum(axis=1)), reach)


def corner_split(path: Points) -> tuple[int, int]:
    """Where a sleeve's outline breaks into outer seam, cuff and inner seam.

    Args:
        path: ``float32 (N, 2)`` evenly spaced from the shoulder's tip round the cuff to the armpit.

    Returns:
        Indices of the cuff's outer and inner corner: the best of all polylines with two corners, the seams allowed to
        curve four times as much as the cuff, the cuff as square to the sleeve as may be.
    """
    count = len(path)
    stride = max(1, count // 41)
    coarse = path[::stride]
    size = len(coarse)
    costs = _line_costs(coarse)
    middle = (path[0] + path[-1]) / 2
    best, choice = np.inf, (size // 2, size // 2 + 1)
    scale = float(np.linalg.norm(np.diff(coarse, axis=0), axis=1).mean())
    away = from_segment(coarse, path[0], path[-1])
    sharp = _turns(coarse).clip(0, _SHARPEST)
    # Both corners are at the sleeve's end, the more surely the longer the sleeve.
    armhole = float(np.linalg.norm(path[-1] - path[0]))
    long = np.linalg.norm(coarse - middle, axis=1).max() > _LONG * armhole
    last = int(np.flatnonzero(away >= _CORNERS[0 if long else 1] * away.max())[-1])
    if not long:
        # A short sleeve may lie on the body, so that its cuff runs up to the armpit, where the outline turns back.
        last, sharp[-3:] = size - 1, _AT_ARMPIT
    for i in np.flatnonzero(away >= _OUTER * away.max()):
        if not 2 <= i < min(size - 1, last):
            continue
        # The outer seam is the longer one, as the shoulder is above the armpit.
        j = np.arange(max(i, size - 2 - round(_INNER * i)) + 1, last + 1)
        j = j[np.linalg.norm(coarse[j] - coarse[i], axis=1) > _CUFF * armhole]
        if len(j) == 0:
            continue
        misfit = _SEAMS * costs[0, i] + costs[i, j] + _SEAMS * costs[j, size - 1]
        total = misfit / scale**2 + _cuff_cost(coarse[j], coarse[i], middle, scale, size)
        total -= _SHARPNESS * (sharp[i] + sharp[j])
        k = int(total.argmin())
        if total[k] < best:
            best, choice = float(total[k]), (int(i), int(j[k]))
    return min(choice[0] * stride, count - 2), min(choice[1] * stride, count - 1)


def _cuff_cost(inner: Points, outer: Points, middle: Points, scale: float, size: int) -> NDArray[np.float64]:
    """What cuffs from one outer corner to several inner ones cost: the farther they are from the armhole's middle and
    the squarer to the sleeve, the less; in squared steps of an outline that has ``size`` of them, ``scale`` long."""
    cuff, along = inner - outer, (inner + outer) / 2 - middle
    reach = np.linalg.norm(along, axis=1)
    lengths = np.linalg.norm(cuff, axis=1) * np.maximum(reach, 1e-3)
    skew = np.abs((cuff * along).sum(axis=1)) / np.maximum(lengths, 1e-3)
    return np.asarray(_SKEWED * np.maximum(skew - _SQUARE, 0) ** 2 * size / 10 - _FARTHER * (reach / scale))
