"""Tops of which one sleeve shows, since they were photographed half from the side; maternity wear mostly is.

The far sleeve is the near one's mirror image then, and the far armpit as far below its shoulder as the near one.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.outline import Outline
from vton_core.garment.polyline import length_of, resample
from vton_core.garment.side import SEAM_POINTS, Side

__all__ = ["with_hidden_sleeve"]

Points = NDArray[np.float32]
# How wide a sleeve is at least, in its own lengths.
_SLENDER: Final = 0.11
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
        is no sleeve is given up.
    """
    left, right = (_bare(s, o) if _slender(s) else s for s, o in zip(sides, outlines, strict=True))
    if left.sleeved == right.sleeved:
        return (left, right), None
    chest = max(flip - float(left.armpit[0] + right.armpit[0]), 1.0)
    far = int(left.sleeved)
    other, seen = (right, left) if far else (left, right)
    if length_of(seen.outer) < _SHORTEST * chest or other.neck[1] - seen.neck[1] > _ONE_SHOULDER * chest:
        return (left, right), None
    told = _told(other, seen, outlines[far], chest)
    return ((seen, told) if far else (told, seen)), far


def _slender(side: Side) -> bool:
    """Whether what was taken for a sleeve is too narrow for one."""
    width = float(np.linalg.norm(side.outer - side.inner, axis=1).mean()) if side.sleeved else 0.0
    return side.sleeved and width < _SLENDER * length_of(side.outer)


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
