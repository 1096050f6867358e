"""Sleeves that lie on the body, or hang so close beside it that the gap between them begins far below the armpit.

The top of that gap is taken for the armpit, and what is above it, most of the body, would be drawn up to the chest.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from vton_core.garment.outline import resample
from vton_core.garment.side import SEAM_POINTS, Points, Side

__all__ = ["with_high_armpits"]

# How far below the shoulder's tip an armpit may be, in distances of the tips: no armpit of 250 shop photos is farther.
_LOWEST: Final = 0.68
# Where it is put, in the same, unless the other side tells; half of all are between 0.42 and 0.54.
_USUAL: Final = 0.48
# Armpits farther apart than this, in the same, tell that the shoulders are not where they are taken to be.
_APART: Final = 1.5
# How far from the middle it is then at most, in the same.
_WIDEST: Final = 0.56


def with_high_armpits(sides: tuple[Side, Side]) -> tuple[Side, Side]:
    """Both sides with armpits that are no farther below the shoulders than garments have them.

    Args:
        sides: left and right, in the same pixels.

    Returns:
        The sides; one that has no sleeve, or whose armpit is high enough, stays as it is.
    """
    tips = np.stack([side.shoulder for side in sides])
    wide = float(np.linalg.norm(tips[1] - tips[0]))
    if not 1 <= wide > float(sides[1].armpit[0] - sides[0].armpit[0]) / _APART:
        return sides
    deep = [float(side.armpit[1] - side.shoulder[1]) / wide for side in sides]
    low = [side.sleeved and depth > _LOWEST for side, depth in zip(sides, deep, strict=True)]
    left, right = (
        _raised(side, float(tips[:, 0].mean()), wide, _USUAL if low[1 - index] else min(deep[1 - index], _USUAL))
        if low[index]
        else side
        for index, side in enumerate(sides)
    )
    return left, right


def _raised(side: Side, middle: float, wide: float, depth: float) -> Side:
    """A side whose armpit is ``depth`` below its shoulder, both in ``wide`` pixels, and no farther out than it was."""
    beside = float(np.clip(side.armpit[0] - middle, -_WIDEST * wide, _WIDEST * wide))
    armpit: Points = np.array([middle + beside, side.shoulder[1] + depth * wide], np.float32)
    return replace(
        side,
        armpit=armpit,
        inner=resample(np.concatenate([armpit[None], side.inner]), SEAM_POINTS),
        seam=resample(np.concatenate([armpit[None], side.seam]), SEAM_POINTS),
    )
