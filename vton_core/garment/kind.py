"""Top, lower garment or dress: told from the silhouette, a top where it is in doubt."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoGarmentError
from vton_core.garment.landmarks import Landmarks, find_landmarks
from vton_core.garment.lower.gap import open_gap
from vton_core.types import Garment, GarmentKind, Mask, Wearing

__all__ = ["kind_of", "recognise"]

_WORK: Final = 256
# A gap between legs is this share of the height: from the first on it is no gap between a sleeve and the body.
_LEGS, _SHORTS = 0.22, 0.06
# A waistband is level: its middle lies no further below its corners than this, in widths.
_LEVEL: Final = 0.13
# Height over width from which a garment with a waistband is trousers or a long skirt, and up to which it may be shorts.
_TALL, _SQUAT = 1.75, 1.4
# With a gap between legs it is trousers from this height over width on, whatever its upper edge.
_LEGGY: Final = 1.5
# Height over the width of the body of a dress: in any case, and where the whole is slim (height over width) too.
_DRESS, _SLIM_DRESS, _SLIM = 2.9, 2.8, 1.85
# Shorts taken for a top have a collar or a hem that is narrower than this (in widths of the chest), or armpits that are
# hardly below the shoulders (in heights).
_NECK, _HEM, _DROP = 0.3, 0.6, 0.1
# And with a hem so many times as wide as its body from this height on.
_FLARED_DRESS, _HEM_FLARE = 2.4, 1.55
# A flared skirt never narrows below this share of the width above, and its hem is so many times as wide as its middle.
_STEADY, _SKIRT_FLARE = 0.97, 1.2


def kind_of(garment: Garment, wearing: Wearing, after: GarmentKind | None = None) -> GarmentKind:
    """What a garment is worn as: what the user says, else what its shape tells.

    Args:
        garment: the shop photo, front view, upright.
        wearing: how it is worn.
        after: what was put on just before, if anything was. After a top a second one is a jacket or the like, so what
            has no sleeves is a lower garment, also where its shape alone would not tell.

    Returns:
        ``upper``, ``lower`` or ``dress``.
    """
    if wearing.garment != "auto":
        return wearing.garment
    kind = recognise(garment)
    return "lower" if after == "upper" and not _sleeved(garment) else kind


def recognise(garment: Garment) -> GarmentKind:
    """Tell a garment's kind from its silhouette.

    Trousers have a gap in the middle of their hem or are tall under a level upper edge; shorts have both, and none of a
    top's landmarks; skirts widen from such an edge to the hem; dresses are much longer than their body is wide. All
    else is a top.

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
    widths, height = _widths(mask), int(np.count_nonzero(mask.any(axis=1)))
    level, gap, slim = _level(mask, widths), open_gap(mask) / height, height / float(widths.max())
    whole = float((widths[4:30] / np.maximum.accumulate(widths[4:30])).min()) > 0.9
    if gap > _LEGS and slim > _LEGGY:
        return "lower"
    if level and (gap > _LEGS or (whole and slim > _TALL and widths[80:97].max() < widths[45])):
        return "lower"
    if level and _flared(widths):
        return "lower"
    if level and gap > _SHORTS and slim < _SQUAT and _crosswise(garment):
        return "lower"
    body, hem = _body_width(mask), _run(mask, 0.92)
    slender = height / body
    flared = slender > _FLARED_DRESS and hem > _HEM_FLARE * body
    return "dress" if flared or slender > _DRESS or (slender > _SLIM_DRESS and slim > _SLIM) else "upper"


def _widths(mask: Mask) -> NDArray[np.float64]:
    """Filled width of 100 rows from the top to the bottom, in pixels."""
    rows = np.flatnonzero(mask.any(axis=1))
    filled = mask.sum(axis=1).astype(np.float64)
    smooth = cv2.blur(filled[rows[0] : rows[-1] + 1, None], (1, 3), borderType=cv2.BORDER_REPLICATE)[:, 0]
    return np.asarray(np.interp(np.linspace(0, len(smooth) - 1, 100), np.arange(len(smooth)), smooth), np.float64)


def _body_width(mask: Mask) -> float:
    """The least width of the part on the middle line, without sleeves that hang beside it."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    axis = int(columns[0] + columns[-1]) // 2
    part = mask[rows[0] + round(0.25 * len(rows)) : rows[0] + round(0.75 * len(rows))]
    part = np.pad(part[part[:, axis]], ((0, 0), (1, 1)))
    if len(part) == 0:
        return float(len(columns))
    return float((part[:, axis + 1 :].argmin(axis=1) + part[:, axis + 1 :: -1].argmin(axis=1)).min())


def _run(mask: Mask, share: float) -> float:
    """Width of the part on the middle line at a share of the height; 0 where there is nothing."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    axis = int(columns[0] + columns[-1]) // 2
    row = np.pad(mask[rows[0] + int(share * len(rows))], 1)
    return float(row[axis + 1 :].argmin() + row[axis + 1 :: -1].argmin())


def _flared(widths: NDArray[np.float64]) -> bool:
    """Whether a garment widens all the way from its waist to its hem."""
    steady = float((widths[4:97] / np.maximum.accumulate(widths[4:97])).min()) > _STEADY
    return bool(steady and widths[80:97].max() > _SKIRT_FLARE * widths[45])


def _level(mask: Mask, widths: NDArray[np.float64]) -> bool:
    """Whether the upper edge is one level run from corner to corner, without a collar, shoulders or straps."""
    top = int(np.flatnonzero(mask.any(axis=1))[0])
    height = int(np.count_nonzero(mask.any(axis=1)))
    columns = np.flatnonzero(mask[top + round(0.07 * height)])
    span = int(columns[-1] - columns[0]) + 1 if len(columns) else 0
    if span < 0.4 * widths.max() or len(columns) < 0.95 * span:
        return False
    edge = mask[:, columns[0] : columns[-1] + 1].argmax(axis=0) - top
    return bool(np.percentile(edge[round(0.1 * span) : -max(1, round(0.1 * span))], 97) < _LEVEL * span)


def _sleeved(garment: Garment) -> bool:
    """Whether a garment has the landmarks of a top with sleeves."""
    marks = _top_landmarks(garment)
    return marks is not None and all(side.sleeved for side in marks.sides) and not _crosswise(garment)


def _top_landmarks(garment: Garment) -> Landmarks | None:
    try:
        return find_landmarks(garment)
    except NoGarmentError:
        return None


def _crosswise(garment: Garment) -> bool:
    """Whether what would be a top's landmarks are none, as those of shorts."""
    marks = _top_landmarks(garment)
    if marks is None:
        return False
    left, right = marks.sides
    chest = max(marks.chest_width, 1.0)
    height = float(np.count_nonzero((garment.alpha > 0.5).any(axis=1)))
    drop = float(left.armpit[1] + right.armpit[1] - left.shoulder[1] - right.shoulder[1]) / 2 / height
    neck, hem = (float(getattr(right, name)[0] - getattr(left, name)[0]) / chest for name in ("neck", "hem"))
    return neck < _NECK or drop < _DROP or hem < _HEM
