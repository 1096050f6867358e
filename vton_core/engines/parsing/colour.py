"""The photo's own colours decide where the network is in doubt: a blue pixel beside blue jeans is no white shirt.

As in interactive segmentation (Rother et al., "GrabCut", SIGGRAPH 2004) every part has a distribution of colour, here a
smoothed histogram learnt from the pixels that the network is sure of.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from vton_core.labels import LOWER, UPPER, Label
from vton_core.types import Image

__all__ = ["bins_of", "by_own_colours", "frequency"]

_Float = NDArray[np.float32]
_SKIN: Final = (Label.TORSO_SKIN, Label.LEFT_ARM, Label.RIGHT_ARM, Label.LEFT_LEG, Label.RIGHT_LEG)
# The face shows the skin's colour; what is face is not in question, its lips and brows being no skin in colour.
_PARTS: Final[tuple[tuple[tuple[Label, ...], tuple[Label, ...]], ...]] = (
    (UPPER, UPPER),
    (LOWER, LOWER),
    (_SKIN, (*_SKIN, Label.FACE)),
    ((Label.HAIR,), (Label.HAIR,)),
)
_LONGEST: Final = 512
_BINS: Final = np.array([16, 48, 48])
_LOW, _HIGH = np.array([0.0, -100.0, -100.0], np.float32), np.array([100.0, 100.0, 100.0], np.float32)
# From this probability on a pixel teaches, and this share of the picture is enough to learn from.
_SURE: Final = 0.7
_ENOUGH: Final = 0.003
_UNSEEN: Final = 1e-5
# How much colours count beside the network's word, and at most (logarithms of odds).
_WEIGHT, _MOST = 0.4, 3.0
_RADIUS, _SMOOTH = 3, 6.5


def by_own_colours(scores: _Float, rgb: Image, photo: tuple[int, int] | None = None) -> _Float:
    """Weigh the parts of the body against one another by their colours in this photo, in place.

    Args:
        scores: ``float32 (20, H, W)`` probabilities of the CIHP labels.
        rgb: ``uint8 (H, W, 3)``.
        photo: height and width of the whole photo, where these are a part of it.

    Returns:
        ``scores``; each pixel's sum over upper garments, lower garments, skin and hair is what it was.
    """
    height, width = rgb.shape[:2]
    whole = photo or (height, width)
    scale = min(1.0, _LONGEST / max(whole))
    least = _ENOUGH * scale**2 * whole[0] * whole[1]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = np.asarray(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    bins = bins_of(small)
    known: list[tuple[tuple[Label, ...], _Float]] = []
    for labels, teachers in _PARTS:
        share = cv2.resize(_total(scores, teachers), size, interpolation=cv2.INTER_AREA)
        likely = _likelihood(bins, np.asarray(share, np.float32), least)
        if likely is not None:
            smooth = cv2.ximgproc.guidedFilter(small, likely, _RADIUS, _SMOOTH**2)
            known.append((labels, np.asarray(smooth, np.float32)))
    if len(known) < 2:
        return scores
    best = np.max([likely for _, likely in known], axis=0)
    factors = [np.exp(np.maximum(_WEIGHT * (likely - best), -_MOST)).astype(np.float32) for _, likely in known]
    factors = [np.asarray(cv2.resize(factor, (width, height)), np.float32) for factor in factors]
    sums = [_total(scores, labels) for labels, _ in known]
    after = np.sum([total * factor for total, factor in zip(sums, factors, strict=True)], axis=0)
    norm = np.sum(sums, axis=0) / np.maximum(after, 1e-6)
    for (labels, _), factor in zip(known, factors, strict=True):
        factor *= norm
        for label in labels:
            scores[label] *= factor
    return scores


def _total(scores: _Float, labels: tuple[Label, ...]) -> _Float:
    total = scores[labels[0]].copy()
    for label in labels[1:]:
        total += scores[label]
    return np.asarray(total, np.float32)


def bins_of(rgb: Image) -> NDArray[np.intp]:
    """Which bin of CIELAB each pixel of ``uint8 (H, W, 3)`` falls into, ``(H, W)``."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    index = ((lab - _LOW) / (_HIGH - _LOW) * _BINS).astype(np.intp).clip(0, _BINS - 1)
    return np.asarray(np.ravel_multi_index(tuple(np.moveaxis(index, -1, 0)), tuple(_BINS)), np.intp)


def _likelihood(bins: NDArray[np.intp], share: _Float, least: float) -> _Float | None:
    """Logarithm of how often a part has each pixel's colour; ``None`` where fewer pixels than ``least`` are sure."""
    sure = np.where(share > _SURE, share, 0)
    if np.count_nonzero(sure) < least:
        return None
    return np.asarray(frequency(bins, sure)[bins], np.float32)


def frequency(bins: NDArray[np.intp], weights: _Float | None = None) -> NDArray[np.float64]:
    """Logarithm of how often pixels fall into each bin, ``(number of bins,)``; neighbouring colours count too.

    Args:
        bins: of the pixels, as :func:`bins_of` gives them.
        weights: how much each of them counts; all the same if ``None``.
    """
    weighed = None if weights is None else weights.ravel()
    counts = np.bincount(bins.ravel(), weighed, minlength=int(_BINS.prod())).reshape(_BINS).astype(np.float64)
    smooth = gaussian_filter(counts, 1.0, mode="nearest").ravel()
    return np.asarray(np.log(smooth / smooth.sum() + _UNSEEN))
