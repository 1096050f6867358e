"""From a photo and a rough person probability to a cutout."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.matting.closed_form import solve_alpha
from vton_core.matting.foreground import estimate_foreground
from vton_core.matting.trimap import UNKNOWN, build_trimap, figure_size, known_alpha
from vton_core.types import Alpha, Cutout, Image, Mask

__all__ = ["matte"]

_BAND: Final = 1 / 120
_HAIR_BAND: Final = 1 / 22


def matte(image: Image, probability: Alpha, hair: Mask, people: int = 1) -> Cutout:
    """Cut a figure out.

    Args:
        image: ``uint8 (H, W, 3)``.
        probability: ``float32 (H, W)`` in [0, 1]: that the pixel shows the figure.
        hair: ``bool (H, W)``: where hair may be.
        people: how many people the photo shows.

    Returns:
        The figure at the photo's resolution.
    """
    mask = probability > 0.5
    size = figure_size(mask)
    trimap = build_trimap(mask, hair, max(2, size * _BAND), max(3, size * _HAIR_BAND))
    scaled = image.astype(np.float32) / 255
    known = known_alpha(trimap)
    alpha = solve_alpha(scaled, known, trimap == UNKNOWN, cv2.GaussianBlur(mask.astype(np.float32), (0, 0), 2))
    alpha[alpha < 0.01] = 0
    alpha[alpha > 0.99] = 1
    colour = estimate_foreground(scaled, alpha, max(5, round(size * _HAIR_BAND)))
    rgb = np.where(alpha[..., None] == 1, image, np.rint(colour * 255).astype(np.uint8))
    return Cutout(rgb, alpha, people)
