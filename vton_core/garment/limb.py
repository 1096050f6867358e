"""Coordinates along a limb: how far along its middle line a pixel lies, and how far beside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.polyline import length_of, travelled
from vton_core.planes import dots

__all__ = ["Limb", "limb_through"]

# So many points has a middle line.
_STEPS: Final = 240
# Round the outside of a corner fabric is spread over a longer stretch than the bend itself.
_EASE: Final = 3.0
# Within so many points of an end, a place may lie beyond it.
_NEAR_END: Final = 3


@dataclass(frozen=True)
class Piece:
    """Coordinates of a window's pixels with respect to a part of a limb.

    Attributes:
        along: ``float32 (h, w)``: pixels along the whole limb.
        beside: ``float32 (h, w)``: pixels to the outside of the part's middle line.
        past: ``float32 (h, w)``: pixels beyond the part's end at a joint that is folded; ``None`` where none is.
        onwards: +1 where the limb's coordinate grows beyond that end, -1 where it falls.
        start: where the part begins, in pixels along the whole limb.
    """

    along: NDArray[np.float32]
    beside: NDArray[np.float32]
    past: NDArray[np.float32] | None = None
    onwards: float = 1.0
    start: float = 0.0

    @property
    def run_on(self) -> NDArray[np.float32]:
        """:attr:`along` as it goes on beyond the end."""
        return self.along if self.past is None else self.along + np.float32(self.onwards) * self.past

    def away(self, beside: NDArray[np.float32]) -> NDArray[np.float32]:
        """How far pixels so far beside some line are from it; the end is round."""
        return np.abs(beside) if self.past is None else np.hypot(beside, self.past)


@dataclass(frozen=True)
class Limb:
    """A limb's smooth middle line.

    Attributes:
        path: ``float64 (N, 2)``, points at equal distances from the shoulder to the wrist.
        length: of the line, in pixels.
        side: +1 or -1: which way "outside" lies of the direction of travel (+1: to the left of it on the screen,
            y pointing down).
        eased: ``float64 (N, 2)``, the same line with its corners rounded more widely.
        reached: ``float64 (N,)``, how far along the line each point of ``eased`` counts, in pixels.
    """

    path: NDArray[np.float64]
    length: float
    side: float
    eased: NDArray[np.float64]
    reached: NDArray[np.float64]

    @property
    def folded(self) -> bool:
        """Whether one half lies before the other, so that the coordinates leap from one to the other."""
        return False

    @property
    def bend(self) -> float:
        """How far along the limb it turns back, in pixels; its length where it does not."""
        directions = self.directions()
        back = np.flatnonzero(directions @ directions[0] < 0)
        return self.length * float(back[0]) / (len(self.path) - 1) if len(back) else self.length

    def directions(self) -> NDArray[np.float64]:
        """``(N, 2)`` unit tangents."""
        return _directions(self.path)

    def normals(self) -> NDArray[np.float64]:
        """``(N, 2)`` unit vectors that point outwards."""
        return _normals(self.path, self.side)

    def moved(self, outwards: float | NDArray[np.float64]) -> Limb:
        """The line so many pixels further out, everywhere or ``(N,)`` at each of its points."""
        out = np.broadcast_to(outwards, len(self.path))
        eased_out = np.interp(self.reached, np.linspace(0, self.length, len(self.path)), out)
        eased = self.eased + eased_out[:, None] * _normals(self.eased, self.side)
        return replace(self, path=self.path + out[:, None] * self.normals(), eased=eased)

    def coordinates(self, points: NDArray[Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Where points lie with respect to the limb.

        Args:
            points: ``(..., 2)`` pixels.

        Returns:
            Pixels along the line (less than 0 before its start, more than its length behind its end) and pixels to the
            outside of it (negative: inside), both ``float32 (...)``.
        """
        from scipy.spatial import cKDTree

        flat = np.asarray(points, np.float64).reshape(-1, 2)
        nearest = [cKDTree(line).query(flat)[1] for line in (self.path, self.eased)]
        along, beside = self._measured(flat, nearest[0], nearest[1])
        shape = np.shape(points)[:-1]
        return along.reshape(shape), beside.reshape(shape)

    def from_root(self, points: NDArray[Any]) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """:meth:`coordinates` of ``(..., 2)`` points around the shoulder, whatever else of the limb is near them."""
        half, early = len(self.path) // 2, int(np.searchsorted(self.reached, self.length / 2))
        upper = replace(
            self, path=self.path[:half], length=self.length * (half - 1) / (len(self.path) - 1),
            eased=self.eased[:early], reached=self.reached[:early],
        )  # fmt: skip
        return upper.coordinates(points)

    def fields(self, rows: slice, columns: slice) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """:meth:`coordinates` of all pixels of a window, ``float32 (h, w)`` each, far faster; kept, and read only."""
        window = (rows.start, rows.stop, columns.start, columns.stop)
        known = self._fields.get(window)
        if known is None:
            known = self._fields[window] = self._found(rows, columns)
            for field in known:
                field.setflags(write=False)
        return known

    def pieces(self, rows: slice, columns: slice) -> tuple[Piece, ...]:
        """The limb's straight or gently bent parts in a window, those in front last."""
        return (Piece(*self.fields(rows, columns)),)

    @cached_property
    def _fields(self) -> dict[tuple[int, int, int, int], tuple[NDArray[np.float32], NDArray[np.float32]]]:
        return {}

    def _found(self, rows: slice, columns: slice) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        y, x = np.mgrid[rows, columns].astype(np.float32)
        flat = np.stack([x.ravel(), y.ravel()], axis=1)
        lines = (self.path, self.eased)
        nearest = [_refined(line, _nearest(line, rows, columns).ravel(), flat) for line in lines]
        along, beside = self._measured(flat, nearest[0], nearest[1])
        return along.reshape(x.shape), beside.reshape(x.shape)

    def _measured(
        self, points: NDArray[Any], nearest: NDArray[Any], eased: NDArray[Any]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Coordinates of ``(M, 2)`` points whose nearest points of both lines are known."""
        offset = (points - self.path[nearest]).astype(np.float32)
        step = np.float32(self.length / (len(self.path) - 1))
        normal = self.normals().astype(np.float32)[nearest]
        beside = offset[:, 0] * normal[:, 0] + offset[:, 1] * normal[:, 1]
        # Beyond a sharp corner the nearest point is one of few, and the distance is not square to the line.
        beyond = (np.abs(offset[:, 0] * normal[:, 1] - offset[:, 1] * normal[:, 0]) - 2 * step).clip(0, None)
        inner = (nearest >= _NEAR_END) & (nearest < len(self.path) - _NEAR_END)
        beside = np.where(inner, np.copysign(np.hypot(beside, beyond), beside), beside)
        offset = (points - self.eased[eased]).astype(np.float32)
        tangent = _directions(self.eased).astype(np.float32)[eased]
        ahead = offset[:, 0] * tangent[:, 0] + offset[:, 1] * tangent[:, 1]
        # Several points may share a pixel, so that the very ends need not be the nearest.
        last = (eased < _NEAR_END) | (eased >= len(self.eased) - _NEAR_END)
        along = self.reached.astype(np.float32)[eased] + np.where(last, ahead, ahead.clip(-2 * step, 2 * step))
        return along.astype(np.float32), np.asarray(beside, np.float32)


def _nearest(line: NDArray[np.float64], rows: slice, columns: slice) -> NDArray[np.intp]:
    """``(h, w)``: the index of the line's point nearest to each pixel of a window."""
    corner = np.array([columns.start, rows.start])
    size = np.array([columns.stop, rows.stop]) - corner
    at = np.round(line - corner).astype(np.intp)
    before = np.maximum(0, -at.min(axis=0))
    whole = np.maximum(size, at.max(axis=0) + 1) + before
    at += before
    free = np.full((whole[1], whole[0]), 255, np.uint8)
    free[at[:, 1], at[:, 0]] = 0
    _, labels = cv2.distanceTransformWithLabels(free, cv2.DIST_L2, 5, labelType=cv2.DIST_LABEL_PIXEL)
    index = np.zeros(int(labels.max()) + 1, np.intp)
    index[labels[at[:, 1], at[:, 0]]] = np.arange(len(line))
    return np.asarray(index[labels[before[1] : before[1] + size[1], before[0] : before[0] + size[0]]])


def _refined(line: NDArray[np.float64], nearest: NDArray[np.intp], points: NDArray[np.float32]) -> NDArray[np.intp]:
    """Points' nearest points of a line where those that are given, as from a distance transform, are only near them."""
    small, tangents = line.astype(np.float32), _directions(line).astype(np.float32)
    offset = points - small[nearest]
    step = np.linalg.norm(np.diff(line, axis=0), axis=1).mean()
    ahead = np.rint(dots(offset, tangents[nearest]) / np.float32(step)).astype(np.intp)
    moved = (nearest + ahead).clip(0, len(line) - 1)
    beyond = points - small[moved]
    return np.where(dots(beyond, beyond) < dots(offset, offset), moved, nearest)


def _directions(line: NDArray[np.float64]) -> NDArray[np.float64]:
    tangent = np.gradient(line, axis=0)
    return np.asarray(tangent / np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9))


def _normals(line: NDArray[np.float64], side: float) -> NDArray[np.float64]:
    tangent = _directions(line)
    return np.asarray(side * np.stack([tangent[:, 1], -tangent[:, 0]], axis=1))


def limb_through(joints: NDArray[Any], radius: float, side: float) -> Limb:
    """The middle line through joints, its corners rounded.

    Args:
        joints: ``(2 or 3, 2)``: shoulder, elbow and, where it is seen, wrist.
        radius: how far from a joint the rounding begins, in pixels.
        side: see :class:`Limb`.

    Returns:
        The line; it starts and ends at the first and the last joint exactly.
    """
    points = np.asarray(joints, np.float64)
    sharp, bends = _rounded(points, radius)
    eased, eased_bends = _rounded(points, _EASE * radius)
    path, length = _even(sharp)
    smooth, smooth_length = _even(eased)
    # Both lines agree before and behind the wider bends; within, they run evenly.
    knots, goal = [0.0], [0.0]
    for (start, end), (wide_start, wide_end) in zip(bends, eased_bends, strict=True):
        lead = _distance(sharp[start], eased[wide_start])
        knots += [length_of(eased[: wide_start + 1]), length_of(eased[: wide_end + 1])]
        trail = _distance(sharp[end], eased[wide_end])
        goal += [length_of(sharp[: start + 1]) - lead, length_of(sharp[: end + 1]) + trail]
    reached = np.interp(np.linspace(0, smooth_length, _STEPS), [*knots, smooth_length], [*goal, length])
    return Limb(path, length, side, smooth, reached)


def _rounded(points: NDArray[np.float64], radius: float) -> tuple[NDArray[np.float64], list[tuple[int, int]]]:
    """The polyline with rounded corners, and between which of its points each bend runs."""
    dense, bends = [points[0]], []
    for before, corner, after in zip(points[:-2], points[1:-1], points[2:], strict=True):
        reach = min(radius, 0.45 * _distance(before, corner), 0.45 * _distance(corner, after))
        start, end = corner + reach * _unit(before - corner), corner + reach * _unit(after - corner)
        t = np.linspace(0, 1, 24)[:, None]
        bends.append((len(dense), len(dense) + len(t) - 1))
        # A quadratic Bézier curve touches both bones.
        dense.extend((1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end)
    dense.append(points[-1])
    return np.array(dense), bends


def _even(line: NDArray[np.float64]) -> tuple[NDArray[np.float64], float]:
    """Points at equal distances along a polyline, and its length."""
    steps = travelled(line)
    at = np.linspace(0, steps[-1], _STEPS)
    return np.stack([np.interp(at, steps, line[:, k]) for k in (0, 1)], axis=1), float(steps[-1])


def _distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(a - b))


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
