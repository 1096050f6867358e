"""Joint maps and affinity fields of people whose joints are known, drawn as OpenPose's training draws them."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from vton_core.engines.pose.grouping import FIELDS, LIMBS

STANDING = np.array(
    [
        *((50, 20), (50, 34), (38, 34), (34, 52), (32, 70), (62, 34), (66, 52), (68, 70), (50, 72), (42, 72)),
        *((41, 100), (40, 128), (58, 72), (59, 100), (60, 128), (47, 17), (53, 17), (43, 19), (57, 19)),
        *((64, 136), (67, 134), (59, 132), (36, 136), (33, 134), (41, 132)),
    ],
    np.float32,
)
"""Someone who stands upright and faces the camera: ``(25, 2)``, about 36 × 120 pixels."""


def draw(people: Sequence[NDArray[np.float32]], size: tuple[int, int], sigma: float = 3.0) -> NDArray[np.float32]:
    """The 78 maps that a perfect network would give.

    Args:
        people: for each ``(25, 2)`` of x, y, or ``(25, 3)`` with a confidence; NaN where a joint is not seen.
        size: width and height.
        sigma: of the joints' peaks, pixels.
    """
    width, height = size
    maps = np.zeros((78, height, width), np.float32)
    y, x = np.mgrid[:height, :width].astype(np.float32)
    for person in people:
        sure = person[:, 2] if person.shape[1] == 3 else np.ones(25, np.float32)
        for joint in np.flatnonzero(np.isfinite(person[:, 0])):
            peak = sure[joint] * np.exp(-((x - person[joint, 0]) ** 2 + (y - person[joint, 1]) ** 2) / (2 * sigma**2))
            maps[joint] = np.maximum(maps[joint], peak)
        for (a, b), pair in zip(LIMBS, FIELDS, strict=True):
            start, along = person[a, :2], person[b, :2] - person[a, :2]
            length = float(np.hypot(*along))
            if not np.isfinite(length) or length < 1e-3:
                continue
            along = along / length
            forward = (x - start[0]) * along[0] + (y - start[1]) * along[1]
            aside = np.abs((x - start[0]) * along[1] - (y - start[1]) * along[0])
            limb = (forward >= -2) & (forward <= length + 2) & (aside <= 2.5)
            maps[26 + 2 * pair][limb], maps[27 + 2 * pair][limb] = along
    maps[25] = 1 - maps[:25].max(axis=0)
    return maps
