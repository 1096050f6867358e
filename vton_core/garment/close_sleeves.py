"""Tops on hangers whose sleeves hang so close beside the body, or before it, that no gap tells how wide it is.

What is taken for the body there is what is left between the sleeves. A chest is hardly narrower than the shoulders are
apart, and that is how wide it is made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.polyline import resample
from vton_core.garment.shapes import shows_at
from vton_core.garment.side import SEAM_POINTS, Side
from vton_core.types import Mask

__all__ = ["with_whole_chest"]

Points = NDArray[np.float32]
# How wide a chest is at least, in distances of the shoulders' tips.
_CHEST: Final = 0.92
# An armpit so far from the outline, in the same, is one that does not show.
_INSIDE: Final = 0.04
# What is left beside it for the sleeve at least, in the same.
_LEFT: Final = 0.06
# At so many places round an armpit the outline is looked for.
_RING: Final = 16


def with_whole_chest(sides: tuple[Side, Side], mask: Mask) -> tuple[Side, Side]:
    """Both sides with armpits that the sleeves hide as far apart as a chest is wide, and the hem with them.

    Args:
        sides: in the mask's pixels.
        mask: ``bool (H, W)``, the garment.

    Returns:
        The sides; one that has no sleeve, or whose armpit shows, stays as it is.
    """
    tips = np.stack([side.shoulder for side in sides])
    across = tips[1] - tips[0]
    wide = float(np.linalg.norm(across))
    if wide < 1 or not all(side.sleeved for side in sides):
        return sides
    ways = (across / wide * np.array([[-1], [1]])).astype(np.float32)
    middle = tips.mean(axis=0)
    left, right = (
        _widened(side, middle, out, wide, mask) if _is_hidden(mask, side.armpit, _INSIDE * wide) else side
        for side, out in zip(sides, ways, strict=True)
    )
    return left, right


def _is_hidden(mask: Mask, point: Points, radius: float) -> bool:
    """Whether the outline is nowhere so near a point."""
    turns = np.linspace(0, 2 * np.pi, _RING, endpoint=False)
    around = point + radius * np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return bool(shows_at(mask, around[None]).all())


def _widened(side: Side, middle: Points, out: Points, wide: float, mask: Mask) -> Side:
    """A side whose armpit and hem lie as far ``out`` of the middle as a chest ``wide`` between its shoulders does, and
    whose cuff lies outside of them."""
    armpit, hem = (_moved_out(point, middle, out, wide, mask) for point in (side.armpit, side.hem))
    if np.array_equal(armpit, side.armpit):
        return side
    if not np.array_equal(hem, side.hem):
        hem = hem + out * min(float((side.outer[-1] - hem) @ out) - _LEFT * wide, 0.0)
    cuff = side.inner[-1] + out * max(float((hem - side.inner[-1]) @ out), 0.0)
    return replace(
        side,
        armpit=armpit,
        hem=hem,
        inner=resample(np.stack([armpit, cuff]), SEAM_POINTS),
        seam=resample(np.stack([armpit, hem]), SEAM_POINTS),
    )


def _moved_out(point: Points, middle: Points, out: Points, wide: float, mask: Mask) -> Points:
    """A point so far out, unless it is already or the outline is near."""
    missing = _CHEST / 2 * wide - float((point - middle) @ out)
    if missing < 1:
        return point
    room = _LEFT * wide
    steps = np.arange(0.0, missing + room)
    shown = shows_at(mask, (point + steps[:, None] * out)[None])[0]
    within = len(steps) if shown.all() else int(shown.argmin())
    return np.asarray(point + out * max(within - room, 0.0), np.float32)
