"""OpenPose's own file format and way of drawing a BODY_25 pose.

Source: Cao et al., "OpenPose: Realtime Multi-Person 2D Pose Estimation using Part Affinity Fields" (TPAMI 2019) and its
documentation of the output.
"""

from __future__ import annotations

import json
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import WorkspaceError
from vton_core.types import Image, Pose

__all__ = ["pose_from_json", "pose_to_json", "render_pose"]

_PAIRS: Final = (
    *((1, 8), (1, 2), (1, 5), (2, 3), (3, 4), (5, 6), (6, 7), (8, 9), (9, 10), (10, 11), (8, 12), (12, 13), (13, 14)),
    *((1, 0), (0, 15), (15, 17), (0, 16), (16, 18), (14, 19), (19, 20), (14, 21), (11, 22), (22, 23), (11, 24)),
)
_COLOURS: Final[NDArray[np.uint8]] = np.array(
    [
        *((255, 0, 85), (255, 0, 0), (255, 85, 0), (255, 170, 0), (255, 255, 0), (170, 255, 0), (85, 255, 0)),
        *((0, 255, 0), (255, 0, 0), (0, 255, 85), (0, 255, 170), (0, 255, 255), (0, 170, 255), (0, 85, 255)),
        *((0, 0, 255), (255, 0, 170), (170, 0, 255), (255, 0, 255), (85, 0, 255), (0, 0, 255), (0, 0, 255)),
        *((0, 0, 255), (0, 255, 255), (0, 255, 255), (0, 255, 255)),
    ],
    np.uint8,
)


def pose_to_json(pose: Pose) -> str:
    """The pose as OpenPose writes it: one person, 75 numbers; every ``float32`` survives the round trip."""
    person: dict[str, Any] = {"person_id": [-1], "pose_keypoints_2d": pose.keypoints.ravel().tolist()}
    for part in ("face", "hand_left", "hand_right"):
        person[f"{part}_keypoints_2d"] = []
    return json.dumps({"version": 1.3, "people": [person]})


def pose_from_json(text: str, name: str) -> Pose:
    """Read OpenPose's format: the first person.

    Args:
        text: the file's content.
        name: the file's name, for the message.

    Raises:
        WorkspaceError: not that format.
    """
    try:
        numbers = json.loads(text)["people"][0]["pose_keypoints_2d"]
        keypoints = np.array(numbers, np.float32).reshape(25, 3)
        if not np.isfinite(keypoints).all():
            raise ValueError
    except (ValueError, KeyError, IndexError, TypeError):
        raise WorkspaceError(
            "{name} is not an OpenPose file with one BODY_25 person (75 numbers). Delete it and run step2 again.",
            name=name,
        ) from None
    keypoints[keypoints[:, 2] <= 0] = 0
    return Pose(keypoints)


def render_pose(pose: Pose, size: tuple[int, int]) -> Image:
    """The pose as OpenPose draws it on black: blended ellipses for limbs, discs for joints.

    Args:
        pose: the joints.
        size: width and height of the picture.

    Returns:
        ``uint8 (H, W, 3)``.
    """
    import cv2

    width, height = size
    picture: NDArray[Any] = np.zeros((height, width, 3), np.uint8)
    points, seen = pose.keypoints[:, :2], pose.keypoints[:, 2] > 0
    thickness = max(1, round(np.sqrt(width * height) / 150))
    for start, end in _PAIRS:
        if seen[start] and seen[end]:
            middle = (points[start] + points[end]) / 2
            dx, dy = points[end] - points[start]
            axes = (max(1, round(float(np.hypot(dx, dy)) / 2)), thickness)
            angle = round(float(np.degrees(np.arctan2(dy, dx))))
            outline = cv2.ellipse2Poly((round(float(middle[0])), round(float(middle[1]))), axes, angle, 0, 360, 4)
            colour = tuple(int(v) for v in _COLOURS[end])
            cv2.fillConvexPoly(picture, np.asarray(outline, np.int32), colour)
    for index in np.flatnonzero(seen):
        centre = (round(float(points[index, 0])), round(float(points[index, 1])))
        cv2.circle(picture, centre, thickness, tuple(int(v) for v in _COLOURS[index]), -1)
    return np.asarray(picture, np.uint8)
