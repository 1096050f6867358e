"""The default background engine: MediaPipe's person mask joined with our parser's, then matting."""

from __future__ import annotations

import numpy as np

from vton_core.engines.pose.mediapipe import MediaPipePose
from vton_core.matting.matte import matte
from vton_core.types import Cutout, Image, Joint, Mask, Pose

__all__ = ["MediaPipeBackground"]


def _head(pose: Pose, shape: tuple[int, int]) -> Mask:
    """Where hair may be: a disc around the head, sized by the shoulders."""
    points = [pose.point(j) for j in (Joint.NOSE, Joint.LEFT_EAR, Joint.RIGHT_EAR, Joint.LEFT_EYE, Joint.RIGHT_EYE)]
    seen = np.array([p for p in points if p is not None])
    mask = np.zeros(shape, np.bool_)
    if not len(seen):
        return mask
    neck, left = pose.point(Joint.NECK), pose.point(Joint.LEFT_SHOULDER)
    centre = seen.mean(axis=0)
    radius = 2 * np.ptp(seen, axis=0).max()
    if neck is not None and left is not None:
        radius = max(radius, 1.2 * np.hypot(*(centre - neck)), 1.2 * np.hypot(*np.subtract(left, neck)))
    y, x = np.ogrid[: shape[0], : shape[1]]
    return np.asarray(np.hypot(x - centre[0], y - centre[1]) < radius, np.bool_)


class MediaPipeBackground:
    """See :class:`vton_core.engines.base.BackgroundEngine`."""

    def __init__(self) -> None:
        self._pose = MediaPipePose()

    def cut_out(self, image: Image) -> Cutout:
        """See :class:`vton_core.engines.base.BackgroundEngine`."""
        pose, probability = self._pose.estimate_with_mask(image)
        return matte(image, probability, _head(pose, probability.shape))
