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
    """Head and feet of someone upright; ``None`` where nose, neck or ankles are not seen."""
    nose, neck = pose.point(Joint.NOSE), pose.point(Joint.NECK)
    ankles = [point for joint in (Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE) if (point := pose.point(joint))]
    if nose is None or neck is None or not ankles:
        return None
    low = [
        point
        for joint in (Joint.LEFT_HEEL, Joint.RIGHT_HEEL, Joint.LEFT_BIG_TOE, Joint.RIGHT_BIG_TOE)
        if (point := pose.point(joint))
    ]
    sole = max(y for _, y in ankles) + _SOLE * (max(y for _, y in ankles) - nose[1])
    feet = float(np.mean([x for x, _ in ankles])), max([sole, *(y for _, y in low)])
    head = nose[0] + _CROWN * (nose[0] - neck[0]), nose[1] + _CROWN * (nose[1] - neck[1])
    person = Person(feet, head)
    return person if person.height > 2 * (neck[1] - nose[1]) > 0 else None


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
