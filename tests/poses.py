"""Poses by their joints."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np

from vton_core.types import Joint, Pose

__all__ = ["pose_of"]


def pose_of(joints: Mapping[Joint, tuple[float, float]]) -> Pose:
    """The pose whose joints lie there and are sure; the others were not found."""
    keypoints = np.zeros((25, 3), np.float32)
    for joint, (x, y) in joints.items():
        keypoints[joint] = x, y, 1
    return Pose(keypoints)
