"""Morphology and components of masks ``bool (H, W)``, worked on where there is something only."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Mask

__all__ = [
    "Box",
    "box_around",
    "closed",
    "closed_by_disc",
    "dilated",
    "eroded",
    "largest_part",
    "near",
    "opened",
    "rims_within",
    "softened",
]

Box = tuple[slice, slice]


def box_around(mask: Mask, margin: int) -> Box | None:
    """Rows and columns that hold a mask and so many pixels around it, within the picture; ``None`` if it is empty."""
    spans = []
    for axis in (1, 0):
        where = np.flatnonzero(mask.any(axis=axis))
        if len(where) == 0:
            return None
        spans.append(slice(max(0, int(where[0]) - margin), min(mask.shape[1 - axis], int(where[-1]) + 1 + margin)))
    return spans[0], spans[1]


def dilated(mask: Mask, window: NDArray[np.uint8]) -> Mask:
    """The mask grown by a structuring element."""
    return _worked(mask, cv2.MORPH_DILATE, window, 1)


def eroded(mask: Mask, window: NDArray[np.uint8]) -> Mask:
    """The mask shrunk by a structuring element; beyond the picture's border it is taken to go on."""
    return _worked(mask, cv2.MORPH_ERODE, window, 1)


def opened(mask: Mask, window: NDArray[np.uint8]) -> Mask:
    """Shrunk, then grown: what the structuring element does not fit into goes."""
    # Where not even a square within the element fits, which is quickly told, nothing stays.
    box = box_around(eroded(mask, _square_within(window)), 2 * max(window.shape))
    # The rest is left out rather than cut off: what a box's border cuts would be taken to go on.
    around = np.zeros_like(mask, np.bool_)
    if box is not None:
        around[box] = mask[box]
    return _worked(around, cv2.MORPH_OPEN, window, 1)


def closed(mask: Mask, window: NDArray[np.uint8]) -> Mask:
    """Grown, then shrunk: gaps that the structuring element does not fit into are filled."""
    return _worked(mask, cv2.MORPH_CLOSE, window, 2)


def closed_by_disc(mask: Mask, radius: int) -> Mask:
    """The same with a disc, told by distances: where it is large, going through all of its pixels takes far longer."""
    # A pixel's edge is half a pixel from its middle.
    reach = radius + 0.5
    # The picture's border fills no gap between itself and the mask.
    around = radius + 1
    grown = _away(np.pad(mask, around)) <= reach
    return np.asarray((_away(~grown) > reach)[around:-around, around:-around])


def _away(mask: Mask) -> NDArray[np.float32]:
    """How far each pixel is from a mask; from an empty one very far."""
    return np.asarray(cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_PRECISE), np.float32)


def largest_part(mask: Mask) -> Mask:
    """The largest of a mask's connected parts (8-neighbourhood); an empty mask stays as it is."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return mask
    return np.asarray(labels == 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax()))


def near(mask: Mask, distance: float) -> Mask:
    """What is less than a distance in pixels, told to some hundredths, from a mask; the mask itself too."""
    return np.asarray(cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5) < distance)


def softened(mask: Mask, sigma: float) -> NDArray[np.float32]:
    """A mask with soft edges, ``float32 (H, W)`` in [0, 1]; ``sigma`` in pixels."""
    return np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), sigma), np.float32)


def rims_within(parts: NDArray[Any], count: int, around: Mask, width: int) -> NDArray[np.float64]:
    """Which share of each component's neighbours belongs to another mask.

    Args:
        parts: ``int (H, W)``, the components' numbers, 0 for none, as ``cv2.connectedComponents`` gives them.
        count: how many numbers there are.
        around: ``bool (H, W)``.
        width: of the rim that is looked at, pixels.

    Returns:
        ``float64 (count,)`` in [0, 1]; 0 for number 0, and for a component without neighbours.
    """
    shares = np.zeros(count)
    box = box_around(parts > 0, width)
    if box is None:
        return shares
    numbers = parts[box]
    grown = cv2.dilate(numbers.astype(np.float32), np.ones((2 * width + 1, 2 * width + 1), np.uint8)).astype(np.intp)
    rim = (numbers == 0) & (grown > 0)
    total = np.bincount(grown[rim], minlength=count)
    shares[:] = np.bincount(grown[rim & around[box]], minlength=count) / np.maximum(total, 1)
    return shares


def _square_within(window: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The largest square about a structuring element's middle that lies within it."""
    y, x = (side // 2 for side in window.shape)
    # An even number of pixels has more of them before its middle than after it.
    most = (min(window.shape) - 1) // 2
    half = 0
    while half < most and window[y - half - 1 : y + half + 2, x - half - 1 : x + half + 2].all():
        half += 1
    return np.ones((2 * half + 1, 2 * half + 1), np.uint8)


def _worked(mask: Mask, operation: int, window: NDArray[np.uint8], reach: int) -> Mask:
    out = np.zeros_like(mask, np.bool_)
    # With so much margin the box's border tells as little as the picture's.
    box = box_around(mask, reach * max(window.shape))
    if box is not None:
        out[box] = cv2.morphologyEx(np.ascontiguousarray(mask[box], np.uint8), operation, window) > 0
    return out
