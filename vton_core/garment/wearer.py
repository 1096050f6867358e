"""Whether a garment photo may show somebody who wears the garment, or a bit of them."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.resampling import reduced_to
from vton_core.types import Garment, Joint, Pose

__all__ = ["has_head", "is_detail", "is_printed", "shows_skin"]

_SIDE: Final = 256
# Skin of any tone in Lab: how light, how red and how yellow.
_LIGHT: Final = (18.0, 92.0)
_RED: Final = (4.0, 32.0)
_YELLOW: Final = (4.0, 40.0)
_SHARE: Final = 0.02
# A head with its hair is no wider than this, in shoulder distances; round a printed one the garment goes on.
_HEAD: Final = 1.5
# How far above the shoulders' line a nose is at least, in the same.
_NECK: Final = 0.37
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
    lab = cv2.cvtColor(small.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)[inside]
    limits = np.array([_LIGHT, _RED, _YELLOW])
    skin = ((lab > limits[:, 0]) & (lab < limits[:, 1])).all(axis=1)
    return bool(len(lab) and skin.mean() > _SHARE)


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
    """Whether the nose seen in a garment photo is as far above the shoulders as a person's; what is taken for a face in
    an empty collar is not.

    Args:
        pose: joints; nose and shoulders are seen.
    """
    nose = pose.keypoints[Joint.NOSE, :2]
    shoulders = pose.keypoints[[Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER], :2]
    return float(shoulders[:, 1].mean() - nose[1]) > _NECK * float(np.linalg.norm(shoulders[1] - shoulders[0]))


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
