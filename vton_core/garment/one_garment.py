"""Of all that stands out in a picture, the garment."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.errors import NoGarmentError
from vton_core.types import Mask

__all__ = ["SMALLEST", "largest_parts", "one_garment"]

SMALLEST: Final = 0.01
"""How much of the picture a garment is at least."""
_LARGEST: Final = 0.97
# A garment is one thing, or its front and its back; its convex hull is 0.5 (spread long sleeves) to 1 filled, and a
# bandeau is not twice as wide again as high.
_MOST_PARTS: Final = 2
_LEAST_FILLED: Final = 0.35
_WIDEST: Final = 3.5
# From this share of the largest part's area on, a part that lies apart from it is another garment.
_ANOTHER: Final = 0.3


def one_garment(mask: Mask) -> Mask:
    """Of what stands out, the garment.

    Args:
        mask: ``bool (H, W)``: all that is no background.

    Returns:
        ``bool (H, W)``: the largest part and what belongs to it; of garments that lie side by side, the largest.

    Raises:
        NoGarmentError: that is nothing, all of the picture, or scattered.
    """
    parts = largest_parts(mask)
    _check(parts)
    return _without_neighbours(parts)


def _without_neighbours(mask: Mask) -> Mask:
    """Of garments that lie side by side, or one above the other, the largest."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 3:
        return mask
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    low, size = stats[:, :2], stats[:, 2:4]
    apart = ((low >= low[largest] + size[largest]) | (low + size <= low[largest])).any(axis=1)
    # What is small beside it may be a part of it: a belt, a detached strap.
    apart &= stats[:, cv2.CC_STAT_AREA] > _ANOTHER * stats[largest, cv2.CC_STAT_AREA]
    apart[0] = False
    return np.asarray(mask & ~apart[labels])


def largest_parts(mask: Mask) -> Mask:
    """The largest connected part and those of at least a tenth of its size."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return np.zeros_like(mask)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    return np.asarray((areas >= 0.1 * areas.max())[labels] & mask)


def _check(mask: Mask) -> None:
    share = float(mask.mean())
    if share < SMALLEST:
        raise NoGarmentError(
            "Nothing in the garment photo stands out from its background. Use a photo of one whole garment on a plain "
            "background of another colour."
        )
    sides = (mask[0].mean(), mask[-1].mean(), mask[:, 0].mean(), mask[:, -1].mean())
    if share > _LARGEST or min(sides) > 0.5 or _scattered(mask):
        raise NoGarmentError(
            "The garment fills the whole picture. Use a photo with some plain background around the garment."
        )


def _scattered(mask: Mask) -> bool:
    """Whether a mask is letters or stripes: what stood out was a print, and its fabric fills the frame."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    areas = stats[1:, cv2.CC_STAT_AREA]
    pieces = count - 1 > _MOST_PARTS and areas.max() < 0.6 * areas.sum()
    rows, columns = np.nonzero(mask)
    hull = cv2.convexHull(np.stack([columns, rows], axis=1).astype(np.int32))
    thin = float(areas.sum()) < _LEAST_FILLED * cv2.contourArea(hull)
    return bool(pieces or thin or np.ptp(columns) > _WIDEST * (np.ptp(rows) + 1))
