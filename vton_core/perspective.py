"""How tall people are in a picture, by where they stand.

For a level camera and people of one height on one level ground, a person's height in pixels grows linearly with how far
below the horizon the feet are: both are that distance times a constant (Hoiem, Efros and Hebert, "Putting Objects in
Perspective", CVPR 2006).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from vton_core.types import Joint, Point, Pose

__all__ = ["Person", "horizon_of", "person_of"]

_CROWN: Final = 0.95
"""From the nose to the top of the head, in distances from neck to nose."""
_SOLE: Final = 0.06
"""From the ankle to the sole, in distances from nose to ankle."""
_SPREAD: Final = 0.15
"""How far the feet must lie apart, in heights, for two people to say anything about the horizon."""
_LEGS: Final = 0.7, 3.0
_NECK: Final = 0.1, 1.2
_KNEE: Final = 0.2, 0.8
"""What bodies allow, as a camera sees them: legs and neck to nose in lengths of the trunk, the knee in lengths of the
leg."""
_LEAN: Final = 0.45
_WIDE: Final = 1.0
"""How far the head may lie from above the feet, and how wide the joints may lie apart, in heights."""


@dataclass(frozen=True)
class Person:
    """Someone in a picture.

    Attributes:
        feet: the middle of the lowest edge, in pixels.
        head: the top of the head.
    """

    feet: Point
    head: Point

    @property
    def height(self) -> float:
        """In pixels, along the picture's vertical."""
        return self.feet[1] - self.head[1]


def person_of(pose: Pose) -> Person | None:
    """Head and feet of someone upright; ``None`` where nose, neck, hips, knees or ankles are not seen, or lie as no
    body's do."""
    nose, neck, hip = pose.point(Joint.NOSE), pose.point(Joint.NECK), pose.point(Joint.MID_HIP)
    knees = _seen(pose, Joint.LEFT_KNEE, Joint.RIGHT_KNEE)
    ankles = _seen(pose, Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE)
    if nose is None or neck is None or hip is None or not knees or not ankles:
        return None
    low = _seen(pose, Joint.LEFT_HEEL, Joint.RIGHT_HEEL, Joint.LEFT_BIG_TOE, Joint.RIGHT_BIG_TOE)
    ankle = max(y for _, y in ankles)
    sole = ankle + _SOLE * (ankle - nose[1])
    feet = float(np.mean([x for x, _ in ankles])), max([sole, *(y for _, y in low)])
    middle = np.mean([nose, *_seen(pose, Joint.LEFT_EAR, Joint.RIGHT_EAR)], axis=0)
    # On the line from the feet through the head: a turned face lies beside it.
    up = (middle - feet) / max(float(np.linalg.norm(middle - feet)), 1e-6)
    crown = middle + _CROWN * (neck[1] - nose[1]) * up
    person = Person(feet, (float(crown[0]), float(crown[1])))
    trunk, leg = hip[1] - neck[1], ankle - hip[1]
    knee = max(y for _, y in knees) - hip[1]
    if trunk <= 0 or not _LEGS[0] * trunk <= leg <= _LEGS[1] * trunk or not _KNEE[0] * leg <= knee <= _KNEE[1] * leg:
        return None
    straight = _NECK[0] * trunk <= neck[1] - nose[1] <= _NECK[1] * trunk
    return person if straight and _is_upright(person, pose) else None


def _seen(pose: Pose, *joints: Joint) -> list[Point]:
    return [point for joint in joints if (point := pose.point(joint))]


def _is_upright(person: Person, pose: Pose) -> bool:
    across = pose.keypoints[pose.keypoints[:, 2] > 0, 0]
    lean = abs(person.head[0] - person.feet[0])
    return lean <= _LEAN * person.height and float(np.ptp(across)) <= _WIDE * person.height


def horizon_of(people: Sequence[Person]) -> float | None:
    """The row of the horizon, from the heights of people who stand at different distances.

    Args:
        people: in one picture, taken to be of one height.

    Returns:
        ``y`` in pixels, or ``None`` where fewer than two people, or people side by side, do not say it.
    """
    if len(people) < 2:
        return None
    feet, heights = np.array([one.feet[1] for one in people]), np.array([one.height for one in people])
    if np.ptp(feet) < _SPREAD * heights.mean():
        return None
    slope, offset = np.polyfit(feet, heights, 1)
    # Between a camera on the ground, whose horizon lies at the feet, and one four heights up.
    if not 0.25 <= slope <= 10:
        return None
    return float(-offset / slope)
