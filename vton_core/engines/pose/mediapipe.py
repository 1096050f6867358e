"""MediaPipe Pose mapped to OpenPose's BODY_25.

Source: Bazarevsky et al., "BlazePose: On-device Real-time Body Pose tracking" (2020). MediaPipe 0.10.21 is the last
release whose wheel carries the models.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Iterator
from functools import reduce
from typing import Any, Final

import cv2
import numpy as np

from vton_core.engines.pose.seen import Seen
from vton_core.errors import NoPersonError
from vton_core.resampling import reduced_to
from vton_core.types import Alpha, Image, Joint, Pose

__all__ = ["MediaPipePose"]

_LONGEST_SIDE: Final = 1280
_VISIBLE: Final = 0.3

# Each BODY_25 joint as a mean of MediaPipe's 33 landmarks, by their numbers there. MediaPipe marks one toe a foot, so
# the small toes stay undetected.
_SOURCES: Final[dict[Joint, tuple[int, ...]]] = {
    Joint.NOSE: (0,),
    Joint.NECK: (11, 12),
    Joint.RIGHT_SHOULDER: (12,),
    Joint.RIGHT_ELBOW: (14,),
    Joint.RIGHT_WRIST: (16,),
    Joint.LEFT_SHOULDER: (11,),
    Joint.LEFT_ELBOW: (13,),
    Joint.LEFT_WRIST: (15,),
    Joint.MID_HIP: (23, 24),
    Joint.RIGHT_HIP: (24,),
    Joint.RIGHT_KNEE: (26,),
    Joint.RIGHT_ANKLE: (28,),
    Joint.LEFT_HIP: (23,),
    Joint.LEFT_KNEE: (25,),
    Joint.LEFT_ANKLE: (27,),
    Joint.RIGHT_EYE: (5,),
    Joint.LEFT_EYE: (2,),
    Joint.RIGHT_EAR: (8,),
    Joint.LEFT_EAR: (7,),
    Joint.LEFT_BIG_TOE: (31,),
    Joint.LEFT_HEEL: (29,),
    Joint.RIGHT_BIG_TOE: (32,),
    Joint.RIGHT_HEEL: (30,),
}


@contextlib.contextmanager
def _quiet() -> Iterator[None]:
    """Keep the C++ side's start-up lines off the terminal; they go past Python's ``sys.stderr``."""
    saved = os.dup(2)
    try:
        with open(os.devnull, "wb") as sink:  # noqa: PTH123 - a descriptor is needed
            os.dup2(sink.fileno(), 2)
        yield
    finally:
        os.dup2(saved, 2)
        os.close(saved)


class MediaPipePose:
    """The most prominent person's joints, and where MediaPipe believes that person to be.

    Safe to call from several threads: calls take turns.
    """

    def __init__(self) -> None:
        with _quiet():
            from mediapipe.python.solutions import pose

            self._model = pose.Pose(
                static_image_mode=True, model_complexity=1, enable_segmentation=True, min_detection_confidence=0.3
            )
            # Its threads print as they start, so they start here, where it is not heard.
            self._model.process(np.zeros((64, 64, 3), np.uint8))
        self._lock = threading.Lock()

    def estimate(self, image: Image) -> Pose:
        """See :class:`vton_core.engines.base.PoseEngine`."""
        return self.estimate_with_mask(image)[0]

    def estimate_with_mask(self, image: Image) -> tuple[Pose, Alpha]:
        """Joints, and the probability that a pixel shows the person (a 256×256 map of its region, brought up).

        Args:
            image: ``uint8 (H, W, 3)``.

        Returns:
            The pose, and ``float32 (H, W)`` in [0, 1].

        Raises:
            NoPersonError: nobody was found.
        """
        height, width = image.shape[:2]
        small = reduced_to(image, _LONGEST_SIDE)
        for margin in (0.0, 0.35):
            found = self._process(small, margin)
            if found is not None:
                return _body_25(found, width, height), cv2.resize(found.mask, (width, height)).clip(0, 1)
        raise NoPersonError(
            "No person was found in the model photo. Use a photo that clearly shows a person, head and chest at least."
        )

    def _process(self, image: Image, margin: float) -> Seen | None:
        """What is found in an image that gets a margin of a share of its longer side.

        MediaPipe sees people some 1 % of their shoulders' distance too far to the right and 4 degrees turned. In the
        mirror it errs the other way, and as far elsewhere: the mean is nearer to the truth.
        """
        pad = round(margin * max(image.shape))
        framed = cv2.copyMakeBorder(image, pad, pad, pad, pad, cv2.BORDER_CONSTANT, value=(128, 128, 128))
        mirrored = self._look(np.asarray(framed[:, ::-1], np.uint8))
        looks = [self._look(np.asarray(framed, np.uint8)), None if mirrored is None else mirrored.mirrored()]
        found = [look for look in looks if look is not None]
        return reduce(Seen.joined, found).without(pad) if found else None

    def _look(self, image: Image) -> Seen | None:
        with self._lock, _quiet():
            result: Any = self._model.process(np.ascontiguousarray(image))
        if result.pose_landmarks is None:
            return None
        height, width = image.shape[:2]
        points = np.array([(p.x * width, p.y * height, p.visibility) for p in result.pose_landmarks.landmark])
        space = np.array([(p.x, p.y, p.z) for p in result.pose_world_landmarks.landmark])
        return Seen(points, space, np.asarray(result.segmentation_mask, np.float32))


def _body_25(seen: Seen, width: int, height: int) -> Pose:
    """The pose in a picture of this size."""
    factor = np.array([width, height]) / seen.mask.shape[::-1]
    keypoints, in_space = np.zeros((25, 3), np.float32), np.zeros((25, 4), np.float32)
    for joint, sources in _SOURCES.items():
        named = list(sources)
        x, y = seen.landmarks[named, :2].mean(axis=0) * factor - 0.5
        visible = seen.landmarks[named, 2].min()
        if visible >= _VISIBLE and -0.5 <= x <= width - 0.5 and -0.5 <= y <= height - 0.5:
            keypoints[joint] = x, y, visible
            in_space[joint] = *seen.in_space[named].mean(axis=0), visible
    return Pose(keypoints, in_space)
