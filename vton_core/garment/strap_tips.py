"""Where a garment's thin straps go over the shoulder.

A smoothed outline loses thin straps, and what it has left of one beside the bodice's upper edge looks like a shoulder.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.shapes import disc
from vton_core.garment.side import Side
from vton_core.masks import dilated, opened
from vton_core.types import Alpha, Mask

__all__ = ["StrapTip", "hung_up", "strap_tips"]

Points = NDArray[np.float32]
# A strap is narrower than this, in widths of the chest.
_NARROW: Final = 0.14
# So much of a pixel a strap covers at least.
_VISIBLE, _SOLID = 0.25, 0.5
# How far around the garment's body what belongs to its edge reaches, and where a strap is sewn on, in pixels.
_EDGE, _ROOT = 2, 5
# How far it rises over where it is sewn on, in widths of the chest, and how far beside of that it may end, in its rise.
_RISE: Final = (0.08, 0.9)
_BESIDE: Final = 1.0
# Straps that end further in than this, in widths of the chest from the middle, go round the neck.
_HALTER: Final = 0.1
# A neck and a shoulder that reach so near to a strap's end, in widths of the chest, are where they should be.
_LEVEL: Final = 0.06


@dataclass(frozen=True)
class StrapTip:
    """A strap.

    Attributes:
        inner: ``(2,)``, its upper end's corner towards the neck.
        outer: ``(2,)``, its upper end's corner towards the arm.
        mask: ``bool (H, W)``, what is seen of it.
    """

    inner: Points
    outer: Points
    mask: Mask

    def mirrored(self, flip: float) -> StrapTip:
        """The strap of the other side, for an x that adds up with its mirror image's to ``flip``."""
        move, offset = np.array([-1, 1], np.float32), np.array([flip, 0], np.float32)
        matrix = np.array([[-1.0, 0.0, flip], [0.0, 1.0, 0.0]])
        there = cv2.warpAffine(self.mask.view(np.uint8), matrix, self.mask.shape[::-1], flags=cv2.INTER_NEAREST)
        return StrapTip(self.inner * move + offset, self.outer * move + offset, there > 0)


def strap_tips(alpha: Alpha, middle: float, chest: float, armpits: tuple[float, float]) -> list[StrapTip | None]:
    """Find thin straps that stand up.

    Args:
        alpha: ``float32 (H, W)`` in [0, 1], the garment's.
        middle: x of the garment's middle line.
        chest: its width between the armpits, in pixels.
        armpits: y of the left and the right armpit; a strap is sewn on above.

    Returns:
        The left and the right strap; ``None`` where there is no thin one.
    """
    solid = np.asarray(alpha > _SOLID)
    core = opened(solid, disc(max(1, round(_NARROW * chest / 2))))
    thin = np.asarray(alpha > _VISIBLE) & ~dilated(core, disc(_EDGE))
    near = dilated(core, disc(_ROOT))
    _, parts, stats, _ = cv2.connectedComponentsWithStats(thin.view(np.uint8), connectivity=8)
    found: list[StrapTip | None] = [None, None]
    for part in np.flatnonzero(stats[:, cv2.CC_STAT_HEIGHT] >= _RISE[0] * chest):
        strap = None if part == 0 else _strap(np.asarray(parts == part), near, middle, chest, armpits)
        if strap is None:
            continue
        index = int(strap.inner[0] > middle)
        known = found[index]
        if known is None or strap.inner[1] < known.inner[1]:
            found[index] = strap
    return found


def _strap(mask: Mask, near: Mask, middle: float, chest: float, armpits: tuple[float, float]) -> StrapTip | None:
    """What a thin part of the garment is as a strap, ``near`` being where one is sewn on; ``None``: something else."""
    roots = np.argwhere(mask & near)
    top = int(np.flatnonzero(mask.any(axis=1))[0])
    ends = np.flatnonzero(mask[top : top + 2].any(axis=0))
    tip = float(ends.mean())
    index = int(tip > middle)
    if len(roots) == 0 or np.any((roots[:, 1] > middle) != (index == 1)) or abs(tip - middle) < _HALTER * chest:
        return None
    low, beside = roots[roots[:, 0].argmin()]
    rise = float(low - top)
    if low > armpits[index] or not _RISE[0] * chest < rise < _RISE[1] * chest or abs(tip - beside) > _BESIDE * rise:
        return None
    inner, outer = np.array([[ends[-1], top], [ends[0], top]], np.float32)[:: -1 if index else 1]
    return StrapTip(inner, outer, mask)


def hung_up(sides: tuple[Side, Side], alpha: Alpha) -> tuple[tuple[Side, Side], Mask]:
    """Both sides with their necks and shoulders at the upper ends of thin straps.

    Where one strap is missing, or lies aside, the other tells where it would end.

    Args:
        sides: left and right, in the picture's pixels.
        alpha: ``float32 (H, W)`` in [0, 1], the garment's.

    Returns:
        The sides, as they are where there are no such straps, and ``bool (H, W)``: the straps.
    """
    straps = np.zeros(alpha.shape, np.bool_)
    if any(side.sleeved for side in sides):
        return sides, straps
    left, right = sides
    flip = float(left.armpit[0] + right.armpit[0])
    chest = float(np.linalg.norm(right.armpit - left.armpit))
    found = strap_tips(alpha, flip / 2, chest, (float(left.armpit[1]), float(right.armpit[1])))
    hung = []
    for index, side in enumerate(sides):
        strap, other = found[index], found[1 - index]
        if strap is None and other is not None:
            strap = other.mirrored(flip)
        if strap is not None and max(side.neck[1], side.shoulder[1]) > strap.inner[1] + _LEVEL * chest:
            straps |= strap.mask
            side = replace(side, neck=strap.inner, collar=strap.inner, shoulder=strap.outer, ridge=side.ridge[:0])
        hung.append(side)
    return (hung[0], hung[1]), straps
