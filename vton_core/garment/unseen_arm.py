"""Where an arm is whose elbow is not seen, because the picture ends above it or something hides it.

It hangs from the shoulder, as far out as the figure's outline leaves room for it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.types import Mask

__all__ = ["UnseenArm", "guess_arm", "hanging_arm"]

# Shoulder to elbow, and elbow to wrist, in shoulder distances.
_UPPER, _FORE = 0.87, 0.78
# Depths below the shoulder at which the outline is looked for, and from where to where beside it, in the same.
_DEPTHS: Final = np.linspace(0.2, 0.75, 12)
_INSIDE, _OUTSIDE, _STEPS = -0.2, 0.7, 91
# How far within the outline the middle of an arm in its sleeve lies, in the same.
_WITHIN: Final = 0.14
# How far outwards it hangs for each step down, where nothing tells, at least and at most; at fewer depths nothing does.
_USUAL, _INWARDS, _OUTWARDS, _FEWEST = 0.12, -0.05, 0.5, 3
# A coat stands off by itself: at most, where one hides the arm.
_IN_COAT: Final = 0.25


@dataclass(frozen=True)
class UnseenArm:
    """A guess of an arm.

    Attributes:
        joints: ``float64 (3, 2)``: shoulder, elbow and wrist.
        hidden: whether it is behind the body: in the picture, and not within a coat either.
    """

    joints: NDArray[np.float64]
    hidden: bool


def hanging_arm(
    shoulder: NDArray[np.float64], side: int, down: NDArray[np.float64], unit: float, slope: float = _USUAL
) -> NDArray[np.float64]:
    """An arm that hangs straight from its shoulder.

    Args:
        shoulder: ``float64 (2,)``, its joint.
        side: 0 or 1, the arm on the left or on the right of the picture.
        down: ``float64 (2,)``, unit vector from the neck to the hips.
        unit: the distance of the shoulder joints in pixels.
        slope: how far outwards it hangs for each step down.

    Returns:
        ``float64 (3, 2)``: shoulder, elbow and wrist.
    """
    away = down + (-1.0, 1.0)[side] * slope * np.array([down[1], -down[0]])
    away = unit * away / np.linalg.norm(away)
    return np.array([shoulder, shoulder + _UPPER * away, shoulder + (_UPPER + _FORE) * away])


def guess_arm(body: Body, side: int, figure: Mask, coat: Mask) -> UnseenArm:
    """Guess where an arm is.

    Args:
        body: with its shoulders.
        side: 0 or 1, the arm on the left or on the right of the picture.
        figure: ``bool (H, W)``, where clothes or skin are seen in the same pixels.
        coat: ``bool (H, W)``, where a coat is.

    Returns:
        The guess.
    """
    sign, joint = (-1.0, 1.0)[side], body.shoulders[side]
    slope = float(np.clip(_slope(body, joint, sign * body.across, figure), _INWARDS, _OUTWARDS))
    in_coat = _at(coat, hanging_arm(joint, side, body.down, body.unit, min(slope, _IN_COAT))[1])
    joints = hanging_arm(joint, side, body.down, body.unit, min(slope, _IN_COAT) if in_coat else slope)
    return UnseenArm(joints, bool(joints[1, 1] < len(figure)) and not in_coat)


def _slope(body: Body, joint: NDArray[np.float64], outwards: NDArray[np.float64], figure: Mask) -> float:
    """How far outwards the arm hangs for each step down."""
    beside = np.linspace(_INSIDE, _OUTSIDE, _STEPS)
    points = joint + body.unit * (_DEPTHS[:, None, None] * body.down + beside[:, None] * outwards)
    x, y = np.moveaxis(points.astype(np.float32), -1, 0)
    seen = cv2.remap(figure.view(np.uint8), x, y, cv2.INTER_NEAREST) > 0
    # Between body and arm there may be a gap.
    ends = seen.shape[1] - 1 - seen[:, ::-1].argmax(axis=1)
    rows = np.arange(len(ends))
    inside = (x[rows, ends] >= 0) & (x[rows, ends] <= figure.shape[1] - 1) & (y[rows, ends] <= figure.shape[0] - 1)
    told = seen.any(axis=1) & (ends < seen.shape[1] - 1) & inside
    if told.sum() < _FEWEST:
        return _USUAL
    return float(np.median((beside[ends[told]] - _WITHIN) / _DEPTHS[told]))


def _at(mask: Mask, point: NDArray[np.float64]) -> bool:
    x, y = point.round().astype(int)
    return bool(0 <= y < mask.shape[0] and 0 <= x < mask.shape[1] and mask[y, x])
