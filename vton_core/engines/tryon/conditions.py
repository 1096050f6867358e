"""What VITON-HD is told of a person: the picture, the groups and the pose, without what the garment may touch.

For a lower garment the body is read the other way round: bottom stands for upper, legs stand for arms.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.engines.tryon.agnostic import GREY, agnostic_image, agnostic_parse, to_groups
from vton_core.labels import VITON_HD_GROUPS, Label
from vton_core.openpose import render_pose
from vton_core.types import Image, Joint, Mask, ParseMap, Pose

__all__ = ["TARGET", "Conditions", "conditions"]

_NAMES: Final = [name for name, _ in VITON_HD_GROUPS]
TARGET: Final = _NAMES.index("upper")
"""The group that the garment will be."""
_SWAPS: Final = (("upper", "bottom"), ("left_arm", "left_leg"), ("right_arm", "right_leg"))
_TURNED: Final[NDArray[np.uint8]] = np.arange(len(_NAMES), dtype=np.uint8)
for _first, _second in _SWAPS:
    _TURNED[_NAMES.index(_first)], _TURNED[_NAMES.index(_second)] = _NAMES.index(_second), _NAMES.index(_first)

_LOWER: Final = (Label.PANTS, Label.SKIRT, Label.LEFT_LEG, Label.RIGHT_LEG)
_LOWER_HIDES: Final = (*_LOWER, Label.DRESS, Label.SOCKS, Label.BACKGROUND)
_LEGS: Final = (
    (Joint.RIGHT_HIP, Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    (Joint.LEFT_HIP, Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
)


@dataclass(frozen=True)
class Conditions:
    """All ``(H, W)`` or ``(H, W, 3)`` of the frame.

    Attributes:
        person: ``uint8``: the photo, grey where hidden.
        hidden: ``bool``: where the networks do not see the photo, and paint anew.
        groups: ``uint8``: the groups that are worn now.
        agnostic: ``uint8``: these without the garment, neck and limbs.
        pose: ``uint8``: the rendered pose.
    """

    person: Image
    hidden: Mask
    groups: NDArray[np.uint8]
    agnostic: NDArray[np.uint8]
    pose: Image


def conditions(rgb: Image, parse: ParseMap, pose: Pose, *, lower: bool = False) -> Conditions:
    """Hide what a garment may touch.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        parse: ``uint8 (H, W)`` of CIHP labels.
        pose: joints in the same pixels.
        lower: for a lower garment.
    """
    height, width = parse.shape
    if lower:
        hidden = _hide_legs(parse, pose)
        groups = _TURNED[to_groups(parse)]
        agnostic = _TURNED[to_groups(np.where(np.isin(parse, _LOWER), 0, parse).astype(np.uint8))]
    else:
        hidden = agnostic_image(np.zeros_like(rgb), parse, pose)[..., 0] > 0
        groups = to_groups(parse)
        agnostic = to_groups(agnostic_parse(parse, pose))
    person = np.where(hidden[..., None], GREY, rgb).astype(np.uint8)
    return Conditions(person, hidden, groups, agnostic, render_pose(pose, (width, height)))


def _hide_legs(parse: ParseMap, pose: Pose) -> Mask:
    """A broad band along the legs and between them, and what is worn there; upper body, hands and shoes stay."""
    drawn = np.isin(parse, _LOWER).astype(np.uint8)
    thick = max(1, round(parse.shape[1] * 0.13))
    limits = 4 * max(parse.shape)
    seen = [[_whole(pose, joint, limits) for joint in leg if pose.point(joint) is not None] for leg in _LEGS]
    for leg in seen:
        cv2.polylines(drawn, [np.array(leg, np.int32).reshape(-1, 1, 2)], False, (1,), thick)
    between = np.array(seen[0] + seen[1][::-1], np.int32)
    if len(between) >= 3:
        cv2.fillPoly(drawn, [between], (1,))
    return np.asarray((drawn > 0) & np.isin(parse, _LOWER_HIDES))


def _whole(pose: Pose, joint: Joint, limit: int) -> tuple[int, int]:
    x, y = np.round(pose.keypoints[joint, :2].clip(-limit, limit)).astype(int)
    return int(x), int(y)
