"""The inner side of a garment's back by its shade, where a strong pattern hides it from the network."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Image, Mask

__all__ = ["in_the_shade"]

_Float = NDArray[np.float32]
# The part of the front that tells how light the pattern's light parts are, in widths of the chest: half its width, and
# from where to where it reaches below the collar.
_BESIDE, _BELOW = 0.35, (0.35, 1.0)
# How far apart (L of Lab) light and dark parts of a pattern must be, which share of the front each must have, and how
# much darker light parts are behind the front edge.
_TWO_TONED, _EACH = 35.0, 0.15
_DARKER: Final = 8.0
# Log-odds for each step of lightness beyond that, and at most.
_PER_STEP, _MOST = 0.4, 3.0


def in_the_shade(rgb: Image, mask: Mask, middle: NDArray[np.float32], chest: float) -> _Float | None:
    """How much darker the light parts of a pattern are than on the garment's front.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        mask: ``bool (H, W)``.
        middle: ``(2,)``, between the collar's corners.
        chest: the garment's width between the armpits, in pixels.

    Returns:
        ``float32 (H, W)``: log-odds of the inner side, 0 where the pattern is dark; ``None`` for a garment that is not
        patterned light on dark.
    """
    light = cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)[..., 0]
    y, x = np.indices(mask.shape)
    high, low = middle[1] + np.array(_BELOW) * chest
    front = light[mask & (np.abs(x - middle[0]) < _BESIDE * chest) & (y > high) & (y < low)]
    if len(front) == 0:
        return None
    dark, bright = np.percentile(front, (10, 85))
    between = (dark + bright) / 2
    share = float(np.mean(front > between))
    if bright - dark < _TWO_TONED or not _EACH < share < 1 - _EACH:
        return None
    # At its edge a light part is mixed with the dark one.
    parts = cv2.erode((mask & (light > between)).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    odds = (_PER_STEP * (bright - light - _DARKER)).clip(-_MOST, _MOST)
    return np.where(parts, odds, 0).astype(np.float32)
