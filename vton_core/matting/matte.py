"""From a photo and a coarse person probability to a cutout at the photo's own resolution."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.matting.closed_form import solve_alpha
from vton_core.matting.foreground import estimate_foreground
from vton_core.matting.sharpen import Sharpened, figure_size, sharpen
from vton_core.matting.trimap import FOREGROUND, UNKNOWN, build_trimap
from vton_core.types import Alpha, Cutout, Image, Mask

__all__ = ["matte"]

_SHARPEN_PIXELS: Final = 300_000
_BAND: Final = 1 / 110
_HAIR_BAND: Final = 1 / 22
_END: Final = 0.03


def _shrunk(array: NDArray[np.generic], pixels: float) -> NDArray[np.generic]:
    height, width = array.shape[:2]
    scale = float(np.sqrt(pixels / (height * width)))
    if scale >= 1:
        return array
    size = max(1, round(width * scale)), max(1, round(height * scale))
    return np.asarray(cv2.resize(array, size, interpolation=cv2.INTER_AREA))


def _grown(array: NDArray[np.float32], shape: tuple[int, ...]) -> NDArray[np.float32]:
    if array.shape[:2] == shape[:2]:
        return array
    return np.asarray(cv2.resize(array, (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR), np.float32)


def _trust(sharp: Sharpened, hair: Mask) -> NDArray[np.float32]:
    """How strongly alpha is held to the mask: where the colours tell figure from background, and where they cannot."""
    telling = (np.abs(sharp.evidence.ratio) / 4) ** 2
    blind = np.where(hair, 0.3, 1) * sharp.evidence.shared * (1 - telling)
    return np.asarray(1e-4 + 0.01 * telling + 0.05 * blind, np.float32)


def _solve(image: Image, sharp: Sharpened, hair: Mask) -> Alpha:
    shape = image.shape
    size = figure_size(sharp.probability) * np.sqrt(shape[0] * shape[1] / sharp.mask.size)
    mask = _grown(sharp.mask.astype(np.float32), shape) > 0.5
    trimap = build_trimap(mask, hair, max(2, size * _BAND), max(3, size * _HAIR_BAND))
    small_hair = cv2.resize(hair.astype(np.uint8), sharp.mask.shape[::-1], interpolation=cv2.INTER_NEAREST) > 0
    guess = cv2.GaussianBlur(np.where(sharp.mask, 1, 0).astype(np.float32), (0, 0), 0.7)
    alpha = solve_alpha(
        image.astype(np.float32) / 255,
        (trimap == FOREGROUND).astype(np.float32),
        trimap == UNKNOWN,
        _grown(guess, shape),
        _grown(_trust(sharp, small_hair), shape),
    )
    return ((alpha - _END) / (1 - 2 * _END)).clip(0, 1)


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
    sharp = sharpen(
        np.asarray(_shrunk(image, _SHARPEN_PIXELS), np.uint8),
        np.asarray(_shrunk(probability, _SHARPEN_PIXELS), np.float32),
    )
    alpha = _solve(image, sharp, hair)
    reach = max(5, round(figure_size(alpha) * _HAIR_BAND))
    colour = estimate_foreground(image.astype(np.float32) / 255, alpha, reach)
    rgb = np.where(alpha[..., None] == 1, image, np.rint(colour * 255).astype(np.uint8))
    return Cutout(rgb, alpha, people)
