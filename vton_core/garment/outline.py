"""The outline of a mask as a closed polygon, and the questions that finding landmarks asks of it.

Everything speaks of the left half; the right half is asked through the mirrored mask.
"""

from __future__ import annotations

import itertools
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.planes import from_segment
from vton_core.types import Mask

__all__ = ["Outline", "corner_split", "length_of", "resample", "travelled"]

Points = NDArray[np.float32]
# What a radian of a corner's turn is worth, in squared steps of misfit: a round shoulder bends far, but softly.
_SHARPNESS: Final = 400.0
# The turn, in radians, that a cuff's corner at the armpit counts as.
_AT_ARMPIT: Final = 0.5
# More of a turn than this makes no corner sharper, in radians.
_SHARPEST: Final = 1.2
# The longest inner seam over the outer one, and the narrowest cuff over the armhole.
_INNER, _CUFF = 0.85, 0.15
# A sleeve is long from so many armholes on. How far away its corners are at least, in shares of the farthest point's
# distance: the outer one, which is its very end, and any corner of a long and of a short one.
_LONG, _OUTER, _CORNERS = 1.5, 0.8, (0.84, 0.55)
# How much of a seam's misfit counts, since it may curve; which slant of the cuff (the cosine between it and the sleeve)
# costs nothing, and what more of it costs; and what a step farther out is worth.
_SEAMS, _SQUARE, _SKEWED, _FARTHER = 0.25, 0.35, 12.0, 0.6
# How far outwards of the armpit the shoulder's tip lies, in widths of the chest.
_SLANT: Final = 0.1
_STEEP: Final = 0.6
# How far outside of the outline, in widths of the garment, a point still counts as within.
_HARDLY: Final = 0.04


def travelled(path: NDArray[Any]) -> NDArray[np.float64]:
    """How long a polyline ``(N, 2)`` is up to each of its points, ``float64 (N,)``."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(path, axis=0), axis=1))])


def length_of(path: NDArray[Any]) -> float:
    """How long a polyline ``(N, 2)`` is."""
    return float(np.linalg.norm(np.diff(path, axis=0), axis=1).sum())


def resample(path: Points, count: int) -> Points:
    """A polyline's points at equal distances.

    Args:
        path: ``float32 (N, 2)``, N ≥ 1.
        count: how many points come out.

    Returns:
        ``float32 (count, 2)``; first and last are those of ``path``.
    """
    if len(path) == 1:
        return np.repeat(path, count, axis=0)
    steps = travelled(path)
    at = np.linspace(0, steps[-1], count)
    return np.stack([np.interp(at, steps, path[:, k]) for k in (0, 1)], axis=1).astype(np.float32)


def _line_costs(path: Points) -> NDArray[np.float64]:
    """``(N, N)``: for every i < j the squared distances of the points between from the chord, summed."""
    x, y = (path - path.mean(axis=0)).astype(np.float64).T
    i, j = np.indices((len(path), len(path)))

    def between(values: NDArray[np.float64]) -> NDArray[np.float64]:
        sums = np.concatenate([[0.0], np.cumsum(values)])
        return np.asarray(sums[j] - sums[np.minimum(i + 1, j)], np.float64)

    # The moments of the points between about the chord's start give the distances without a look at each of them.
    count, sum_x, sum_y = (between(values) for values in (np.ones(len(path)), x, y))
    xx = between(x * x) - x[i] * (2 * sum_x - count * x[i])
    yy = between(y * y) - y[i] * (2 * sum_y - count * y[i])
    xy = between(x * y) - x[i] * sum_y - y[i] * (sum_x - count * x[i])
    along, down = x[j] - x[i], y[j] - y[i]
    squared = along**2 * yy - 2 * along * down * xy + down**2 * xx
    return np.where(j > i, np.maximum(squared, 0) / np.maximum(along**2 + down**2, 1e-6), 0.0)


def _turns(path: Points) -> NDArray[np.float64]:
    """How far the path turns at each point as a cuff's corner does, in radians; 0 at its ends."""
    reach = max(1, len(path) // 16)
    steps = path[reach:] - path[:-reach]
    before, after = steps[:-reach], steps[reach:]
    cross = before[:, 0] * after[:, 1] - before[:, 1] * after[:, 0]
    return np.pad(-np.arctan2(cross, (before * after).sum(axis=1)), reach)


def corner_split(path: Points) -> tuple[int, int]:
    """Where a sleeve's outline breaks into outer seam, cuff and inner seam.

    Args:
        path: ``float32 (N, 2)`` evenly spaced from the shoulder's tip round the cuff to the armpit.

    Returns:
        Indices of the cuff's outer and inner corner: the best of all polylines with two corners, the seams allowed to
        curve four times as much as the cuff, the cuff as square to the sleeve as may be.
    """
    count = len(path)
    stride = max(1, count // 41)
    coarse = path[::stride]
    size = len(coarse)
    costs = _line_costs(coarse)
    middle = (path[0] + path[-1]) / 2
    best, choice = np.inf, (size // 2, size // 2 + 1)
    scale = float(np.linalg.norm(np.diff(coarse, axis=0), axis=1).mean())
    away = from_segment(coarse, path[0], path[-1])
    sharp = _turns(coarse).clip(0, _SHARPEST)
    # Both corners are at the sleeve's end, the more surely the longer the sleeve.
    armhole = float(np.linalg.norm(path[-1] - path[0]))
    long = np.linalg.norm(coarse - middle, axis=1).max() > _LONG * armhole
    last = int(np.flatnonzero(away >= _CORNERS[0 if long else 1] * away.max())[-1])
    if not long:
        # A short sleeve may lie on the body, so that its cuff runs up to the armpit, where the outline turns back.
        last, sharp[-3:] = size - 1, _AT_ARMPIT
    for i in np.flatnonzero(away >= _OUTER * away.max()):
        if not 2 <= i < min(size - 1, last):
            continue
        # The outer seam is the longer one, as the shoulder is above the armpit.
        j = np.arange(max(i, size - 2 - round(_INNER * i)) + 1, last + 1)
        j = j[np.linalg.norm(coarse[j] - coarse[i], axis=1) > _CUFF * armhole]
        if len(j) == 0:
            continue
        misfit = _SEAMS * costs[0, i] + costs[i, j] + _SEAMS * costs[j, size - 1]
        total = misfit / scale**2 + _cuff_cost(coarse[j], coarse[i], middle, scale, size)
        total -= _SHARPNESS * (sharp[i] + sharp[j])
        k = int(total.argmin())
        if total[k] < best:
            best, choice = float(total[k]), (int(i), int(j[k]))
    return min(choice[0] * stride, count - 2), min(choice[1] * stride, count - 1)


def _cuff_cost(inner: Points, outer: Points, middle: Points, scale: float, size: int) -> NDArray[np.float64]:
    """What cuffs from one outer corner to several inner ones cost: the farther they are from the armhole's middle and
    the squarer to the sleeve, the less; in squared steps of an outline that has ``size`` of them, ``scale`` long."""
    cuff, along = inner - outer, (inner + outer) / 2 - middle
    reach = np.linalg.norm(along, axis=1)
    lengths = np.linalg.norm(cuff, axis=1) * np.maximum(reach, 1e-3)
    skew = np.abs((cuff * along).sum(axis=1)) / np.maximum(lengths, 1e-3)
    return np.asarray(_SKEWED * np.maximum(skew - _SQUARE, 0) ** 2 * size / 10 - _FARTHER * (reach / scale))


class Outline:
    """A mask's outer contour, running from the top down its left side.

    Attributes:
        points: ``float32 (N, 2)``, in pixels, counter-clockwise on the screen.
        axis: x of the garment's middle line.
    """

    def __init__(self, mask: Mask, axis: float) -> None:
        contours, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
        contour = max(contours, key=len)[:, 0].astype(np.float32)
        if cv2.contourArea(contour, oriented=True) > 0:
            contour = contour[::-1]
        # Start at the axis' top, so that the left side comes first.
        near = np.abs(contour[:, 0] - axis)
        top = np.where(near < near.min() + 2, contour[:, 1], np.inf).argmin()
        self.points: Points = np.ascontiguousarray(np.roll(contour, -int(top), axis=0))
        self.axis = axis
        self.width = float(np.ptp(self.points[:, 0]))
        self.height = float(np.ptp(self.points[:, 1]))
        self.top = float(self.points[:, 1].min())

    def between(self, start: int, end: int) -> Points:
        """The contour's points from one index to the next, both included."""
        if end >= start:
            return self.points[start : end + 1]
        return np.concatenate([self.points[start:], self.points[: end + 1]])

    def _left(self) -> NDArray[np.bool_]:
        return np.asarray(self.points[:, 0] < self.axis)

    def hem(self, after: int = 0) -> int:
        """The hem's left corner: the lowest, outermost point that the middle's lower edge runs into, after a point."""
        low = self.points[:, 1].astype(np.float64)
        near = np.abs(self.points[:, 0] - self.axis) < 0.06 * self.width
        bottom = float(low[near].max())
        band = self._left() & (np.abs(low - bottom) < 0.12 * self.height)
        start = int(np.flatnonzero(near & (low == bottom))[0])
        # Walk back along the contour (towards the left side) while it stays in the band of the hem.
        index = start
        band &= low < bottom + 0.03 * self.height
        while index > after and (band[index - 1] or not self._left()[index - 1]):
            index -= 1
        stretch = np.arange(index, start + 1)
        score = -self.points[stretch, 0] + 1.2 * self.points[stretch, 1]
        return int(stretch[score.argmax()])

    def sleeve_notch(self, hem: int) -> int | None:
        """The armpit under a sleeve: the deepest notch whose upper edge is a sleeve's, or ``None`` without a sleeve."""
        best, depth = None, 0.012 * self.width
        for start, end, far, deep in self._notches(hem):
            inwards, down = self.points[far] - self.points[start]
            under = down < 1.5 * inwards or down < -0.1 * self.height
            opens = self.points[end, 1] > self.points[far, 1] + 0.02 * self.height
            if under and opens and deep > depth and self.points[far, 1] > self.top + 0.08 * self.height:
                best, depth = far, deep
        # Or a sleeve hangs along the whole side and ends below the hem.
        return hem if best is None and self._cuff_below(hem) else best

    def _cuff_below(self, hem: int) -> bool:
        """Whether the outline steps down from the hem's corner to a cuff, and does not run out into a point."""
        corner = self.points[hem]
        drop = float(self.points[:hem, 1].max(initial=0) - corner[1])
        if drop < 0.02 * self.height:
            return False
        low = self.points[:hem][self.points[:hem, 1] > corner[1] + drop / 2, 0]
        return bool(abs(corner[0] - low.max()) < 0.3 * np.ptp(low))

    def outermost(self, y: float) -> float:
        """x of the outline's outermost point at about a height."""
        near = np.abs(self.points[:, 1] - y)
        return float(self.points[near < near.min() + 1, 0].min())

    def under_a_cuff(self, notch: int) -> bool:
        """Whether the outline comes down at least as far before a point as there: else it is a sleeve's outer edge."""
        return bool(self.points[: notch + 1, 1].max() > self.points[notch, 1] + 0.005 * self.height)

    def gap_top(self, shoulder: int, notch: int) -> int:
        """The top of the gap between a hanging sleeve and the body, whose deepest point may be far below."""
        if notch - shoulder < 3:
            return notch
        low = shoulder + int(self.points[shoulder : notch + 1, 1].argmax())
        top = low + int(self.points[low : notch + 1, 1].argmin())
        return top if self.points[top, 1] < self.points[notch, 1] - 0.05 * self.height else notch

    def holds(self, *points: Points) -> bool:
        """Whether all of these points lie within the outline, or hardly outside of it."""
        out = -_HARDLY * self.width
        return all(cv2.pointPolygonTest(self.points, point.tolist(), True) >= out for point in points)

    def nearest(self, point: Points, hem: int, first: int = 0) -> int:
        """The point of the left side, from the ``first`` to the hem's corner, that is nearest to ``point``."""
        return first + int(np.linalg.norm(self.points[first : hem + 1] - point, axis=1).argmin())

    def _notches(self, hem: int) -> list[tuple[int, int, int, float]]:
        """Start, end, deepest index and depth of the notches of the left half against its convex hull."""
        half = self.points[: hem + 1]
        hull = np.sort(cv2.convexHull(half, returnPoints=False).ravel())
        found = []
        for start, end in itertools.pairwise(hull.tolist()):
            if end - start < 3:
                continue
            chord, offset = half[end] - half[start], half[start + 1 : end] - half[start]
            distance = np.abs(chord[0] * offset[:, 1] - chord[1] * offset[:, 0]) / np.linalg.norm(chord)
            deepest = int(distance.argmax())
            found.append((start, end, start + 1 + deepest, float(distance[deepest])))
        return found

    def above(self, notch: int) -> int:
        """The shoulder's tip: the upper contour outwards of the armpit, as armholes slant."""
        armpit = float(self.points[notch, 0])
        first = self._upper(armpit + 0.02 * self.width, notch)
        last = self._upper(armpit - _SLANT * 2 * max(self.axis - armpit, 0.0), notch)
        if last <= first:
            return first
        # Where the outline turns steeply down it is the sleeve's.
        out, down = (np.abs(self.points[first : last + 1] - self.points[first])).T
        return first + int(np.flatnonzero(down <= _STEEP * out + 0.015 * self.width)[-1])

    def _upper(self, x: float, end: int) -> int:
        """The highest point of the contour before ``end`` at about ``x``."""
        upper = np.arange(end)
        crossing = np.abs(self.points[upper, 0] - x)
        close = upper[crossing < max(1.5, crossing.min() + 0.5)]
        return int(close[self.points[close, 1].argmin()])

    def sleeve_end(self, notch: int) -> int:
        """Where the sleeve's lower edge begins: the top of the notch, which its deepest point may lie under."""
        near = np.linalg.norm(self.points[:notch] - self.points[notch], axis=1) < 0.1 * self.width
        far = np.flatnonzero(~near)
        start = int(far[-1]) + 1 if len(far) else 0
        top = start + int(self.points[start : notch + 1, 1].argmin())
        # Under a raised sleeve the edge goes on upwards, and there is no top.
        return top if self.points[start, 1] > self.points[top, 1] + 0.01 * self.width else notch

    def armhole(self, hem: int) -> tuple[int, int]:
        """Shoulder's tip and armpit of a sleeveless side: the ends of the notch that the armhole cuts."""
        best, depth = None, 0.012 * self.width
        for start, end, far, deep in self._notches(hem):
            out, down = self.points[end] - self.points[start]
            if self.points[far, 0] < self.axis and down > 1.2 * abs(out) and deep > depth:
                best, depth = (start, end), deep
        if best is None:
            upper = np.arange(hem)
            tip = int(upper[(-self.points[upper, 0] - 1.3 * self.points[upper, 1]).argmax()])
            best = (tip, hem)
        return best[0], self._underarm(*best)

    def _underarm(self, tip: int, low: int) -> int:
        """``low``, or the point as far below the shoulder as an armhole is deep where ``low`` is too far down."""
        usual = self.usual_armhole(tip, sleeved=False)
        drop = self.points[:, 1] - self.points[tip, 1]
        if 0.5 * usual < drop[low] < 1.5 * usual:
            return low
        side = np.arange(tip, low + 1)
        return int(side[np.abs(drop[side] - usual).argmin()])

    def usual_armhole(self, tip: int, *, sleeved: bool) -> float:
        """How far below the shoulder's tip an armpit usually is, in pixels, for a garment of this width and height."""
        across = 2 * (self.axis - float(self.points[tip, 0]))
        if not sleeved:
            across = max(across, 0.75 * self.width)
        return min((0.52 if sleeved else 0.46) * across, 0.5 * self.height)

    def collar(self, shoulder: int, armpit: float) -> int:
        """The collar's corner.

        Args:
            shoulder: the index of the shoulder's tip.
            armpit: x of the armpit; where the collar does not reach out so far, the shoulder beyond does not count.
        """
        above = self._upper(armpit, shoulder + 1)
        found = self._highest(above)
        near = self.points[found, 0] > self.axis - 0.05 * self.width
        return self._highest(shoulder) if near else found

    def _highest(self, shoulder: int) -> int:
        """Where the upper edge stands highest over the chord from the middle to the shoulder."""
        path = self.points[: shoulder + 1]
        if len(path) < 3:
            return 0
        chord = path[-1] - path[0]
        offset = path - path[0]
        rise = (chord[0] * offset[:, 1] - chord[1] * offset[:, 0]) / max(float(np.linalg.norm(chord)), 1e-3)
        return int(rise.argmax())

    def rim(self, collar: Points, shoulder: Points, count: int = 6) -> Points:
        """``float32 (count, 2)``: from the collar's corner down the shoulder, most of the way to its tip."""
        first, last = self.nearest(collar, len(self.points) - 1), self.nearest(shoulder, len(self.points) - 1)
        return resample(self.between(min(first, last), max(first, last)), count + 2)[:count]

    def collar_base(self, shoulder: int, collar: int) -> int:
        """Where a standing collar leaves the shoulder line; the collar's corner itself where it does not stand."""
        path = self.points[collar : shoulder + 1]
        if len(path) < 3:
            return collar
        chord = path[-1] - path[0]
        offset = path - path[0]
        sag = -(chord[0] * offset[:, 1] - chord[1] * offset[:, 0]) / max(float(np.linalg.norm(chord)), 1e-3)
        deepest = int(sag.argmax())
        stands = path[deepest, 1] - path[0, 1] > 0.03 * self.width
        return collar + deepest if stands and sag[deepest] > 0.02 * self.width else collar
