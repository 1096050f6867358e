"""Wide blurs at the cost of narrow ones: what is smooth afterwards can be worked out small."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["FAR", "wide_blur"]

FAR: Final = 4.0
"""Spreads beyond which a blur leaves nothing."""
_SMALL: Final = 3.0
"""Spread, in pixels, that a blur keeps when it is worked out small: what is lost then is below a hundredth."""


def wide_blur(picture: NDArray[np.float32], across: float, down: float) -> NDArray[np.float32]:
    """Blur by a Gaussian.

    Args:
        picture: ``float32 (h, w)``.
        across: its standard deviation in pixels, along a row.
        down: the same along a column.

    Returns:
        ``float32 (h, w)``.
    """
    rows, columns = picture.shape
    small = -(-columns // max(1, int(across / _SMALL))), -(-rows // max(1, int(down / _SMALL)))
    reduced = cv2.resize(picture, small, interpolation=cv2.INTER_AREA)
    soft = cv2.GaussianBlur(reduced, (0, 0), across * small[0] / columns, sigmaY=down * small[1] / rows)
    return np.asarray(cv2.resize(soft, (columns, rows), interpolation=cv2.INTER_LINEAR), np.float32)
