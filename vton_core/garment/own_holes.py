"""Holes in a garment cut out of its photo from home that show no background, but a band or a print of its own."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.backdrop import to_lab
from vton_core.garment.shapes import disc, reached
from vton_core.garment.small import SMALL, large_mask, small_mask
from vton_core.masks import dilated, near
from vton_core.planes import lengths, repeated
from vton_core.resampling import reduced_to
from vton_core.types import Garment, Image, Mask

__all__ = ["without_own_holes"]

# How far around the garment its background is, in pixels of the small picture.
_AROUND: Final = 40
# How large a hole is at least, as a share of the garment; less is a matter of the outline.
_LARGE: Final = 0.0015
# How near colours are that are alike (ΔE). Of the background less than this share is like the garment's own hole, and
# of the garment more than that.
_ALIKE, _STRANGE, _OWN = 18.0, 0.02, 0.1
_Float = NDArray[np.float32]


def without_own_holes(garment: Garment, photo: Image) -> Garment:
    """The garment with the holes filled that have its colours, and none of the background's.

    Args:
        garment: as it was cut out.
        photo: ``uint8 (H, W, 3)``, what it was cut out of.

    Returns:
        The garment itself where there are none.
    """
    mask = small_mask(garment)
    outside = np.asarray(reached(~mask))
    own = _own(mask, outside, to_lab(reduced_to(photo, SMALL)))
    if not own.any():
        return garment
    filled = large_mask(garment, dilated(own, disc(3))) & ~large_mask(garment, dilated(outside, disc(2)))
    filled &= garment.alpha < 1
    return replace(
        garment,
        rgb=np.where(repeated(filled.view(np.uint8)) > 0, photo, garment.rgb),
        alpha=np.where(filled, np.float32(1), garment.alpha),
    )


def _own(mask: Mask, outside: Mask, lab: _Float) -> Mask:
    """``bool (H, W)``: the holes that are the garment's."""
    own = np.zeros_like(mask)
    count, labels, stats, _ = cv2.connectedComponentsWithStats((~mask & ~outside).view(np.uint8), connectivity=4)
    around = lab[outside & near(mask, _AROUND)]
    if not len(around):
        return own
    for index in range(1, count):
        if stats[index, cv2.CC_STAT_AREA] < _LARGE * mask.sum():
            continue
        hole = labels == index
        colour = np.median(lab[hole], axis=0)
        strange, like = (float((lengths(part - colour) < _ALIKE).mean()) for part in (around, lab[mask]))
        if strange < _STRANGE and like > _OWN:
            own |= hole
    return own
