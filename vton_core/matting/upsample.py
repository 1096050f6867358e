"""Bring a matte that was worked reduced up to the photo's own resolution.

Within the soft edge alpha follows the photo's colours by linear coefficients that were fitted at the reduced size.
Source: He, Sun, "Fast Guided Filter" (2015).
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.matting.foreground import fuse
from vton_core.types import Alpha, Image

__all__ = ["bring_up"]

_WINDOW: Final = (5, 5)
_EPSILON: Final = 1e-4
_STRIP: Final = 256


def _linear_coefficients(image: NDArray[np.float32], alpha: Alpha) -> NDArray[np.float32]:
    """``float32 (H, W, 4)``: alpha is about the first three times the colour plus the fourth, around each pixel."""
    mean, mean_alpha = cv2.blur(image, _WINDOW), cv2.blur(alpha, _WINDOW)
    covariance = np.empty((*alpha.shape, 3, 3), np.float32)
    for i in range(3):
        for j in range(i, 3):
            entry = cv2.blur(image[..., i] * image[..., j], _WINDOW) - mean[..., i] * mean[..., j]
            covariance[..., i, j] = covariance[..., j, i] = entry + (_EPSILON if i == j else 0)
    joint = cv2.blur(image * alpha[..., None], _WINDOW) - mean * mean_alpha[..., None]
    slope = np.linalg.solve(covariance, joint[..., None])[..., 0]
    offset = mean_alpha - (slope * mean).sum(axis=-1)
    return np.asarray(cv2.blur(np.dstack([slope, offset]), _WINDOW), np.float32)


def _enlarged(
    small: NDArray[np.float32], size: tuple[int, int], rows: tuple[int, int], method: int
) -> NDArray[np.float32]:
    """The given rows of ``small`` enlarged to ``size`` (width, height)."""
    sx, sy = small.shape[1] / size[0], small.shape[0] / size[1]
    matrix = np.array([[sx, 0, sx / 2 - 0.5], [0, sy, (rows[0] + 0.5) * sy - 0.5]])
    flags = method | cv2.WARP_INVERSE_MAP
    target = size[0], rows[1] - rows[0]
    return np.asarray(cv2.warpAffine(small, matrix, target, flags=flags, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _strips(height: int) -> Iterator[tuple[int, int]]:
    for top in range(0, height, _STRIP):
        yield top, min(height, top + _STRIP)


def bring_up(
    image: Image, small: NDArray[np.float32], alpha: Alpha, figure: NDArray[np.float32], ground: NDArray[np.float32]
) -> tuple[Image, Alpha]:
    """Enlarge a matte, strip by strip.

    Args:
        image: ``uint8 (H, W, 3)``: the photo.
        small: ``float32 (h, w, 3)`` in [0, 1]: the photo reduced.
        alpha: ``float32 (h, w)`` in [0, 1], of ``small``.
        figure: ``float32 (h, w, 3)`` in [0, 1]: the figure's mean colour.
        ground: ``float32 (h, w, 3)`` in [0, 1]: the background's mean colour.

    Returns:
        The figure's colour ``uint8 (H, W, 3)``, the photo's own where alpha is 1, and alpha ``float32 (H, W)``.
    """
    height, width = image.shape[:2]
    same = small.shape[:2] == (height, width)
    rgb, full = np.empty_like(image), np.empty((height, width), np.float32)
    if not same:
        coefficients = _linear_coefficients(small, alpha)
        window = np.ones((3, 3), np.uint8)
        bounds = np.dstack([cv2.erode(alpha, window), cv2.dilate(alpha, window)]).astype(np.float32)
    for rows in _strips(height):
        strip = image[rows[0] : rows[1]].astype(np.float32) / 255
        if same:
            part, near, back = (layer[rows[0] : rows[1]] for layer in (alpha, figure, ground))
        else:
            size = (width, height)
            slope = _enlarged(coefficients, size, rows, cv2.INTER_LINEAR)
            limits = _enlarged(bounds, size, rows, cv2.INTER_LINEAR)
            part = (slope[..., :3] * strip).sum(axis=-1) + slope[..., 3]
            # What the reduced alpha does not show nearby is noise or a halo.
            part = part.clip(limits[..., 0], limits[..., 1])
            near, back = (_enlarged(layer, size, rows, cv2.INTER_LINEAR) for layer in (figure, ground))
        colour = np.rint(fuse(strip, part, near, back) * 255).astype(np.uint8)
        full[rows[0] : rows[1]] = part
        rgb[rows[0] : rows[1]] = np.where(part[..., None] == 1, image[rows[0] : rows[1]], colour)
    return rgb, full
