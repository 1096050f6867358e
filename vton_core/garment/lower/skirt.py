"""A skirt over both legs."""

from __future__ import annotations

from typing import Final

import numpy as np

from vton_core.garment.body import Body
from vton_core.garment.lower.landmarks import LowerLandmarks
from vton_core.garment.lower.legs import CROTCH, Legs
from vton_core.garment.lower.piece import FLOOR, SNUG, WAIST_EASE, Pair, Piece, Points, on_seam
from vton_core.garment.lower.size import Size
from vton_core.types import Wearing

__all__ = ["skirt_pairs"]

# Shares of the length at which both seams are laid.
_NODES: Final = (0.0, 0.12, 0.25, 0.4, 0.55, 0.7, 0.85, 1.0)


def skirt_pairs(
    marks: LowerLandmarks, body: Body, legs: Legs, size: Size, wearing: Wearing, waist: float
) -> tuple[Piece, tuple[float, float]]:
    """Lay a skirt over both legs.

    Args:
        marks: the garment's landmarks.
        body: who wears it.
        legs: of the same.
        size: of the garment on that body.
        wearing: how it is worn.
        waist: where its upper edge lies, in pixels below the neck.

    Returns:
        The skirt, and how far along each leg's line its hem lies, in pixels from the hip joint.
    """
    tall = max(marks.bottom - float(marks.waist[1]), 1.0)
    drop = size.long * tall * (1 + wearing.length)
    longest = body.torso - waist + legs.length + FLOOR * body.unit
    drop = min(drop, longest)
    wide = size.wide * (1 + wearing.width)
    pairs: list[Pair] = []
    sides: tuple[list[Points], list[Points]] = ([], [])
    above: list[tuple[float, float]] = []
    for share in _NODES:
        ends = [on_seam(marks.outer[side], share) for side in (0, 1)]
        middle = (ends[0] + ends[1]) / 2
        down = waist + share * drop
        centre = _centre(body, legs, down)
        pairs.append((middle, centre))
        slim = float(body.half_width(down)) if down < body.torso else 0.0
        fall = _fall(body, legs, down)
        across = np.array([fall[1], -fall[0]])
        for side, sign in ((0, -1.0), (1, 1.0)):
            own = wide * abs(float(ends[side][0] - middle[0]))
            reach = max(slim * SNUG, _reach(body, legs, centre, down, sign * across))
            half = max(own, reach)
            if share == 0:
                half = min(half, slim * (WAIST_EASE + max(wearing.width, 0.0)))
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
    pairs: list[Pair], sides: tuple[list[Points], list[Points]], marks: LowerLandmarks, size: Size, body: Body
) -> None:
    """Let a skirt's rim and hem hang as they are curved, by pairs between the seams, and the middle's moved."""
    for curve, level in ((marks.rim, 0), (marks.hem, -1)):
        first, last = sides[0][level], sides[1][level]
        for share in (0.25, 0.75):
            point, straight = on_seam(curve, share), curve[0] + share * (curve[-1] - curve[0])
            sag = size.long * float((point - straight)[1])
            pairs.append((point, first + share * (last - first) + sag * body.down))
        # The middle lies on its curve, not on the chord; of each level it comes first, then both seams.
        middle = 0 if level == 0 else 3 * (len(_NODES) - 1)
        point, (chord, target) = on_seam(curve, 0.5), pairs[middle]
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
