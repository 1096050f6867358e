"""How large a lower garment is: the size at which hips, rise and length are all most usual.

A garment that lies flat is as wide as half its girth, one that was worn as wide as the body; lengths are the same in
both. So width and length have scales of their own, and the looseness between them is estimated too.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vton_core.garment.body import WAIST, Body
from vton_core.garment.lower.landmarks import LowerLandmarks
from vton_core.garment.lower.legs import CROTCH, Legs

__all__ = ["HIGHEST_WAIST", "Size", "lower_size", "sag"]

HIGHEST_WAIST: Final = 0.66
"""The highest that a waistband may sit, in torso lengths below the neck."""
# How much wider the picture of a garment that was worn is than the hips that it fits, as mean and spread of the
# logarithm, and how much more one is that lay flat: half of an oval's girth over its width.
_LOOSE: Final = (0.0, 0.14)
_FLAT: Final = 0.29
# The same of the rise over that from the waist to the crotch; the legs of one that lies flat touch below the crotch.
_RISE: Final = (0.0, 0.2)
# The upper edge of what is worn is a ring that is seen from above or below and so rises to the middle, in widths of the
# waist; where one that may be either rises by the first of these, and how soon it is plainly one or the other.
_RING: Final = (0.0125, 0.004)
# From where to where an upper edge that sags becomes one that a top's hem cut off, and how likely it lay flat then.
_CUT_OFF: Final = (0.04, 0.06)
_UNKNOWN: Final = 0.2
# Lengths of trousers, in lengths from the crotch to the ankle: share, its spread, how usual it is.
_LENGTHS: Final = ((1.0, 0.045, 2.0), (0.87, 0.04, 0.4))
_ANY_LENGTH: Final = 0.9
# Trousers from a home that are measured shorter than this share lie aslant or are a child's: they reach the ankle.
# Legs that are shorter, in widths of the hips, are those of knee-length ones all the same.
_CROPPED, _KNEE_LENGTH = 0.84, 0.75
# From this share of the way to the ankle on, a skirt reaches it.
_MAXI: Final = 0.88
# Half the hips' width in a worn garment over that of a slim body.
_HIPS: Final = 1.06
# How much wider the picture of a skirt that was worn is than the body, and how much its waist counts beside its hips.
_SKIRT_LOOSE: Final = 1.1
_WAIST_COUNTS: Final = 0.4


@dataclass(frozen=True)
class Size:
    """Working pixels a garment pixel.

    Attributes:
        wide: across.
        long: down.
    """

    wide: float
    long: float


def lower_size(marks: LowerLandmarks, body: Body, legs: Legs, *, trousers: bool = False) -> Size:
    """Find the size of trousers, shorts or a skirt on a body.

    Args:
        marks: the garment's landmarks.
        body: who wears it.
        legs: of the same.
        trousers: whether they are known to be trousers, and their picture's proportions are not to be relied on.

    Returns:
        Its scales.
    """
    hips = 2 * _HIPS * float(body.half_width(body.torso))
    rise, crotch = marks.rise, marks.crotch
    if rise is None or crotch is None:
        return _skirt_size(marks, body, legs, hips)
    wide = hips / marks.hips
    candidates = wide * np.exp(np.linspace(-0.35, 0.65, 201))
    usual_rise = (1 - WAIST) * body.torso + CROTCH * body.unit
    inseam = max(marks.bottom - float(crotch[1]), 1.0)
    share = inseam * candidates / (legs.length - legs.crotch_along)
    flat = _FLAT * _laid_flat(marks)
    cost = _misfit(np.log(candidates / wide) - flat, _LOOSE)
    cost += _misfit(np.log(candidates * max(rise, 1.0) / usual_rise) - flat, _RISE)
    chance = _ANY_LENGTH + sum(
        weight / spread * np.exp(-_misfit(np.log(share), (np.log(length), spread)))
        for length, spread, weight in _LENGTHS
    )
    best = int((cost - np.log(chance)).argmin())
    cropped = trousers and share[best] < _CROPPED and inseam > _KNEE_LENGTH * marks.hips
    return Size(wide, _to_ankle(rise, inseam, body, legs) if cropped else float(candidates[best]))


def _to_ankle(rise: float, inseam: float, body: Body, legs: Legs) -> float:
    """The scale at which trousers reach the ankle; where their rise is long, their legs part below the crotch."""
    from_highest = legs.length + (1 - HIGHEST_WAIST) * body.torso
    return min((legs.length - legs.crotch_along) / inseam, from_highest / max(rise + inseam, 1.0))


def _laid_flat(marks: LowerLandmarks) -> float:
    """How likely the garment lay flat when its photo was taken, and was not worn, in [0, 1]."""
    sags = sag(marks.rim)
    told = float(expit((_RING[0] + sags) / _RING[1]))
    return float(np.interp(sags, _CUT_OFF, (told, _UNKNOWN)))


def sag(edge: NDArray[Any]) -> float:
    """How far an edge's middle hangs below its ends, in widths; ``(N, 2)`` points from one end to the other."""
    ends = edge[[0, -1]]
    return float(edge[len(edge) // 2, 1] - ends[:, 1].mean()) / max(float(np.ptp(ends[:, 0])), 1.0)


def _misfit(value: NDArray[np.float64], usual: tuple[float, float]) -> NDArray[np.float64]:
    return np.asarray(0.5 * np.square((value - usual[0]) / usual[1]), np.float64)


def _skirt_size(marks: LowerLandmarks, body: Body, legs: Legs, hips: float) -> Size:
    """The size at which both waist and hips fit."""
    by_hips = hips / marks.hips
    waist = (
        2 * float(body.half_width(WAIST * body.torso)) / max(float(marks.outer[1][0, 0] - marks.outer[0][0, 0]), 1.0)
    )
    wide = by_hips ** (1 - _WAIST_COUNTS) * waist**_WAIST_COUNTS
    tall = max(marks.bottom - float(marks.waist[1]), 1.0)
    loose = _SKIRT_LOOSE * math.exp(_FLAT * _laid_flat(marks))
    return Size(wide, _full_length(wide * loose * tall, WAIST * body.torso, body, legs) / tall)


def _full_length(drop: float, waist: float, body: Body, legs: Legs) -> float:
    """A skirt's length on the body, where its picture tells ``drop``: one that nearly reaches the ankle reaches it."""
    to_ankle = body.torso - waist + legs.length
    share = drop / to_ankle
    return drop if share <= _MAXI else to_ankle * max(0.97, 0.5 + 0.5 * min(share, 1.06))
