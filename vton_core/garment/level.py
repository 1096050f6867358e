"""Armpits of a top without sleeves, of which one was taken to be far below the other.

Where a strap is all that the outline shows of an armhole, or a garment is turned, nothing tells where its side begins.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from vton_core.garment.outline import Outline
from vton_core.garment.polyline import resample
from vton_core.garment.side import SEAM_POINTS, Side

__all__ = ["with_level_armpits"]

# So much farther below its shoulder than the other, in heights of the side, an armpit is none: of 1,599 shop photos
# four were, all of them wrong.
_SUNK: Final = 0.3


def with_level_armpits(sides: tuple[Side, Side], outlines: tuple[Outline, Outline]) -> tuple[Side, Side]:
    """Both sides, a sunk armpit as far below its shoulder as the other; those of a top with a sleeve as they are.

    Args:
        sides: left and right, each in its own outline's pixels.
        outlines: of the mask and of the mirrored mask.
    """
    if any(side.sleeved for side in sides):
        return sides
    deep = [float(side.armpit[1] - side.shoulder[1]) for side in sides]
    left, right = (
        _raised(side, outline, depth) if deep[index] - depth > _SUNK * float(side.hem[1] - side.neck[1]) else side
        for index, (side, outline, depth) in enumerate(zip(sides, outlines, deep[::-1], strict=True))
    )
    return left, right


def _raised(side: Side, outline: Outline, depth: float) -> Side:
    """A side with its armpit ``depth`` pixels below its shoulder on the outline."""
    hem = outline.nearest(side.hem, len(outline.points) - 1)
    low = outline.nearest(side.armpit, hem)
    beside = np.arange(min(outline.nearest(side.shoulder, hem), low), low + 1)
    at = int(beside[np.abs(outline.points[beside, 1] - side.shoulder[1] - depth).argmin()])
    return replace(side, armpit=outline.points[at], seam=resample(outline.between(at, hem), SEAM_POINTS))
