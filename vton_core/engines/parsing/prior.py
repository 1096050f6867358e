"""What the parser is told besides the photo: where the person is, and where the body parts lie."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.networks.parser import PRIOR_CHANNELS, PRIOR_STRIDE
from vton_core.types import Joint, Pose

__all__ = ["body_unit", "prior_maps"]

_HEAD: Final = (Joint.NOSE, Joint.RIGHT_EYE, Joint.LEFT_EYE, Joint.RIGHT_EAR, Joint.LEFT_EAR)
# Limbs as segments, upper before lower, right before left.
_SEGMENTS: Final = (
    (Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW),
    (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST),
    (Joint.LEFT_SHOULDER, Joint.LEFT_ELBOW),
    (Joint.LEFT_ELBOW, Joint.LEFT_WRIST),
    (Joint.RIGHT_HIP, Joint.RIGHT_KNEE),
    (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE),
    (Joint.LEFT_HIP, Joint.LEFT_KNEE),
    (Joint.LEFT_KNEE, Joint.LEFT_ANKLE),
)
_HAND: Final = 0.35
_LIMB_SIGMA, _TORSO_SIGMA, _HEAD_SIGMA = 0.15, 0.3, 0.25


def body_unit(pose: Pose) -> float:
    """A length in pixels that measures the body: neck to hip, or what the shoulders say where the hips are not seen."""
    points = pose.keypoints[:, :2]
    seen = pose.keypoints[:, 2] > 0
    lengths = [1.0]
    if seen[Joint.NECK] and seen[Joint.MID_HIP]:
        lengths.append(float(np.linalg.norm(points[Joint.NECK] - points[Joint.MID_HIP])))
    if seen[Joint.RIGHT_SHOULDER] and seen[Joint.LEFT_SHOULDER]:
        lengths.append(1.3 * float(np.linalg.norm(points[Joint.RIGHT_SHOULDER] - points[Joint.LEFT_SHOULDER])))
    if seen[Joint.NOSE] and seen[Joint.NECK]:
        lengths.append(1.8 * float(np.linalg.norm(points[Joint.NOSE] - points[Joint.NECK])))
    return lengths[1] if seen[Joint.MID_HIP] and len(lengths) > 2 else max(lengths)


def prior_maps(pose: Pose, mask: NDArray[np.float32]) -> NDArray[np.float32]:
    """The prior of one photo.

    Args:
        pose: joints in the photo's pixels.
        mask: ``float32 (H / 4, W / 4)`` in [0, 1], the person's mask at a quarter of the photo's size.

    Returns:
        ``float32 (11, H / 4, W / 4)`` in [0, 1]: the mask, head, torso, then right and left arm, right and left leg,
        upper before lower; a body part falls off as a Gaussian of the distance, and is zero where it was not detected.
    """
    height, width = mask.shape
    maps = np.zeros((PRIOR_CHANNELS, height, width), np.float32)
    maps[0] = mask
    points = (pose.keypoints[:, :2] + 0.5) / PRIOR_STRIDE - 0.5
    seen = pose.keypoints[:, 2] > 0
    unit = max(body_unit(pose) / PRIOR_STRIDE, 1.0)
    grid = np.stack(np.meshgrid(np.arange(width), np.arange(height)), axis=-1).astype(np.float32)
    head = points[[j for j in _HEAD if seen[j]]]
    if len(head):
        maps[1] = _fall_off(grid, head.mean(axis=0), head.mean(axis=0), _HEAD_SIGMA * unit)
    if seen[Joint.NECK]:
        low = points[Joint.MID_HIP] if seen[Joint.MID_HIP] else points[Joint.NECK] + (0, unit)
        maps[2] = _fall_off(grid, points[Joint.NECK], low, _TORSO_SIGMA * unit)
    for index, (start, end) in enumerate(_SEGMENTS):
        if seen[start] and seen[end]:
            a, b = points[start], points[end]
            if end in (Joint.RIGHT_WRIST, Joint.LEFT_WRIST):
                b = b + _HAND * (b - a)
            maps[3 + index] = _fall_off(grid, a, b, _LIMB_SIGMA * unit)
    return maps


def _fall_off(
    grid: NDArray[np.float32], a: NDArray[np.float32], b: NDArray[np.float32], sigma: float
) -> NDArray[np.float32]:
    """``exp(-d² / 2σ²)`` of the distance ``d`` to the segment from ``a`` to ``b``."""
    along = ((grid - a) @ (b - a)) / max(float((b - a) @ (b - a)), 1e-6)
    offset = grid - (a + along.clip(0, 1)[..., None] * (b - a))
    return np.asarray(np.exp(-np.square(offset).sum(axis=-1) / (2 * sigma**2)), np.float32)
