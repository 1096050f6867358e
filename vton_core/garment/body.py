"""The body that carries the garment: shoulders, middle line, widths and arms, measured from joints and parse map.

Left and right, indices 0 and 1, are those of the picture. Lengths are in pixels of the working picture; the unit that
the rest is told in is the distance of the shoulder joints.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoPersonError
from vton_core.garment.bared import SLEEVED, bared_arm
from vton_core.garment.folded import folded_limb, is_folded
from vton_core.garment.limb import Limb, limb_through
from vton_core.garment.shapes import round_at
from vton_core.garment.unseen_arm import guess_arm, hanging_arm
from vton_core.labels import UPPER, Label
from vton_core.types import Joint, Mask, ParseMap, Pose

__all__ = ["IN_FRONT", "TORSO_TO_SHOULDERS", "WAIST", "Body", "chin_of", "measure_body", "right_first", "skeleton"]

Vector = NDArray[np.float64]

TORSO_TO_SHOULDERS: Final = 1.55
"""Distance of neck and mid hip over that of the shoulder joints, of an upright person seen from the front."""
WAIST: Final = 0.78
"""Depth of the waist below the neck, in torso lengths."""
ARM_TO_SHOULDERS: Final = 1.65
"""Shoulder to wrist over the distance of the shoulder joints."""
IN_FRONT: Final = 0.8
"""How surely a wrist is seen at least that is in front of the body, be the hand hidden or not."""

# How far from the elbow the arm's bend begins, in shoulder distances.
_ELBOW: Final = 0.1
# So far at most an elbow lies beside what is seen of the body's clothes and skin, in the same, unless it is as surely
# seen as this.
_AT_ELBOW, _SURELY = 0.2, 0.9
# How far beside its middle line a forearm hides the upper arm that it is folded back over, in shoulder distances.
_THICK: Final = 0.13

# Half widths of a slim body, in shoulder distances, at depths below the neck in torso lengths.
_DEPTHS: Final = (0.0, 0.22, 0.38, 0.64, 1.0, 1.2, 1.7)
_HALF_WIDTHS: Final = (0.52, 0.50, 0.45, 0.41, 0.50, 0.53, 0.53)
# The upper edge of the shoulders over the joints' line, at distances from the middle; both in shoulder distances.
_SURFACE_X: Final = (0.0, 0.16, 0.22, 0.35, 0.52, 0.60, 0.68)
_SURFACE_Y: Final = (0.36, 0.34, 0.235, 0.165, 0.10, 0.045, -0.10)
# How thick a coat lies on the shoulders, in the same.
_COAT: Final = 0.06
# How far from the middle the shoulders' edge is looked for, how far from the usual one it may be, both in shoulder
# distances, and at how many of these places it must be seen.
_EDGE_AT, _STRAYS, _FEWEST = (0.36, 0.42, 0.48), 0.16, 2
# How much thinner and thicker than usual ones arms are, and how thick those are that are not seen.
_GIRTHS, _USUAL_GIRTH = (0.65, 1.2), 0.95
# How many pixels make a face; how high a chin is, in shoulder distances; and how far beside the middle line the neck
# goes up, as a share of how far the chin is, and in shoulder distances at most.
_LEAST_FACE, _CHIN, _UNDER, _ASIDE = 30, 0.06, 0.75, 0.2
# Radius of the arm along shoulder-elbow-wrist, in shoulder distances.
_ARM_X: Final = (0.0, 0.12, 0.35, 0.52, 0.62, 0.9, 1.0)
_ARM_R: Final = (0.12, 0.13, 0.113, 0.108, 0.112, 0.08, 0.075)
# What is seen of the upper body below the head.
_COVERED: Final = (*UPPER, Label.SCARF, Label.TORSO_SKIN, Label.LEFT_ARM, Label.RIGHT_ARM)


@dataclass(frozen=True)
class Body:
    """A person's upper body.

    Attributes:
        shoulders: ``(2, 2)``, the shoulders: their joints, or further out where a bare arm is.
        neck: the middle of the joints.
        down: unit vector from the neck to the hips.
        across: unit vector from the left to the right of the picture, at right angles to ``down``.
        unit: distance of the shoulder joints, as large as it would be from the front.
        torso: distance from neck to mid hip.
        hips_seen: whether the hips are in the picture.
        arms: the middle line of each arm; it hangs from the shoulder where the elbow is not seen.
        wrists: how surely each wrist is seen, in [0, 1]; 0 where it is not.
        surface_shift: how much higher the shoulders' edge is than usual.
        throat: how far to the right of the middle line the neck goes up to the head, in pixels.
        arm_girth: how thick the arms are, compared with usual ones.
        hidden: whether each arm is in the picture, but behind something from above the elbow on.
    """

    shoulders: Vector
    neck: Vector
    down: Vector
    across: Vector
    unit: float
    torso: float
    hips_seen: bool
    arms: tuple[Limb, Limb]
    wrists: tuple[float, float]
    surface_shift: float = 0.0
    throat: float = 0.0
    arm_girth: float = 1.0
    hidden: tuple[bool, bool] = (False, False)

    def at(self, beside: float, below: float) -> Vector:
        """The point so many pixels to the right of the middle line and below the neck."""
        return np.asarray(self.neck + beside * self.across + below * self.down)

    def frame(self, shape: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Pixels to the right of the middle line and pixels below the neck, each ``float32 (H, W)``; read only."""
        known = self._frames.get(shape)
        if known is None:
            known = self._frames[shape] = self._frame(shape)
            for field in known:
                field.setflags(write=False)
        return known

    @cached_property
    def _frames(self) -> dict[tuple[int, ...], tuple[NDArray[np.float32], NDArray[np.float32]]]:
        return {}

    def _frame(self, shape: tuple[int, ...]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        y, x = np.mgrid[0 : shape[0], 0 : shape[1]].astype(np.float32)
        x, y = x - np.float32(self.neck[0]), y - np.float32(self.neck[1])
        beside, below = (x * np.float32(axis[0]) + y * np.float32(axis[1]) for axis in (self.across, self.down))
        return beside, below

    def half_width(self, below: Any) -> Any:
        """Half the width of a slim body, in pixels, so many pixels below the neck."""
        return self.unit * np.interp(np.asarray(below) / self.torso, _DEPTHS, _HALF_WIDTHS)

    def on_shoulder(self, side: int, beside: float) -> Vector:
        """The point of the shoulder's upper edge so many pixels from the middle."""
        joint = self.shoulders[side]
        reach = float(np.linalg.norm(self.shoulders[1] - self.shoulders[0])) / 2
        # In a turned view the shoulders are drawn together; distances shrink with them.
        share = beside / self.unit
        base = self.neck + (joint - self.neck) * (share * min(1.0, 2 * reach / self.unit) * self.unit / max(reach, 1.0))
        rise = float(np.interp(share, _SURFACE_X, _SURFACE_Y)) + self.surface_shift
        return np.asarray(base - rise * self.unit * self.down)

    def arm_radius(self, share: Any) -> Any:
        """Radius of the arm in pixels at shares of its length from shoulder to wrist."""
        return self.arm_girth * self.unit * np.interp(share, _ARM_X, _ARM_R)

    @cached_property
    def arm_length(self) -> float:
        """Length of an arm that is not foreshortened, in pixels."""
        return ARM_TO_SHOULDERS * self.unit

    def arm_zone(self, side: int, shape: tuple[int, ...], widen: float = 1.0, upto: float = 1.0) -> Mask:
        """``bool (H, W)``: where a bare arm would be, from the shoulder to a share of its length."""
        arm = self.arms[side]
        zone = np.zeros(shape[:2], np.uint8)
        shares = np.linspace(0, 1, len(arm.path))
        chosen = slice(0, max(1, round(upto * len(arm.path))), 6)
        for (x, y), radius in zip(arm.path[chosen], self.arm_radius(shares[chosen]), strict=True):
            cv2.circle(zone, (round(float(x)), round(float(y))), max(1, round(float(radius) * widen)), (1.0,), -1)
        return zone > 0

    def torso_zone(self, shape: tuple[int, ...], widen: float = 1.0, shoulders: float = 0.56) -> Mask:
        """``bool (H, W)``: where a slim bare torso, the shoulders and the neck would be.

        Args:
            shape: height and width of the working picture.
            widen: factor of the torso's width.
            shoulders: how far from the middle the shoulders reach, in shoulder distances.
        """
        below = np.linspace(0.25 if shoulders > 0.5 else 0.36, 1.7, 24) * self.torso
        right = [self.at(widen * float(self.half_width(v)), float(v)) for v in below]
        left = [self.at(-widen * float(self.half_width(v)), float(v)) for v in below]
        edge = np.linspace(0.2, shoulders, 10) * self.unit
        # The neck leans towards the head.
        leans = self.throat / 2 * np.linspace(1, 0, 10)
        top_right = [self.on_shoulder(1, float(x)) for x in edge + leans]
        top_left = [self.on_shoulder(0, float(x)) for x in edge - leans]
        throat = [self.at(self.throat + s * 0.17 * self.unit, -0.62 * self.unit) for s in (-1, 1)]
        outline = np.array([throat[0], throat[1], *top_right, *right, *left[::-1], *top_left[::-1]])
        zone = np.zeros(shape, np.uint8)
        cv2.fillPoly(zone, [outline.round().astype(np.int32)], (1.0,))
        return zone > 0


def measure_body(pose: Pose, parse: ParseMap) -> Body:
    """Measure the upper body.

    Args:
        pose: joints in the working picture's pixels.
        parse: ``uint8 (H, W)`` of CIHP labels in the same pixels.

    Returns:
        The body.

    Raises:
        NoPersonError: the shoulders are not seen, or lie on the same spot.
    """
    labels = (Label.RIGHT_ARM, Label.LEFT_ARM) if right_first(pose) else (Label.LEFT_ARM, Label.RIGHT_ARM)
    return _settled(_with_arms(skeleton(pose), pose, parse), parse, labels)


def right_first(pose: Pose) -> bool:
    """Whether the person's right side is the picture's left."""
    x = pose.keypoints[:, 0]
    return bool(x[Joint.RIGHT_SHOULDER] <= x[Joint.LEFT_SHOULDER])


def skeleton(pose: Pose) -> Body:
    """The body as the joints alone tell, with usual shoulders and arms; see :func:`measure_body`."""
    ends = [pose.point(Joint.RIGHT_SHOULDER), pose.point(Joint.LEFT_SHOULDER)]
    if ends[0] is None or ends[1] is None or math.dist(ends[0], ends[1]) < 1:
        raise NoPersonError(
            "The shoulders cannot be seen, so no garment can be put on. "
            "Use a photo that shows the person's upper body from the front."
        )
    joints = [
        (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
        (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    ]
    if not right_first(pose):
        ends, joints = ends[::-1], joints[::-1]
    shoulders = np.array(ends, np.float64)
    neck = shoulders.mean(axis=0)
    span = float(np.linalg.norm(shoulders[1] - shoulders[0]))
    hip = pose.point(Joint.MID_HIP)
    across = (shoulders[1] - shoulders[0]) / span
    if hip is not None and hip[1] > neck[1] + 0.5 * span:
        torso = float(np.linalg.norm(np.asarray(hip) - neck))
        down = (np.asarray(hip) - neck) / torso
    else:
        hip, torso = None, TORSO_TO_SHOULDERS * span
        # Half way between upright and square to the shoulders.
        down = np.array([-across[1] / 2, 1.0])
        down = down / np.linalg.norm(down)
    unit = max(span, torso / (1.2 * TORSO_TO_SHOULDERS))
    arms = [_arm(pose, names, unit, side, down) for side, names in enumerate(joints)]
    return Body(
        shoulders,
        neck,
        down,
        np.array([down[1], -down[0]]),
        unit,
        min(torso, 1.25 * TORSO_TO_SHOULDERS * unit),
        hip is not None,
        (arms[0][0], arms[1][0]),
        (arms[0][1], arms[1][1]),
    )


def _arm(pose: Pose, joints: tuple[Joint, Joint, Joint], unit: float, side: int, down: Vector) -> tuple[Limb, float]:
    """An arm's middle line, and how surely its wrist is seen."""
    points, outwards = [pose.point(joint) for joint in joints], (-1.0, 1.0)[side]
    seen = [p for p in points if p is not None]
    line, wrist = np.array(seen, np.float64), float(pose.keypoints[joints[2], 2])
    if points[1] is None:
        return limb_through(hanging_arm(line[0], side, down, unit), _ELBOW * unit, outwards), 0.0
    if points[2] is None:
        # Where the wrist is out of the picture the arm goes on straight.
        line = np.vstack([line, line[1] + (line[1] - line[0]) * 0.9])
    elif is_folded(line, unit):
        return folded_limb(line, _ELBOW * unit, outwards, _THICK * unit), wrist
    return limb_through(line, _ELBOW * unit, outwards), wrist


def _with_arms(body: Body, pose: Pose, parse: ParseMap) -> Body:
    """The body with arms also where their elbows are not seen, or guessed to be where nobody is."""
    figure, coat = np.isin(parse, _COVERED), np.asarray(parse == Label.COAT)
    arms, wrists, hidden = list(body.arms), list(body.wrists), [False, False]
    elbows = (Joint.RIGHT_ELBOW, Joint.LEFT_ELBOW) if right_first(pose) else (Joint.LEFT_ELBOW, Joint.RIGHT_ELBOW)
    for side, elbow in enumerate(elbows):
        around = round_at(pose.keypoints[elbow, :2].astype(np.float64), _AT_ELBOW * body.unit, figure.shape)
        if pose.point(elbow) is None or (pose.keypoints[elbow, 2] < _SURELY and not (figure & around).any()):
            guess = guess_arm(body, side, figure, coat)
            arms[side] = limb_through(guess.joints, _ELBOW * body.unit, (-1.0, 1.0)[side])
            wrists[side], hidden[side] = 0.0, guess.hidden
    return replace(body, arms=(arms[0], arms[1]), wrists=(wrists[0], wrists[1]), hidden=(hidden[0], hidden[1]))


def _settled(body: Body, parse: ParseMap, labels: tuple[Label, Label]) -> Body:
    """The body with its shoulders' edge and its arms, of these labels, moved to where the picture shows them."""
    seen = [
        bared_arm(arm, body.unit, body.arm_radius, np.asarray(parse == label))
        for arm, label in zip(body.arms, labels, strict=True)
    ]
    arms = tuple(
        arm.moved(body.unit * (SLEEVED if bare is None else bare.offsets(len(arm.path))))
        for arm, bare in zip(body.arms, seen, strict=True)
    )
    shoulders = body.shoulders.copy()
    for side, (arm, bare) in enumerate(zip(body.arms, seen, strict=True)):
        if bare is not None:
            shoulders[side] += bare.shoulder * body.unit * arm.normals()[0]
    girths = [bare.girth for bare in seen if bare is not None]
    girth = float(np.clip(np.mean(girths), *_GIRTHS)) if girths else _USUAL_GIRTH
    return replace(
        body,
        shoulders=shoulders,
        surface_shift=_surface_shift(body, parse),
        throat=_below_chin(body, np.asarray(parse == Label.FACE)),
        arm_girth=girth,
        arms=(arms[0], arms[1]),
    )


def _surface_shift(body: Body, parse: ParseMap) -> float:
    """How much higher than usual the shoulders' edge is seen before the background, in shoulder distances."""
    covered = np.isin(parse, _COVERED)
    rises = []
    for side, share in itertools.product((0, 1), _EDGE_AT):
        point = body.on_shoulder(side, share * body.unit)
        column = round(float(point[0]))
        if not 0 <= column < parse.shape[1]:
            continue
        rows = np.flatnonzero(covered[:, column])
        if len(rows) and rows[0] > 2 and parse[max(0, rows[0] - 3) : rows[0], column].max() == Label.BACKGROUND:
            thick = _COAT if parse[rows[0], column] in (Label.COAT, Label.SCARF) else 0.0
            rises.append((point[1] - rows[0]) / body.unit - thick)
    near = [rise for rise in rises if abs(rise) < _STRAYS]
    return float(np.median(near)) if len(near) >= _FEWEST else 0.0


def chin_of(face: Mask, unit: float) -> Vector | None:
    """Where a face ends below.

    Args:
        face: ``bool (H, W)``.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``float64 (2,)``, the middle of its lowest part; ``None`` where there is no face.
    """
    rows, columns = np.nonzero(face)
    if len(rows) < _LEAST_FACE:
        return None
    low = rows > rows.max() - _CHIN * unit
    return np.array([columns[low].mean(), float(rows.max())])


def _below_chin(body: Body, face: Mask) -> float:
    """How far to the right of the middle line the neck meets the head, in pixels: nearly below the chin."""
    chin = chin_of(face, body.unit)
    if chin is None:
        return 0.0
    limit = _ASIDE * body.unit
    return float(np.clip(_UNDER * (chin - body.neck) @ body.across, -limit, limit))
