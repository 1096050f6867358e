"""Where on hips and legs each landmark of a lower garment belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import WAIST, Body
from vton_core.garment.lower.landmarks import LowerLandmarks
from vton_core.garment.lower.legs import CROTCH, Legs
from vton_core.garment.lower.piece import FLOOR, SNUG, WAIST_EASE, Pair, Piece, Points, on_seam
from vton_core.garment.lower.size import HIGHEST_WAIST, Size
from vton_core.garment.lower.skirt import skirt_pairs
from vton_core.garment.polyline import length_of
from vton_core.types import Wearing

__all__ = ["Hang", "fit_lower"]

# The lowest that a waistband may sit, in torso lengths below the neck.
_LOWEST_WAIST: Final = 0.93
# Shares of the rise at which the seams are laid, and how far apart on the leg, in shoulder distances.
_RISE_NODES: Final = (0.0, 0.3, 0.6)
_LEG_STEP: Final = 0.24
# So far down from the hip joint a garment lies square to the hips, and only then to the leg.
_SQUARE: Final = (0.1, 1.0)
# By how much of its rise a waistband may be drawn up to where the old one was.
_RAISED: Final = 0.2


@dataclass(frozen=True)
class Hang:
    """A lower garment laid on a body.

    Attributes:
        pieces: the picture's left and right leg, or one skirt.
        waist_below: where its upper edge lies, in pixels below the neck.
        crotch_below: where its legs part, in pixels below the neck; ``None``: a skirt.
        hems: how far along each leg's line it reaches, in pixels from the hip joint.
    """

    pieces: tuple[Piece, ...]
    waist_below: float
    crotch_below: float | None
    hems: tuple[float, float]


def fit_lower(
    marks: LowerLandmarks, body: Body, legs: Legs, size: Size, wearing: Wearing, worn_at: float | None = None
) -> Hang:
    """Lay a lower garment on hips and legs.

    Args:
        marks: the garment's landmarks.
        body: who wears it.
        legs: of the same.
        size: of the garment on that body.
        wearing: how it is worn.
        worn_at: where the old garment's waistband lay over a tucked top, in pixels below the neck, if it did: nothing
            is known of the top below that.

    Returns:
        The point pairs.
    """
    if marks.inner is None:
        waist = _within_waistband(worn_at or WAIST * body.torso, body)
        piece, hems = skirt_pairs(marks, body, legs, size, wearing, waist)
        return Hang((piece,), waist, None, hems)
    rise = float(marks.rise or 0.0) * size.long
    crotch = body.torso + CROTCH * body.unit
    waist = _within_waistband(crotch + 0.02 * body.unit - rise, body)
    crotch = max(waist + rise, crotch)
    if worn_at is not None and worn_at < waist:
        waist = max(worn_at, waist - _RAISED * rise)
    worn = _Worn(marks, body, legs, size, wearing, waist, crotch)
    hang = [_leg(side, worn) for side in (0, 1)]
    return Hang((hang[0][0], hang[1][0]), waist, crotch, (hang[0][1], hang[1][1]))


def _within_waistband(below: float, body: Body) -> float:
    return min(max(below, HIGHEST_WAIST * body.torso), _LOWEST_WAIST * body.torso)


def _at_height(curve: NDArray[Any], y: float) -> Points:
    """The point of a seam at a height."""
    heights = np.maximum.accumulate(curve[:, 1].astype(np.float64))
    heights = heights + np.arange(len(heights)) * 1e-6
    return np.array([np.interp(y, heights, curve[:, 0]), y])


class _Worn(NamedTuple):
    """A lower garment and who wears it how, see :func:`fit_lower`; where its upper edge lies, and where its legs part,
    in pixels below the neck."""

    marks: LowerLandmarks
    body: Body
    legs: Legs
    size: Size
    wearing: Wearing
    waist: float
    crotch: float

    @property
    def wide(self) -> float:
        """Working pixels a garment pixel, across."""
        return self.size.wide * (1 + self.wearing.width)


def _leg(side: int, worn: _Worn) -> tuple[Piece, float]:
    """One half of trousers, and how far along the leg its hem lies."""
    marks, body, legs, size = worn.marks, worn.body, worn.legs, worn.size
    assert marks.inner is not None
    outer, inner = marks.outer[side], marks.inner[side]
    parting = inner[0].astype(np.float64)
    pairs, sides = _over_hips(side, parting, worn)
    mid = (legs.at(0, legs.crotch_along, 0) + legs.at(1, legs.crotch_along, 0)) / 2
    seat = mid + (worn.crotch - body.torso - legs.crotch_along) * body.down
    pairs.append((parting, seat))
    begin = legs.crotch_along + float((seat - mid) @ body.down)
    limb = legs.limbs[side]
    foreshortened = limb.length / max(limb.length, legs.length)
    end = begin + size.long * length_of(inner) * (1 + worn.wearing.length) * foreshortened
    end = min(end, limb.length + FLOOR * body.unit)
    start = int(np.searchsorted(np.maximum.accumulate(outer[:, 1]), parting[1]).clip(2, len(outer) - 3))
    down, rim, seam = _down_leg(side, (outer[start:], inner), (begin, end), worn)
    garment, target = (np.array(points) for points in zip(*pairs, *down, strict=True))
    outline = np.array([body.at(0.0, worn.waist), *sides, *rim, *seam[::-1], seat])
    return Piece(garment, target, outline), end


def _over_hips(side: int, parting: Points, worn: _Worn) -> tuple[list[Pair], list[Points]]:
    """The pairs of one half of trousers from the waist to where the legs part, and the outer seam on the body."""
    body, sign, outer = worn.body, (1.0 if side else -1.0), worn.marks.outer[side]
    top = worn.marks.waist.astype(np.float64)
    pairs: list[Pair] = []
    sides: list[Points] = []
    for share in _RISE_NODES:
        y = top[1] + share * (parting[1] - top[1])
        middle = top + share * (parting - top)
        point = outer[0].astype(np.float64) if share == 0 else _at_height(outer, y)
        down = worn.waist + share * (worn.crotch - worn.waist) + worn.size.long * float(point[1] - y)
        own, slim = worn.wide * abs(float(point[0] - middle[0])), float(body.half_width(down))
        most = slim * (WAIST_EASE + max(worn.wearing.width, 0.0) + 2 * share)
        sides.append(body.at(sign * min(max(own, SNUG * slim), most), down))
        pairs.append((point, sides[-1]))
        pairs.append((middle, body.at(0.0, worn.waist + share * (worn.crotch - worn.waist))))
    return pairs, sides


def _down_leg(
    side: int, seams: tuple[NDArray[Any], NDArray[Any]], between: tuple[float, float], worn: _Worn
) -> tuple[list[Pair], list[Points], list[Points]]:
    """The pairs of a trouser leg's outer and inner seam, between two places along the leg's line, and both seams on the
    body; the inner one without its upper end."""
    body, legs, (outer, inner), (begin, end) = worn.body, worn.legs, seams, between
    pairs: list[Pair] = []
    rim: list[Points] = []
    seam: list[Points] = []
    for share in np.linspace(0, 1, 1 + max(1, round((end - begin) / (_LEG_STEP * body.unit)))):
        along = begin + share * (end - begin)
        points = on_seam(outer, share), on_seam(inner, share)
        out, into = _widths(side, legs, along, worn.wide * float(np.linalg.norm(points[0] - points[1])) / 2, share)
        rim.append(_beside(side, along, out, body, legs))
        pairs.append((points[0], rim[-1]))
        if share > 0:
            seam.append(_beside(side, along, -into, body, legs))
            pairs.append((points[1], seam[-1]))
    pairs.append(((outer[-1] + inner[-1].astype(np.float64)) / 2, (rim[-1] + seam[-1]) / 2))
    return pairs, rim, seam


def _beside(side: int, along: float, out: float, body: Body, legs: Legs) -> Points:
    """The point beside a leg's line: square to the hips at the hips, to the leg further down."""
    middle = legs.at(side, along, 0)
    normal = (legs.at(side, along, 1.0) - middle) * legs.limbs[side].side
    share = float(np.interp(along / body.unit, _SQUARE, (0, 1)))
    across = (1 - share) * body.across + share * normal
    return np.asarray(middle + out * legs.limbs[side].side * across / np.linalg.norm(across))


def _widths(side: int, legs: Legs, along: float, own: float, share: float) -> tuple[float, float]:
    """How far a leg's outer and inner seam lie from the leg's line."""
    radius = float(legs.radius(side, along / legs.limbs[side].length))
    half = max(own, 1.04 * radius)
    here, there = legs.at(side, along, 0), legs.at(1 - side, along, 0)
    apart = float((here - there) @ legs.limbs[side].normals()[len(legs.limbs[side].path) // 2]) / 2
    into = half
    if apart > 0.5 * radius:
        # Legs that stand close press the fabric between them outwards.
        into = min(half, max(apart, 0.8 * radius))
    out = min(half + 0.5 * (half - into), half + 0.1 * legs.unit)
    if share < 0.3:
        # At the crotch the halves meet in the middle, and the hip is as wide as it is.
        out = max(out, 1.02 * radius)
    return out, into
