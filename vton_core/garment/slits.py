"""Slits of background that a garment's mask has kept where the gaps between sleeves and body end."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.holes import BIT, NEARLY_BACKGROUND, odd
from vton_core.masks import closed, dilated, opened
from vton_core.types import Mask

__all__ = ["slits"]

# A slit differs from the background by less than this (ΔE), its noise by less than that, and of it all at least such a
# share is plain.
_PLAIN, _NOISY, _MOSTLY = 3.5, 8.0, 0.3
# At both sides of it is what differs by more than this share of what the garment does.
_OTHER: Final = 0.4
# How wide it is at most, in shares of the garment's width, how tall at least, in shares of its height, and how many
# times as tall as wide.
_WIDE, _TALL, _SLIM = 0.06, 0.015, 1.5
# So far from the garment's middle it is at least, in shares of its width.
_ASIDE: Final = 0.15
# So far to both sides of it, near and far, there is mostly garment, in shares of its width. White prints at the
# outline and stripes along a sleeve have less.
_BESIDE, _COVERED = (0.03, 0.07), 0.7
# So far on below a sleeve's hem goes the body beside it, in shares of the garment's height.
_BELOW: Final = 0.06
# White stripes that reach one are no taller than that.
_ACROSS: Final = 0.01
# White stripes are so many that are so tall, in shares of the garment's height.
_STRIPES, _STRIPE = 5, 0.1
_BLOCK = np.ones((3, 3), np.uint8)
_Float = NDArray[np.float32]


def slits(mask: Mask, distance: _Float, typical: float, noise: float) -> Mask:
    """What is as plain as the background, narrow, upright and at the sides, has garment at both sides, and goes on from
    what is open already. White cloth that does is in stripes, which lie across or end in a hem.

    Args:
        mask: ``bool (H, W)``, the garment; not empty.
        distance: ``float32 (H, W)``, how much its photo differs from the background (ΔE).
        typical: how much the garment does.
        noise: of the background (ΔE).

    Returns:
        ``bool (H, W)``.
    """
    height, width = (int(np.ptp(np.flatnonzero(mask.any(axis)))) for axis in (1, 0))
    other = mask & (distance > max(NEARLY_BACKGROUND, _OTHER * typical))
    wide = max(1, round(_WIDE * width / 2))
    between = _between(other, wide)
    gaps = _open_runs(between, mask)
    pale = between & ~gaps & (distance < _NOISY)
    if not pale.any():
        return pale
    count, labels, stats, _ = cv2.connectedComponentsWithStats(pale.view(np.uint8))
    plain = np.bincount(labels[pale & (distance < _PLAIN + noise)], minlength=count)
    real = _upright(stats, mask, height, width) & (plain > _MOSTLY * stats[:, cv2.CC_STAT_AREA])
    ends = np.bincount(labels[dilated(gaps, _BLOCK)], minlength=count) > 0
    for index in np.flatnonzero(real):
        real[index] = all(_flanked(stats[index], mask, round(reach * width)) for reach in _BESIDE)
        ends[index] |= _above_hem(stats[index], mask, wide, round(_BELOW * height))
    if (real & ~ends & (stats[:, cv2.CC_STAT_HEIGHT] > _STRIPE * height)).sum() >= _STRIPES:
        return np.zeros_like(mask)
    found = opened(np.asarray((real & ends)[labels]), np.ones((odd(_ACROSS * height), 1), np.uint8))
    return found | (dilated(found, _BLOCK) & mask & ~other)


def _upright(stats: NDArray[Any], mask: Mask, height: int, width: int) -> NDArray[np.bool_]:
    """Which components are narrow, upright and at the sides of a garment of such a size."""
    across, tall, area = (stats[:, key] for key in (cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT, cv2.CC_STAT_AREA))
    aside = np.abs(stats[:, cv2.CC_STAT_LEFT] + across / 2 - np.flatnonzero(mask.any(0))[[0, -1]].mean())
    upright = (tall > _TALL * height) & (tall >= across) & (_SLIM * area < tall * tall) & (aside > _ASIDE * width)
    upright[0] = False
    return np.asarray(upright)


def _between(other: Mask, wide: int) -> Mask:
    """What lies between two parts in its row, no wider than twice so many pixels."""
    # The picture's border is no part.
    padded = np.pad(other, ((0, 0), (wide, wide)))
    return closed(padded, np.ones((1, 2 * wide + 1), np.uint8))[:, wide:-wide] & ~other


def _open_runs(between: Mask, mask: Mask) -> Mask:
    """Row by row, the runs that are open anywhere."""
    starts = between.copy()
    starts[:, 1:] &= ~between[:, :-1]
    runs = np.cumsum(starts, dtype=np.int32).reshape(mask.shape)
    is_open = np.zeros(int(runs[-1, -1]) + 1, np.bool_)
    is_open[runs[between & ~mask]] = True
    return np.asarray(between & is_open[runs])


def _flanked(box: NDArray[Any], mask: Mask, reach: int) -> bool:
    """Whether there is mostly garment to both sides of a box."""
    left, top, across, tall = box[:4]
    rows, right = slice(top, top + tall), left + across
    sides = mask[rows, max(0, left - reach) : left], mask[rows, right : right + reach]
    return min(float(side.mean()) if side.size else 0.0 for side in sides) > _COVERED


def _above_hem(box: NDArray[Any], mask: Mask, wide: int, below: int) -> bool:
    """Whether what lies in a box opens downwards only, where a sleeve ends beside the body, which goes on."""
    left, top, across, tall = box[:4]
    columns, bottom = slice(max(0, left - 1), left + across + 1), top + tall
    leak = max(1, round(BIT * max(mask.shape)))
    beside = mask[bottom + leak : bottom + below, max(0, left - 2 * wide) : left + across + 2 * wide]
    return bool(
        not mask[bottom : bottom + leak, columns].all()
        and mask[top : top + tall // 2, columns].all()
        and beside.any(axis=1).all()
    )
