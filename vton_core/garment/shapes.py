"""Small helpers on masks."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Mask

__all__ = ["disc", "reached"]


def disc(radius: int) -> NDArray[np.uint8]:
    """A round structuring element, ``uint8 (2 radius + 1, 2 radius + 1)``."""
    return np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1)), np.uint8)


def reached(free: Mask) -> Mask:
    """The part of ``free`` that is connected to the picture's border (4-neighbourhood)."""
    framed = np.pad(free.astype(np.uint8), 1, constant_values=1)
    _, labels = cv2.connectedComponents(framed, connectivity=4)
    return np.asarray(labels[1:-1, 1:-1] == labels[0, 0])
