"""Gaps between a sleeve and the body that the cuff, where it lies on the hip, closes to a hole."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.types import Mask

__all__ = ["open_gaps"]

# How tall such a hole is at least, how far down its middle is (a strap's is further up), and how far from the outline
# it ends at most, in heights of the garment; how much taller than wide; how far from the middle, in widths.
_TALL, _DOWN, _NEAR, _UPRIGHT, _ASIDE = 0.1, 0.3, 0.3, 2.0, 0.12
# How far to the side the cut may go for each pixel down, and how wide it is.
_STEEP: Final = 0.25
_CUT: Final = 2


def open_gaps(mask: Mask) -> Mask:
    """A garment's silhouette with such holes cut open to below, so that its outline runs along them.

    Args:
        mask: ``bool (H, W)``, one connected part.

    Returns:
        ``bool (H, W)``; the mask itself where there are none.
    """
    padded = np.pad(~mask, 1, constant_values=True).astype(np.uint8)
    count, labels, stats, centres = cv2.connectedComponentsWithStats(padded, connectivity=4)
    if count < 3:
        return mask
    rows, columns = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    high, wide, middle = float(np.ptp(rows)) + 1, float(np.ptp(columns)) + 1, float(columns[[0, -1]].mean())
    tall = stats[:, cv2.CC_STAT_HEIGHT]
    gaps = (tall > _TALL * high) & (tall > _UPRIGHT * stats[:, cv2.CC_STAT_WIDTH])
    gaps &= np.abs(centres[:, 0] - 1 - middle) > _ASIDE * wide
    gaps &= centres[:, 1] - 1 - rows[0] > _DOWN * high
    outside = labels[0, 0]
    gaps[[0, outside]] = False
    cut = mask.astype(np.uint8)
    free = np.argwhere(labels == outside) - 1
    for index in np.flatnonzero(gaps):
        ends = np.argwhere(labels == index) - 1
        end = ends[ends[:, 0].argmax()]
        down, beside = (free - end).T
        below = free[(down > 0) & (np.abs(beside) <= _STEEP * down)]
        away = np.hypot(*(below - end).T)
        if len(below) and away.min() < _NEAR * high:
            there = below[away.argmin()]
            cv2.line(cut, end[::-1].tolist(), there[::-1].tolist(), (0.0,), _CUT)
    return cut > 0
