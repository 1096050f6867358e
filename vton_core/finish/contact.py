"""The shadow where a figure touches the ground.

What is hidden from the sky near a contact: ambient occlusion (Zhukov, Iones and Kronin, "An Ambient Light Illumination
Model", EGSR 1998), drawn as a blurred footprint, flattened as the ground is seen.
"""

from __future__ import annotations

from typing import Final

import numpy as np

from vton_core.finish.blur import FAR, wide_blur
from vton_core.types import Alpha

__all__ = ["contact_shadow"]

_REACH: Final = 0.05
"""How far above the lowest point something may touch the ground, in heights: a foot that stands further back."""
_SOLE: Final = 0.012
_TIGHT, _WIDE = (0.012, 0.005), (0.05, 0.016)
"""Spread across and down, in heights: close to the sole, and about the feet."""
_DARK, _DIM = 0.7, 0.45


def contact_shadow(alpha: Alpha, height: float) -> Alpha:
    """How much of the light the contact with the ground keeps off.

    Args:
        alpha: ``float32 (h, w)``: the figure in its place, with room for the shadow about its feet.
        height: of the figure, in pixels.

    Returns:
        ``float32 (h, w)`` in [0, 1].
    """
    shown = alpha > 0.5
    rows = np.arange(alpha.shape[0])[:, None]
    lowest = np.where(shown.any(axis=0), len(shown) - 1 - shown[::-1].argmax(axis=0), -1)
    touching = lowest >= lowest.max() - _REACH * height
    sole = (shown & (rows > lowest - max(1.0, _SOLE * height)) & touching).astype(np.float32)
    # Above the feet there is nothing, further than the blurs reach.
    feet = max(0, int(lowest.max() - (_REACH + _SOLE + FAR * _WIDE[1]) * height) - 2)
    tight, wide = (
        wide_blur(sole[feet:], max(0.3, across * height), max(0.3, down * height)) for across, down in (_TIGHT, _WIDE)
    )
    result: Alpha = np.zeros_like(sole)
    result[feet:] = 1 - (1 - _DARK * np.minimum(1.6 * tight, 1)) * (1 - _DIM * np.minimum(2.2 * wide, 1))
    return result
