"""Coordinates along a limb: how far along its middle line a pixel lies, and how far beside it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["Limb", "limb_through"]

_STEPS: Final = 240


@dataclass(frozen=True)
class Limb:
    """A limb's smooth middle line.

    Attributes:
        path: ``float64 (N, 2)``, points at equal distances from the shoulder to the wrist.
        length: of the line, in pixels.
        side: +1 or -1: which way "outside" lies of the direction of travel (+1: to the left of it on the screen,
            y pointing down).
    """

    path: NDArray[np.float64]
    length: float
    side: float

    def directions(self) -> NDArray[np.float64]:
        """``(N, 2)`` unit tangents."""
        tangent = np.gradient(self.path, axis=0)
        return np.asarray(tangent / np.maximum(np.linalg.norm(tangent, axis=1, keepdims=True), 1e-9))

    def normals(self) -> NDArray[np.float64]:
        """``(N, 2)`` unit vectors that point outwards."""
        tangent = self.directions()
        return np.asarray(self.side * np.stack([tangent[:, 1], -tangent[:, 0]], axis=1))

    def moved(self, outwards: float) -> Limb:
        """The line so many pixels further out."""
        return Limb(self.path + outwards * self.normals(), self.length, self.side)

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
        _, nearest = cKDTree(self.path).query(flat)
        offset = flat - self.path[nearest]
        tangent, normal = self.directions()[nearest], self.normals()[nearest]
        step = self.length / (len(self.path) - 1)
        ahead = (offset * tangent).sum(axis=1)
        last = (nearest == 0) | (nearest == len(self.path) - 1)
        along = nearest * step + np.where(last, ahead, ahead.clip(-step, step))
        beside = (offset * normal).sum(axis=1)
        shape = np.shape(points)[:-1]
        return along.reshape(shape).astype(np.float32), beside.reshape(shape).astype(np.float32)


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
    dense = [points[0]]
    for before, corner, after in zip(points[:-2], points[1:-1], points[2:], strict=True):
        reach = min(radius, 0.45 * _distance(before, corner), 0.45 * _distance(corner, after))
        start, end = corner + reach * _unit(before - corner), corner + reach * _unit(after - corner)
        t = np.linspace(0, 1, 24)[:, None]
        # A quadratic Bézier curve touches both bones.
        dense.extend((1 - t) ** 2 * start + 2 * t * (1 - t) * corner + t**2 * end)
    dense.append(points[-1])
    line = np.array(dense)
    steps = np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))])
    at = np.linspace(0, steps[-1], _STEPS)
    path = np.stack([np.interp(at, steps, line[:, k]) for k in (0, 1)], axis=1)
    return Limb(path, float(steps[-1]), side)


def _distance(a: NDArray[np.float64], b: NDArray[np.float64]) -> float:
    return float(np.linalg.norm(a - b))


def _unit(vector: NDArray[np.float64]) -> NDArray[np.float64]:
    return vector / max(float(np.linalg.norm(vector)), 1e-9)
