"""Which point of the shop photo a point of the worn garment is."""

from __future__ import annotations

from typing import Final

import numpy as np
from scipy.spatial import cKDTree

from synthesis.noise import Image
from synthesis.shade import Shot

__all__ = ["correspondence"]

_NEAR: Final = 0.003
"""How far apart two points of the sheet may be to count as one, in units of the sheet."""


def correspondence(worn: Shot, shop: Shot, garment: int = 1) -> Image:
    """For each pixel of a worn garment the same point of the cloth in its shop photo.

    Args:
        worn: the person.
        shop: the garment's shop photo.
        garment: its number in ``worn.garment``.

    Returns:
        ``float32 (H, W, 2)``, x and y in pixels of the shop photo; NaN where it does not show that point, and where the
        pixel is not of the garment.
    """
    found = np.full((*worn.garment.shape, 2), np.nan, np.float32)
    here, there = worn.garment == garment, shop.garment == 1
    if not (here.any() and there.any()):
        return found
    rows, columns = np.nonzero(there)
    distance, index = cKDTree(shop.uv[there]).query(worn.uv[here], k=4)
    weight = 1 / (distance + 1e-5)
    weight /= weight.sum(axis=1, keepdims=True)
    place = np.stack([columns[index], rows[index]], axis=2)
    # Near neighbours on the sheet that lie apart in the photo are the two sides of a fold: the nearest alone counts.
    torn = np.ptp(place, axis=1).max(axis=1) > 4
    mean = (weight[..., None] * place).sum(axis=1)
    mean[torn] = place[torn, 0]
    mean[distance[:, 0] > _NEAR] = np.nan
    found[here] = mean
    return found
