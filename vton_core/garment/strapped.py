"""A garment with the thin straps that its mask has lost, their edges as the photo has them."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.shapes import disc
from vton_core.garment.straps import UNIT, find_straps
from vton_core.masks import Box, box_around, dilated, eroded, softened
from vton_core.matting.closed_form import solve_alpha
from vton_core.matting.foreground import estimate_layers
from vton_core.matting.sampling import reduced, resized
from vton_core.matting.upsample import bring_up
from vton_core.types import Alpha, Garment, Image, Mask

__all__ = ["with_straps"]

# So far around what was found of a strap its edge may be, pixels at the size at which straps are looked for, and how
# strongly what was found counts there.
_EDGE, _TRUST = 2, 0.03
# Alpha is drawn out by this at both ends, since it never quite comes to them.
_END: Final = 0.1
# Colours are fetched from so far, pixels.
_REACH: Final = 12
# From which alpha on a pixel is the garment's, and from which on any of it is seen.
_SOLID, _VISIBLE = 0.5, 0.15
_Float = NDArray[np.float32]


def with_straps(garment: Garment, photo: Image, likely: Alpha) -> Garment:
    """Join the straps that a garment's mask has lost.

    Args:
        garment: as it was cut out.
        photo: ``uint8 (H, W, 3)``, what it was cut out of.
        likely: ``float32 (h, w)`` in [0, 1]: the network's probability of the garment, at any size.

    Returns:
        The garment; itself where nothing was found.
    """
    area = np.count_nonzero(garment.alpha > _SOLID)
    if not area:
        return garment
    pixels = photo.shape[0] * photo.shape[1] * min(1.0, UNIT**2 / area)
    small, alpha = np.asarray(reduced(photo, pixels), np.uint8), np.asarray(reduced(garment.alpha, pixels), np.float32)
    straps = find_straps(small, alpha > _SOLID, np.asarray(resized(likely, alpha.shape), np.float32))
    box = box_around(straps, 2 * _REACH)
    if box is None:
        return garment
    return _joined(garment, photo, box, small[box].astype(np.float32) / 255, alpha[box], straps[box], alpha.shape)


def _joined(
    garment: Garment, photo: Image, box: Box, small: _Float, alpha: Alpha, straps: Mask, shape: tuple[int, ...]
) -> Garment:
    """The garment with straps, which lie in a box of the reduced photo of such a shape."""
    joined = _alpha(small, alpha, straps)
    place = tuple(
        slice(round(part.start * full / side), round(part.stop * full / side))
        for part, full, side in zip(box, photo.shape, shape, strict=False)
    )
    view = np.ascontiguousarray(photo[place])
    rgb, full = bring_up(view, small, joined, *estimate_layers(small, joined, _REACH))
    around = resized(dilated(straps, disc(_EDGE)).astype(np.float32), full.shape) > _SOLID
    more = around & (full > garment.alpha[place])
    colours, cover = garment.rgb.copy(), garment.alpha.copy()
    colours[place][more], cover[place][more] = rgb[more], full[more]
    return replace(garment, rgb=colours, alpha=cover)


def _alpha(image: _Float, alpha: Alpha, straps: Mask) -> Alpha:
    """Alpha with straps: what was found of them is them for the most part; their edges follow the photo."""
    solid = alpha > _SOLID
    core = eroded(straps, disc(1))
    known = np.where(core, np.float32(1), alpha)
    unknown = dilated(straps, disc(_EDGE)) & ~core & (alpha < 1)
    guess = np.maximum(alpha, softened(straps, 0.7))
    solved = solve_alpha(image, known, unknown, guess, _TRUST)
    added = ((solved - _END) / (1 - 2 * _END)).clip(0, 1)
    return np.maximum(alpha, np.where(_held(np.maximum(alpha, added), solid), added, 0)).astype(np.float32)


def _held(alpha: Alpha, solid: Mask) -> Mask:
    """What hangs together with the garment."""
    count, parts = cv2.connectedComponents((alpha > _VISIBLE).view(np.uint8), connectivity=8)
    kept = np.bincount(parts[solid], minlength=count) > 0
    kept[0] = False
    # Faint edges belong to what they are next to.
    return dilated(np.asarray(kept[parts]), disc(_EDGE))
