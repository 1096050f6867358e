"""Smooth filling of unknown pixels from known ones.

Source of the method: Gortler et al., "The Lumigraph" (SIGGRAPH 1996), pull-push.
"""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

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
    flat = values.ndim == 2
    image = values.astype(np.float32).reshape(*known.shape, -1)
    stack = np.concatenate([image * known[..., None], known[..., None]], axis=-1)
    filled = _filled(stack)
    return filled[..., 0] if flat else filled


def _filled(stack: NDArray[np.float32]) -> NDArray[np.float32]:
    """Values of a stack whose last channel is the weight that the others are multiplied with."""
    height, width = stack.shape[:2]
    weight = stack[..., -1:]
    own = stack[..., :-1] / np.maximum(weight, np.float32(1e-6))
    if max(height, width) == 1:
        return np.asarray(own * (weight > 0), np.float32)
    size = ((width + 1) // 2, (height + 1) // 2)
    low = cv2.resize(stack, size, interpolation=cv2.INTER_AREA).reshape(size[1], size[0], -1)
    # A coarse cell counts as known as soon as a good part of it is.
    gain = np.minimum(1, 4 * low[..., -1:]) / np.maximum(low[..., -1:], np.float32(1e-6))
    below = _filled(np.asarray(low * gain, np.float32))
    raised = cv2.resize(below, (width, height), interpolation=cv2.INTER_LINEAR).reshape(height, width, -1)
    share = weight.clip(0, 1)
    return np.asarray(raised + share * (own - raised), np.float32)
