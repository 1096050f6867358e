"""Light of the background that spills over the figure's edge, as a lens and skin let it.

The light wrap of compositors: Brinkmann, "The Art and Science of Digital Compositing" (2nd edition 2008), chapter 13.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.finish.place import STRIP

__all__ = ["wrapped"]

_WIDTH: Final = 0.004
"""Of the spill, in heights of the figure."""
_MOST: Final = 0.35
_BLUR: Final = 1.5
"""At the size at which the spill is worked out, in pixels."""


def wrapped(
    rgba: NDArray[np.float32], behind: NDArray[np.float32], height: float, strength: float
) -> NDArray[np.float32]:
    """Let the background's light spill over the figure's edge.

    Args:
        rgba: ``float32 (h, w, 4)``: premultiplied light; changed in place.
        behind: ``float32 (h', w', 3)``: the background's light in the figure's window, at any size.
        height: of the figure, in pixels of ``rgba``.
        strength: in [0, 1].

    Returns:
        ``rgba``: lighter near its edge where the background is light (a screen of the two); alpha is the same.
    """
    rows, columns = rgba.shape[:2]
    factor = max(1.0, _WIDTH * height / _BLUR)
    sigma = max(0.5, _WIDTH * height / factor)
    size = max(1, round(columns / factor)), max(1, round(rows / factor))
    # The mean of ones may come out above 1, and light below nothing has no root.
    open_ = np.maximum(1 - cv2.resize(rgba[..., 3], size, interpolation=cv2.INTER_AREA), 0)
    light = cv2.resize(behind, size, interpolation=cv2.INTER_AREA)
    edge = cv2.GaussianBlur(open_, (0, 0), sigma, borderType=cv2.BORDER_REPLICATE)
    light = cv2.GaussianBlur(light, (0, 0), 2 * sigma, borderType=cv2.BORDER_REPLICATE)
    share = np.asarray(edge * np.float32(_MOST * strength), np.float32)
    none = np.zeros_like(share)  # is added to alpha
    spilt = cv2.merge([*cv2.split(light * cv2.merge([share] * 3)), none])
    spill = np.asarray(cv2.resize(spilt, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
    for top in range(0, rows, STRIP):
        strip, added = rgba[top : top + STRIP], spill[top : top + STRIP]
        strip += added * (cv2.merge([cv2.extractChannel(strip, 3)] * 4) - strip)
    return rgba
