"""From a person and trousers, shorts or a skirt, in the working picture's pixels, to what changes."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.figure import Figure
from vton_core.garment.lower.drape import drape_lower
from vton_core.garment.lower.fit import fit_lower
from vton_core.garment.lower.landmarks import LowerLandmarks, find_lower_landmarks
from vton_core.garment.lower.legs import Legs
from vton_core.garment.lower.over import chained, in_front, trimmed_legs, under_shadow
from vton_core.garment.lower.size import Size, lower_size
from vton_core.garment.lower.strip import stripped
from vton_core.garment.shading import contact_shadow, fold_shading
from vton_core.garment.sheet import Sheet
from vton_core.garment.shrink import shrunk
from vton_core.garment.upper import measured
from vton_core.garment.worn import Worn
from vton_core.types import Garment, Wearing

__all__ = ["wear_lower"]

_Float = NDArray[np.float32]
# How likely what has legs must be trousers, and not shorts, for that to tell their length.
_TROUSERS: Final = 0.7
# How much darker a leg's edge is than its middle, and how far from the edge that begins, in shoulder distances.
_ROUND, _ROUND_REACH = 0.16, 0.13


def wear_lower(figure: Figure, garment: Garment, wearing: Wearing) -> Worn:
    """Put on trousers, shorts or a skirt; see :func:`vton_core.garment.dresser.wear`."""
    body, regions = measured(figure)
    legs, bare = stripped(figure, body)
    found = find_lower_landmarks(garment).corrected(garment.corrections)
    garment, marks, size = _sized(garment, found, lower_size(found, body, legs, trousers=_surely_trousers(garment)))
    worn_at = regions.waist_below if regions.tucked else None
    hang = fit_lower(marks, body, legs, size, wearing, worn_at)
    light = figure.once("lower light", lambda: fold_shading(figure.rgb, bare.old, body.unit))
    pieces = tuple(
        _round(sheet, body.unit).shaded(light) for sheet in drape_lower(garment, marks, hang, body.unit, figure.shape)
    )
    sheet = _stacked(pieces, legs, body.unit)
    front = in_front(bare, regions, wearing)
    shown = sheet.lit(contact_shadow(front, body.unit)).times(1 - front)
    gone = trimmed_legs(bare, body, legs, hang, front, sheet)
    overlay = under_shadow(gone, bare.alpha, sheet, front, body.unit).under(shown)
    return Worn(chained(bare.overlay, overlay), sheet.pixels, found.points(), "lower")


def _sized(garment: Garment, marks: LowerLandmarks, size: Size) -> tuple[Garment, LowerLandmarks, Size]:
    """The garment at about the size in which it is worn, so that resampling does not alias, and its scales then."""
    small = shrunk(garment, max(size.wide, size.long))
    factor = small.alpha.shape[1] / garment.alpha.shape[1]
    return small, marks.mapped(factor), Size(size.wide / factor, size.long / factor)


def _surely_trousers(garment: Garment) -> bool:
    """Whether a photo from home tells that these are trousers, and no hem was moved by hand."""
    trousers, shorts = (garment.sorts.get(sort, 0.0) for sort in ("trousers", "shorts"))
    moved = any("_hem" in name for name in garment.corrections)
    return garment.home and not moved and trousers > _TROUSERS * (trousers + shorts)


def _round(sheet: Sheet, unit: float) -> Sheet:
    """A piece with its edges turned away from the light, as round legs have them."""
    solid = (sheet.alpha > 0.5).astype(np.uint8)
    reach = _ROUND_REACH * unit
    depth = cv2.distanceTransform(cv2.copyMakeBorder(solid, 1, 1, 1, 1, cv2.BORDER_REPLICATE), cv2.DIST_L2, 5)
    edge = 1 - (depth[1:-1, 1:-1] / reach).clip(0, 1)
    return sheet.lit(np.asarray(1 - _ROUND * cv2.GaussianBlur(edge * edge, (0, 0), 1.5), np.float32))


def _stacked(pieces: tuple[Sheet, ...], legs: Legs, unit: float) -> Sheet:
    """All pieces, the nearer leg's before the other's."""
    if len(pieces) == 1:
        return pieces[0]
    back, front = pieces[1 - legs.front], pieces[legs.front]
    pixels = back.lit(contact_shadow(front.alpha, unit)).pixels
    return Sheet(front.over(pixels))
