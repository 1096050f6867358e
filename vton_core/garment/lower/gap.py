"""The gap between the legs of trousers, told from one between pleats, and the line that parts legs that touch."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Image, Mask

__all__ = ["Gap", "find_gap"]

# A gap is this share of the garment's height at least, where it is short and where it is long.
_SHORTEST: Final = (0.03, 0.07)
# How far from the middle a gap may lie, in widths of the garment.
_ASIDE: Final = 0.2
# No further above than this share of the picture's height are its edges taken to meet.
_APEX: Final = 0.07
# Either leg is at least this share of both.
_UNEVEN: Final = 0.3
# Without a gap, only a garment this much taller than wide may be trousers.
_TALL: Final = 1.7
# How much clearer the line between touching legs is than any pleat.
_CLEAR: Final = 1.6
# A notch in the hem of legs that touch, as a share of the height.
_NOTCH: Final = 0.012


@dataclass(frozen=True)
class Gap:
    """Where the legs part.

    Attributes:
        top: the row where the gap begins.
        middle: ``float64 (H,)``: the column that parts left from right, for every row.
    """

    top: int
    middle: NDArray[np.float64]

    def leg(self, mask: Mask, side: int, top: int) -> Mask:
        """One leg's part of a mask, from the row ``top`` on."""
        columns = np.arange(mask.shape[1])[None]
        part = columns <= self.middle[:, None] if side == 0 else columns > self.middle[:, None]
        part = part & mask
        part[:top] = False
        return np.asarray(part)


def find_gap(rgb: Image, mask: Mask) -> Gap | None:
    """Find the gap between two legs.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        mask: ``bool (H, W)``, not empty.

    Returns:
        The gap, or ``None`` where the garment is one piece from hip to hem.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    top, bottom = int(rows[0]), int(rows[-1])
    spans = _spans(mask, top, bottom)
    known = np.flatnonzero(~np.isnan(spans[0]))
    height, width = bottom - top, float(np.ptp(np.flatnonzero(mask.any(axis=0))))
    if len(known) >= max(4.0, height * float(np.interp(height / width, (1.1, 1.5), _SHORTEST))):
        return Gap(_apex(spans, known), _middle(mask, (spans[0] + spans[1]) / 2))
    touching = _touching(rgb, mask, top, bottom)
    return None if touching is None else Gap(bottom, touching)


def _spans(mask: Mask, top: int, bottom: int) -> NDArray[np.float64]:
    """First and last column of each row's gap near the middle, ``(2, H)``, NaN where there is none."""
    spans = np.full((2, mask.shape[0]), np.nan)
    columns = np.flatnonzero(mask.any(axis=0))
    width = float(np.ptp(columns)) + 1
    least = max(2.0, 0.006 * width)
    start = top + round(0.2 * (bottom - top))
    for row in range(start, bottom + 1):
        filled = np.flatnonzero(mask[row])
        if len(filled) < 4:
            continue
        steps = np.diff(filled)
        widest = int(steps.argmax())
        first, last = float(filled[widest]), float(filled[widest + 1])
        near = abs((first + last - filled[0] - filled[-1]) / 2) < _ASIDE * width
        halves = first - filled[0] + 1, filled[-1] - last + 1
        both = min(halves) > _UNEVEN * sum(halves)
        if steps[widest] > least and near and both:
            spans[:, row] = first, last
    return _connected(spans)


def _apex(spans: NDArray[np.float64], known: NDArray[np.intp]) -> int:
    """The row where a gap's edges would meet, if they draw together upwards."""
    rows = known[known < known[0] + 24]
    widths = (spans[1] - spans[0])[rows] - 1
    slope = float(np.polyfit(rows, widths, 1)[0]) if len(rows) > 5 else 0.0
    return int(known[0] - min(float(widths[0]) / slope, _APEX * len(spans[0])) if slope > 0.05 else known[0])


def _connected(spans: NDArray[np.float64]) -> NDArray[np.float64]:
    """Without what only a row or two tell, and without a dent of the hem far from the rest."""
    known = ~np.isnan(spans[0])
    solid = cv2.morphologyEx(known.astype(np.uint8)[:, None], cv2.MORPH_OPEN, np.ones((3, 1), np.uint8))[:, 0] > 0
    return np.where(solid, spans, np.nan)


def _middle(mask: Mask, seen: NDArray[np.float64]) -> NDArray[np.float64]:
    """The parting column of every row: the gap's middle, carried up to the waist's."""
    rows = np.arange(len(seen))
    known = ~np.isnan(seen)
    filled = np.flatnonzero(mask.any(axis=1))
    waist = np.flatnonzero(mask[filled[0] + round(0.04 * len(filled))])
    at = np.concatenate([[filled[0]], rows[known]])
    middles = np.concatenate([[(waist[0] + waist[-1]) / 2], seen[known]])
    return np.asarray(np.interp(rows, at, middles), np.float64)


def _touching(rgb: Image, mask: Mask, top: int, bottom: int) -> NDArray[np.float64] | None:
    """The parting column of every row of trousers whose legs touch; ``None`` for a skirt."""
    height = bottom - top
    columns = np.flatnonzero(mask.any(axis=0))
    width = float(np.ptp(columns)) + 1
    low = np.flatnonzero(mask[bottom - round(0.1 * height)])
    if height < _TALL * width or len(low) < 12:
        return None
    middles = np.array([np.flatnonzero(row)[[0, -1]].mean() if row.any() else np.nan for row in mask])
    seen = ~np.isnan(middles)
    rows = np.arange(len(middles))
    middles = np.interp(rows, rows[seen], middles[seen])
    middles = np.asarray(cv2.GaussianBlur(middles[:, None], (0, 0), 9.0)[:, 0], np.float64)
    if _notched(mask, bottom, middles, height) or _lined(rgb, mask, middles, top, bottom):
        return np.asarray(middles, np.float64)
    return None


def _notched(mask: Mask, bottom: int, middles: NDArray[np.float64], height: int) -> bool:
    """Whether the hem has a notch in its middle, narrow and deeper than the hem is uneven."""
    lows = np.where(mask.any(axis=0), mask.shape[0] - 1 - mask[::-1].argmax(axis=0), -1)
    span = np.flatnonzero(mask[bottom - round(0.06 * height)])
    if len(span) < 12:
        return False
    edge = lows[span[0] : span[-1] + 1].astype(np.float64)
    reach = max(2, len(edge) // 10)
    middle = int(np.clip(middles[bottom] - span[0], 2 * reach, len(edge) - 2 * reach - 1))
    deepest = edge[middle - reach : middle + reach + 1].min()
    sides = min(
        edge[middle - 2 * reach : middle - reach].max(), edge[middle + reach + 1 : middle + 2 * reach + 1].max()
    )
    return bool(sides - deepest > _NOTCH * height)


def _lined(rgb: Image, mask: Mask, middles: NDArray[np.float64], top: int, bottom: int) -> bool:
    """Whether a line runs down the middle that is clearer than all beside it."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    dark = cv2.GaussianBlur(grey, (0, 0), 6.0) - cv2.GaussianBlur(grey, (0, 0), 1.0)
    low, high = top + round(0.5 * (bottom - top)), top + round(0.95 * (bottom - top))
    rows = np.arange(low, high)
    half = np.array([np.count_nonzero(mask[row]) for row in rows]) / 2
    shares = np.linspace(-0.7, 0.7, 57)
    x = (middles[rows, None] + shares[None] * half[:, None]).astype(np.float32)
    y = np.repeat(rows[:, None], len(shares), axis=1).astype(np.float32)
    strength = cv2.remap(dark, x, y, cv2.INTER_LINEAR).mean(axis=0)
    inside = np.abs(shares) < 0.08
    return bool(strength[inside].max() > max(2.0, _CLEAR * strength[np.abs(shares) > 0.12].max()))
