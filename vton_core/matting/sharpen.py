"""From a coarse person probability to a mask whose edge lies on the picture's edges."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.matting.wall import FigureColours
from vton_core.types import Alpha, Image, Mask

__all__ = ["figure_size", "sharpen"]

_REACH: Final = 0.15
_BELIEF: Final = 5.0
_PASSES: Final = 3
_SMOOTHNESS: Final = 30.0
_EDGE: Final = 5.0
_SPECK: Final = 0.002
_SEEN: Final = 0.7
_INSIDE: Final = 0.95


def figure_size(probability: Alpha) -> float:
    """The figure's size in pixels: the root of its area, which a crop or a raised arm hardly changes; at least 1."""
    return max(1.0, float(np.sqrt(np.count_nonzero(probability > 0.5))))


def _log_odds(probability: Alpha) -> NDArray[np.float32]:
    inner = probability.clip(1e-6, 1 - 1e-6)
    return np.asarray(np.log(inner / (1 - inner)).clip(-_BELIEF, _BELIEF), np.float32)


def _smooth(image: Image, probability: Alpha) -> Alpha:
    """Spread what is certain over what is not, stopping at the picture's edges (Min et al., "Fast Global Image
    Smoothing Based on Weighted Least Squares", TIP 2014)."""
    smoother = cv2.ximgproc.createFastGlobalSmootherFilter(image, _SMOOTHNESS, _EDGE)
    certainty = np.abs(2 * probability - 1) + np.float32(0.02)
    smooth = smoother.filter(probability * certainty) / np.maximum(smoother.filter(certainty), 1e-6)
    return np.asarray(smooth.clip(0, 1), np.float32)


def _main_parts(mask: Mask, probability: Alpha) -> Mask:
    """Keep the largest part, and smaller ones that the coarse mask had seen too; fill pinholes, and small holes
    that it had not seen: a button in the wall's colour is none."""
    count, parts, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    if count <= 1:
        return mask
    areas = stats[:, cv2.CC_STAT_AREA].astype(np.float64)
    areas[0] = 0
    kept = (areas > _SPECK * areas.max()) & (_mean_within(np.asarray(parts, np.int32), probability, count) > _SEEN)
    kept[np.argmax(areas)] = True
    solid = kept[parts]
    count, holes, stats, _ = cv2.connectedComponentsWithStats((~solid).astype(np.uint8), connectivity=4)
    shares = stats[:, cv2.CC_STAT_AREA] / areas.max()
    filled = (shares < _SPECK / 20) | ((shares < _SPECK) & (_mean_within(holes, probability, count) > _SEEN))
    filled[0] = False
    return np.asarray(solid | filled[holes], np.bool_)


def _mean_within(parts: NDArray[Any], values: Alpha, count: int) -> NDArray[np.float64]:
    """``float64 (count,)``: the mean value within each numbered part."""
    sizes = np.bincount(parts.reshape(-1), minlength=count)
    return np.asarray(np.bincount(parts.reshape(-1), values.reshape(-1), count) / np.maximum(sizes, 1))


def sharpen(image: Image, probability: Alpha, wall: Image | None = None) -> Mask:
    """Join a coarse probability with the colours' evidence.

    Args:
        image: ``uint8 (H, W, 3)``.
        probability: ``float32 (H, W)`` in [0, 1].
        wall: the picture's differences from a plain wall, see :func:`vton_core.matting.wall.drawn_out`.

    Returns:
        ``bool (H, W)``: the figure.
    """
    odds, counted = _log_odds(probability), probability
    figure, inside = probability > 0.5, probability > _INSIDE
    colours = FigureColours(image, wall, _REACH * figure_size(probability), figure, inside)
    for _ in range(_PASSES):
        ratio = colours.evidence(counted).ratio.reshape(odds.shape)
        joined = (1 / (1 + np.exp(-(odds + ratio)))).astype(np.float32)
        # A gap that the coarse mask had filled must not be counted as figure again.
        counted = np.where(joined < 0.5, np.minimum(joined, probability), probability)
    return _main_parts(_smooth(image, joined) > 0.5, probability)
