"""Which way a torso faces, and where the middle of its front is seen then."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.types import Joint, Pose

__all__ = ["facing", "front_moved"]

# Radians that the nose tells for each shoulder distance that it lies beside the middle, where no depth is known.
_BY_NOSE: Final = 1.1
# Who is turned further counts as turned so far, in radians.
_MOST: Final = 0.7
# How far the middle of the front moves for a whole turn to the side, at depths below the neck, and at most; in shoulder
# distances. A waist is flatter than a chest, and hips seldom turn as far as shoulders.
_DEPTHS: Final = (-0.1, 0.1, 0.3, 0.5, 0.8, 1.1, 1.6)
_FARTHEST: Final = 0.2
_MOVED: Final = (0.28, 0.4, 0.46, 0.42, 0.28, 0.08, 0.08)


def facing(pose: Pose) -> float:
    """How far a torso is turned to the picture's right, in radians; 0: it faces the camera, or shows it its back.

    Args:
        pose: joints, both shoulders among them.
    """
    # In the picture, the left one first.
    shoulders = sorted((Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER), key=lambda joint: float(pose.keypoints[joint, 0]))
    if pose.in_space is not None and pose.in_space[shoulders, 3].min() > 0:
        wide, _, deep, _ = pose.in_space[shoulders[1]] - pose.in_space[shoulders[0]]
        turn = math.atan2(float(deep), abs(float(wide)))
    else:
        turn = _by_nose(pose, pose.keypoints[shoulders, 0])
    return float(np.clip(turn, -_MOST, _MOST))


def _by_nose(pose: Pose, shoulders: NDArray[np.float32]) -> float:
    """What the nose tells beside the shoulders' x."""
    nose = pose.point(Joint.NOSE)
    if nose is None:
        return 0.0
    return _BY_NOSE * (nose[0] - float(shoulders.mean())) / max(float(np.ptp(shoulders)), 1.0)


def front_moved(turn: float, below: float, unit: float) -> float:
    """How far to the right of the middle line the middle of the front is seen, in pixels.

    Args:
        turn: see :func:`facing`.
        below: pixels below the neck.
        unit: distance of the shoulder joints in pixels.
    """
    moved = math.sin(turn) * float(np.interp(below / unit, _DEPTHS, _MOVED))
    return unit * float(np.clip(moved, -_FARTHEST, _FARTHEST))
