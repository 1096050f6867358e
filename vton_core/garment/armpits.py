"""Armpits of sleeves that lie on the body, or so close beside it that the outline does not tell where they begin.

The top of the gap between the two, far below the armpit, or the sleeve's outer edge is taken for it there: most of the
body would be drawn up to the chest, and no arm would go through the sleeve.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from vton_core.garment.polyline import resample
from vton_core.garment.shapes import shows_at
from vton_core.garment.side import SEAM_POINTS, Points, Side
from vton_core.types import Mask

__all__ = ["with_plausible_armpits"]

# All of these are in distances of the shoulders' tips.
# How far below the shoulder's tip an armpit may be: none of 250 shop photos is farther.
_LOWEST: Final = 0.68
# Where it is put, unless the other side tells; half of all are between 0.42 and 0.54.
_USUAL: Final = 0.48
# How far from the middle it is then at most, and how far one that is moved inwards is at least.
_WIDEST, _SLIMMEST = 0.56, 0.46
# Armpits farther apart than this tell that the shoulders are not where they are taken to be.
_APART: Final = 1.5
# How wide a sleeve is at its armpit at least and at most where its cuff, in whose widths it is so wide, tells; and how
# much narrower it may be found.
_NARROW, _WIDE, _CUFFS, _ENOUGH = 0.12, 0.28, 0.9, 0.6


def with_plausible_armpits(sides: tuple[Side, Side], mask: Mask) -> tuple[Side, Side]:
    """Both sides with armpits no farther below the shoulders than garments have them, and as far from their sleeves'
    outer seams as an arm is thick.

    Args:
        sides: left and right, in the mask's pixels.
        mask: ``bool (H, W)``, the garment.

    Returns:
        The sides; one that has no sleeve, or whose armpit may be one, stays as it is.
    """
    tips = np.stack([side.shoulder for side in sides])
    wide = float(np.linalg.norm(tips[1] - tips[0]))
    if not 1 <= wide > float(sides[1].armpit[0] - sides[0].armpit[0]) / _APART:
        return sides
    middle = float(tips[:, 0].mean())
    deep = [float(side.armpit[1] - side.shoulder[1]) / wide for side in sides]
    low = [side.sleeved and depth > _LOWEST for side, depth in zip(sides, deep, strict=True)]
    left, right = (
        _raised(side, middle, wide, _USUAL if low[1 - index] else min(deep[1 - index], _USUAL), mask)
        if low[index]
        else side
        for index, side in enumerate(sides)
    )
    return _moved_in(left, middle, wide), _moved_in(right, middle, wide)


def _raised(side: Side, middle: float, wide: float, depth: float, mask: Mask) -> Side:
    """A side whose armpit is ``depth`` below its shoulder, both in ``wide`` pixels, within the garment and no farther
    out than it was."""
    beside = np.clip(side.armpit[0] - middle, -_WIDEST * wide, _WIDEST * wide)
    x = middle + np.sign(beside) * np.arange(np.abs(beside), 0, -1)
    places = np.stack([x, np.full_like(x, side.shoulder[1] + depth * wide)], axis=1).astype(np.float32)
    within = shows_at(mask, places[None])[0]
    return _with_armpit(side, places[int(within.argmax())]) if within.any() else side


def _moved_in(side: Side, middle: float, wide: float) -> Side:
    """A side whose sleeve is wide enough for an arm."""
    if not side.sleeved:
        return side
    cuff = float(np.linalg.norm(side.outer[-1] - side.inner[-1]))
    usual = float(np.clip(_CUFFS * cuff, _NARROW * wide, _WIDE * wide))
    beside = float(side.armpit[0]) - middle
    steps = np.arange(0.0, max(abs(beside) - _SLIMMEST * wide, 0.0))
    places = side.armpit - np.sign(beside) * steps[:, None] * np.array([1, 0])
    away = np.linalg.norm(places[:, None] - side.outer, axis=2).min(axis=1)
    if len(steps) == 0 or away[0] > _ENOUGH * usual:
        return side
    place = places[int(away.argmax())] if away.max() < usual else places[int((away >= usual).argmax())]
    # The inner seam began at the old armpit, on the sleeve.
    return _with_armpit(replace(side, inner=side.inner[-1:]), place.astype(np.float32))


def _with_armpit(side: Side, armpit: Points) -> Side:
    """A side with another armpit, from which the seams go on to where they began."""
    return replace(
        side,
        armpit=armpit,
        inner=resample(np.concatenate([armpit[None], side.inner]), SEAM_POINTS),
        seam=resample(np.concatenate([armpit[None], side.seam]), SEAM_POINTS),
    )
