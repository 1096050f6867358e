"""A figure drawn from its joints, with its labels: for garments that cover the legs."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Literal

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.labels import Label
from vton_core.types import Canvas, Cutout, Joint, Mask, ParseMap, Pose

__all__ = ["SKIN", "TROUSERS", "Lower", "Mannequin", "Stance", "mannequin"]

SIZE = (420, 900)
SKIN, TOP, TROUSERS, SHOES = (214, 168, 140), (235, 235, 230), (30, 40, 120), (20, 20, 20)
_JOINTS = {
    Joint.NOSE: (210, 95), Joint.NECK: (210, 170),
    Joint.RIGHT_SHOULDER: (150, 172), Joint.RIGHT_ELBOW: (128, 275), Joint.RIGHT_WRIST: (112, 365),
    Joint.LEFT_SHOULDER: (270, 172), Joint.LEFT_ELBOW: (292, 275), Joint.LEFT_WRIST: (308, 365),
    Joint.MID_HIP: (210, 362), Joint.RIGHT_HIP: (178, 362), Joint.LEFT_HIP: (242, 362),
}  # fmt: skip
_LEGS = {
    "standing": (((172, 520), (168, 680)), ((248, 520), (252, 680))),
    "walking": (((150, 510), (120, 660)), ((262, 520), (282, 690))),
    "crossed": (((196, 520), (262, 675)), ((226, 520), (166, 685))),
}
Stance = Literal["standing", "walking", "crossed"]
Lower = Literal["trousers", "skirt", "shorts"]


@dataclass(frozen=True)
class Mannequin:
    """A figure, its joints and its labels, all in the photo's pixels."""

    cutout: Cutout
    pose: Pose
    parse: ParseMap

    @property
    def canvas(self) -> Canvas:
        """The photo itself."""
        return Canvas(1.0, (0.0, 0.0), self.cutout.size, self.cutout.size)

    def point(self, joint: Joint) -> NDArray[np.float64]:
        """Where a joint is."""
        return self.pose.keypoints[joint, :2].astype(np.float64)

    def near(self, at: NDArray[np.float64], radius: int) -> Mask:
        """A disc of pixels."""
        area = np.zeros(self.parse.shape, np.uint8)
        cv2.circle(area, (round(float(at[0])), round(float(at[1]))), radius, 1, -1)
        return area > 0

    def labelled(self, area: Mask, label: Label, colour: tuple[int, int, int]) -> Mannequin:
        """The figure with something painted over it."""
        rgb, parse = self.cutout.rgb.copy(), self.parse.copy()
        rgb[area], parse[area] = colour, label
        alpha = np.maximum(self.cutout.alpha, cv2.GaussianBlur(area.astype(np.float32), (0, 0), 0.6))
        return Mannequin(Cutout(rgb, alpha), self.pose, parse)

    def posed(self, moved: dict[Joint, tuple[float, float]]) -> Mannequin:
        """The same photo with some joints said to be elsewhere."""
        keypoints = self.pose.keypoints.copy()
        for joint, at in moved.items():
            keypoints[joint, :2] = at
        return Mannequin(self.cutout, Pose(keypoints), self.parse)

    def upto(self, row: int) -> Mannequin:
        """The photo cut off below a row, and the joints there lost."""
        keypoints = self.pose.keypoints.copy()
        keypoints[keypoints[:, 1] >= row] = 0
        cutout = Cutout(self.cutout.rgb[:row].copy(), self.cutout.alpha[:row].copy())
        return Mannequin(cutout, Pose(keypoints), self.parse[:row].copy())


def mannequin(stance: Stance = "standing", lower: Lower = "trousers") -> Mannequin:
    """Draw a figure in a top and a lower garment."""
    rgb = np.zeros((SIZE[1], SIZE[0], 3), np.uint8)
    parse = np.zeros(SIZE[::-1], np.uint8)

    def line(points: list[tuple[int, int]], wide: list[int], label: Label, colour: tuple[int, int, int]) -> None:
        """Draws a limb that is ``wide`` at its points."""
        area = np.zeros(parse.shape, np.uint8)
        for (a, b), (r, q) in zip(pairwise(points), pairwise(wide), strict=True):
            for t in np.linspace(0, 1, 60):
                centre = tuple(round(float(v)) for v in np.add(np.multiply(a, 1 - t), np.multiply(b, t)))
                cv2.circle(area, centre, round(r + (q - r) * float(t)), 1, -1)
        parse[area > 0], rgb[area > 0] = label, colour

    names = (Joint.RIGHT_HIP, Joint.LEFT_HIP)
    ankles = []
    for hip, joints, leg, shoe in zip(
        names, _LEGS[stance], (Label.RIGHT_LEG, Label.LEFT_LEG), (Label.RIGHT_SHOE, Label.LEFT_SHOE), strict=True
    ):
        knee, ankle = joints
        ankles.append((knee, ankle))
        path = [(_JOINTS[hip][0] + (-6 if hip == Joint.RIGHT_HIP else 6), 365), knee, ankle]
        line(path, [31, 19, 11], leg, SKIN)
        line([ankle, (ankle[0], ankle[1] + 26)], [13, 15], shoe, SHOES)
        if lower == "trousers":
            line(path, [34, 24, 18], Label.PANTS, TROUSERS)
        if lower == "shorts":
            middle = (round((path[0][0] + knee[0]) / 2), round((path[0][1] + knee[1]) / 2))
            line([path[0], middle], [34, 32], Label.PANTS, TROUSERS)
    if lower == "skirt":
        area = np.zeros(parse.shape, np.uint8)
        cv2.fillPoly(area, [np.array([[160, 320], [260, 320], [310, 540], [110, 540]])], (1.0,))
        parse[area > 0], rgb[area > 0] = Label.SKIRT, TROUSERS
    line([(195, 330), (225, 330)], [36, 36], Label.PANTS if lower != "skirt" else Label.SKIRT, TROUSERS)
    body = np.zeros(parse.shape, np.uint8)
    cv2.fillPoly(body, [np.array([[148, 158], [272, 158], [262, 250], [258, 322], [162, 322], [158, 250]])], (1.0,))
    parse[body > 0], rgb[body > 0] = Label.UPPER_CLOTHES, TOP
    line([(210, 130), (210, 150)], [18, 20], Label.TORSO_SKIN, SKIN)
    line([(210, 85), (210, 105)], [32, 30], Label.FACE, SKIN)
    for side, label in (("RIGHT", Label.RIGHT_ARM), ("LEFT", Label.LEFT_ARM)):
        arm = [_JOINTS[Joint[f"{side}_{part}"]] for part in ("SHOULDER", "ELBOW", "WRIST")]
        line(arm, [14, 12, 9], label, SKIN)
        line(arm[:1] * 2, [18, 18], Label.UPPER_CLOTHES, TOP)
    keypoints = np.zeros((25, 3), np.float32)
    for joint, (x, y) in _JOINTS.items():
        keypoints[joint] = x, y, 1
    for (knee, ankle), joints in zip(
        ankles, ((Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE), (Joint.LEFT_KNEE, Joint.LEFT_ANKLE)), strict=True
    ):
        keypoints[joints[0]], keypoints[joints[1]] = (*knee, 1), (*ankle, 1)
    alpha = cv2.GaussianBlur((parse > 0).astype(np.float32), (0, 0), 0.6)
    return Mannequin(Cutout(rgb, alpha), Pose(keypoints), parse)
