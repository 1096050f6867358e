"""Closes the chinks that are left between torso and sleeves, and rounds the shoulders."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.garment.body import Body
from vton_core.garment.fill import pull_push
from vton_core.garment.sheet import Sheet
from vton_core.masks import closed_by_disc
from vton_core.planes import alpha_of, layered, repeated

__all__ = ["mended"]

_REACH: Final = 0.09
_LOWEST: Final = 0.5
_THROAT: Final = 0.27
_NOTHING: Final = 0.1


def mended(torso: Sheet, sleeves: tuple[Sheet, ...], body: Body, lace: bool = False) -> Sheet:
    """The torso with the gaps next to the sleeves filled with the fabric around them.

    Args:
        torso: the garment's torso on the body.
        sleeves: its sleeves.
        body: who wears it.
        lace: whether what is half covered is to stay so.

    Returns:
        The torso; unchanged below the armpits and at the throat.
    """
    if not any(sleeve.alpha.any() for sleeve in sleeves):
        return torso
    radius = max(1, round(_REACH * body.unit))
    beside, below = body.frame(torso.alpha.shape)
    high = below < _LOWEST * body.unit
    rows = np.flatnonzero(high.any(axis=1))
    if len(rows) == 0:
        return torso
    # Fabric further down tells nothing of the shoulders.
    near = slice(0, int(rows[-1]) + 4 * radius + 2)
    pixels = torso.pixels[near]
    for sleeve in sleeves:
        pixels = Sheet(pixels).over(sleeve.pixels[near])
    cover = alpha_of(pixels)
    whole = np.zeros(high.shape, bool)
    whole[near] = closed_by_disc(cover > 0.5, radius)
    shoulders = np.logical_or.reduce([body.arm_zone(side, high.shape, upto=0.1) for side in (0, 1)])
    place = (whole | shoulders) & high & (np.abs(beside) > _THROAT * body.unit)
    if lace:
        place[near] &= ~closed_by_disc(cover > _NOTHING, radius // 3)
    rows = np.flatnonzero(place.any(axis=1))
    if len(rows) == 0:
        return torso
    part = slice(max(0, int(rows[0]) - radius), int(rows[-1]) + radius + 1)
    soft = cv2.GaussianBlur(place[part].astype(np.float32), (0, 0), 0.8)
    fabric = pull_push(pixels[part, :, :3], cover[part] > 0.95)
    patch = layered(fabric * repeated(soft), soft)
    out = torso.pixels.copy()
    out[part] += patch * repeated(1 - torso.alpha[part], 4)
    return Sheet(out)
