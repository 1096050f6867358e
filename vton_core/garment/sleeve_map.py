"""Where in its photo a sleeve is seen at places along and beside an arm: a spline through its seams."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.fit import Fit
from vton_core.garment.landmarks import Side
from vton_core.garment.limb import Limb
from vton_core.garment.polyline import length_of, resample
from vton_core.garment.tps import ThinPlate

__all__ = ["sleeve_map"]

_Float = NDArray[np.float32]
_Points = NDArray[np.float64]
# Points of each seam that the map passes through, shares of the armhole's and the cuff's width, how far into the torso
# it is asked for, in shoulder distances, and entries of its table along the arm.
_KNOTS: Final = 17
_BETWEEN: Final = np.array([[0.25], [0.5], [0.75]])
_OVER: Final = 0.1
_FINE: Final = 96
_MOST_HIDDEN: Final = 0.7


def sleeve_map(
    side: Side, arm: Limb, fit: Fit, index: int, body: Body, seams: tuple[_Points, _Points, _Points], end: float
) -> Callable[[_Float, _Float], _Float]:
    """The map from places along and beside an arm to garment pixels: a thin-plate spline through the seams.

    Args:
        side: the garment's landmarks.
        arm: the arm's middle line.
        fit: of the torso.
        index: 0 for the picture's left, 1 for its right.
        body: who wears it.
        seams: places along the arm, and how far outside and inside of it the outer and the inner seam are there.
        end: where the cuff lies along the arm, in pixels.

    Returns:
        From ``float32 (h, w)`` pixels along the arm and beside it (outside positive) to ``float32 (h, w, 2)`` garment
        pixels, as ``cv2.remap`` takes them.
    """
    at, outs, ins = seams
    ends = np.array([fit.armpits[index], fit.shoulders[index]])
    (pit, tip), _ = (v for v in arm.from_root(ends))
    pick = np.linspace(0, len(side.outer) - 1, _KNOTS).round().astype(int)
    shares = pick / (len(side.outer) - 1)
    first, second = tip + (end - tip) * shares, pit + (end - pit) * shares
    outer = np.stack([first, np.interp(first, at, outs)], axis=1)
    inner = np.stack([second, -np.interp(second, at, ins)], axis=1)
    # Where the inner seam has less room than it is long, its upper end is gathered in the armpit, out of sight.
    length = fit.scale * length_of(side.inner)
    hidden = (1 - (end - pit) / max(length, 1.0)).clip(0, _MOST_HIDDEN)
    under = resample(side.inner[round(hidden * (len(side.inner) - 1)) :], _KNOTS)
    there, here = [outer, inner], [side.outer[pick], under]
    for row in (0, -1):
        there.append(inner[row] + _BETWEEN * (outer[row] - inner[row]))
        here.append(under[row] + _BETWEEN * (side.outer[pick[row]] - under[row]))
    # Beside the armhole the torso goes on, so that its pattern runs on into the sleeve.
    into = np.array([(1 if index == 0 else -1) * _OVER * body.unit, 0.0])
    armhole, share = side.inner[0], _BETWEEN[1:]
    there.append(np.stack(arm.from_root(ends[0] + share * (ends[1] - ends[0]) + into[0] * body.across), axis=1))
    here.append(armhole + share * (side.outer[0] - armhole) + into / fit.scale)
    spline = ThinPlate(np.concatenate(there), np.concatenate(here), stiffness=1e-4)
    return _tabled(spline, (float(at[0]), float(at[-1])), 1.5 * float(max(outs.max(), ins.max())))


def _tabled(spline: ThinPlate, along: tuple[float, float], beside: float) -> Callable[[_Float, _Float], _Float]:
    """The spline between places along the arm, and as far beside it to both sides, read from a table."""
    low, high = along
    x, y = np.meshgrid(np.linspace(-beside, beside, _FINE // 4), np.linspace(low, high, _FINE))
    table = spline(np.stack([y, x], axis=-1)).astype(np.float32)

    def look_up(at: _Float, away: _Float) -> _Float:
        column = (away + np.float32(beside)) * np.float32((table.shape[1] - 1) / (2 * beside))
        row = (at - np.float32(low)) * np.float32((table.shape[0] - 1) / (high - low))
        return np.asarray(cv2.remap(table, column, row, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)

    return look_up
