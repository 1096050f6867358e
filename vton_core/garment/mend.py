"""Closes the chinks that are left between torso and sleeves, and rounds the shoulders."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from vton_core.fill import pull_push
from vton_core.garment.body import Body
from vton_core.garment.shapes import disc
from vton_core.garment.sheet import Sheet
from vton_core.masks import closed_by_disc, dilated, softened
from vton_core.planes import alpha_of, layered, repeated

__all__ = ["mended", "rounded"]

# Half of how wide a chink is at most, down to how far below the neck chinks are closed, and how far beside the middle
# the throat is left open; in shoulder distances.
_REACH, _LOWEST, _THROAT = 0.09, 0.5, 0.27
# Up to which cover nothing of lace is there.
_NOTHING: Final = 0.1
# How round a shoulder is at least, how far from its joint that is looked at, and how far above it that fades in; in
# shoulder distances.
_ROUND, _AROUND, _FADES = 0.2, 0.4, 0.08


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


def rounded(torso: Sheet, sleeves: tuple[Sheet, Sheet], body: Body) -> tuple[Sheet, tuple[Sheet, Sheet]]:
    """Torso and sleeves without the corner that a shoulder would stand out with where they meet.

    Args:
        torso: the garment's torso on the body.
        sleeves: the picture's left and right one.
        body: who wears it.
    """
    reach, shape = round(_AROUND * body.unit), torso.alpha.shape
    shows = np.ones(shape, np.float32)
    for side, (sleeve, shoulder) in enumerate(zip(sleeves, body.shoulders, strict=True)):
        x, y = (round(float(v)) for v in shoulder)
        # Looked at farther out than it is cut, so that the window's border rounds nothing.
        window = slice(max(0, y - 2 * reach), y + 2 * reach), slice(max(0, x - 2 * reach), x + 2 * reach)
        arm = body.arms[side]
        if arm.path[len(arm.path) // 2, 1] < y or not sleeve.alpha[window].any():
            continue
        solid = np.asarray(np.maximum(torso.alpha[window], sleeve.alpha[window]) > 0.5)
        # All that lies further in counts, so that only the outer edge is rounded, and not the neckline's.
        outwards = slice(None, None, 1 if side == 0 else -1)
        filled = np.logical_or.accumulate(solid[:, outwards], axis=1)[:, outwards]
        smooth = ~closed_by_disc(~filled, round(_ROUND * body.unit))
        rows, columns = np.ogrid[: solid.shape[0], : solid.shape[1]]
        down, across = rows + window[0].start - y, columns + window[1].start - x
        corner = dilated(solid & ~smooth & (np.hypot(down, across) < reach), disc(2))
        # Below the joint of an arm that hangs are its sleeve's own edges.
        above = (-down / (_FADES * body.unit)).clip(0, 1)
        shows[window] = np.where(corner, 1 - above * (1 - softened(smooth, 0.8)), np.float32(1))
    if shows.min() == 1:
        return torso, sleeves
    left, right = (sleeve.times(shows) for sleeve in sleeves)
    return torso.times(shows), (left, right)
