"""Where on hips and legs each landmark of a lower garment belongs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import WAIST, Body
from vton_core.garment.lower.landmarks import LowerLandmarks
from vton_core.garment.lower.legs import CROTCH, Legs
from vton_core.garment.lower.size import Size
from vton_core.garment.outline import length_of
from vton_core.types import Wearing

__all__ = ["Hang", "Piece", "fit_lower", "skirt_pairs"]

Points = NDArray[np.float64]
_Pair = tuple[Points, Points]

# Where a waistband may sit, in torso lengths below the neck.
_WAISTBAND: Final = (0.66, 0.93)
# Shares of the rise at which the seams are laid, and how far apart on the leg, in shoulder distances.
_RISE_NODES: Final = (0.0, 0.3, 0.6)
_LEG_STEP: Final = 0.24
# So far down from the hip joint a garment lies square to the hips, and only then to the leg.
_SQUARE: Final = (0.1, 1.0)
_SKIRT_NODES: Final = (0.0, 0.12, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)
# By how much of its rise a waistband may be drawn up to where the old one was.
_RAISED: Final = 0.2
# How far below the ankle a hem may hang, in shoulder distances.
_FLOOR: Final = 0.13
# A waistband is no wider than this, in widths of the waist.
_WAIST_EASE: Final = 1.08
# A garment is no narrower than a slim body, of which it is so many times as wide.
_SNUG: Final = 1.02


@dataclass(frozen=True)
class Piece:
    """Point pairs of one leg or of a whole skirt.

    Attributes:
        garment: ``float64 (N, 2)`` in the garment picture's pixels.
        body: ``float64 (N, 2)`` in the working picture's pixels.
        outline: ``float64 (M, 2)``: about where the piece lies in the working picture.
    """

    garment: Points
    body: Points
    outline: Points


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
    return min(max(below, _WAISTBAND[0] * body.torso), _WAISTBAND[1] * body.torso)


def _at_height(curve: NDArray[Any], y: float) -> Points:
    """The point of a seam at a height."""
    heights = np.maximum.accumulate(curve[:, 1].astype(np.float64))
    heights = heights + np.arange(len(heights)) * 1e-6
    return np.array([np.interp(y, heights, curve[:, 0]), y])


def _on(curve: NDArray[Any], share: float) -> Points:
    """The point at a share of a seam's points."""
    at = share * (len(curve) - 1)
    return np.array([np.interp(at, np.arange(len(curve)), curve[:, k]) for k in (0, 1)])


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
    end = min(end, limb.length + _FLOOR * body.unit)
    start = int(np.searchsorted(np.maximum.accumulate(outer[:, 1]), parting[1]).clip(2, len(outer) - 3))
    down, rim, seam = _down_leg(side, (outer[start:], inner), (begin, end), worn)
    garment, target = (np.array(points) for points in zip(*pairs, *down, strict=True))
    outline = np.array([body.at(0.0, worn.waist), *sides, *rim, *seam[::-1], seat])
    return Piece(garment, target, outline), end


def _over_hips(side: int, parting: Points, worn: _Worn) -> tuple[list[_Pair], list[Points]]:
    """The pairs of one half of trousers from the waist to where the legs part, and the outer seam on the body."""
    body, sign, outer = worn.body, (1.0 if side else -1.0), worn.marks.outer[side]
    top = worn.marks.waist.astype(np.float64)
    pairs: list[_Pair] = []
    sides: list[Points] = []
    for share in _RISE_NODES:
        y = top[1] + share * (parting[1] - top[1])
        middle = top + share * (parting - top)
        point = outer[0].astype(np.float64) if share == 0 else _at_height(outer, y)
        down = worn.waist + share * (worn.crotch - worn.waist) + worn.size.long * float(point[1] - y)
        own, slim = worn.wide * abs(float(point[0] - middle[0])), float(body.half_width(down))
        most = slim * (_WAIST_EASE + max(worn.wearing.width, 0.0) + 2 * share)
        sides.append(body.at(sign * min(max(own, _SNUG * slim), most), down))
        pairs.append((point, sides[-1]))
        pairs.append((middle, body.at(0.0, worn.waist + share * (worn.crotch - worn.waist))))
    return pairs, sides


def _down_leg(
    side: int, seams: tuple[NDArray[Any], NDArray[Any]], between: tuple[float, float], worn: _Worn
) -> tuple[list[_Pair], list[Points], list[Points]]:
    """The pairs of a trouser leg's outer and inner seam, between two places along the leg's line, and both seams on the
    body; the inner one without its upper end."""
    body, legs, (outer, inner), (begin, end) = worn.body, worn.legs, seams, between
    pairs: list[_Pair] = []
    rim: list[Points] = []
    seam: list[Points] = []
    for share in np.linspace(0, 1, 1 + max(1, round((end - begin) / (_LEG_STEP * body.unit)))):
        along = begin + share * (end - begin)
        points = _on(outer, share), _on(inner, share)
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


def skirt_pairs(
    marks: LowerLandmarks, body: Body, legs: Legs, size: Size, wearing: Wearing, waist: float
) -> tuple[Piece, tuple[float, float]]:
    """A skirt from the waist over both legs, and how far along the legs' lines its hem lies."""
    tall = max(marks.bottom - float(marks.waist[1]), 1.0)
    drop = size.long * tall * (1 + wearing.length)
    longest = body.torso - waist + legs.length + _FLOOR * body.unit
    drop = min(drop, longest)
    wide = size.wide * (1 + wearing.width)
    pairs: list[_Pair] = []
    sides: tuple[list[Points], list[Points]] = ([], [])
    above: list[tuple[float, float]] = []
    for share in _SKIRT_NODES:
        ends = [_on(marks.outer[side], share) for side in (0, 1)]
        middle = (ends[0] + ends[1]) / 2
        down = waist + share * drop
        centre = _centre(body, legs, down)
        pairs.append((middle, centre))
        slim = float(body.half_width(down)) if down < body.torso else 0.0
        fall = _fall(body, legs, down)
        across = np.array([fall[1], -fall[0]])
        for side, sign in ((0, -1.0), (1, 1.0)):
            own = wide * abs(float(ends[side][0] - middle[0]))
            reach = max(slim * _SNUG, _reach(body, legs, centre, down, sign * across))
            half = max(own, reach)
            if share == 0:
                half = min(half, slim * (_WAIST_EASE + max(wearing.width, 0.0)))
                above.append((own, half))
            else:
                # Below the hips a skirt falls as it is cut, and does not draw in again.
                half = max(half, above[side][1] * min(1.0, own / max(above[side][0], 1e-6)))
                above[side] = own, half
            tilt = size.long * float(ends[side][1] - middle[1])
            point = centre + sign * half * across + tilt * fall
            sides[side].append(point)
            pairs.append((ends[side], point))
    _sag(pairs, sides, marks, size, body)
    garment, target = (np.array(points) for points in zip(*pairs, strict=True))
    outline = np.array([*sides[0], *sides[1][::-1]])
    end = waist + drop - body.torso
    return Piece(garment, target, outline), (end, end)


def _sag(
    pairs: list[_Pair], sides: tuple[list[Points], list[Points]], marks: LowerLandmarks, size: Size, body: Body
) -> None:
    """Let a skirt's rim and hem hang as they are curved, by pairs between the seams, and the middle's moved."""
    for curve, level in ((marks.rim, 0), (marks.hem, -1)):
        first, last = sides[0][level], sides[1][level]
        for share in (0.25, 0.75):
            point, straight = _on(curve, share), curve[0] + share * (curve[-1] - curve[0])
            sag = size.long * float((point - straight)[1])
            pairs.append((point, first + share * (last - first) + sag * body.down))
        # The middle lies on its curve, not on the chord; of each level it comes first, then both seams.
        middle = 0 if level == 0 else 3 * (len(_SKIRT_NODES) - 1)
        point, (chord, target) = _on(curve, 0.5), pairs[middle]
        pairs[middle] = (point, target + size.long * float(point[1] - chord[1]) * body.down)


def _centre(body: Body, legs: Legs, down: float) -> Points:
    """The middle between both legs so far below the neck, going along with them below the hips."""
    share = float(np.clip((down - body.torso) / (CROTCH * body.unit), 0, 1))
    straight = body.at(0.0, min(down, body.torso + CROTCH * body.unit))
    along = max(down - body.torso, 0.0)
    between = (legs.at(0, along, 0) + legs.at(1, along, 0)) / 2
    return np.asarray((1 - share) * straight + share * between)


def _fall(body: Body, legs: Legs, down: float) -> Points:
    """Unit vector in which a skirt falls: along the body at the waist, between legs and plumb line further down."""
    feet = (legs.limbs[0].path[-1] + legs.limbs[1].path[-1]) / 2 - legs.hips.mean(axis=0)
    plumb = feet / max(float(np.linalg.norm(feet)), 1.0) + np.array([0.0, 1.0])
    share = float(np.clip((down - 0.8 * body.torso) / (0.2 * body.torso + CROTCH * body.unit), 0, 1))
    fall = (1 - share) * body.down + share * plumb / max(float(np.linalg.norm(plumb)), 0.1)
    return np.asarray(fall / np.linalg.norm(fall))


def _reach(body: Body, legs: Legs, centre: Points, down: float, outwards: Points) -> float:
    """How far the legs reach to one side."""
    along = down - body.torso
    if along <= 0:
        return 0.0
    reaches = []
    for side in (0, 1):
        radius = float(legs.radius(side, along / legs.limbs[side].length))
        reaches.append(float((legs.at(side, along, 0) - centre) @ outwards) + 1.05 * radius)
    return max(reaches)
