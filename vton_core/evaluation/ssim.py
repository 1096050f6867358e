"""Structural similarity, at one scale and at several.

Sources: Wang, Bovik, Sheikh, Simoncelli, "Image Quality Assessment: From Error Visibility to Structural Similarity",
2004;
Wang, Simoncelli, Bovik, "Multiscale Structural Similarity for Image Quality Assessment" (2003).
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Image

__all__ = ["SMALLEST", "ms_ssim", "ssim"]

_TAPS: Final = 11
_SIGMA: Final = 1.5
_C1: Final = (0.01 * 255) ** 2
_C2: Final = (0.03 * 255) ** 2
_WEIGHTS: Final = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)

SMALLEST: Final = _TAPS * 2 ** (len(_WEIGHTS) - 1)
"""Shortest side, in pixels, of pictures that :func:`ms_ssim` can compare."""


def _blur(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Gaussian mean around each pixel whose window lies inside the picture."""
    edge = _TAPS // 2
    return np.asarray(cv2.GaussianBlur(x, (_TAPS, _TAPS), _SIGMA)[edge:-edge, edge:-edge], np.float64)


def _terms(a: NDArray[np.float64], b: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Means over the picture, a number a channel: of luminance × contrast × structure, and of the last two."""
    mean_a, mean_b = _blur(a), _blur(b)
    variances = _blur(a * a) - mean_a**2 + _blur(b * b) - mean_b**2
    covariance = _blur(a * b) - mean_a * mean_b
    structure = (2 * covariance + _C2) / (variances + _C2)
    luminance = (2 * mean_a * mean_b + _C1) / (mean_a**2 + mean_b**2 + _C1)
    return (luminance * structure).mean(axis=(0, 1)), structure.mean(axis=(0, 1))


def _pair(a: Image, b: Image) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    if a.shape != b.shape:
        raise ValueError(f"the pictures must be of one shape, not {a.shape} and {b.shape}")
    return a.astype(np.float64), b.astype(np.float64)


def ssim(a: Image, b: Image) -> float:
    """SSIM of two pictures: Gaussian window of 11 × 11 and deviation 1.5, mean over the three channels.

    Args:
        a: ``uint8 (H, W, 3)``.
        b: the same shape.

    Returns:
        At most 1, for equal pictures.

    Raises:
        ValueError: of different shapes.
    """
    return float(_terms(*_pair(a, b))[0].mean())


def ms_ssim(a: Image, b: Image) -> float:
    """MS-SSIM of two pictures, at five scales.

    Args:
        a: ``uint8 (H, W, 3)``, no side shorter than :data:`SMALLEST`.
        b: the same shape.

    Returns:
        At most 1, for equal pictures.

    Raises:
        ValueError: of different shapes, or too small.
    """
    if min(a.shape[:2]) < SMALLEST:
        raise ValueError(f"the pictures must be at least {SMALLEST} pixels a side")
    x, y = _pair(a, b)
    product: Any = np.ones(3)
    for level, weight in enumerate(_WEIGHTS):
        whole, structure = _terms(x, y)
        last = level == len(_WEIGHTS) - 1
        product = product * np.maximum(whole if last else structure, 0) ** weight
        if not last:
            x, y = (_halved(each) for each in (x, y))
    return float(product.mean())


def _halved(x: NDArray[np.float64]) -> NDArray[np.float64]:
    """Means of 2 × 2 pixels; an odd last row or column goes."""
    even = x[: x.shape[0] // 2 * 2, : x.shape[1] // 2 * 2]
    return np.asarray((even[::2, ::2] + even[1::2, ::2] + even[::2, 1::2] + even[1::2, 1::2]) / 4, np.float64)
