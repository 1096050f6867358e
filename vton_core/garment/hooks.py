"""The hook of a hanger above the collar of a top or dress that hangs on it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.garment.backdrop import to_lab
from vton_core.garment.erased import SMALL, erased, small_mask
from vton_core.garment.shapes import disc
from vton_core.masks import dilated, opened
from vton_core.resampling import reduced_to
from vton_core.types import Garment, Image, Mask

__all__ = ["without_hook"]

# The rows, in shares of the garment's height, that tell how wide it is and where its middle is.
_BODY: Final = (0.4, 0.9)
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
    rows = np.flatnonzero(mask.any(axis=1))
    if len(rows) < 2:
        return None
    body = rows[0] + (np.array(_BODY) * np.ptp(rows)).astype(int)
    left = mask.argmax(axis=1)
    right = mask.shape[1] - mask[:, ::-1].argmax(axis=1)
    across = (right - left)[slice(*body)][mask[slice(*body)].any(axis=1)]
    if not len(across):
        return None
    wide, middle = float(np.median(across)), float(np.median((left + right)[slice(*body)])) / 2
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
