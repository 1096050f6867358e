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
_OPACITY: Final = np.float32(0.6)
_SURE: Final = 0.05
# Parts of the picture's shorter side: half a limb's width, a joint's radius.
_LIMB_SHARE, _JOINT_SHARE = 120, 100


def pose_to_json(pose: Pose) -> str:
    """The pose as OpenPose writes it: one person, 75 numbers, and 100 where its joints are known in space; every
    ``float32`` survives the round trip."""
    person: dict[str, Any] = {"person_id": [-1], "pose_keypoints_2d": _numbers(pose.keypoints)}
    person |= {f"{part}_keypoints_2d": [] for part in ("face", "hand_left", "hand_right")}
    person |= {f"{part}_keypoints_3d": [] for part in ("pose", "face", "hand_left", "hand_right")}
    if pose.in_space is not None:
        person["pose_keypoints_3d"] = _numbers(pose.in_space)
    return json.dumps({"version": 1.3, "people": [person]}, separators=(",", ":"))


def _numbers(values: NDArray[np.float32]) -> list[float]:
    # The shortest number that reads back as the same float32, as OpenPose's are short too.
    return [float(str(value)) for value in values.ravel()]


def pose_from_json(text: str, name: str) -> Pose:
    """Read OpenPose's format: the first person.

    Args:
        text: the file's content.
        name: the file's name, for the message.

    Raises:
        WorkspaceError: not that format.
    """
    try:
        person = json.loads(text)["people"][0]
        keypoints = _joints(person["pose_keypoints_2d"], 3)
        in_space = _joints(space, 4) if (space := person.get("pose_keypoints_3d")) else None
    except (ValueError, KeyError, IndexError, TypeError, OverflowError, RecursionError):
        raise WorkspaceError(
            "{name} is not an OpenPose file with one BODY_25 person (75 numbers). Delete it and run step2 again.",
            name=name,
        ) from None
    return Pose(keypoints, in_space)


def _joints(numbers: list[float], each: int) -> NDArray[np.float32]:
    """``float32 (25, each)``, the last of each joint its confidence; undetected ones are zero."""
    joints = np.array(numbers, np.float32).reshape(25, each)
    if not np.isfinite(joints).all():
        raise ValueError
    joints[joints[:, -1] <= 0] = 0
    return joints


def render_pose(pose: Pose, size: tuple[int, int]) -> Image:
    """The pose as OpenPose draws it on black: ellipses for limbs, then discs for joints, each blended over the last.

    Args:
        pose: the joints; those of a confidence up to 0.05 are not drawn.
        size: width and height of the picture.

    Returns:
        ``uint8 (H, W, 3)``.
    """
    picture = np.zeros((size[1], size[0], 3), np.float32)
    points = pose.keypoints[:, :2].astype(np.float64)
    seen = pose.keypoints[:, 2] > _SURE
    for start, end in _PAIRS:
        if seen[start] and seen[end]:
            middle, along = (points[start] + points[end]) / 2, (points[end] - points[start]) / 2
            _blend(picture, middle, along, min(size) / _LIMB_SHARE, _COLOURS[end])
    for index in np.flatnonzero(seen):
        radius = min(size) / _JOINT_SHARE
        _blend(picture, points[index], np.array([radius, 0.0]), radius, _COLOURS[index])
    return picture.astype(np.uint8)


def _blend(
    picture: NDArray[np.float32],
    middle: NDArray[np.float64],
    along: NDArray[np.float64],
    across: float,
    colour: NDArray[np.uint8],
) -> None:
    """Blend an ellipse over the picture; ``along`` is its one half axis, ``across`` the other's length."""
    length = max(float(np.hypot(*along)), 1e-6)
    reach = max(length, across) + 1
    limits = np.array([picture.shape[1], picture.shape[0]])
    x0, y0 = np.clip(np.floor(middle - reach), 0, limits).astype(int)
    x1, y1 = np.clip(np.ceil(middle + reach) + 1, 0, limits).astype(int)
    y, x = np.ogrid[y0:y1, x0:x1]
    dx, dy = x - middle[0], y - middle[1]
    ux, uy = along / length
    inside = ((dx * ux + dy * uy) / length) ** 2 + ((dy * ux - dx * uy) / across) ** 2 <= 1
    window = picture[y0:y1, x0:x1]
    window[inside] = (1 - _OPACITY) * window[inside] + _OPACITY * colour.astype(np.float32)
