"""A patch of bare arm in the middle of a sleeve, in the sleeve's own colour, is sleeve."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.engines.parsing.prior import body_unit
from vton_core.labels import Label
from vton_core.masks import dilated
from vton_core.types import Image, Joint, Mask, ParseMap, Pose

__all__ = ["mend_sleeves"]

_UPPER: Final = (Label.UPPER_CLOTHES, Label.DRESS, Label.COAT)
_SKIN: Final = (Label.FACE, Label.TORSO_SKIN)
_ARMS: Final = (
    (Label.RIGHT_ARM, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    (Label.LEFT_ARM, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
)
_HAND: Final = 0.3
_REACH: Final = 0.05
_FEW: Final = 50
# A sleeve in the shade is as dark as skin; its hue stays its own.
_LIGHTNESS: Final = 0.6
_NEARER: Final = 0.5


def mend_sleeves(labels: ParseMap, rgb: Image, pose: Pose) -> ParseMap:
    """Give patches labelled arm to the garment round them where they look like it, and not like the face.

    Args:
        labels: ``uint8 (H, W)`` of CIHP labels.
        rgb: ``uint8 (H, W, 3)``.
        pose: the person's joints in the same pixels.

    Returns:
        ``uint8 (H, W)``. The patch that holds the hand stays an arm.
    """
    skin = np.isin(labels, _SKIN)
    if np.count_nonzero(skin) < _FEW:
        return labels
    reach = max(2, round(_REACH * body_unit(pose)))
    face, out = _colour(rgb, skin), labels
    for arm, elbow, wrist in _ARMS:
        count, parts = cv2.connectedComponents((labels == arm).astype(np.uint8), connectivity=8)
        hand = _part_of_hand(parts, pose, elbow, wrist)
        for number in range(1, count):
            patch = parts == number
            garment = _garment_round(labels, patch, reach) if number != hand else None
            if garment is None:
                continue
            label, near = garment
            own = _colour(rgb, patch)
            if _difference(own, _colour(rgb, near)) < _NEARER * _difference(own, face):
                out = np.where(patch, np.uint8(label), out)
    return out


def _part_of_hand(parts: NDArray[np.int32], pose: Pose, elbow: Joint, wrist: Joint) -> int:
    """The number of the part that the hand lies in; 0 where it is not seen."""
    joints = [pose.point(elbow), pose.point(wrist)]
    if joints[0] is None or joints[1] is None:
        return 0
    x, y = np.round(np.add(joints[1], np.subtract(joints[1], joints[0]) * _HAND)).astype(int)
    inside = 0 <= y < parts.shape[0] and 0 <= x < parts.shape[1]
    return int(parts[y, x]) if inside else 0


def _garment_round(labels: ParseMap, patch: Mask, reach: int) -> tuple[Label, Mask] | None:
    """The upper garment that most of the patch's neighbours belong to, and which of them do."""
    window = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    near = dilated(patch, window)
    label = max(_UPPER, key=lambda each: int(np.count_nonzero(near & (labels == each))))
    chosen = near & (labels == label)
    return (label, chosen) if np.count_nonzero(chosen) >= _FEW else None


def _colour(rgb: Image, where: Mask) -> NDArray[np.float32]:
    """The median in CIELAB, lightness counting less."""
    pixels = rgb[where].astype(np.float32)[None] / 255
    lab = np.median(cv2.cvtColor(pixels, cv2.COLOR_RGB2LAB)[0], axis=0)
    return np.asarray(lab * (_LIGHTNESS, 1, 1), np.float32)


def _difference(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    return float(np.linalg.norm(a - b))
