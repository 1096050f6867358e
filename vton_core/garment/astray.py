"""What lies apart from a garment in its photo from home and looks quite different: a wall, a chair, another garment."""

from __future__ import annotations

import cv2
import numpy as np

from vton_core.garment.backdrop import to_lab
from vton_core.garment.shapes import disc
from vton_core.garment.small import SMALL, erased, small_mask
from vton_core.masks import dilated
from vton_core.planes import lengths
from vton_core.resampling import reduced_to
from vton_core.types import Garment

__all__ = ["without_astray"]

# A part is the garment's if so much of the rest is so near (ΔE) to its colour: the other sleeve, the other half.
_ALIKE, _SHARE = 18.0, 0.05


def without_astray(garment: Garment) -> Garment:
    """The garment without smaller parts that lie apart and have none of its colours.

    Args:
        garment: as it was cut out.

    Returns:
        The garment itself where there are none.
    """
    mask = small_mask(garment)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.view(np.uint8))
    if count < 3:
        return garment
    lab = to_lab(reduced_to(garment.rgb, SMALL))
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    own = lab[labels == largest]
    astray = np.zeros(count, bool)
    for index in set(range(1, count)) - {largest}:
        colour = np.median(lab[labels == index], axis=0)
        astray[index] = (lengths(own - colour) < _ALIKE).mean() < _SHARE
    if not astray.any():
        return garment
    gone = np.asarray(astray[labels])
    return erased(garment, dilated(gone, disc(2)), mask & ~gone)
