"""What the parser takes for hair although it plainly has the colour of the top beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.masks import box_around, dilated, eroded, near
from vton_core.types import Image, Mask

__all__ = ["top_among_hair"]

_Float = NDArray[np.float32]
# Looked at with so many pixels a shoulder distance, over so many of these pixels at once.
_FINE, _BLUR, _WINDOW = 70.0, 1.0, 3
# Above this, in shoulder distances below the neck, hair lies before no top.
_HIGH: Final = -0.35
# How far from hair the top's colour is told, and of how much of both at least, in shoulder distances and squared ones.
_NEAR, _SOME = 0.4, 0.02
# How far the top is at least from hair in any shade (CIELAB with half of the lightness), and what is between most of
# either, as a share; how far beside the line from one to the other the top's colours may be at least.
_APART, _BETWEEN, _BESIDE = 15.0, 0.1, 5.0
# Which parts of hair and top count as most, and where between them the top begins, as a share.
_MOST_HAIR, _MOST_TOP, _LIMIT = 95, 10, 0.4


def top_among_hair(rgb: Image, hair: Mask, top: Mask, body: Body) -> Mask:
    """Find the top's pixels among those of the hair.

    Hair's colours are learned above the shoulders, the top's from its inside. Hair's ends, which may be lighter or
    darker than the rest, are left alone unless they look like the top.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        hair: ``bool (H, W)``, as the parser has it.
        top: ``bool (H, W)``, likewise.
        body: the body in the same pixels.

    Returns:
        The part of ``hair`` that looks like the top, joins it, and lies where a top can be.
    """
    found = np.zeros_like(hair)
    _, below = body.frame(hair.shape)
    low = hair & (below > _HIGH * body.unit)
    box = box_around(hair, round(_NEAR * body.unit))
    if box is None or not low.any():
        return found
    scale = min(1.0, _FINE / body.unit)
    size = tuple(max(4, round(scale * (side.stop - side.start))) for side in reversed(box))
    small = cv2.cvtColor(cv2.resize(rgb[box], size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB)
    lab = small.astype(np.float32) * np.array([50 / 255, 1, 1], np.float32)
    alike = _alike(lab, _shrunk(hair[box], size), _shrunk(low[box], size), _shrunk(top[box], size), scale * body.unit)
    if alike.any():
        wide = cv2.resize(255 * alike.view(np.uint8), low[box].shape[::-1], interpolation=cv2.INTER_LINEAR)
        found[box] = low[box] & (wide > 127)
    return found


def _shrunk(mask: Mask, size: Sequence[int]) -> Mask:
    return np.asarray(cv2.resize(mask.view(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0)


def _alike(lab: _Float, hair: Mask, low: Mask, top: Mask, unit: float) -> Mask:
    nothing = np.zeros_like(hair)
    own = lab[eroded(hair & ~low, np.ones((3, 3), np.uint8))]
    other = lab[eroded(top, np.ones((5, 5), np.uint8)) & near(low, _NEAR * unit)]
    if min(len(own), len(other), int(low.sum())) < _SOME * unit**2:
        return nothing
    start, end = np.median(own, axis=0), np.median(other, axis=0)
    if np.linalg.norm(end - start * np.clip(end @ start / max(float(start @ start), 1e-6), 0, 1)) < _APART:
        return nothing
    line = end - start
    most_hair = np.percentile(_along(own, start, line), _MOST_HAIR)
    most_top = np.percentile(_along(other, start, line), _MOST_TOP)
    if most_hair > most_top - _BETWEEN:
        return nothing
    limit = most_hair + _LIMIT * (most_top - most_hair)
    soft = np.asarray(cv2.GaussianBlur(lab, (0, 0), _BLUR)[low], np.float32)
    beside = max(_BESIDE, float(np.percentile(_beside(other, start, line), 95)))
    alike = nothing.astype(np.float32)
    alike[low] = (_along(soft, start, line) > limit) & (_beside(soft, start, line) < beside)
    even = low & (cv2.blur(alike, (_WINDOW, _WINDOW)) > 0.5)
    _, parts = cv2.connectedComponents(even.view(np.uint8))
    return np.asarray(even & np.isin(parts, np.unique(parts[dilated(top, np.ones((5, 5), np.uint8)) & even])))


def _along(colours: _Float, start: _Float, line: _Float) -> _Float:
    """How far colours are along a line, 0 at its start and 1 at its end."""
    return np.asarray((colours - start) @ line / (line @ line), np.float32)


def _beside(colours: _Float, start: _Float, line: _Float) -> _Float:
    """How far colours are from a line."""
    along = _along(colours, start, line)
    return np.asarray(np.linalg.norm(colours - start - along[:, None] * line, axis=1), np.float32)
