"""The person without what a new upper garment may touch, as VITON-HD's networks were given it (section 3.1).

Lengths are the published ones at a width of 768 pixels, in proportion at others. Where the published code draws at the
origin for a joint that was not detected, or divides by hips that lie on one spot, nothing is drawn and the hips stay.
"""

from __future__ import annotations

from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.labels import VITON_HD_GROUPS, Label
from vton_core.types import Image, Joint, Mask, ParseMap, Pose

__all__ = ["GREY", "agnostic_image", "agnostic_parse", "to_groups"]

GREY: Final = 128
_WIDTH: Final = 768
_RIGHT: Final = (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST)
_LEFT: Final = (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST)
_REMOVED: Final = (Label.UPPER_CLOTHES, Label.DRESS, Label.COAT, Label.TORSO_SKIN)
_KEPT: Final = (
    *(Label.SUNGLASSES, Label.FACE, Label.PANTS, Label.SKIRT),
    *(Label.LEFT_LEG, Label.RIGHT_LEG, Label.LEFT_SHOE, Label.RIGHT_SHOE),
)
_TABLE: Final[NDArray[np.uint8]] = np.zeros(256, np.uint8)
for _index, (_, _labels) in enumerate(VITON_HD_GROUPS):
    _TABLE[list(_labels)] = _index


def to_groups(parse: ParseMap) -> NDArray[np.uint8]:
    """CIHP labels to the 13 groups of :data:`vton_core.labels.VITON_HD_GROUPS`; ``uint8 (H, W)`` both."""
    return _TABLE[parse]


class _Drawing:
    """Shapes in published units on a mask; those that need a joint that is not there are left out."""

    def __init__(self, shape: tuple[int, ...], points: NDArray[np.float64]) -> None:
        self.mask = np.zeros(shape, np.uint8)
        self.points = points
        self.unit = shape[1] / _WIDTH

    def known(self, *joints: int) -> bool:
        return not np.isnan(self.points[list(joints)]).any()

    def line(self, start: int, end: int, width: float) -> None:
        """With square ends, as the published code's."""
        a, b = self.points[start], self.points[end]
        length = float(np.linalg.norm(b - a))
        if self.known(start, end) and length > 0:
            aside = np.array([a[1] - b[1], b[0] - a[0]]) / length * (width * self.unit / 2)
            self._fill(np.array([a + aside, b + aside, b - aside, a - aside]))

    def ellipse(self, joint: int, across: float, down: float) -> None:
        if self.known(joint):
            axes = (round(across * self.unit), round(down * self.unit))
            cv2.ellipse(self.mask, self._pixel(self.points[joint]), axes, 0, 0, 360, (1,), -1)

    def polygon(self, *joints: int) -> None:
        if self.known(*joints):
            self._fill(self.points[list(joints)])

    def square(self, joint: int, reach: float) -> None:
        if self.known(joint):
            low, high = (self._pixel(self.points[joint] + sign * reach * self.unit) for sign in (-1, 1))
            cv2.rectangle(self.mask, low, high, (1,), -1)

    def _fill(self, corners: NDArray[np.float64]) -> None:
        cv2.fillPoly(self.mask, [np.array([self._pixel(corner) for corner in corners], np.int32)], (1,))

    def _pixel(self, point: NDArray[np.float64]) -> tuple[int, int]:
        # OpenCV's drawing takes coordinates of 16 bits with some room.
        x, y = np.round(point.clip(-30_000, 30_000)).astype(int)
        return int(x), int(y)


def _points(pose: Pose) -> NDArray[np.float64]:
    """``float64 (25, 2)``; joints that were not detected are not numbers."""
    points = pose.keypoints[:, :2].astype(np.float64)
    points[pose.keypoints[:, 2] <= 0] = np.nan
    return points


def agnostic_parse(parse: ParseMap, pose: Pose) -> ParseMap:
    """The labels without upper garments, neck and arms; hands stay.

    Args:
        parse: ``uint8 (H, W)`` of CIHP labels.
        pose: the joints in the same pixels.

    Returns:
        ``uint8 (H, W)``.
    """
    removed: Mask = np.isin(parse, _REMOVED)
    for label, own, other in ((Label.LEFT_ARM, _LEFT, _RIGHT), (Label.RIGHT_ARM, _RIGHT, _LEFT)):
        drawing = _Drawing(parse.shape, _points(pose))
        chain = [joint for joint in (other[0], *own) if drawing.known(joint)]
        for start, end in pairwise(chain):
            drawing.line(start, end, 100)
            reach = 40 if end == own[-1] else 150
            drawing.ellipse(end, reach, reach)
        removed = removed | ((drawing.mask > 0) & (parse == label))
    return np.where(removed, 0, parse).astype(np.uint8)


def agnostic_image(rgb: Image, parse: ParseMap, pose: Pose) -> Image:
    """The photo with arms, torso and neck greyed; face and lower half stay.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        parse: ``uint8 (H, W)`` of CIHP labels.
        pose: the joints in the same pixels.

    Returns:
        ``uint8 (H, W, 3)``.
    """
    points = _points(pose)
    right, left = points[Joint.RIGHT_HIP].copy(), points[Joint.LEFT_HIP].copy()
    across: Any = np.linalg.norm(left - right)
    shoulders: Any = np.linalg.norm(points[Joint.LEFT_SHOULDER] - points[Joint.RIGHT_SHOULDER])
    if across > 0 and np.isfinite(shoulders):
        middle = (right + left) / 2
        points[Joint.RIGHT_HIP] = middle + (right - middle) * (shoulders / across)
        points[Joint.LEFT_HIP] = middle + (left - middle) * (shoulders / across)
    drawing = _Drawing(parse.shape, points)
    _grey_arms(drawing)
    _grey_torso(drawing)
    hidden = (drawing.mask > 0) & ~np.isin(parse, _KEPT)
    return np.where(hidden[..., None], GREY, rgb).astype(np.uint8)


def _grey_arms(drawing: _Drawing) -> None:
    drawing.line(Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER, 200)
    for chain in (_RIGHT, _LEFT):
        drawing.ellipse(chain[0], 100, 100)
        for start, end in pairwise(chain):
            if drawing.known(start, end):
                drawing.line(start, end, 200)
                drawing.ellipse(end, 100, 100)


def _grey_torso(drawing: _Drawing) -> None:
    for hip, shoulder in ((Joint.RIGHT_HIP, Joint.RIGHT_SHOULDER), (Joint.LEFT_HIP, Joint.LEFT_SHOULDER)):
        drawing.ellipse(hip, 60, 120)
        drawing.line(shoulder, hip, 120)
    drawing.line(Joint.RIGHT_HIP, Joint.LEFT_HIP, 240)
    drawing.polygon(Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER, Joint.LEFT_HIP, Joint.RIGHT_HIP)
    drawing.square(Joint.NECK, 140)
