"""A parse map without holes: every pixel of the figure belongs to some part of it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.labels import Label
from vton_core.types import Alpha, ParseMap

__all__ = ["whole"]

# From this share on a pixel is the figure's.
_FIGURE: Final = 0.1


def whole(parse: ParseMap, alpha: Alpha) -> ParseMap:
    """Give the figure's unlabelled pixels to the nearest part, so that nothing of a garment is left behind.

    Args:
        parse: ``uint8 (H, W)`` of CIHP labels.
        alpha: ``float32 (H, W)`` in [0, 1], the figure's share of each pixel.

    Returns:
        ``uint8 (H, W)``; unchanged where it has a label and outside the figure.
    """
    unknown = parse == Label.BACKGROUND
    loose = unknown & (alpha > _FIGURE)
    if unknown.all() or not loose.any():
        return parse
    _, nearest = cv2.distanceTransformWithLabels(
        unknown.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    label_of = np.zeros(int(nearest.max()) + 1, np.uint8)
    label_of[nearest[~unknown]] = parse[~unknown]
    return np.where(loose, label_of[nearest], parse)
