"""A garment that the network sees, but not where it ends: there the photo's own colours decide.

What the network is sure of tells the colours of garment and background (Rother et al., "GrabCut", SIGGRAPH 2004).
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.one_garment import one_garment
from vton_core.masks import softened
from vton_core.types import Image

__all__ = ["by_colours", "doubt"]

_Float = NDArray[np.float32]
# From which probability on the network is sure, and below which it is sure of the background.
_GARMENT, _BACKGROUND = 0.93, 0.2
# How often the colours and the outline are told from each other.
_ROUNDS: Final = 4
# The share of what is found that the network must be sure of: the more it doubts, the more; and at most it may doubt.
_LEAST, _USUAL, _MORE = 0.75, 0.15, 0.7
_MOST: Final = 0.45


def doubt(likely: _Float) -> float:
    """How much of what the network sees it is in doubt about, as a share of it; 1 where it sees nothing.

    Args:
        likely: ``float32 (h, w)`` in [0, 1], the garment's probability.
    """
    area = np.count_nonzero(likely > 0.5)
    return float(np.minimum(likely, 1 - likely).sum() / area) if area else 1.0


def by_colours(rgb: Image, likely: _Float) -> _Float | None:
    """Decide what the network leaves open.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        likely: ``float32 (h, w)`` in [0, 1], the garment's probability, at any size.

    Returns:
        ``float32 (h, w)`` in [0, 1], where the garment is; ``None`` where that cannot be told.

    Raises:
        NoGarmentError: what is found fills the picture, or is scattered.
    """
    unsure = doubt(likely)
    marks = np.where(likely > 0.5, cv2.GC_PR_FGD, cv2.GC_PR_BGD).astype(np.uint8)
    marks[likely > _GARMENT], marks[likely < _BACKGROUND] = cv2.GC_FGD, cv2.GC_BGD
    if unsure > _MOST or not (marks == cv2.GC_FGD).any() or not (marks == cv2.GC_BGD).any():
        return None
    small = cv2.resize(rgb, likely.shape[::-1], interpolation=cv2.INTER_AREA)
    colours = np.zeros((1, 65)), np.zeros((1, 65))
    # Its clusters are drawn by lot: the same for the same photo.
    cv2.setRNGSeed(1)
    cv2.grabCut(small, marks, None, *colours, _ROUNDS, cv2.GC_INIT_WITH_MASK)  # type: ignore[call-overload]
    found = one_garment((marks == cv2.GC_FGD) | (marks == cv2.GC_PR_FGD))
    sure = float(np.mean(likely[found] > _GARMENT))
    return softened(found, 0.7) if sure > _LEAST + _MORE * max(unsure - _USUAL, 0.0) else None
