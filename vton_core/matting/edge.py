"""What alpha is held to along a figure's edge, before matting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.matting.colours import colour_evidence
from vton_core.types import Alpha, Image, Mask

__all__ = ["EdgeGuess", "guess_edge"]

_REACH: Final = 0.1
_COLOUR_GAIN: Final = 1.5
_DISTANCE_GAIN: Final = 3.0
_SOFTNESS: Final = 0.7
_FREE: Final = 1e-4
_TOLD: Final = 0.03
_BLIND: Final = 2.0


@dataclass(frozen=True)
class EdgeGuess:
    """What alpha is held to, and how strongly.

    Attributes:
        alpha: ``float32 (H, W)`` in [0, 1].
        trust: ``float32 (H, W)`` above 0, in the unit of the matting energy.
    """

    alpha: Alpha
    trust: NDArray[np.float32]


def _depth(mask: Mask) -> NDArray[np.float32]:
    """Distance to the mask's edge in pixels, negative outside."""
    solid = mask.astype(np.uint8)
    inside = cv2.distanceTransform(solid, cv2.DIST_L2, 3)
    return np.asarray(inside - cv2.distanceTransform(1 - solid, cv2.DIST_L2, 3), np.float32)


def guess_edge(image: Image, mask: Mask, size: float, band: float, reach: NDArray[np.float32]) -> EdgeGuess:
    """Say what colours and distance to a mask's edge make of each pixel.

    Where the colours tell figure from background, they are believed, the more so the nearer the edge; where figure
    and background share a colour, the mask's own sharp edge holds, since matting would smear it.

    Args:
        image: ``uint8 (H, W, 3)``.
        mask: ``bool (H, W)``.
        size: the figure's size, pixels.
        band: how far the mask may err along a plain edge, pixels.
        reach: ``float32 (H, W)``: how far it may err at each pixel, pixels: more at hair.

    Returns:
        The guess.
    """
    depth = _depth(mask)
    # Strands reach out far but hair is dense within: only what lies beyond their reach is surely background.
    sure = np.where(depth > band, 1.0, np.where(depth < -reach, 0.0, 0.5)).astype(np.float32)
    evidence = colour_evidence(image, sure, _REACH * size)
    telling = (np.abs(evidence.ratio) / 4) ** 2
    odds = _COLOUR_GAIN * evidence.ratio + _DISTANCE_GAIN * depth / reach
    plain = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), _SOFTNESS)
    share = np.minimum(1, 4 * telling)
    alpha = share / (1 + np.exp(-odds.clip(-30, 30))) + (1 - share) * plain
    trust = _FREE + _TOLD * telling + _BLIND * evidence.shared * (1 - telling) ** 2
    return EdgeGuess(alpha.astype(np.float32), trust.astype(np.float32))
