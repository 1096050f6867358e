"""How wide a lower garment is, also where the old top hid it: as wide as it is seen to be, narrowing as bodies do.

Below a coat that reaches down the legs it is as wide as it is seen there, and from there on up to hips of a usual width
what is between is straight; so is the gap between trouser legs, up to the crotch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.types import Mask

__all__ = ["Hips", "measure_hips", "measure_thighs"]

_Values = NDArray[np.float64]
# In shoulder distances: the heights that are looked at above and below the visible upper edge, steps of height and of
# width, how far beside the middle line, and how far outside of an edge it is looked what is there.
_ABOVE, _BELOW = 0.15, 0.6
_STEP, _FINE, _WIDE, _NEXT = 0.02, 0.01, 1.0, 3
# Heights over which an edge's first width is told, over which it becomes a usual one further up, and how many are few.
_FIRST, _EASES, _FEW = 0.16, 0.8, 3
# An edge that is plain only so many steps below where it ends at an arm is taken to end there.
_LATE = 10
# How far its direction goes on, and how steep that is at most, in slim bodies' widths a shoulder distance.
_GOES_ON, _STEEPEST = 0.2, 0.5
# Widths of lower garments over a slim body's: at least, usual where nothing is seen, and the span of those at waists.
_LEAST, _USUAL, _NATURAL = 0.7, 1.06, (0.97, 1.12)
# Along the legs it is seen down to here below the hips, and what is narrower is a part of it; in shoulder distances.
_FAR, _NARROW = 2.6, 0.2
# A gap between legs is this wide at least, so far from the middle at most, and seen in most of the heights that far
# below the hem; it ends so far below the hips.
_GAP, _MIDDLE, _HEIGHTS, _CROTCH = 0.05, 0.25, 0.3, 0.3
_NOTHING, _LOWER, _ARM, _TOP = range(4)


@dataclass(frozen=True)
class Hips:
    """A lower garment's outline.

    Attributes:
        body: in the same pixels.
        below: ``float64 (N,)``, heights in pixels below the neck, rising.
        edges: ``float64 (2, N)``, how far the left and the right edge are from the middle line there, in pixels.
        gap: ``float64 (2, N)``, from where to where nothing is between the legs, in pixels to the right of the middle
            line; the same twice where there is none.
    """

    body: Body
    below: _Values
    edges: _Values
    gap: _Values

    def reach(self, side: int, below: Any) -> NDArray[np.float32]:
        """How far one edge is from the middle line, so many pixels below the neck; the shape of ``below``."""
        return np.interp(below, self.below, self.edges[side]).astype(np.float32)

    def across(self, shape: tuple[int, ...]) -> NDArray[np.float32]:
        """``float32 (H, W)``: from -1 at the left edge over 0 on the middle line to 1 at the right one, and beyond; 2
        between the legs."""
        beside, below = self.body.frame(shape)
        # The edges hardly differ along a row, so that its height on the middle line tells them.
        column = int(np.clip(round(float(self.body.neck[0])), 0, shape[1] - 1))
        left, right = (np.maximum(self.reach(side, below[:, column]), 1)[:, None] for side in (0, 1))
        across = np.where(beside < 0, beside / left, beside / right)
        if np.ptp(self.gap, axis=0).any():
            low, high = (np.interp(below[:, column], self.below, end)[:, None] for end in self.gap)
            across = np.where((beside > low) & (beside < high), np.float32(2), across)
        return np.asarray(across, np.float32)


def measure_hips(lower: Mask, top: Mask, arms: Mask, waist: float, body: Body) -> Hips:
    """Find a lower garment's outline.

    Args:
        lower: ``bool (H, W)``, what is seen of it.
        top: ``bool (H, W)``, the old top, behind which its edge may be.
        arms: ``bool (H, W)``, arms and hands; an edge that begins at them is taken to end there.
        waist: where it begins to be seen, in pixels below the neck.
        body: in the same pixels.

    Returns:
        The outline. Above its highest visible edge it goes on without a step, and narrows or widens towards a slim
        body's waist; an edge that is seen nowhere is the other's mirror image.
    """
    unit = body.unit
    seen_at = np.arange(waist - _ABOVE * unit, max(waist, body.torso) + _FAR * unit, _STEP * unit)
    seen = _seen_edges(lower, top, arms, seen_at, body)
    below = np.arange(0, seen_at[-1], _STEP * unit)
    near = seen_at < max(waist, body.torso) + _BELOW * unit
    wide = [edge[near] / body.half_width(seen_at[near]) for edge in seen]
    # Who stands on one leg has the hips beside the middle line.
    whole = np.nan_to_num(wide[0] + wide[1]) > 2 * _LEAST
    sides = [_first(seen_at[near], ratio, whole, unit) for ratio in wide]
    if not any(sides):
        legs = _along_legs(lower, top, seen_at, seen, below, body)
        if legs is not None:
            return legs
    known = [first for first in sides if first is not None]
    edges = []
    for edge, first in zip(seen, sides, strict=True):
        start, ratio, slope = first or (known[0] if known else (float(seen_at[near][-1]), _USUAL, 0.0))
        above = (start - below).clip(0, None) / unit
        natural = float(np.clip(ratio, *_NATURAL))
        share = (1 - above / _EASES).clip(0, 1)
        ratios = natural + (ratio - natural) * share * share * (3 - 2 * share)
        line = body.half_width(below) * (ratios - slope * above * np.exp(-above / _GOES_ON))
        there = np.isfinite(edge) & near
        if first is not None and there.any():
            # Further down it is as it is seen.
            line = np.where(below < start, line, np.interp(below, seen_at[there], edge[there]))
        edges.append(line)
    start = max((waist, *(first[0] for first in known)))
    return Hips(body, below, np.array(edges), _between_legs(lower, top, start, below, body))


def measure_thighs(legs: Mask, top: Mask, arms: Mask, hem: float, body: Body) -> Hips | None:
    """Find the outline of legs below a skirt or shorts, straight where a coat hides it.

    Args:
        legs: ``bool (H, W)``, what is seen of them.
        top: ``bool (H, W)``, the coat.
        arms: ``bool (H, W)``, arms and hands; an edge that begins at them is taken to end there.
        hem: where they begin, in pixels below the neck.
        body: in the same pixels.

    Returns:
        The outline; ``None`` where an edge is seen nowhere below the hips.
    """
    seen_at = np.arange(hem - _ABOVE * body.unit, hem + _FAR * body.unit, _STEP * body.unit)
    seen = _seen_edges(legs, top, arms, seen_at, body)
    return _along_legs(legs, top, seen_at, seen, np.arange(0, seen_at[-1], _STEP * body.unit), body)


def _along_legs(lower: Mask, top: Mask, at: _Values, seen: list[_Values], below: _Values, body: Body) -> Hips | None:
    """A lower garment that is seen along the legs only; ``None`` where it is not seen there either."""
    edges, starts, hips = [], [], body.torso
    for edge in seen:
        known = np.flatnonzero(np.nan_to_num(edge) > _NARROW * body.unit)
        if len(known) < _FEW or at[known[0]] <= hips:
            return None
        start = float(at[known[0]])
        first = float(np.median(edge[known[at[known] < start + _FIRST * body.unit]]))
        natural = body.half_width(below) * _USUAL
        line = np.interp(below, (hips, start), (float(np.interp(hips, below, natural)), first))
        edges.append(
            np.select([below < hips, below < start], [natural, line], np.interp(below, at[known], edge[known]))
        )
        starts.append(start)
    return Hips(body, below, np.array(edges), _between_legs(lower, top, max(starts), below, body))


def _between_legs(lower: Mask, top: Mask, start: float, below: _Values, body: Body) -> _Values:
    """The gap between the legs from the crotch down to where they are seen, ``float64 (2, N)``."""
    depths = np.arange(start, start + _HEIGHTS * body.unit, _STEP * body.unit)
    beside = np.arange(-_WIDE, _WIDE, _FINE) * body.unit
    points = body.neck + depths[:, None, None] * body.down + beside[:, None] * body.across
    x, y = np.moveaxis(points.astype(np.float32), -1, 0)
    legs, hides = (cv2.remap(mask.view(np.uint8), x, y, cv2.INTER_NEAREST) > 0 for mask in (lower, top))
    holes = [_widest_hole(row) for row in legs]
    free = [hole for hole, row in zip(holes, hides, strict=True) if hole is not None and not row[slice(*hole)].any()]
    found = beside[np.array(free, int).reshape(-1, 2)]
    gaps = found[(np.ptp(found, axis=1) > _GAP * body.unit) & (np.abs(found.mean(axis=1)) < _MIDDLE * body.unit)]
    crotch = body.torso + _CROTCH * body.unit
    if 2 * len(gaps) < len(depths) or crotch > start:
        return np.zeros((2, len(below)))
    share = ((below - crotch) / (start - crotch)).clip(0, None) * (below <= start)
    return np.asarray(np.median(gaps, axis=0)[:, None] * share, np.float64)


def _widest_hole(row: Mask) -> tuple[int, int] | None:
    """Where the widest run of ``False`` between two of ``True`` begins, and where it ends."""
    there = np.flatnonzero(row)
    steps = np.diff(there)
    if not len(steps) or steps.max() < 2:
        return None
    at = int(steps.argmax())
    return int(there[at]) + 1, int(there[at + 1])


def _seen_edges(lower: Mask, top: Mask, arms: Mask, below: _Values, body: Body) -> list[_Values]:
    """How far out the lower garment's left and right edge are at some heights; NaN where something may hide them."""
    out = np.arange(0, _WIDE, _FINE) * body.unit
    edges = []
    for sign in (-1, 1):
        points = body.neck + below[:, None, None] * body.down + sign * out[:, None] * body.across
        x, y = np.moveaxis(points.astype(np.float32), -1, 0)
        beyond = (x < 0) | (x > lower.shape[1] - 1) | (y < 0) | (y > lower.shape[0] - 1)
        is_lower, is_top, is_arm = (
            cv2.remap(mask.view(np.uint8), x, y, cv2.INTER_NEAREST) > 0 for mask in (lower, top, arms)
        )
        found = np.select([is_lower, is_top | beyond, is_arm], [_LOWER, _TOP, _ARM], _NOTHING)
        last = found.shape[1] - 1 - (found[:, ::-1] == _LOWER).argmax(axis=1)
        ahead = found[np.arange(len(found))[:, None], (last[:, None] + np.arange(1, _NEXT + 1)).clip(0, len(out) - 1)]
        there = (found == _LOWER).any(axis=1)
        plain, touched = (there & free.all(axis=1) for free in (ahead == _NOTHING, ahead != _TOP))
        if plain.sum() < _FEW or plain.argmax() > touched.argmax() + _LATE:
            plain = touched
        edges.append(np.where(plain, out[last], np.nan))
    return edges


def _first(at: _Values, ratio: _Values, whole: Mask, unit: float) -> tuple[float, float, float] | None:
    """From which height on an edge is seen, how wide it is there over a slim body, and how this changes downwards.

    ``whole`` is where both edges are seen.
    """
    # What is narrower than any hips is a part of them only.
    known = np.flatnonzero((np.nan_to_num(ratio) > _LEAST) | whole)
    if len(known) < _FEW:
        return None
    start = float(at[known[0]])
    first = known[at[known] <= start + _FIRST * unit]
    down = (at[first] - start) / unit
    slope = float(np.polyfit(down, ratio[first], 1)[0]) if len(first) >= _FEW else 0.0
    slope = float(np.clip(slope, -_STEEPEST, _STEEPEST))
    return start, float(np.median(ratio[first] - slope * down)), slope
