"""A garment's picture made smaller."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from vton_core.planes import repeated
from vton_core.types import Garment

__all__ = ["shrunk"]

# From this scale on a garment is drawn as it is.
_NEARLY: Final = 0.9


def shrunk(garment: Garment, scale: float) -> Garment:
    """The garment at about the size in which it is worn, so that resampling does not alias.

    Args:
        garment: the shop photo.
        scale: working pixels a garment pixel.

    Returns:
        The garment as it is drawn ``scale`` times as large without corrections, or itself from a scale of 0.9 on.
    """
    if scale >= _NEARLY:
        return garment
    height, width = garment.alpha.shape
    size = (max(16, round(width * scale)), max(16, round(height * scale)))
    alpha = cv2.resize(garment.alpha, size, interpolation=cv2.INTER_AREA)
    colour = cv2.resize(garment.shown * repeated(garment.alpha), size, interpolation=cv2.INTER_AREA)
    rgb = np.round(colour / repeated(np.maximum(alpha, 1e-3))).clip(0, 255).astype(np.uint8)
    lace = None if garment.lace is None else cv2.resize(garment.lace, size, interpolation=cv2.INTER_AREA)
    return replace(
        garment,
        rgb=rgb,
        alpha=np.asarray(alpha, np.float32),
        corrections={},
        lace=None if lace is None else np.asarray(lace, np.uint8),
        drawn=None,
    )
