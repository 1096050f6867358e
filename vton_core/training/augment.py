"""Random changes of a picture that leave its labels true."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.labels import Label
from vton_core.types import Image, Mask, ParseMap

__all__ = ["degrade", "recolour", "replace_background"]

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
    y, x = np.mgrid[0 : 1 : height * 1j, 0 : 1 : width * 1j]
    ramp = rng.normal(0, 12) * y + rng.normal(0, 12) * x
    return np.asarray(colour + ramp[..., None], np.float32)


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
    return np.asarray(np.clip(alpha * rgb + (1 - alpha) * wall, 0, 255), np.uint8)


def degrade(rng: np.random.Generator, rgb: Image) -> Image:
    """Another exposure, white balance and saturation; sometimes blur, noise or JPEG."""
    out = rgb.astype(np.float32) / 255
    out = out ** np.float32(np.exp(rng.normal(0, 0.22)))
    out = (out - 0.5) * rng.uniform(0.75, 1.25) + 0.5 + rng.normal(0, 0.05)
    out = out * (1 + rng.normal(0, 0.05, 3)).astype(np.float32)
    grey = out.mean(axis=2, keepdims=True)
    out = grey + (out - grey) * (0.0 if rng.random() < 0.03 else rng.uniform(0.5, 1.4))
    if rng.random() < 0.15:
        out = cv2.GaussianBlur(out, (0, 0), rng.uniform(0.4, 1.4))
    if rng.random() < 0.2:
        out = out + rng.normal(0, rng.uniform(0.005, 0.03), out.shape).astype(np.float32)
    result = np.asarray(np.clip(out, 0, 1) * 255, np.uint8)
    if rng.random() < 0.2:
        _, packed = cv2.imencode(".jpg", result, [cv2.IMWRITE_JPEG_QUALITY, int(rng.integers(40, 95))])
        result = np.asarray(cv2.imdecode(packed, cv2.IMREAD_COLOR), np.uint8)
    return result
