"""Holes in a garment's mask: between straps, in a keyhole, below a collar that gapes at the back."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.shapes import disc, reached
from vton_core.masks import dilated, eroded, opened
from vton_core.planes import lengths
from vton_core.types import Mask

__all__ = ["AS_PLAIN", "BIT", "NEARLY_BACKGROUND", "NEAR_TOP", "holes", "odd"]

AS_PLAIN: Final = 1.5
"""How near the background a bit of it is on average (ΔE)."""
BIT: Final = 0.008
"""How wide it is at least, in shares of the picture."""
NEARLY_BACKGROUND: Final = 12.0
"""Compression noise is seldom farther from the background's colour than this (ΔE)."""
NEAR_TOP: Final = 0.22
"""Above this share of its height a garment has holes."""

# What differs from the background by no more than this share of what the garment does is pale.
_PALE: Final = 0.4
# Above this share of its height, near a neckline or between straps, compression may make a hole differ from the
# background by this share of what the garment does, and no more than so much (ΔE).
_HIGHER, _COMPRESSED, _MOST_COMPRESSED = 0.165, 0.05, 3.5
# How many times as long as such a bit a slit is at least; and as narrow.
_SLIT: Final = 3
# How many times as wide as such a bit the compression noise along a hole's edge is.
_NOISE_REACH: Final = 3
# All round a small hole the garment differs from the background by this share of what it does at the middle of the rim.
_EDGE: Final = 0.15
_Float = NDArray[np.float32]


def holes(mask: Mask, difference: _Float, distance: _Float, noise: float) -> Mask:
    """What shows the background near the top. Further down it is a print.

    Args:
        mask: ``bool (H, W)``, the garment; not empty.
        difference: ``float32 (H, W, 3)``, its photo less the background, in Lab.
        distance: ``float32 (H, W)``, how much that is.
        noise: of the background (ΔE).

    Returns:
        ``bool (H, W)``.
    """
    size = odd(max(mask.shape) * BIT)
    even = lengths(cv2.blur(difference, (3, 3)))
    typical = float(np.median(distance[mask]))
    just = _bits(mask & (even < AS_PLAIN + noise), size)
    plain = _bits(mask & (even < noise + float(np.clip(_COMPRESSED * typical, AS_PLAIN, _MOST_COMPRESSED))), size)
    pale = mask & (distance < min(NEARLY_BACKGROUND, _PALE * typical))
    count, labels, stats, centres = cv2.connectedComponentsWithStats(_grown(plain, pale, size).astype(np.uint8))
    rows, areas = np.flatnonzero(mask.any(1)), stats[:, cv2.CC_STAT_AREA]
    # Buttons are smaller.
    real = (centres[:, 1] < rows[0] + NEAR_TOP * np.ptp(rows)) & (areas > 4 * size * size)
    # What is no more than nearly plain is a hole higher up, and a print further down.
    high = centres[:, 1] < rows[0] + _HIGHER * np.ptp(rows)
    surely = np.bincount(labels[just], minlength=count)
    real &= high | (surely > 0)
    clear = high | (surely > 2 * size * size)
    real[0] = False
    # A collar as white as the background goes on to the outline.
    real[labels[_at_outline(pale, mask)]] = False
    for index in np.flatnonzero(real & ~clear):
        real[index] = _edged(labels == index, distance)
    # Where there is as much further down the garment has white stripes.
    areas[0] = 0
    real &= areas[real | (surely > 0)].sum() < 3 * areas[real].sum()
    return _grown(np.asarray(real[labels]), pale, size)


def _bits(plain: Mask, size: int) -> Mask:
    """Of what is plain the bits that are at least so wide, and slits, which are as long as several of them and narrower
    than one."""
    slit = np.ones((_SLIT * size, odd(size / _SLIT)), np.uint8)
    return opened(plain, np.ones((size, size), np.uint8)) | opened(plain, slit)


def _edged(hole: Mask, distance: _Float) -> bool:
    """Whether what is as plain as a hole in a spot only ends in an edge all round; a print fades."""
    rim = dilated(hole, disc(2)) & ~hole
    return bool(np.percentile(distance[rim], 10) > _EDGE * np.median(distance[rim]))


def _at_outline(parts: Mask, mask: Mask) -> Mask:
    """The parts of a mask that go on to its outline; not by a chink of two pixels."""
    return reached(eroded(parts | ~mask, np.ones((3, 3), np.uint8)))


def _grown(parts: Mask, pale: Mask, size: int) -> Mask:
    """Holes with the compression noise along their edges."""
    for _ in range(_NOISE_REACH):
        parts = parts | (dilated(parts, disc(size)) & pale)
    return parts


def odd(size: float) -> int:
    """The odd number of pixels, at least three, that is about so many."""
    return 2 * max(1, round(size / 2)) + 1
