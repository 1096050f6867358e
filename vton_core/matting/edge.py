"""What alpha is held to along a figure's edge, before matting."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.matting.wall import FigureColours
from vton_core.types import Alpha, Image, Mask

__all__ = ["EdgeGuess", "guess_edge"]

_REACH_OF_COLOUR: Final = 2.0
_COLOUR_GAIN: Final = 1.5
_DISTANCE_GAIN: Final = 3.0
_BELIEF: Final = 2.0
# Strands are finer than the coarse mask can see.
_DISBELIEF: Final = 0.5
_SOFTNESS: Final = 0.7
_FREE: Final = 1e-4
_TOLD: Final = 0.3
_BLIND: Final = 2.0
# Strands stand off far, but hair is dense within.
_DENSE: Final = 0.5
_PASSES: Final = 2
_AGAINST: Final = 2.0
_MEASURED: Final = 1.1


@dataclass(frozen=True)
class EdgeGuess:
    """What alpha is held to, how strongly, and where the mask is in doubt.

    Attributes:
        alpha: ``float32 (H, W)`` in [0, 1]; far from the edge the mask's own.
        trust: ``float32 (H, W)`` above 0, in the unit of the matting energy.
        doubt: ``bool (H, W)``: not far from the edge, and the colours speak against the mask.
    """

    alpha: Alpha
    trust: NDArray[np.float32]
    doubt: Mask


def _depth(mask: Mask) -> NDArray[np.float32]:
    """Distance to the mask's edge in pixels, negative outside."""
    solid = mask.astype(np.uint8)
    depth = cv2.distanceTransform(solid, cv2.DIST_L2, 3) - cv2.distanceTransform(1 - solid, cv2.DIST_L2, 3)
    # Where all is figure there is no edge, and cv2's distance is beyond measure.
    return np.asarray(depth.clip(-sum(mask.shape), sum(mask.shape)), np.float32)


def _without_specks(mask: Mask) -> Mask:
    return cv2.medianBlur(mask.astype(np.uint8), 5) > 0


def guess_edge(
    image: Image,
    mask: Mask,
    probability: Alpha,
    hair: Mask,
    band: float,
    reach: float,
    wall: Image | None = None,
) -> EdgeGuess:
    """Say what colours and distance to a mask's edge make of each pixel.

    Where the colours tell figure from background, they are believed, the more so the nearer the edge; where figure
    and background share a colour, the mask's own sharp edge holds, since matting would smear it.

    Args:
        image: ``uint8 (H, W, 3)``.
        mask: ``bool (H, W)``.
        probability: ``float32 (H, W)`` in [0, 1]: the coarse probability that the mask was made from.
        hair: ``bool (H, W)``: where hair may be.
        band: how far the mask errs along a plain edge, pixels.
        reach: how far it may err where colours speak against it, and how far hair may stand off, pixels.
        wall: the picture's differences from a plain wall, see :func:`vton_core.matting.wall.drawn_out`.

    Returns:
        The guess.
    """
    depth = _depth(mask)
    within, beyond = np.where(hair, _DENSE * reach, band), np.where(hair, reach, band)
    counted = np.where(depth > within, 1.0, np.where(depth < -beyond, 0.0, 0.5)).astype(np.float32)
    plain = np.asarray(cv2.GaussianBlur(mask.astype(np.float32), (0, 0), _SOFTNESS), np.float32)
    alpha, trust = plain.copy(), np.full(mask.shape, _FREE, np.float32)
    doubt = np.zeros(mask.shape, np.bool_)
    # Farther from the edge nothing is unknown, whichever way distances are measured.
    near = np.abs(depth) < _MEASURED * reach + 2
    colours = FigureColours(image, wall, _REACH_OF_COLOUR * reach, mask, depth > within, near)
    away, figure = depth[near], mask[near]
    inner = probability[near].clip(1e-6, 1 - 1e-6)
    prior = np.log(inner / (1 - inner)).clip(-_DISBELIEF, _BELIEF) + _DISTANCE_GAIN * away / reach
    open_to_doubt = np.abs(away) < reach
    for _ in range(_PASSES):
        evidence = colours.evidence(counted)
        odds = _COLOUR_GAIN * evidence.ratio + prior
        told = 1 / (1 + np.exp(-odds.clip(-30, 30)))
        # A pocket of background that the mask had filled must not be counted as figure a second time.
        before = counted[near]
        counted[near] = np.where(open_to_doubt & (told < 0.5), np.minimum(told, before), before)
    telling = (np.abs(evidence.ratio) / 4) ** 2
    share = np.minimum(1, 4 * telling) ** 2
    alpha[near] = share * told + (1 - share) * plain[near]
    trust[near] += _TOLD * telling + _BLIND * evidence.shared * (1 - telling) ** 2
    against = np.where(figure, -evidence.ratio, evidence.ratio) > _AGAINST
    doubt[near] = open_to_doubt & against & ((told > 0.5) != figure)
    return EdgeGuess(alpha, trust, _without_specks(doubt))
