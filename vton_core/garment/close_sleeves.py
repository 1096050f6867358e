"""Tops on hangers whose sleeves hang so close beside the body, or before it, that no gap tells how wide it is.

What is taken for the body there is what is left between the sleeves. A chest is hardly narrower than the shoulders are
apart, and that is how wide it is made.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.outline import resample
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
    beside = (across / wide * np.array([[-1], [1]], np.float32)).astype(np.float32)
    away = cv2.distanceTransform(np.pad(mask, 1).astype(np.uint8), cv2.DIST_L2, 3)[1:-1, 1:-1]
    left, right = (
        _widened(side, tips.mean(axis=0), out, wide, mask) if _at(away, side.armpit) > _INSIDE * wide else side
        for side, out in zip(sides, beside, strict=True)
    )
    return left, right


def _at(plane: NDArray[Any], point: Points) -> float:
    x, y = (int(np.clip(round(float(v)), 0, size - 1)) for v, size in zip(point, plane.shape[::-1], strict=True))
    return float(plane[y, x])


def _widened(side: Side, middle: Points, out: Points, wide: float, mask: Mask) -> Side:
    """A side whose armpit and hem lie as far ``out`` of the middle as a chest ``wide`` between its shoulders does, and
    whose cuff lies outside of them."""
    armpit, hem = (_moved_out(point, middle, out, wide, mask) for point in (side.armpit, side.hem))
    if np.array_equal(armpit, side.armpit):
        return side
    cuff = side.inner[-1]
    room = float((side.outer[-1] - hem) @ out) - _LEFT * wide
    if not np.array_equal(hem, side.hem):
        hem = hem + out * min(room, 0.0)
    cuff = cuff + out * max(float((hem - cuff) @ out), 0.0)
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
    steps = np.arange(0.0, missing + _LEFT * wide)
    path = np.round(point + steps[:, None] * out).astype(int)
    x, y = path.T.clip(0, [[mask.shape[1] - 1], [mask.shape[0] - 1]])
    outside = np.flatnonzero(~mask[y, x])
    within = float(outside[0]) if len(outside) else float(len(steps))
    return np.asarray(point + out * max(within - _LEFT * wide, 0.0), np.float32)
