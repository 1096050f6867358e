"""A hand belongs to the arm whose wrist is seen at it, not to the one that it lies on."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.engines.parsing.prior import body_unit
from vton_core.labels import Label
from vton_core.types import Image, Joint, Mask, ParseMap, Pose

__all__ = ["SEEN", "give_hands"]

_SIDES: Final = (
    (Label.RIGHT_ARM, Joint.RIGHT_WRIST, Label.LEFT_ARM, Joint.LEFT_WRIST, Joint.LEFT_ELBOW),
    (Label.LEFT_ARM, Joint.LEFT_WRIST, Label.RIGHT_ARM, Joint.RIGHT_WRIST, Joint.RIGHT_ELBOW),
)
SEEN: Final = 0.8
"""How sure a pose must be of a wrist that is seen."""
# How sure it is of one that is hidden, at most.
_HIDDEN: Final = 0.6
# How far from a wrist its hand begins at most; and how little of an arm, in squared units or beside the hand, how near
# its wrist is none. In body units.
_AT, _NEAR, _NONE, _LITTLE = 0.15, 0.35, 0.001, 0.2
# How long a closed hand is beyond its wrist and half as wide, in body units; how much of that must be an arm's, and how
# much of it at most the hand's own arm's.
_LONG, _WIDE, _ON_ARM, _OWN = 0.3, 0.14, 0.35, 0.3
# Where along the forearm, from the wrist on, and how far beside its line the edge is looked for, in body units; at how
# many places, averaged over how many, and over how many it is; what is an edge (ΔE) and what a shadow (L*).
_EDGE_AT, _BESIDE, _SAMPLES, _SMOOTH, _GAP = (-0.16, 0.08), 0.05, 49, 5, 12
_EDGE, _SHADOW = 14.0, 5.0


def give_hands(labels: ParseMap, rgb: Image, pose: Pose) -> ParseMap:
    """Where one hand lies on the other arm, give it to its own.

    Args:
        labels: ``uint8 (H, W)`` of CIHP labels.
        rgb: ``uint8 (H, W, 3)``, the photo.
        pose: the person's joints in the same pixels.

    Returns:
        ``uint8 (H, W)``: a piece of an arm whose wrist is hidden, or seen elsewhere, goes to the other arm where that
        one's wrist is seen at it, and nothing else of that arm is near; of a bare arm before which a hand lies, what is
        where the hand must be.
    """
    unit, out = body_unit(pose), labels
    for own, wrist, other, seen, elbow in _SIDES:
        point = pose.point(seen) if pose.keypoints[seen, 2] > SEEN else None
        if point is None:
            continue
        near = np.count_nonzero(_away(labels == other, point) < _NEAR * unit)
        count, parts = cv2.connectedComponents((labels == own).astype(np.uint8), connectivity=8)
        for number in range(1, count):
            piece: Mask = parts == number
            if _away(piece, point).min() >= _AT * unit:
                continue
            little = near <= max(_NONE * unit**2, _LITTLE * np.count_nonzero(piece))
            if little and _without_hand(piece, np.asarray((parts > 0) & ~piece), pose, wrist, unit):
                out = np.where(piece, np.uint8(other), out)
            else:
                hand = _gripping(labels, piece, other, pose, (wrist, elbow, seen))
                if hand.any() and _runs_on(rgb, pose, elbow, seen):
                    out = np.where(hand, np.uint8(other), out)
    return out


def _gripping(labels: ParseMap, arm: Mask, other: Label, pose: Pose, joints: tuple[Joint, Joint, Joint]) -> Mask:
    """Where a hand lies on the other bare arm: what of that arm is beyond the hand's wrist as far as a hand reaches.

    Args:
        labels: ``uint8 (H, W)`` of CIHP labels.
        arm: ``bool (H, W)``, the piece of an arm on which the hand may lie.
        other: the label of the hand's arm.
        pose: the person's joints in the same pixels.
        joints: the wrist of the arm below, and elbow and wrist of the hand's.
    """
    unit, none = body_unit(pose), np.zeros_like(arm)
    below, elbow, wrist = (pose.point(joint) for joint in joints)
    if below is None or elbow is None or wrist is None or np.hypot(*np.subtract(below, wrist)) < _NEAR * unit:
        return none
    ahead = _ahead(elbow, wrist)
    hand = np.zeros(arm.shape, np.uint8)
    start, end = (
        np.round(np.add(wrist, share * unit * ahead)).astype(int).tolist() for share in (_WIDE, _LONG - _WIDE)
    )
    cv2.line(hand, start, end, (1.0,), max(1, round(2 * _WIDE * unit)))
    zone = hand > 0
    on_arm, own = np.count_nonzero(zone & arm), np.count_nonzero(zone & (labels == other))
    if on_arm < _ON_ARM * np.count_nonzero(zone) or own > _OWN * on_arm:
        return none
    return zone & arm


def _runs_on(rgb: Image, pose: Pose, elbow: Joint, wrist: Joint) -> bool:
    """Whether a forearm runs on into its hand: before an arm behind which it goes there is an edge or a shadow."""
    start, end, unit = pose.point(elbow), pose.point(wrist), body_unit(pose)
    if start is None or end is None:
        return False
    ahead = _ahead(start, end)
    along, beside = np.linspace(*_EDGE_AT, _SAMPLES) * unit, np.linspace(-_BESIDE, _BESIDE, 9) * unit
    points = end + along[:, None, None] * ahead + beside[:, None] * np.array([-ahead[1], ahead[0]])
    grid = points.astype(np.float32)
    seen = cv2.remap(rgb, grid[..., 0], grid[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    lab = cv2.cvtColor(seen.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    line = cv2.blur(np.median(lab, axis=1, keepdims=True), (1, _SMOOTH))[:, 0]
    step = np.linalg.norm(line[_GAP:] - line[:-_GAP], axis=1)
    light = line[:, 0]
    lit = np.minimum(np.maximum.accumulate(light), np.maximum.accumulate(light[::-1])[::-1])
    return bool(step.max() < _EDGE and (lit - light).max() < _SHADOW)


def _ahead(start: tuple[float, float], end: tuple[float, float]) -> NDArray[np.float64]:
    """The unit vector from one point to another."""
    way = np.subtract(end, start)
    return np.asarray(way / max(float(np.hypot(*way)), 1.0), np.float64)


def _without_hand(piece: Mask, rest: Mask, pose: Pose, wrist: Joint, unit: float) -> bool:
    """Whether a piece of an arm is none of its hand: that is hidden, or seen elsewhere, or at the rest of the arm."""
    point, surely = pose.point(wrist), float(pose.keypoints[wrist, 2])
    if point is None or surely < _HIDDEN:
        return point is not None
    away = float(_away(piece, point).min())
    beside = rest.any() and float(_away(rest, point).min()) < _AT * unit < away
    return surely > SEEN and (away > _NEAR * unit or bool(beside))


def _away(mask: Mask, point: tuple[float, float]) -> NDArray[np.float64]:
    """``float64 (N,)``: how far a mask's pixels are from a point."""
    rows, columns = np.nonzero(mask)
    return np.hypot(columns - point[0], rows - point[1])
