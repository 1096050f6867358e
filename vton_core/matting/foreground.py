"""The figure's own colour where the old background shows through.

Source: Forte, "Approximate Fast Foreground Colour Estimation" (ICIP 2021), blur fusion.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Alpha

__all__ = ["estimate_foreground"]


def _weighted_blur(colour: NDArray[np.float32], weight: Alpha, size: int) -> NDArray[np.float32]:
    total = cv2.blur(weight, (size, size))[..., None]
    return np.asarray(cv2.blur(colour * weight[..., None], (size, size)) / np.maximum(total, 1e-5), np.float32)


def _fuse(
    image: NDArray[np.float32], figure: NDArray[np.float32], ground: NDArray[np.float32], alpha: Alpha, size: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    blurred_ground = _weighted_blur(ground, 1 - alpha, size)
    blurred_figure = _weighted_blur(figure, alpha, size)
    a = alpha[..., None]
    colour = blurred_figure + a * (image - a * blurred_figure - (1 - a) * blurred_ground)
    return colour.clip(0, 1), blurred_ground


def estimate_foreground(image: NDArray[np.float32], alpha: Alpha, reach: int) -> NDArray[np.float32]:
    """Estimate the figure's colour everywhere.

    Args:
        image: ``float32 (H, W, 3)`` in [0, 1].
        alpha: ``float32 (H, W)`` in [0, 1].
        reach: how far colours are fetched from, pixels.

    Returns:
        ``float32 (H, W, 3)`` in [0, 1].
    """
    colour, ground = _fuse(image, image, image, alpha, 2 * reach + 1)
    return _fuse(image, colour, ground, alpha, 7)[0]
