"""A garment's small picture: where it is there, and what is found there at the garment's own size."""

from __future__ import annotations

from dataclasses import replace
from typing import Final, NamedTuple

import cv2
import numpy as np

from vton_core.resampling import reduced_to
from vton_core.types import Garment, Mask

__all__ = ["SMALL", "Place", "erased", "large_mask", "place_of", "small_mask"]

SMALL: Final = 384
"""How long the small picture is at most."""

# The rows, in shares of a garment's height, that tell how wide it is and where its middle is.
_BODY: Final = (0.4, 0.9)


class Place(NamedTuple):
    """A garment's highest row, its height, its middle column and its width, in pixels."""

    top: int
    high: int
    middle: float
    wide: float


def place_of(mask: Mask) -> Place | None:
    """Where a garment ``bool (h, w)`` is, by the rows of its body; ``None`` where there is none."""
    rows = np.flatnonzero(mask.any(axis=1))
    if len(rows) < 2:
        return None
    high = int(np.ptp(rows))
    first, last = (int(rows[0] + share * high) for share in _BODY)
    part = mask[first:last]
    part = part[part.any(axis=1)]
    if not len(part):
        return None
    left, right = part.argmax(axis=1), part.shape[1] - part[:, ::-1].argmax(axis=1)
    return Place(int(rows[0]), high, float(np.median(left + right)) / 2, float(np.median(right - left)))


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
    off = large_mask(garment, gone) & ~large_mask(garment, kept)
    return replace(garment, alpha=np.where(off, np.float32(0), garment.alpha))


def large_mask(garment: Garment, small: Mask) -> Mask:
    """``bool (H, W)``, of the garment's own size: a mask of its small picture."""
    size = (garment.alpha.shape[1], garment.alpha.shape[0])
    return np.asarray(cv2.resize(small.astype(np.float32), size, interpolation=cv2.INTER_LINEAR) > 0.5)
