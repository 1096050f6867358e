"""Which way a torso faces."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.types import Joint, Pose

__all__ = ["facing"]

# Radians that the nose tells for each shoulder distance that it lies beside the middle, where no depth is known.
_BY_NOSE: Final = 1.1
# Who is turned further counts as turned so far, in radians.
_MOST: Final = 0.7


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
