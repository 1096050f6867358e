"""Where a figure's hair may be."""

from __future__ import annotations

import cv2
import numpy as np

from vton_core.masks import dilated
from vton_core.types import Alpha, Joint, Pose

__all__ = ["hair_region"]

_HEAD = (Joint.NOSE, Joint.LEFT_EAR, Joint.RIGHT_EAR, Joint.LEFT_EYE, Joint.RIGHT_EYE)


def hair_region(pose: Pose, shape: tuple[int, ...], hair: Alpha | None = None) -> Alpha:
    """Mark where an edge may be an edge of hair.

    Args:
        pose: the joints, in pixels of ``shape``.
        shape: height and width.
        hair: ``float32`` of ``shape`` in [0, 1]: the parser's probability of hair or hat.

    Returns:
        ``float32`` of ``shape``, 0 or 1: around the hair where it is known, and around the head above the neck.
    """
    region = np.zeros(shape, np.uint8)
    seen = np.array([point for joint in _HEAD if (point := pose.point(joint)) is not None])
    reach = 0.0
    if len(seen):
        centre = seen.mean(axis=0)
        neck = pose.point(Joint.NECK)
        length = float(np.hypot(*(centre - neck))) if neck is not None else 0.0
        reach = max(length, 1.5 * float(np.ptp(seen, axis=0).max()))
        y, x = np.ogrid[: shape[0], : shape[1]]
        disc = np.hypot(x - centre[0], y - centre[1]) < 1.4 * reach
        region |= (disc & (y < centre[1] + 0.5 * reach)).astype(np.uint8)
    if hair is not None:
        side = 2 * max(2, round(0.3 * reach)) + 1
        window = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side))
        region[dilated(hair > 0.5, np.asarray(window, np.uint8))] = 1
    return region.astype(np.float32)
