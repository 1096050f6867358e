"""Smooth filling of unknown pixels from known ones.

Source of the method: Gortler et al., "The Lumigraph" (SIGGRAPH 1996), pull-push.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.planes import repeated

__all__ = ["pull_push"]


def pull_push(values: NDArray[Any], weight: NDArray[Any]) -> NDArray[np.float32]:
    """Carry known values smoothly to all other pixels.

    Args:
        values: ``(H, W)`` or ``(H, W, C)`` of any number type; those of weight 0 are not looked at.
        weight: ``(H, W)`` in [0, 1], bool or float: how far each value is to be trusted.

    Returns:
        ``float32`` of the shape of ``values``: a value of weight 1 stays as it is; all zero where no pixel has weight.
    """
    known = weight.astype(np.float32)
    image = values.astype(np.float32).reshape(*known.shape, -1)
    filled = _filled(image * repeated(known, image.shape[2]), known)
    return filled.reshape(values.shape)


def _filled(image: NDArray[np.float32], weight: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values ``(H, W, C)`` that are multiplied with their weight ``(H, W)``, filled."""
    height, width, channels = image.shape
    own = image / repeated(np.maximum(weight, np.float32(1e-6)), channels)
    if max(height, width) == 1:
        return np.asarray(own * (weight > 0)[..., None], np.float32)
    size = ((width + 1) // 2, (height + 1) // 2)
    low, low_weight = (cv2.resize(part, size, interpolation=cv2.INTER_AREA) for part in (image, weight))
    # A coarse cell counts as known as soon as a good part of it is.
    gain = np.minimum(1, 4 * low_weight) / np.maximum(low_weight, np.float32(1e-6))
    low = low.reshape(size[1], size[0], channels)
    below = _filled(low * repeated(gain, channels), low_weight * gain)
    raised = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR).reshape(height, width, channels)
    own -= raised
    own *= repeated(weight.clip(0, 1), channels)
    own += raised
    return own
