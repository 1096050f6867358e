"""The hook of a hanger above the collar of a top or dress that hangs on it."""

from __future__ import annotations

import cv2
import numpy as np

from vton_core.garment.backdrop import to_lab
from vton_core.garment.shapes import disc
from vton_core.garment.small import SMALL, erased, place_of, small_mask
from vton_core.masks import dilated, opened
from vton_core.resampling import reduced_to
from vton_core.types import Garment, Image, Mask

__all__ = ["without_hook"]

# In widths of the garment: half of how thick a hook is at most, how high it stands at least, and how far from the
# middle.
_THICK, _HIGH, _ASIDE = 0.045, 0.06, 0.12
# Strings have the garment's colours: so near (ΔE) to a hook's is no more of the garment than this share.
_ALIKE, _OWN = 12.0, 0.25


def without_hook(garment: Garment) -> Garment:
    """The garment without what stands on its collar, thin, in the middle and of another colour.

    Args:
        garment: a top or a dress.

    Returns:
        The garment itself where there is no hook.
    """
    mask = small_mask(garment)
    hook = _hook(mask, reduced_to(garment.rgb, SMALL))
    return garment if hook is None else erased(garment, dilated(hook, disc(2)), mask & ~hook)


def _hook(mask: Mask, rgb: Image) -> Mask | None:
    """``bool (H, W)``: the hook, if any."""
    place = place_of(mask)
    if place is None:
        return None
    wide, middle = place.wide, place.middle
    thick = opened(mask, disc(max(2, round(_THICK * wide))))
    columns = slice(max(0, round(middle - 2 * _ASIDE * wide)), round(middle + 2 * _ASIDE * wide))
    collar = np.flatnonzero(thick[:, columns].any(axis=1))
    if not len(collar):
        return None
    count, labels, stats, centres = cv2.connectedComponentsWithStats((mask & ~thick).astype(np.uint8))
    found = np.zeros_like(mask)
    lab = to_lab(rgb)
    for index in range(1, count):
        top, high = stats[index, [cv2.CC_STAT_TOP, cv2.CC_STAT_HEIGHT]]
        stands = top + high / 2 < collar[0] + _ASIDE * wide and top <= collar[0] and high > _HIGH * wide
        if stands and abs(centres[index, 0] - middle) < _ASIDE * wide:
            own = labels == index
            near = np.linalg.norm(lab[thick] - np.median(lab[own], axis=0), axis=1) < _ALIKE
            if near.mean() < _OWN:
                found |= own
    return found if found.any() else None
