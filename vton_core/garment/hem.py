"""The lower end of the old top where the parser took it for the lower garment, as it does below large prints."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.recolour import nearby
from vton_core.garment.waist import smooth_edge, waist_below
from vton_core.types import Mask

__all__ = ["hanging_end"]

_Float = NDArray[np.float32]
# How far below the waist it may reach, and the lower garment's own colours are looked at from, in shoulder distances.
_DEEPEST: Final = 0.65
# The least area of each thing that is looked at, in squares of the shoulder distance, and of the end: how wide it is,
# how much of the waist that is, and how high it is.
_LEAST, _WIDE, _MOSTLY, _HIGH = 0.05, 0.4, 0.5, 0.12
# Colours are counted in cells of this side (ΔE), and blurred by so many; a colour that was never seen is this rare.
_CELL, _BLUR, _RARE = 4.0, 0.8, 1e-5
_CELLS: Final = (26, 50, 50)
# How much (log-odds) one pixel says at most, and all round one say for the top in the mean.
_MOST, _SURE = 4.0, 1.0
# The end's lower edge is looked for in columns this wide, in shoulder distances.
_COLUMN: Final = 0.02


def hanging_end(lab: _Float, lower: Mask, top: Mask, body: Body) -> Mask:
    """What of the lower garment's upper end has the colours of the top and not its own.

    Args:
        lab: ``float32 (H, W, 3)``, the picture in CIELAB.
        lower: ``bool (H, W)``, the lower garment.
        top: ``bool (H, W)``, the top.
        body: the body in the same pixels.

    Returns:
        ``bool (H, W)``; empty where colours do not tell, or what they tell is no wide strip.
    """
    none, waist = np.zeros_like(lower), waist_below(lower, body)
    if waist is None:
        return none
    beside, below = body.frame(lower.shape)
    deep = below - np.float32(waist)
    near = lower & (deep < _DEEPEST * body.unit)
    far = lower & ~near
    if min(int(part.sum()) for part in (near, far, top)) < _LEAST * body.unit**2:
        return none
    alike = near & (_log_odds(lab, near, top, far, body) > _SURE)
    if not alike.any():
        return none
    _, parts, stats, _ = cv2.connectedComponentsWithStats(alike.astype(np.uint8))
    end = np.asarray(parts == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()))
    across = np.arange(-1.0, 1.0, _COLUMN) * body.unit
    bottoms, whole = _lowest(end, across, beside, below), _lowest(near, across, beside, below)
    known = np.isfinite(bottoms)
    wide = known.sum() * _COLUMN
    if wide < _WIDE or known.sum() < _MOSTLY * np.isfinite(whole).sum() or end.sum() < _HIGH * wide * body.unit**2:
        return none
    curve, _ = smooth_edge(across[known], bottoms[known])
    edge = np.polyval(curve, beside[near].clip(*across[known][[0, -1]]))
    none[near] = below[near] < edge
    return none


def _lowest(part: Mask, across: NDArray[np.float64], beside: _Float, below: _Float) -> NDArray[np.float64]:
    """How far below the neck a part ends in columns that begin ``across``; minus infinity where it is not."""
    lowest = np.full(len(across), -np.inf)
    column = np.searchsorted(across, beside[part], "right") - 1
    np.maximum.at(lowest, column.clip(0, len(across) - 1), below[part])
    return lowest


def _log_odds(lab: _Float, region: Mask, first: Mask, second: Mask, body: Body) -> _Float:
    """``float32 (H, W)``: how much the colours round each pixel of a region speak for the first part."""
    odds, window = np.zeros(region.shape, np.float32), nearby(body)
    shares = [_shares(_cells(lab[part])) for part in (first, second)]
    odds[region] = np.log(shares[0] / shares[1]).clip(-_MOST, _MOST)[_cells(lab[region])]
    weight = cv2.blur(region.astype(np.float32), window)
    return np.asarray(cv2.blur(odds, window) / np.maximum(weight, 1e-3), np.float32)


def _cells(colours: _Float) -> NDArray[np.intp]:
    """``(N,)``: the cell of each colour."""
    at = (colours / np.float32(_CELL) + np.array([0, 25, 25], np.float32)).astype(np.intp)
    return np.ravel_multi_index((at[:, 0], at[:, 1], at[:, 2]), _CELLS, mode="clip")


def _shares(cells: NDArray[np.intp]) -> NDArray[np.float64]:
    """``(cells,)``: how frequent each cell's colours are."""
    from scipy.ndimage import gaussian_filter

    counts = np.bincount(cells, minlength=int(np.prod(_CELLS))).reshape(_CELLS)
    return np.asarray(gaussian_filter(counts / len(cells), _BLUR) + _RARE, np.float64).ravel()
