"""Sharpness of the figure matched to the background's.

How far edges are spread is measured by blurring once more, as in Zhuo and Sim, "Defocus Map Estimation from a Single
Image" (Pattern Recognition 2011): at an edge of spread ``s``, a blur of ``r`` lowers the gradient by the factor
``sqrt(s^2 + r^2) / s``.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Mask

__all__ = ["blur_to_match", "blurred", "edge_spread"]

_AGAIN: Final = 1.2
_FAINTEST: Final = 0.02
_FEWEST: Final = 50
"""Pixels on edges that are needed to say anything."""
_SHARPEST: Final = 0.3
_OWN: Final = 1 / 3
"""Variance of the difference that the gradient is taken by."""
_WIDEST: Final = 0.002
"""Largest blur, in heights of the figure: what is meant to be out of focus behind a figure does not blur it."""


def edge_spread(codes: NDArray[np.float32], within: Mask | None = None) -> float | None:
    """How far the sharper edges of a picture are spread.

    Args:
        codes: ``float32 (h, w)`` in [0, 1], sRGB codes of one channel.
        within: ``bool (h, w)``: where to look.

    Returns:
        Standard deviation of the blur in pixels, that of the camera's own sharpness included; ``None`` where there are
        too few edges.
    """
    gradient = _gradient(codes)
    wider = _gradient(np.asarray(cv2.GaussianBlur(codes, (0, 0), _AGAIN), np.float32))
    strong = gradient > max(_FAINTEST, float(np.quantile(gradient[::3, ::3], 0.9)) if gradient.size else 1.0)
    # Only on the ridge of an edge does the ratio say its spread.
    strong &= gradient >= cv2.dilate(gradient, np.ones((3, 3), np.uint8)) * 0.98
    if within is not None:
        strong &= within
    if np.count_nonzero(strong) < _FEWEST:
        return None
    ratio = gradient[strong] / np.maximum(wider[strong], 1e-6)
    spread = _AGAIN**2 / np.maximum(ratio.astype(np.float64) ** 2 - 1, 0.02)
    return float(np.sqrt(max(0.04, np.quantile(spread, _SHARPEST) - _OWN)))


def blur_to_match(figure: float | None, background: float | None, height: float, strength: float) -> float:
    """The blur, in pixels, that brings a figure's edges towards the background's; never less than none."""
    if figure is None or background is None or background <= figure:
        return 0.0
    return strength * float(min(np.sqrt(background**2 - figure**2), max(0.8, _WIDEST * height)))


def blurred(rgba: NDArray[np.float32], sigma: float) -> NDArray[np.float32]:
    """Premultiplied light, blurred with its alpha."""
    return np.asarray(cv2.GaussianBlur(rgba, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE), np.float32)


def _gradient(codes: NDArray[np.float32]) -> NDArray[np.float32]:
    across, down = cv2.Sobel(codes, cv2.CV_32F, 1, 0, scale=0.125), cv2.Sobel(codes, cv2.CV_32F, 0, 1, scale=0.125)
    return np.asarray(cv2.magnitude(across, down), np.float32)
