"""What MediaPipe finds in an image, and the mean of that and of what it finds in the mirror image."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.types import Alpha

__all__ = ["Seen"]

# Where each landmark is found in a mirror image: the nose, eyes by threes, then pairs.
_MIRRORED: Final = [0, 4, 5, 6, 1, 2, 3, *(n + 1 if n % 2 else n - 1 for n in range(7, 33))]
_SHOULDERS, _HIPS = [11, 12], [23, 24]
# Two masks show the same person if they share so much; landmarks are seen apart from this distance on, in lengths from
# shoulders to hips.
_SAME, _APART = 0.5, 0.25


@dataclass(frozen=True)
class Seen:
    """Somebody that MediaPipe found.

    Attributes:
        landmarks: ``float64 (33, 3)`` of x, y (pixels, from the image's corner) and visibility in [0, 1].
        in_space: ``float64 (33, 3)`` of x, y, z: metres to the right, down and away from the camera.
        mask: ``float32 (H, W)`` in [0, 1].
    """

    landmarks: NDArray[np.float64]
    in_space: NDArray[np.float64]
    mask: Alpha

    def mirrored(self) -> Seen:
        """The same of the mirror image."""
        landmarks, space = self.landmarks[_MIRRORED], self.in_space[_MIRRORED]
        landmarks[:, 0] = self.mask.shape[1] - landmarks[:, 0]
        space[:, 0] *= -1
        return Seen(landmarks, space, np.ascontiguousarray(self.mask[:, ::-1]))

    def joined(self, other: Seen) -> Seen:
        """The mean of both; a landmark that they see far apart is where it is seen more surely.

        Args:
            other: what was found in the same image; left out if it is somebody else.
        """
        ours, theirs = self.mask > 0.5, other.mask > 0.5
        if np.count_nonzero(ours & theirs) < _SAME * np.count_nonzero(ours | theirs):
            return self
        points = np.stack([self.landmarks, other.landmarks])
        space = np.stack([self.in_space, other.in_space])
        mean = points.mean(axis=0)[:, :2]
        torso = float(np.linalg.norm(mean[_SHOULDERS].mean(axis=0) - mean[_HIPS].mean(axis=0)))
        apart = np.linalg.norm(points[0, :, :2] - points[1, :, :2], axis=1) > _APART * torso
        # Of two that are as sure, both count.
        share = np.where(apart, points[..., 2] >= points[::-1, :, 2], 1.0)[..., None]
        share /= share.sum(axis=0)
        mask = np.asarray((self.mask + other.mask) / 2, np.float32)
        return Seen((share * points).sum(axis=0), (share * space).sum(axis=0), mask)

    def without(self, margin: int) -> Seen:
        """The same in the image without a margin of so many pixels."""
        height, width = self.mask.shape
        landmarks = self.landmarks - np.array([margin, margin, 0])
        return Seen(landmarks, self.in_space, self.mask[margin : height - margin, margin : width - margin])
