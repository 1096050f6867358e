"""Tops that leave the shoulders bare, told by their upper edge."""

from __future__ import annotations

from typing import Final

import numpy as np

from vton_core.garment.side import Side
from vton_core.types import Mask

__all__ = ["is_off_shoulder"]

# A cropped and a longer off-shoulder top, in widths with sleeves: its height at most, how level its upper edge is, and
# how far that reaches.
_BARDOTS: Final = ((0.75, 0.07, 0.78), (1.2, 0.035, 0.84))
# Its necks are so far apart, in widths of the chest, or hardly are, as nothing tells them: other tops have such an edge
# where their sleeves lie spread. Or they lie on the sleeves.
_NECKS_APART, _NO_NECK, _ON_SLEEVES = 0.62, 0.1, 1.26


def is_off_shoulder(mask: Mask, sides: tuple[Side, Side]) -> bool:
    """Whether a top's upper edge reaches from sleeve to sleeve, or is one level line over both.

    Args:
        mask: ``bool (H, W)``, the garment in any size.
        sides: its sides; one that is wanting a sleeve has shoulders.
    """
    if not all(side.sleeved for side in sides):
        return False
    necks, armpits = (float(getattr(sides[1], name)[0] - getattr(sides[0], name)[0]) for name in ("neck", "armpit"))
    if necks > _ON_SLEEVES * armpits:
        return True
    return not _NO_NECK * armpits < necks < _NECKS_APART * armpits and _level(mask)


def _level(mask: Mask) -> bool:
    """Whether the upper edge is one level line over nearly the whole width, sleeves and all."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    wide, tops = len(columns), np.where(mask.any(axis=0), mask.argmax(axis=0), mask.shape[0])
    for tallest, slant, reach in _BARDOTS:
        level = np.flatnonzero(tops < rows[0] + slant * wide)
        if np.ptp(rows) <= tallest * wide and np.ptp(level) > reach * wide and len(level) > 0.9 * np.ptp(level):
            return True
    return False
