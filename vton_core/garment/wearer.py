"""Whether a garment photo may show somebody who wears the garment, or a bit of them."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.resampling import reduced_to
from vton_core.types import Garment, Image, Joint, Mask, Pose

__all__ = ["has_head", "is_detail", "is_printed", "shows_face", "shows_skin"]

# So many pixels long is the picture that skin is looked for in.
_SIDE: Final = 256
# Skin of any tone in Lab: how light, how red and how yellow.
_LIGHT: Final = (18.0, 92.0)
_RED: Final = (4.0, 32.0)
_YELLOW: Final = (4.0, 40.0)
# Up to this share of a garment may have such a colour by chance.
_SHARE: Final = 0.02
# How far around the nose a face is looked at, in shoulder distances, and how much of it has skin's colour.
_FACE, _FACE_SHARE = 0.12, 0.35
# A head with its hair is no wider than this, in shoulder distances; round a printed one the garment goes on.
_HEAD: Final = 1.5
# How far above the shoulders' line a nose is at least, in the same.
_NECK: Final = 0.37
# How steep the line of a standing person's shoulders is at most.
_SLOPE: Final = 0.7
# The share of its width along which a garment runs out of the picture: a collar or a strap takes less.
_OUT_AT_THE_TOP: Final = 0.4


def shows_skin(garment: Garment) -> bool:
    """Whether so much of a garment has the colour of skin that it is worth looking for a person.

    Args:
        garment: the photo, its mask telling what is not background.

    Returns:
        True also for a garment that has that colour itself.
    """
    small, inside = reduced_to(garment.rgb, _SIDE), reduced_to(garment.alpha, _SIDE) > 0.9
    return bool(inside.any() and _like_skin(small)[inside].mean() > _SHARE)


def shows_face(photo: Image, pose: Pose) -> bool:
    """Whether there is skin where a face is seen: there is none in an empty hood.

    Args:
        photo: ``uint8 (H, W, 3)``.
        pose: joints in the same pixels; nose and shoulders are seen.
    """
    shoulders = pose.keypoints[[Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER], :2]
    reach = max(2.0, _FACE * float(np.linalg.norm(shoulders[1] - shoulders[0])))
    y, x = np.ogrid[: photo.shape[0], : photo.shape[1]]
    around = np.hypot(x - pose.keypoints[Joint.NOSE, 0], y - pose.keypoints[Joint.NOSE, 1]) < reach
    return bool(around.any() and _like_skin(photo[around][None]).mean() > _FACE_SHARE)


def _like_skin(rgb: Image) -> Mask:
    """``bool (H, W)``: which pixels have a colour of skin."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    limits = np.array([_LIGHT, _RED, _YELLOW])
    return np.asarray(((lab > limits[:, 0]) & (lab < limits[:, 1])).all(axis=-1))


def is_detail(garment: Garment) -> bool:
    """Whether a photo that shows skin was taken too near to show all of a garment: it runs out of the picture at its
    top.

    Args:
        garment: the photo, its mask telling what is not background.
    """
    inside = garment.alpha > 0.5
    width = max(1, int(np.count_nonzero(inside.any(axis=0))))
    return np.count_nonzero(inside[0]) > _OUT_AT_THE_TOP * width


def has_head(pose: Pose) -> bool:
    """Whether the nose seen in a garment photo is as far above the shoulders as a person's, who stands; what is taken
    for a face in an empty collar is not.

    Args:
        pose: joints; nose and shoulders are seen.
    """
    nose = pose.keypoints[Joint.NOSE, :2]
    shoulders = pose.keypoints[[Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER], :2]
    across, down = np.abs(shoulders[1] - shoulders[0])
    return bool(shoulders[:, 1].mean() - nose[1] > _NECK * np.hypot(across, down) and down < _SLOPE * across)


def is_printed(garment: Garment, pose: Pose) -> bool:
    """Whether a person seen in a garment photo is a print on it: the garment goes on beside the head.

    Args:
        garment: the photo, its mask telling what is not background.
        pose: the person's joints in the same pixels; nose and shoulders are seen.
    """
    shoulders = pose.keypoints[[Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER], :2]
    apart = float(np.linalg.norm(shoulders[1] - shoulders[0]))
    x, y = np.minimum(pose.keypoints[Joint.NOSE, :2].round().astype(int), np.subtract(garment.alpha.shape[::-1], 1))
    row = np.pad(garment.alpha[y] > 0.5, 1)
    # Columns of the padded row count from 1.
    beside = int(row[x + 1 :].argmin()) + int(row[x + 1 :: -1].argmin())
    return beside > _HEAD * apart
