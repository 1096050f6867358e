"""What joints alone tell of a body."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoPersonError
from vton_core.garment.body import TORSO_TO_SHOULDERS, Body
from vton_core.garment.facing import facing
from vton_core.garment.folded import folded_limb, is_folded
from vton_core.garment.limb import Limb, limb_through
from vton_core.garment.unseen_arm import hanging_arm
from vton_core.types import Joint, Pose

__all__ = ["ELBOW", "right_first", "skeleton"]

ELBOW: Final = 0.1
"""How far from the elbow the arm's bend begins, in shoulder distances."""

# How far beside its middle line a forearm hides the upper arm that it is folded back over, in shoulder distances.
_THICK: Final = 0.13


def right_first(pose: Pose) -> bool:
    """Whether the person's right side is the picture's left."""
    x = pose.keypoints[:, 0]
    return bool(x[Joint.RIGHT_SHOULDER] <= x[Joint.LEFT_SHOULDER])


def skeleton(pose: Pose) -> Body:
    """The body as the joints alone tell, with usual shoulders and arms.

    Args:
        pose: joints in the working picture's pixels.

    Returns:
        The body; an arm whose elbow is not seen hangs from its shoulder.

    Raises:
        NoPersonError: the shoulders are not seen, or lie on the same spot.
    """
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
        facing=facing(pose),
    )


def _arm(
    pose: Pose, joints: tuple[Joint, Joint, Joint], unit: float, side: int, down: NDArray[np.float64]
) -> tuple[Limb, float]:
    """An arm's middle line, and how surely its wrist is seen."""
    points, outwards = [pose.point(joint) for joint in joints], (-1.0, 1.0)[side]
    seen = [p for p in points if p is not None]
    line, wrist = np.array(seen, np.float64), float(pose.keypoints[joints[2], 2])
    if points[1] is None:
        return limb_through(hanging_arm(line[0], side, down, unit), ELBOW * unit, outwards), 0.0
    if points[2] is None:
        # Where the wrist is out of the picture the arm goes on straight.
        line = np.vstack([line, line[1] + (line[1] - line[0]) * 0.9])
    elif is_folded(line, unit):
        return folded_limb(line, ELBOW * unit, outwards, _THICK * unit), wrist
    return limb_through(line, ELBOW * unit, outwards), wrist
