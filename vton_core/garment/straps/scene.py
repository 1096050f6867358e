"""A garment's upper part and what is around it, as lines are looked for there."""

from __future__ import annotations

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.backdrop import to_lab
from vton_core.garment.ridges import ridges
from vton_core.garment.shapes import disc
from vton_core.masks import Box, opened
from vton_core.types import Alpha, Image, Mask

__all__ = ["START", "UNIT", "WIDEST", "Scene", "look_at", "upper_part"]

UNIT: Final = 300
"""The root of the garment's area in pixels where straps are looked for: larger pictures are reduced first. All lengths
here and in the modules beside this one are pixels there, unless they are said to be shares."""
START: Final = 6
"""Within so many pixels of the garment a strap begins."""
WIDEST: Final = 16.0
"""How wide a strap is at most."""

# How wide the lines are that are looked for.
_WIDTHS: Final = (3.0, 5.0, 8.0)
# So far above a garment and to both sides of it, in shares of the root of its area, and below its top, in shares of
# its height, lines are looked at.
_ABOVE, _BESIDE, _BELOW = 0.5, 0.2, 0.27
# How many percent of the background's lines have no more contrast than what counts as its own.
_MOST: Final = 95.0
_Float = NDArray[np.float32]


class Scene(NamedTuple):
    """The garment's upper part and what is around it.

    Attributes:
        lab: ``float32 (h, w, 3)``, slightly smoothed.
        ridge: ``float32 (h, w)``, as :func:`vton_core.garment.ridges.ridges` tells it.
        mask: ``bool (h, w)``, the garment.
        thin: ``bool (h, w)``, what is as thin as a strap in it.
        away: ``float32 (h, w)``: how far from the garment.
        seen: ``float32 (h, w)``: the network's probability.
        clutter: what contrast (ΔE) the background's own lines have.
        scale: of lengths, against those of :data:`UNIT`.
        middle, top, width, height: of the garment, within the scene.
    """

    lab: _Float
    ridge: _Float
    mask: Mask
    thin: Mask
    away: _Float
    seen: Alpha
    clutter: float
    scale: float
    middle: float
    top: int
    width: int
    height: int


def upper_part(mask: Mask) -> Box:
    """Rows and columns of the upper part of a garment, ``bool (H, W)`` and not empty, and of what is around it."""
    unit = float(np.sqrt(mask.sum()))
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    low = rows[0] - round(_ABOVE * unit), columns[0] - round(_BESIDE * unit)
    high = rows[0] + round(_BELOW * (rows[-1] - rows[0])), columns[-1] + round(_BESIDE * unit) + 1
    return slice(max(0, low[0]), high[0] + 1), slice(max(0, low[1]), min(mask.shape[1], high[1]))


def look_at(rgb: Image, whole: Mask, seen: Alpha, box: Box) -> Scene:
    """Prepare what lines are looked for in.

    Args:
        rgb: ``uint8 (h, w, 3)``, the photo within the box.
        whole: ``bool (H, W)``, all of the garment.
        seen: ``float32 (h, w)`` in [0, 1], the network's probability of the garment within the box.
        box: what :func:`upper_part` gives.
    """
    lab, mask = to_lab(rgb), whole[box]
    # Where a small picture has no pixels to tell widths by, there is nothing finer to look for.
    scale = max(0.5, float(np.sqrt(whole.sum())) / UNIT)
    ridge = ridges(lab, tuple(scale * width for width in _WIDTHS))
    away = np.asarray(cv2.distanceTransform((~mask).view(np.uint8), cv2.DIST_L2, 5), np.float32)
    ground = ridge[away > 2 * START * scale]
    clutter = float(np.percentile(ground, _MOST)) if len(ground) else 0.0
    rows, columns = np.flatnonzero(whole.any(axis=1)), np.flatnonzero(whole.any(axis=0))
    middle = (columns[0] + columns[-1]) / 2 - (box[1].start or 0)
    size = int(np.ptp(columns)) + 1, int(np.ptp(rows)) + 1
    lab = np.asarray(cv2.GaussianBlur(lab, (0, 0), 0.7), np.float32)
    thin = mask & ~opened(mask, disc(round(WIDEST * scale / 2)))
    return Scene(lab, ridge, mask, thin, away, seen, clutter, scale, middle, int(rows[0]) - (box[0].start or 0), *size)
