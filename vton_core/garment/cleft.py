"""Where a sleeve that hangs against the body meets it: from the gap's top, where both part, up to the armpit.

In the silhouette sleeve and body are one there. The photo shows the edge of the one before the other: the line between
the two ends along which colours change most, found by dynamic programming, as Mortensen and Barrett's "Intelligent
Scissors" (SIGGRAPH 1995) do.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.polyline import resample
from vton_core.garment.shapes import shows_at
from vton_core.garment.side import SEAM_POINTS, Side
from vton_core.planes import lengths
from vton_core.types import Image, Mask

__all__ = ["parted"]

_Points = NDArray[np.float32]
# Sleeve and body touch where their seams are this near, and for so long, in widths of the chest.
_TOUCH, _LEAST = 0.012, 0.12
# And they hang, so that the line between is this many times as tall as it is wide.
_STEEP: Final = 1.5
# How far beside the straight line the edge is looked for, and around the outline's notch the gap's top; in widths.
_REACH, _AROUND = 0.13, 0.06
# An edge is as long as this share of the line at least; patterns are not.
_COHERENT: Final = 0.25
# By how much (ΔE over two pixels), and how many times as much as next to it, colours change along an edge.
_CHANGE, _CLEAR = 2.0, 2.6
# In typical changes: what straying from the straight line costs, and what the plainest edge is worth.
_STRAYING, _MOST = 0.8, 6.0
# How fast the edge may draw away from the straight line's ends.
_SLANT: Final = 0.6
_DENSE: Final = 4 * SEAM_POINTS


def parted(rgb: Image, mask: Mask, side: Side, chest: float) -> Side:
    """A side whose seams follow the edge between sleeve and body.

    Args:
        rgb: ``uint8 (H, W, 3)``, the garment's photo.
        mask: ``bool (H, W)``.
        side: in the same pixels.
        chest: the garment's width between the armpits, in pixels.

    Returns:
        The side; the same where the sleeve stands off the body, or there is none.
    """
    if not side.sleeved:
        return side
    seam, inner = (resample(line, _DENSE) for line in (side.seam, side.inner))
    # Both run from the armpit and are the same as long as sleeve and body touch.
    apart = [_first_apart(line, other, _TOUCH * chest) for line, other in ((seam, inner), (inner, seam))]
    notch = seam[apart[0] - 1]
    away, down = np.abs(notch - side.armpit)
    if down < max(_LEAST * chest, _STEEP * away):
        return side
    top = _gap_top(mask, notch, round(_AROUND * chest))
    edge = _edge(rgb, mask, side.armpit, top, _REACH * chest)
    near = 0.5 * _AROUND * chest
    # Where they touch to the very end, that stays the end.
    rests = (line[min(first, _DENSE - 1) :] for line, first in zip((seam, inner), apart, strict=True))
    lines = (_continued(edge, rest, near) for rest in rests)
    return replace(side, **dict(zip(("seam", "inner"), lines, strict=True)))


def _first_apart(line: _Points, other: _Points, near: float) -> int:
    """The index of a line's first point that is not near another line; its length if all are."""
    away = np.linalg.norm(line[:, None] - other[None], axis=2).min(axis=1) > near
    return int(away.argmax()) if away.any() else len(line)


def _gap_top(mask: Mask, notch: _Points, radius: int) -> _Points:
    """The top of the gap between sleeve and body, ``(2,)``: the highest of the background's pixels around a notch."""
    x, y = (round(float(v)) for v in notch)
    left, high = max(0, x - radius), max(0, y - radius)
    part = ~mask[high : y + radius + 1, left : x + radius + 1]
    _, labels = cv2.connectedComponents(part.astype(np.uint8))
    # The gap goes on downwards; a hole does not.
    gap = part & np.isin(labels, labels[-1])
    rows, columns = np.nonzero(gap)
    if len(rows) == 0:
        return notch
    first = rows == rows.min()
    return np.array([left + columns[first].mean(), high + rows.min() - 0.5], np.float32)


def _edge(rgb: Image, mask: Mask, start: _Points, end: _Points, reach: float) -> _Points:
    """The line between two points along which colours change most; the straight one where no edge is plain."""
    chord = (end - start).astype(np.float64)
    length = float(np.hypot(*chord))
    steps, wide = max(2, round(length)), max(2, round(reach))
    along = chord / max(length, 1e-6)
    normal = np.array([-along[1], along[0]])
    grid = start + np.linspace(0, length, steps)[:, None, None] * along + np.arange(-wide, wide + 1)[:, None] * normal
    grid = grid.astype(np.float32)
    change = _changes(rgb, mask, grid, max(3, round(_COHERENT * steps)))
    # Where all is plain, hardly anything counts as a change.
    typical = max(float(np.median(change)), _CHANGE / _CLEAR)
    # Where background shows between them, that is the edge.
    change = np.where(shows_at(mask, grid), change, _MOST * typical)
    across = np.arange(-wide, wide + 1)
    ends = _SLANT * np.minimum(np.arange(steps), np.arange(steps)[::-1])[:, None]
    worth = (change / typical).clip(None, _MOST) - _STRAYING * np.square(across / wide)
    cost = np.where(np.abs(across) <= ends, -worth, np.inf)
    path = _cheapest(cost)
    found = change[np.arange(steps), path]
    if float(np.median(found)) < _CLEAR * typical:
        return np.stack([start, end]).astype(np.float32)
    smooth = np.convolve(np.pad(across[path].astype(np.float64), 2, mode="edge"), np.ones(5) / 5, "valid")
    smooth[[0, -1]] = 0
    return np.asarray(start + np.linspace(0, length, steps)[:, None] * along + smooth[:, None] * normal, np.float32)


def _changes(rgb: Image, mask: Mask, grid: _Points, window: int) -> NDArray[Any]:
    """How much colours change across at each place of a grid ``(S, W, 2)``, in ΔE over two pixels; ``(S, W)``.

    What does not go on along the line, as a pattern does not, cancels out.
    """
    lab = cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    at = grid[..., 0], grid[..., 1]
    seen = cv2.remap(cv2.GaussianBlur(lab, (0, 0), 1.0), *at, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    fabric = cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8))
    known = cv2.remap(fabric, *at, cv2.INTER_NEAREST, borderMode=cv2.BORDER_CONSTANT) > 0
    change = np.zeros_like(seen)
    change[:, 1:-1] = (seen[:, 2:] - seen[:, :-2]) * (known[:, 2:] & known[:, :-2])[..., None]
    return lengths(cv2.blur(change, (3, window), borderType=cv2.BORDER_REPLICATE))


def _cheapest(cost: NDArray[Any]) -> NDArray[np.intp]:
    """The cheapest path down a grid ``(S, W)`` that moves sideways by one at most: its column in each row."""
    total = cost.copy()
    back = np.zeros(cost.shape, np.intp)
    columns = np.arange(cost.shape[1])
    for row in range(1, len(cost)):
        before = np.pad(total[row - 1], 1, constant_values=np.inf)
        choices = np.stack([before[1:-1], before[:-2], before[2:]])
        best = choices.argmin(axis=0)
        back[row] = (columns + np.array([0, -1, 1])[best]).clip(0, len(columns) - 1)
        total[row] += choices.min(axis=0)
    path = np.zeros(len(cost), np.intp)
    path[-1] = int(total[-1].argmin())
    for row in range(len(cost) - 1, 0, -1):
        path[row - 1] = back[row, path[row]]
    return path


def _continued(edge: _Points, rest: _Points, near: float) -> _Points:
    """The edge, and from its end on the rest of a seam, whose rounded beginning is left out."""
    away = np.flatnonzero(np.linalg.norm(rest - edge[-1], axis=1) > near)
    return resample(np.concatenate([edge, rest[away[0] :] if len(away) else rest[-1:]]), SEAM_POINTS)
