"""The figure's own colour where the old background shows through.

Source: Forte, "Approximate Fast Foreground Colour Estimation" (ICIP 2021), blur fusion,
with mixed pixels weighed down.
"""

from __future__ import annotations

from functools import partial
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.planes import repeated
from vton_core.side_by_side import side_by_side
from vton_core.types import Alpha

__all__ = ["estimate_layers", "fuse"]

_FINE: Final = 7
_FINE_PASSES: Final = 2
_COARSE_PURITY: Final = 4
_FINE_PURITY: Final = 2


def _mean(colour: NDArray[np.float32], weight: Alpha, size: int) -> NDArray[np.float32]:
    total = np.maximum(cv2.blur(weight, (size, size)), np.float32(1e-6))
    return np.asarray(cv2.blur(colour * repeated(weight), (size, size)) / repeated(total), np.float32)


def fuse(
    image: NDArray[np.float32], alpha: Alpha, figure: NDArray[np.float32], ground: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Put what a mixed pixel shows beyond its layers' mean colours down to the figure, by its share.

    Args:
        image: ``float32 (H, W, 3)`` in [0, 1].
        alpha: ``float32 (H, W)`` in [0, 1].
        figure: ``float32 (H, W, 3)``: the figure's mean colour around each pixel.
        ground: ``float32 (H, W, 3)``: the background's.

    Returns:
        ``float32 (H, W, 3)`` in [0, 1]: the figure's colour.
    """
    a = repeated(alpha)
    rest = image - a * figure - (1 - a) * ground
    rest *= a
    rest += figure
    return np.asarray(rest.clip(0, 1, out=rest), np.float32)


def estimate_layers(
    image: NDArray[np.float32], alpha: Alpha, reach: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Mean colours of figure and background around each pixel, for :func:`fuse`.

    Args:
        image: ``float32 (H, W, 3)`` in [0, 1].
        alpha: ``float32 (H, W)`` in [0, 1].
        reach: how far colours are fetched from, pixels; at least as wide as the soft edge.

    Returns:
        Figure and background, each ``float32 (H, W, 3)`` in [0, 1]; black where none lies within reach.
    """
    size = 2 * reach + 1
    rest = 1 - alpha
    # Mixed pixels count for less, or each layer would tint the other's mean.
    figure, ground = side_by_side(
        lambda: _mean(image, alpha**_COARSE_PURITY, size), lambda: _mean(image, rest**_COARSE_PURITY, size)
    )
    for _ in range(_FINE_PASSES):
        figure, ground = side_by_side(
            partial(_nearer, image, alpha, figure, ground), partial(_nearer, image, rest, ground, figure)
        )
    return figure, ground


def _nearer(
    image: NDArray[np.float32], share: Alpha, own: NDArray[np.float32], other: NDArray[np.float32]
) -> NDArray[np.float32]:
    """A layer's mean colours from closer by, by the other layer's."""
    return _refined(fuse(image, share, own, other), share)


def _refined(colour: NDArray[np.float32], share: Alpha) -> NDArray[np.float32]:
    """Means of a layer's colour close by; past their window's reach the estimate stands."""
    weight = share**_FINE_PURITY
    near = repeated(cv2.blur(weight, (_FINE, _FINE))) > 1e-3
    return np.where(near, _mean(colour, weight, _FINE), colour)
