"""Parts of a garment taken off its mask, as they are found in a small picture of it."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np

from vton_core.resampling import reduced_to
from vton_core.types import Garment, Mask

__all__ = ["SMALL", "erased", "small_mask"]

SMALL: Final = 384
"""How long the small picture is at most."""


def small_mask(garment: Garment) -> Mask:
    """``bool (h, w)``: where a garment is in its small picture."""
    return np.asarray(reduced_to(garment.alpha, SMALL) > 0.5)


def erased(garment: Garment, gone: Mask, kept: Mask) -> Garment:
    """The garment without a part.

    Args:
        garment: at any size.
        gone: ``bool (h, w)``, the part and what is around it, in the small picture.
        kept: ``bool (h, w)``, what stays of that.
    """
    size = (garment.alpha.shape[1], garment.alpha.shape[0])
    off, on = (cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) for mask in (gone, kept))
    return replace(garment, alpha=np.where((off > 0.5) & (on < 0.5), np.float32(0), garment.alpha))
