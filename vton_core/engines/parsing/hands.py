"""A hand belongs to the arm whose wrist is seen at it, not to the one that it lies on."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.engines.parsing.prior import body_unit
from vton_core.labels import Label
from vton_core.types import Joint, Mask, ParseMap, Pose

__all__ = ["SEEN", "give_hands"]

_SIDES: Final = (
    (Label.RIGHT_ARM, Joint.RIGHT_WRIST, Label.LEFT_ARM, Joint.LEFT_WRIST),
    (Label.LEFT_ARM, Joint.LEFT_WRIST, Label.RIGHT_ARM, Joint.RIGHT_WRIST),
)
SEEN: Final = 0.8
"""How sure a pose must be of a wrist that is seen."""
# How sure it is of one that is hidden, at most.
_HIDDEN: Final = 0.6
# How far from a wrist its hand begins at most; and how little of an arm, in squared units, how near its wrist is none.
# In body units.
_AT, _NEAR, _NONE = 0.15, 0.35, 0.001


def give_hands(labels: ParseMap, pose: Pose) -> ParseMap:
    """Where one hand lies on the other arm, give it to its own.

    Args:
        labels: ``uint8 (H, W)`` of CIHP labels.
        pose: the person's joints in the same pixels.

    Returns:
        ``uint8 (H, W)``: a piece of an arm whose wrist is hidden, or seen elsewhere, goes to the other arm where that
        one's wrist is seen at it, and nothing else of that arm is near.
    """
    unit, out = body_unit(pose), labels
    for own, wrist, other, seen in _SIDES:
        point = pose.point(seen) if pose.keypoints[seen, 2] > SEEN else None
        if point is None or np.count_nonzero(_away(labels == other, point) < _NEAR * unit) > _NONE * unit**2:
            continue
        count, parts = cv2.connectedComponents((labels == own).astype(np.uint8), connectivity=8)
        for number in range(1, count):
            piece: Mask = parts == number
            if _away(piece, point).min() < _AT * unit and _without_hand(piece, pose, wrist, unit):
                out = np.where(piece, np.uint8(other), out)
    return out


def _without_hand(piece: Mask, pose: Pose, wrist: Joint, unit: float) -> bool:
    """Whether a piece of an arm is none of its hand: that is hidden, or seen elsewhere."""
    point, surely = pose.point(wrist), float(pose.keypoints[wrist, 2])
    if point is None:
        return False
    return surely < _HIDDEN or (surely > SEEN and bool(_away(piece, point).min() > _NEAR * unit))


def _away(mask: Mask, point: tuple[float, float]) -> NDArray[np.float64]:
    """``float64 (N,)``: how far a mask's pixels are from a point."""
    rows, columns = np.nonzero(mask)
    return np.hypot(columns - point[0], rows - point[1])
