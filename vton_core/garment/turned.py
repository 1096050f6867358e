"""Tops of which one sleeve shows, since they were photographed half from the side; maternity wear mostly is.

The far sleeve is the near one's mirror image then, and the far armpit as far below its shoulder as the near one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.outline import Outline, resample
from vton_core.garment.side import SEAM_POINTS, Side

__all__ = ["with_hidden_sleeve"]

Points = NDArray[np.float32]
# Of what sticks out on one side only, in lengths along it: how wide a sleeve is at least.
_SLENDER: Final = 0.12
# In widths of the chest: how long a sleeve is at least, and how much lower one neck may be before it is a top for one
# shoulder.
_SHORTEST, _ONE_SHOULDER = 0.15, 0.2
# How much further down than the near shoulder the far one may seem to be, in widths of the chest.
_DROOPS: Final = 0.15


def with_hidden_sleeve(
    sides: tuple[Side, Side], outlines: tuple[Outline, Outline], flip: float
) -> tuple[tuple[Side, Side], int | None]:
    """Both sides, and which of them has a sleeve that is not seen.

    Args:
        sides: each in its own outline's pixels.
        outlines: of the mask and of the mirrored mask.
        flip: x of a point and of its mirror image together.

    Returns:
        The sides, and the index of the one whose sleeve is hidden; ``None`` where both have one or neither has. What
        sticks out on one side and is no sleeve is given up.
    """
    near = int(sides[1].sleeved)
    far = 1 - near
    if sides[0].sleeved == sides[1].sleeved:
        return sides, None
    chest = max(flip - float(sides[0].armpit[0] + sides[1].armpit[0]), 1.0)
    seen, other = sides[near], sides[far]
    length = float(np.linalg.norm(np.diff(seen.outer, axis=0), axis=1).sum())
    if float(np.linalg.norm(seen.outer - seen.inner, axis=1).mean()) < _SLENDER * length:
        return _ordered(near, _bare(seen, outlines[near]), other), None
    if length < _SHORTEST * chest or other.neck[1] - seen.neck[1] > _ONE_SHOULDER * chest:
        return sides, None
    return _ordered(near, seen, _told(other, seen, outlines[far], chest)), far


def _ordered(near: int, seen: Side, other: Side) -> tuple[Side, Side]:
    return (other, seen) if near else (seen, other)


def _bare(side: Side, outline: Outline) -> Side:
    """The side without its sleeve."""
    none = np.zeros((0, 2), np.float32)
    hem = outline.nearest(side.hem, len(outline.points) - 1)
    armpit = outline.nearest(side.armpit, hem, outline.nearest(side.shoulder, hem))
    return replace(_seamed(side, outline, armpit), outer=none, inner=none)


def _told(side: Side, twin: Side, outline: Outline, chest: float) -> Side:
    """The far side, its shoulder and armpit as far down as its twin's."""
    hem = outline.nearest(side.hem, len(outline.points) - 1)
    shoulder = outline.nearest(side.shoulder, hem)
    slope = float(twin.shoulder[1] - twin.neck[1])
    if side.shoulder[1] - side.neck[1] > slope + _DROOPS * chest:
        shoulder = _down(outline, outline.nearest(side.neck, hem), hem, slope)
        side = replace(side, shoulder=outline.points[shoulder])
    return _seamed(side, outline, _down(outline, shoulder, hem, float(twin.armpit[1] - twin.shoulder[1])))


def _down(outline: Outline, start: int, hem: int, drop: float) -> int:
    """The first point of the outline from ``start`` on that lies so far below it."""
    below = outline.points[start : hem + 1, 1] >= outline.points[start, 1] + drop
    return start + int(below.argmax()) if below.any() else hem


def _seamed(side: Side, outline: Outline, armpit: int) -> Side:
    """The side with its armpit, and so its side seam, from a point of the outline on."""
    hem = max(outline.nearest(side.hem, len(outline.points) - 1), armpit)
    seam = resample(outline.between(armpit, hem), SEAM_POINTS)
    return replace(side, armpit=seam[0], hem=seam[-1], seam=seam)
