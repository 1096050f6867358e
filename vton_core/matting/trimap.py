"""From a mask to what is surely figure, surely background, and in between."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.masks import box_around
from vton_core.types import Mask

__all__ = ["FOREGROUND", "UNKNOWN", "build_trimap"]

FOREGROUND: Final = 255
UNKNOWN: Final = 128


def _disc(radius: float) -> NDArray[np.uint8]:
    side = 2 * max(1, round(radius)) + 1
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (side, side)), np.uint8)


def build_trimap(mask: Mask, hair: Mask, band: float, hair_band: float) -> NDArray[np.uint8]:
    """Open a band of unknown pixels along a mask's edge, wider where there is hair.

    Args:
        mask: ``bool (H, W)``: the figure.
        hair: ``bool (H, W)``: where hair may be; the wide band opens there only.
        band: half the band's width, pixels.
        hair_band: half the band's width at hair, pixels.

    Returns:
        ``uint8 (H, W)``: 0 background, 128 unknown, 255 figure. The picture's border is no edge of the figure.
    """
    solid, near_hair = mask.astype(np.uint8), box_around(hair, max(_disc(hair_band).shape))
    # cv2's default border value leaves the picture's border out of both, so a figure cut off there stays solid.
    inner, outer = cv2.erode(solid, _disc(band)), cv2.dilate(solid, _disc(band))
    if near_hair is not None:
        head, strands = solid[near_hair], hair[near_hair]
        np.copyto(inner[near_hair], cv2.erode(head, _disc(hair_band)), where=strands)
        np.copyto(outer[near_hair], cv2.dilate(head, _disc(hair_band)), where=strands)
    trimap = np.where(inner > 0, FOREGROUND, np.where(outer > 0, UNKNOWN, 0))
    return trimap.astype(np.uint8)
