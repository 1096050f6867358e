"""The outline of a face by MediaPipe Face Mesh: where the chin ends and the neck begins.

Source: Kartynnik et al., "Real-time Facial Surface Geometry from Monocular Video on Mobile GPUs" (2019).
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Image, Joint, Pose

__all__ = ["FaceMesh"]

_CROP: Final = 256
# Face Mesh's vertices along the face's border, in order from the forehead clockwise.
_OVAL: Final = (
    *(10, 338, 297, 332, 284, 251, 389, 356, 454, 323, 361, 288, 397, 365, 379, 378, 400, 377, 152),
    *(148, 176, 149, 150, 136, 172, 58, 132, 93, 234, 127, 162, 21, 54, 103, 67, 109),
)


class FaceMesh:
    """Finds the face's outline in the picture of a person whose head is known."""

    def __init__(self) -> None:
        from mediapipe.python.solutions import face_mesh

        self._model = face_mesh.FaceMesh(static_image_mode=True, max_num_faces=1, min_detection_confidence=0.3)

    def outline(self, image: Image, pose: Pose) -> NDArray[np.float32] | None:
        """The closed outline of the face from hairline to chin.

        Args:
            image: ``uint8 (H, W, 3)``.
            pose: the person's joints in the same pixels.

        Returns:
            ``float32 (36, 2)`` of x, y, or ``None`` where no face is seen.
        """
        eyes = [pose.point(joint) for joint in (Joint.RIGHT_EYE, Joint.LEFT_EYE, Joint.NOSE)]
        neck = pose.point(Joint.NECK)
        seen = np.array([point for point in eyes if point is not None], np.float32)
        if len(seen) == 0 or neck is None:
            return None
        centre = seen.mean(axis=0)
        half = 1.1 * float(np.linalg.norm(centre - np.asarray(neck)))
        if half < 4:
            return None
        scale = _CROP / (2 * half)
        matrix = np.array([[scale, 0, _CROP / 2 - scale * centre[0]], [0, scale, _CROP / 2 - scale * centre[1]]])
        crop = cv2.warpAffine(image, matrix, (_CROP, _CROP), flags=cv2.INTER_LINEAR, borderValue=(128, 128, 128))
        result: Any = self._model.process(crop)
        if not result.multi_face_landmarks:
            return None
        landmarks = result.multi_face_landmarks[0].landmark
        points = np.array([(landmarks[i].x, landmarks[i].y) for i in _OVAL], np.float64) * _CROP
        return np.asarray((points - matrix[:, 2]) / scale, np.float32)
