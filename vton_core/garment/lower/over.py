"""What lies over a lower garment, what it covers, and how the layers become one overlay."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.lower.fit import Hang
from vton_core.garment.lower.legs import CROTCH, Legs
from vton_core.garment.lower.strip import Stripped
from vton_core.garment.overlay import Overlay
from vton_core.garment.regions import Regions
from vton_core.garment.shading import contact_shadow
from vton_core.garment.shapes import disc
from vton_core.garment.sheet import Sheet
from vton_core.labels import HEAD, Label
from vton_core.masks import dilated, softened
from vton_core.planes import repeated
from vton_core.types import Alpha, Mask, Wearing

__all__ = ["chained", "in_front", "trimmed_legs", "under_shadow", "without"]

_Float = NDArray[np.float32]
# How much lower one side of a waistband may lie, in shoulder distances.
_SLANT: Final = 0.15


def without(mask: Mask) -> _Float:
    """How much of each pixel does not lie in a mask, its edge softened; ``float32 (H, W)`` in [0, 1]."""
    return np.asarray(1 - softened(mask, 0.8), np.float32)


def in_front(bare: Stripped, regions: Regions, wearing: Wearing) -> _Float:
    """How much of each pixel lies before the new lower garment, ``float32 (H, W)`` in [0, 1]."""
    parse = bare.parse
    front = np.isin(parse, (*HEAD, Label.GLOVE, Label.SCARF)) | bare.carried
    front |= regions.arms[0] | regions.arms[1]
    out = wearing.tuck == "out" or (wearing.tuck == "auto" and not regions.tucked and not regions.dress.any())
    if out:
        front |= np.isin(parse, (Label.UPPER_CLOTHES, Label.COAT))
    else:
        front |= parse == Label.COAT
    return softened(front, 0.8)


def trimmed_legs(bare: Stripped, body: Body, legs: Legs, hang: Hang, front: _Float, sheet: Sheet) -> _Float:
    """What of bare hips and legs would stick out beside the new garment, ``float32 (H, W)`` in [0, 1]."""
    shape = bare.parse.shape
    leg = np.isin(bare.parse, (Label.LEFT_LEG, Label.RIGHT_LEG, Label.SOCKS))
    rows, columns = np.nonzero(leg)
    covered = np.zeros(len(rows), bool)
    nearest = np.full(len(rows), np.inf)
    for side in (0, 1):
        along, beside = legs.limbs[side].coordinates(np.stack([columns, rows], axis=1))
        mine = np.abs(beside) < nearest
        covered = np.where(mine, along < _drawn_to(legs, side, hang, sheet) - 0.02 * legs.unit, covered)
        nearest = np.minimum(nearest, np.abs(beside))
    _, below = body.frame(shape)
    hips = min(hang.crotch_below or body.torso + CROTCH * body.unit, body.torso + max(hang.hems))
    # At the hips nothing that was under the old garment shows beside the new one.
    hidden = bare.old & (below > hang.waist_below + 0.06 * body.unit) & (below < hips) & _beside(sheet, body.unit)
    hidden[rows[covered], columns[covered]] = True
    grown = dilated(hidden, disc(max(1, round(0.02 * legs.unit))))
    return np.asarray(softened(grown, 0.8) * (1 - front) * (1 - sheet.alpha), np.float32)


def _beside(sheet: Sheet, unit: float) -> Mask:
    """What lies to the left or right of a garment: nothing above its waistband, however that sags or slants."""
    lines = np.ones((1 + 2 * round(_SLANT * unit), 1), np.uint8)
    lines[: len(lines) // 2] = 0
    solid = cv2.dilate((sheet.alpha > 0.5).astype(np.uint8), lines) > 0
    x, width = np.arange(solid.shape[1])[None], solid.shape[1]
    first, last = solid.argmax(axis=1)[:, None], width - 1 - solid[:, ::-1].argmax(axis=1)[:, None]
    return np.asarray(solid.any(axis=1)[:, None] & ((x < first) | (x > last)))


def _drawn_to(legs: Legs, side: int, hang: Hang, sheet: Sheet) -> float:
    """How far along a leg's line the garment is to be seen."""
    path = legs.limbs[side].path
    x, y = path.astype(np.float32).T
    on = cv2.remap(sheet.alpha, x[None], y[None], cv2.INTER_LINEAR)[0] > 0.5
    if not on.any():
        return hang.hems[side]
    return min(hang.hems[side], float(np.flatnonzero(on)[-1] + 1) / (len(path) - 1) * legs.limbs[side].length)


def under_shadow(gone: _Float, alpha: Alpha, sheet: Sheet, front: _Float, unit: float) -> Overlay:
    """What stays under the new garment, in the shadow of its edge."""
    cast = contact_shadow(np.asarray(sheet.alpha * (1 - front), np.float32), unit)
    shade = np.asarray(1 - (1 - cast) * (1 - front), np.float32)
    keep = np.asarray(1 - gone, np.float32)
    over = np.zeros((*gone.shape, 4), np.float32)
    over[..., 3] = keep * alpha * (1 - shade)
    return Overlay(np.asarray(keep * shade, np.float32), over)


def chained(first: Overlay, then: Overlay) -> Overlay:
    """Two overlays, one after the other, as one."""
    return Overlay(
        np.asarray(first.keep * then.keep, np.float32),
        np.asarray(first.over * repeated(then.keep, 4) + then.over, np.float32),
    )
