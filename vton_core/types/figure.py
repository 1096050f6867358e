"""The person: joints, cutout, and where the photo lies on the canvas."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vton_core.types.arrays import Alpha, Image, Point, expect

__all__ = ["Canvas", "Cutout", "Joint", "Pose"]


class Joint(IntEnum):
    """The joints of OpenPose's BODY_25 model, in its order; left and right are the person's own."""

    NOSE = 0
    NECK = 1
    RIGHT_SHOULDER = 2
    RIGHT_ELBOW = 3
    RIGHT_WRIST = 4
    LEFT_SHOULDER = 5
    LEFT_ELBOW = 6
    LEFT_WRIST = 7
    MID_HIP = 8
    RIGHT_HIP = 9
    RIGHT_KNEE = 10
    RIGHT_ANKLE = 11
    LEFT_HIP = 12
    LEFT_KNEE = 13
    LEFT_ANKLE = 14
    RIGHT_EYE = 15
    LEFT_EYE = 16
    RIGHT_EAR = 17
    LEFT_EAR = 18
    LEFT_BIG_TOE = 19
    LEFT_SMALL_TOE = 20
    LEFT_HEEL = 21
    RIGHT_BIG_TOE = 22
    RIGHT_SMALL_TOE = 23
    RIGHT_HEEL = 24


@dataclass(frozen=True)
class Pose:
    """A person's joints.

    Attributes:
        keypoints: ``float32 (25, 3)`` of x, y (pixels) and confidence in [0, 1], in BODY_25 order; an undetected joint
            is all zero.
        in_space: ``float32 (25, 4)`` of x, y, z (metres to the picture's right, down and away from the camera) and
            confidence, in the same order; ``None`` where nothing tells it.
    """

    keypoints: NDArray[np.float32]
    in_space: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        expect(self.keypoints, np.float32, (25, 3), "keypoints")
        if self.in_space is not None:
            expect(self.in_space, np.float32, (25, 4), "in_space")

    def point(self, joint: Joint) -> Point | None:
        """The joint's ``(x, y)``, or ``None`` where it was not detected."""
        x, y, confidence = self.keypoints[joint]
        return (float(x), float(y)) if confidence > 0 else None

    def mapped(self, scale: float, offset: Point) -> Pose:
        """The pose under ``p -> scale * p + offset``; undetected joints stay zero."""
        keypoints = self.keypoints.copy()
        seen = keypoints[:, 2] > 0
        keypoints[seen, :2] = keypoints[seen, :2] * np.float32(scale) + np.asarray(offset, np.float32)
        return Pose(keypoints, self.in_space)


@dataclass(frozen=True)
class Cutout:
    """A figure without its background.

    Attributes:
        rgb: ``uint8 (H, W, 3)`` foreground colour: the photo's own pixels where ``alpha`` is 1, the estimated colour of
            the figure (free of the old background) where it is between 0 and 1.
        alpha: ``float32 (H, W)`` in [0, 1], not premultiplied into ``rgb``.
        people: how many people were found in the photo; the figure is the largest.
    """

    rgb: Image
    alpha: Alpha
    people: int = 1

    def __post_init__(self) -> None:
        expect(self.rgb, np.uint8, (None, None, 3), "rgb")
        expect(self.alpha, np.float32, self.rgb.shape[:2], "alpha")

    @property
    def size(self) -> tuple[int, int]:
        """``(width, height)`` in pixels."""
        return self.rgb.shape[1], self.rgb.shape[0]


@dataclass(frozen=True)
class Canvas:
    """Where the source photo lies on the canvas: ``canvas = scale * source + offset`` for pixel coordinates.

    Attributes:
        scale: canvas pixels a source pixel.
        offset: ``(x, y)`` of the source's pixel (0, 0) on the canvas.
        size: ``(width, height)`` of the canvas.
        source_size: ``(width, height)`` of the source photo.
    """

    scale: float
    offset: Point
    size: tuple[int, int]
    source_size: tuple[int, int]

    def to_canvas(self, points: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Map ``(..., 2)`` source points to the canvas."""
        return np.asarray(points, np.float64) * self.scale + np.asarray(self.offset, np.float64)

    def to_source(self, points: NDArray[np.floating[Any]]) -> NDArray[np.float64]:
        """Map ``(..., 2)`` canvas points to the source."""
        return (np.asarray(points, np.float64) - np.asarray(self.offset, np.float64)) / self.scale

    def pose_in_source(self, pose: Pose) -> Pose:
        """A pose on the canvas in the source's pixels."""
        return pose.mapped(1 / self.scale, (-self.offset[0] / self.scale, -self.offset[1] / self.scale))

    def matrix(self) -> NDArray[np.float64]:
        """``float64 (2, 3)``: the affine map from source to canvas, as ``cv2.warpAffine`` takes it."""
        return np.array([[self.scale, 0.0, self.offset[0]], [0.0, self.scale, self.offset[1]]])

    def to_json(self) -> dict[str, Any]:
        """The map as the folder contract writes it."""
        return {
            "scale": self.scale,
            "offset": list(self.offset),
            "size": list(self.size),
            "source_size": list(self.source_size),
        }
