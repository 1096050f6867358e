"""The outline of a mask as a closed polygon, and the questions that finding landmarks asks of it.

Everything speaks of the left half; the right half is asked through the mirrored mask.
"""

from __future__ import annotations

import itertools
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.polyline import Points, resample
from vton_core.types import Mask

__all__ = ["Outline"]

# How far outwards of the armpit the shoulder's tip lies, in widths of the chest.
_SLANT: Final = 0.1
_STEEP: Final = 0.6
# How far outside of the outline, in widths of the garment, a point still counts as within.
_HARDLY: Final = 0.04


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
