"""Poses of training data: OpenPose's files with 25 joints, or with the 18 of COCO."""

from __future__ import annotations

import json
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import WorkspaceError
from vton_core.types import Joint, Pose

__all__ = ["COCO_18", "read_pose"]

COCO_18: Final = (0, 1, 2, 3, 4, 5, 6, 7, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18)
"""The BODY_25 joint that each of the 18 is; the middle of the hips, toes and heels are not among them."""
_FARTHEST: Final = 1e6


def read_pose(text: str, name: str) -> Pose:
    """Read the first person of an OpenPose file, of version 1.0 (``pose_keypoints``) or later.

    Args:
        text: the file's content.
        name: the file's name, for the message.

    Returns:
        The pose as BODY_25; from 18 joints, the middle of the hips is computed and the feet are undetected.

    Raises:
        WorkspaceError: not that format, or nobody in it.
    """
    try:
        person = json.loads(text)["people"][0]
        numbers = np.array(person.get("pose_keypoints_2d") or person["pose_keypoints"], np.float64).reshape(-1, 3)
        if len(numbers) not in (18, 25) or not (np.abs(numbers) < _FARTHEST).all():
            raise ValueError
    except (ValueError, KeyError, IndexError, TypeError, AttributeError, OverflowError, RecursionError):
        raise WorkspaceError(
            "{name} is not an OpenPose file with a person of 25 or 18 joints. Estimate the pose again.", name=name
        ) from None
    joints = numbers.astype(np.float32)
    keypoints = joints if len(joints) == 25 else _from_coco(joints)
    keypoints[(keypoints[:, 2] <= 0) | (keypoints[:, :2] == 0).all(axis=1)] = 0
    return Pose(keypoints)


def _from_coco(numbers: NDArray[np.float32]) -> NDArray[np.float32]:
    keypoints = np.zeros((25, 3), np.float32)
    keypoints[list(COCO_18)] = numbers
    hips = keypoints[[Joint.RIGHT_HIP, Joint.LEFT_HIP]]
    if (hips[:, 2] > 0).all():
        keypoints[Joint.MID_HIP] = (*hips[:, :2].mean(axis=0), hips[:, 2].min())
    return keypoints
