"""The plain background of a shop photo: a smooth surface of colour, fitted to the picture's border."""

from __future__ import annotations

from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoGarmentError
from vton_core.types import Image

__all__ = ["LONGEST", "fitted_background", "monomials", "not_plain", "reduced", "to_lab", "to_rgb"]

LONGEST: Final = 768
"""The longer side of a picture of the working size."""
# Which share of the border is plain at least, and how far its pixels stray from a smooth surface in the median at most
# (ΔE).
_PLAIN_SHARE, _UNEVEN = 0.45, 6.0
# How wide the border is, in shares of the picture.
_RIM: Final = 0.02
# Its most frequent colour is looked for in cells so wide, and what is so near to that is plain at first (ΔE).
_CELL, _NEAR = 6.0, 12.0
# The surface is fitted again and again, with so many terms, to what is no farther from it than this (ΔE), or than so
# many times what is usual.
_FITS: Final = ((1, 9.0), (3, 6.0), (3, 4.0), (6, 3.0), (6, 3.0))
_STRAYS: Final = 4.0
# From fewer pixels of the border no surface is fitted.
_FEWEST: Final = 24
_Float = NDArray[np.float32]


def reduced(rgb: Image) -> Image:
    """A picture at the working size."""
    scale = min(1.0, LONGEST / max(rgb.shape[:2]))
    size = (max(8, round(rgb.shape[1] * scale)), max(8, round(rgb.shape[0] * scale)))
    return np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)


def to_lab(rgb: Image) -> _Float:
    """A picture ``uint8 (H, W, 3)`` in Lab, ``float32 (H, W, 3)``."""
    return np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)


def to_rgb(lab: NDArray[Any]) -> _Float:
    """Lab ``(H, W, 3)`` as ``float32 (H, W, 3)``, 0 to 255."""
    return np.asarray(cv2.cvtColor(lab.astype(np.float32), cv2.COLOR_LAB2RGB) * 255, np.float32)


@lru_cache(maxsize=2)
def monomials(height: int, width: int) -> _Float:
    """``float32 (H, W, 6)``: the monomials of a quadratic surface over [-1, 1]²."""
    y, x = np.meshgrid(np.linspace(-1, 1, height), np.linspace(-1, 1, width), indexing="ij")
    basis = np.asarray(np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1), np.float32)
    basis.setflags(write=False)
    return basis


def fitted_background(lab: _Float) -> tuple[_Float, float]:
    """The background of a picture in Lab.

    Args:
        lab: ``float32 (H, W, 3)``, of the working size.

    Returns:
        Its coefficients ``(6, 3)``, see :func:`monomials`, and its noise (ΔE), from the picture's border.

    Raises:
        NoGarmentError: it is not plain.
    """
    height, width = lab.shape[:2]
    rim = max(2, round(_RIM * min(height, width)))
    border = np.ones((height, width), bool)
    border[rim:-rim, rim:-rim] = False
    colour, basis = lab[border], monomials(height, width)[border]
    bins, counts = np.unique(np.round(colour / _CELL).astype(np.int32), axis=0, return_counts=True)
    centre = bins[counts.argmax()] * np.float32(_CELL)
    plain = np.linalg.norm(colour - centre, axis=1) < _NEAR
    surface, spread = np.zeros((6, 3), np.float32), np.inf
    for terms, limit in _FITS:
        if plain.sum() < _FEWEST:
            break
        surface[:] = 0
        surface[:terms] = np.linalg.lstsq(basis[plain][:, :terms], colour[plain], rcond=None)[0]
        error = np.linalg.norm(colour - basis @ surface, axis=1)
        spread = float(np.median(error[plain])) if plain.any() else 0.0
        plain = error < max(limit, _STRAYS * spread)
    if plain.mean() < _PLAIN_SHARE or spread > _UNEVEN:
        raise not_plain()
    return surface, spread


def not_plain() -> NoGarmentError:
    """What to raise where a background is not plain."""
    return NoGarmentError(
        "No garment can be made out in the photo. Use a photo of one whole garment, seen from the front, with some "
        "room around it, or a PNG with a transparent background."
    )
