"""A parse map without holes: every pixel of the figure belongs to some part of it, or is carried before it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.garment.shapes import disc
from vton_core.labels import Label
from vton_core.masks import dilated, opened
from vton_core.types import Alpha, Mask, ParseMap

__all__ = ["carried", "whole"]

# From this share on a pixel is the figure's, and surely so.
_FIGURE, _SURELY = 0.1, 0.6
# What the figure holds without a label is carried where it is thicker than this, in shoulder distances.
_CARRIED: Final = 0.09


def carried(parse: ParseMap, alpha: Alpha, unit: float) -> Mask:
    """Bags and the like: thick parts of the figure that have no label.

    Args:
        parse: ``uint8 (H, W)`` of CIHP labels.
        alpha: ``float32 (H, W)`` in [0, 1], the figure's share of each pixel.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``bool (H, W)``.
    """
    loose = (alpha > _SURELY) & (parse == Label.BACKGROUND)
    radius = max(2, round(_CARRIED * unit))
    core = opened(loose, disc(radius))
    return np.asarray(dilated(core, disc(max(1, radius // 2))) & loose)


def whole(parse: ParseMap, alpha: Alpha, unit: float) -> ParseMap:
    """Give the figure's unlabelled pixels to the nearest part, so that nothing of a garment is left behind.

    Args:
        parse: ``uint8 (H, W)`` of CIHP labels.
        alpha: ``float32 (H, W)`` in [0, 1], the figure's share of each pixel.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``uint8 (H, W)``; unchanged where it has a label, where something is carried, and outside the figure.
    """
    unknown = parse == Label.BACKGROUND
    loose = unknown & (alpha > _FIGURE) & ~carried(parse, alpha, unit)
    if unknown.all() or not loose.any():
        return parse
    _, nearest = cv2.distanceTransformWithLabels(
        unknown.astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    label_of = np.zeros(int(nearest.max()) + 1, np.uint8)
    label_of[nearest[~unknown]] = parse[~unknown]
    return np.where(loose, label_of[nearest], parse)
