"""Top, lower garment or dress: told from the silhouette, a top where it is in doubt."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoGarmentError
from vton_core.garment.landmarks import find_landmarks
from vton_core.garment.lower.gap import open_gap
from vton_core.types import Garment, GarmentKind, Mask, Wearing

__all__ = ["kind_of", "recognise"]

_WORK: Final = 256
# Length from neck to hem over the chest's width: from the first on a flared garment is a dress, from the second any.
_DRESS: Final = (1.75, 2.15)
_FLARE: Final = 1.3
# A waistband is level: its middle lies no further below its corners than this, in widths.
_LEVEL: Final = 0.09
# A gap between legs is this share of the height.
_LEGS, _SHORTS = 0.3, 0.06


def kind_of(garment: Garment, wearing: Wearing) -> GarmentKind:
    """What a garment is worn as: what the user says, else what its shape tells."""
    return recognise(garment) if wearing.garment == "auto" else wearing.garment


def recognise(garment: Garment) -> GarmentKind:
    """Tell a garment's kind from its silhouette.

    Trousers and shorts have a level upper edge and a gap in the middle of their hem; skirts a level upper edge from
    which they only widen; dresses are tops that are much longer than wide. All else is a top.

    Args:
        garment: the shop photo, front view, upright.

    Returns:
        ``upper``, ``lower`` or ``dress``.
    """
    height, width = garment.alpha.shape
    scale = _WORK / max(height, width)
    size = (max(8, round(width * scale)), max(8, round(height * scale)))
    mask = cv2.resize(garment.alpha, size, interpolation=cv2.INTER_AREA) > 0.5
    mask = cv2.medianBlur(mask.astype(np.uint8) * 255, 5) > 0
    if mask.sum() < 400:
        return "upper"
    rows = np.flatnonzero(mask.any(axis=1))
    widths = _widths(mask)
    if _level(mask, widths) and (_legged(mask, widths) or _skirted(widths, len(rows))):
        return "lower"
    return "dress" if _long(garment, widths) else "upper"


def _widths(mask: Mask) -> NDArray[np.float64]:
    """Filled width of 100 rows from the top to the bottom, in pixels."""
    rows = np.flatnonzero(mask.any(axis=1))
    filled = mask.sum(axis=1).astype(np.float64)
    smooth = cv2.blur(filled[rows[0] : rows[-1] + 1, None], (1, 3), borderType=cv2.BORDER_REPLICATE)[:, 0]
    return np.asarray(np.interp(np.linspace(0, len(smooth) - 1, 100), np.arange(len(smooth)), smooth), np.float64)


def _level(mask: Mask, widths: NDArray[np.float64]) -> bool:
    """Whether the upper edge is one level run from corner to corner, without a collar, shoulders or straps."""
    top = int(np.flatnonzero(mask.any(axis=1))[0])
    height = int(np.count_nonzero(mask.any(axis=1)))
    band = mask[top + round(0.07 * height)]
    columns = np.flatnonzero(band)
    span = columns[-1] - columns[0] + 1
    if len(columns) < 0.9 * span or span < 0.3 * widths.max():
        return False
    edge = mask[:, columns[0] : columns[-1] + 1].argmax(axis=0) - top
    inner = edge[round(0.1 * span) : -max(1, round(0.1 * span))]
    # Shoulders slope from the collar outwards; a waistband's ends are as high as its middle.
    return bool(len(inner) > 0 and np.percentile(inner, 97) < _LEVEL * span and widths[3] > 0.8 * widths[8])


def _legged(mask: Mask, widths: NDArray[np.float64]) -> bool:
    """Whether the lower part is two legs."""
    gap, height = open_gap(mask), int(np.count_nonzero(mask.any(axis=1)))
    short = height < 1.35 * float(widths.max())
    return bool(gap > (_SHORTS if short else _LEGS) * height and widths[25] >= 0.93 * widths[:25].max())


def _skirted(widths: NDArray[np.float64], height: int) -> bool:
    """Whether a garment only widens from its waist over the hips, and clearly so."""
    waist, hips, hem = float(widths[4]), float(widths[15:50].max()), float(widths[80:97].max())
    rising = np.maximum.accumulate(widths[4:60])
    steady = bool((widths[4:60] > 0.96 * rising).all())
    tall = height > 1.9 * widths.max() and bool((widths[4:30] > 0.96 * rising[:26]).all())
    flared = hem > 1.3 * waist and hem > 1.1 * float(widths[45]) and hem < 3.2 * waist
    pencil = hips > 1.12 * waist and height > 1.3 * hips and float(widths[15]) < 0.97 * hips
    return hips > 1.05 * waist and (tall or (steady and (flared or pencil)))


def _long(garment: Garment, widths: NDArray[np.float64]) -> bool:
    """Whether a garment with a neck reaches over the thighs."""
    try:
        marks = find_landmarks(garment)
    except NoGarmentError:
        return False
    neck = np.mean([side.neck[1] for side in marks.sides])
    columns = garment.alpha > 0.5
    length = float(np.flatnonzero(columns.any(axis=1))[-1] - neck) / max(marks.chest_width, 1.0)
    flare = float(widths[80:97].max() / max(widths[35:65].min(), 1.0))
    return length > _DRESS[1] or (length > _DRESS[0] and flare > _FLARE)
