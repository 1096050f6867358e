"""Random changes of a picture that leave its labels true."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.labels import Label
from vton_core.types import Image, Mask, ParseMap

__all__ = ["cast_shadow", "degrade", "recolour", "replace_background", "stand_behind"]

_GARMENTS: Final = (Label.UPPER_CLOTHES, Label.DRESS, Label.COAT, Label.PANTS, Label.SKIRT)


def recolour(rng: np.random.Generator, rgb: Image, labels: ParseMap) -> Image:
    """Dye some garments: another tint, lightness and contrast, the folds kept."""
    out = rgb
    for label in _GARMENTS:
        region = labels == label
        if rng.random() > 0.3 or not region.any():
            continue
        pixels = out[region].astype(np.float32)
        mean = pixels.mean(axis=0)
        contrast = rng.uniform(0.5, 1.3)
        dyed = rng.uniform(15, 245) + rng.normal(0, 30, 3)
        dyed = dyed if rng.random() < 0.7 else np.full(3, rng.choice([25.0, 235.0]))
        out = out.copy()
        out[region] = np.clip((pixels - mean) * contrast + dyed, 0, 255).astype(np.uint8)
    return out


def _studio(rng: np.random.Generator, height: int, width: int) -> NDArray[np.float32]:
    base = rng.uniform(205, 255) if rng.random() < 0.65 else rng.uniform(20, 255)
    colour = base + rng.normal(0, 4 if rng.random() < 0.7 else 40, 3)
    down = (rng.normal(0, 12) * np.linspace(0, 1, height)).astype(np.float32)
    along = (rng.normal(0, 12) * np.linspace(0, 1, width)).astype(np.float32)
    return np.asarray((down[:, None] + along)[..., None] + colour.astype(np.float32))


def replace_background(rng: np.random.Generator, rgb: Image, figure: Mask, other: NDArray[Any]) -> Image:
    """Put the figure before a studio wall, or before a strip of another photo."""
    height, width = figure.shape
    if rng.random() < 0.72:
        wall = _studio(rng, height, width)
    else:
        strip = np.ascontiguousarray(other[:, : max(8, other.shape[1] // 5)])
        blurred = cv2.GaussianBlur(cv2.resize(strip, (width, height)), (0, 0), rng.uniform(0.5, 6))
        wall = np.asarray(blurred, np.float32)
    inner = cv2.erode(figure.astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    alpha = cv2.GaussianBlur(inner, (0, 0), rng.uniform(0.5, 1.2))[..., None]
    mixed = wall + alpha * (rgb - wall)
    return np.asarray(np.clip(mixed, 0, 255, out=mixed), np.uint8)


def cast_shadow(rng: np.random.Generator, rgb: Image, figure: Mask) -> Image:
    """Darken the background in the shape of the figure, moved and slanted, as light from one side does on a wall."""
    height, width = figure.shape
    slant, aside = rng.normal(0, 0.15), rng.choice([-1, 1]) * rng.uniform(0.02, 0.25) * width
    down = rng.normal(0, 0.04) * height
    matrix = np.array([[rng.uniform(0.9, 1.25), slant, aside - slant * height / 2], [0, rng.uniform(0.9, 1.1), down]])
    seen = figure.astype(np.float32)
    shade = cv2.GaussianBlur(cv2.warpAffine(seen, matrix, (width, height)), (0, 0), rng.uniform(0.5, 8))
    behind = shade * (1 - cv2.GaussianBlur(seen, (0, 0), 0.7))
    return np.asarray(rgb * (1 - rng.uniform(0.15, 0.75) * behind[..., None]), np.uint8)


def stand_behind(rgb: Image, figure: Mask, other: Image, passer_by: Mask) -> Image:
    """Put another person, cut out of a picture of the same size, behind the figure."""
    there = cv2.erode((passer_by & ~figure).astype(np.uint8), np.ones((3, 3), np.uint8)).astype(np.float32)
    alpha = cv2.GaussianBlur(there, (0, 0), 0.7)[..., None]
    return np.asarray(alpha * other + (1 - alpha) * rgb, np.uint8)


def degrade(rng: np.random.Generator, rgb: Image) -> Image:
    """Another exposure, white balance and saturation; sometimes blur, noise or JPEG."""
    curve = np.linspace(0, 1, 256) ** np.exp(rng.normal(0, 0.22))
    curve = (curve - 0.5) * rng.uniform(0.75, 1.25) + 0.5 + rng.normal(0, 0.05)
    tinted = curve[:, None] * (1 + rng.normal(0, 0.05, 3))
    out: NDArray[Any] = cv2.LUT(rgb, tinted.astype(np.float32)[None])
    colour = 0.0 if rng.random() < 0.03 else rng.uniform(0.5, 1.4)
    out = cv2.transform(out, np.full((3, 3), (1 - colour) / 3) + colour * np.eye(3))
    if rng.random() < 0.15:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.4))
    if rng.random() < 0.2:
        out = out + rng.normal(0, rng.uniform(0.005, 0.03), out.shape).astype(np.float32)
    result = np.asarray(np.clip(out, 0, 1) * 255, np.uint8)
    if rng.random() < 0.2:
        _, packed = cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))])
        result = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return result
