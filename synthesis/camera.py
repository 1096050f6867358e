"""From light to a picture file and back: lens, sensor, codes, compression."""

from __future__ import annotations

from dataclasses import dataclass
from io import BytesIO
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from scipy.ndimage import gaussian_filter

from synthesis.noise import Image

__all__ = ["Style", "codes", "photographed"]


@dataclass(frozen=True)
class Style:
    """How far from perfect the pictures are.

    Attributes:
        jpeg: the range of JPEG's quality.
        noise: the most noise, as a standard deviation of the codes.
        blur: the range of the lens's blur, pixels.
    """

    jpeg: tuple[int, int] = (60, 97)
    noise: float = 3.0
    blur: tuple[float, float] = (0.35, 0.8)


def photographed(linear: Image, style: Style, rng: np.random.Generator, *, shop: bool) -> NDArray[np.uint8]:
    """Through the lens, onto the sensor, into a file and out of it."""
    blur = rng.uniform(*style.blur)
    light = gaussian_filter(linear, (blur, blur, 0))
    # A shoulder, so that highlights do not clip hard.
    light = np.where(light > 0.8, 0.8 + 0.2 * np.tanh((light - 0.8) / 0.2), light)
    code = codes(light).astype(np.float32)
    strength = rng.uniform(0, style.noise) * (0.4 if shop else 1)
    grain = rng.standard_normal(code.shape, dtype=np.float32) * strength * np.sqrt(0.3 + 0.7 * (1 - code / 255))
    image = np.asarray(np.clip(np.rint(code + grain), 0, 255), np.uint8)
    buffer = BytesIO()
    Pillow.fromarray(image).save(buffer, "JPEG", quality=int(rng.integers(style.jpeg[0], style.jpeg[1] + 1)))
    return np.asarray(Pillow.open(buffer).convert("RGB"))


def _table() -> NDArray[np.uint8]:
    light = np.arange(_LEVELS) / (_LEVELS - 1)
    srgb = np.where(light <= 0.0031308, 12.92 * light, 1.055 * np.power(np.maximum(light, 1e-8), 1 / 2.4) - 0.055)
    return np.asarray(np.rint(srgb * 255), np.uint8)


_LEVELS: Final = 1 << 14
_SRGB: Final = _table()


def codes(linear: Image) -> NDArray[np.uint8]:
    """sRGB codes of linear light, to the nearest of a table fine enough for its darkest steps."""
    return np.asarray(_SRGB[(np.clip(linear, 0, 1) * (_LEVELS - 1) + 0.5).astype(np.int32)], np.uint8)
