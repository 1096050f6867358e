"""Thin-plate splines: the smoothest map of the plane through given point pairs.

Source: Bookstein, "Principal Warps" (IEEE PAMI 11(6), 1989), with the regularised diagonal of Wahba, "Spline Models for
Observational Data" (1990).
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["ThinPlate"]


class ThinPlate:
    """A map fitted to point pairs.

    Args:
        source: ``(N, 2)`` points, N ≥ 3, not all on one line.
        target: ``(N, 2)`` where they go.
        stiffness: 0 passes through every pair; larger values bend less. Relative to the points' spread.
    """

    def __init__(self, source: NDArray[Any], target: NDArray[Any], stiffness: float = 0.0) -> None:
        points = np.asarray(source, np.float64)
        self._shift = points.mean(axis=0)
        self._scale = max(float(np.abs(points - self._shift).max()), 1e-9)
        self._nodes = (points - self._shift) / self._scale
        count = len(points)
        system = np.zeros((count + 3, count + 3))
        system[:count, :count] = _kernel(self._nodes, self._nodes) + stiffness * np.eye(count)
        system[:count, count] = 1
        system[:count, count + 1 :] = self._nodes
        system[count:, :count] = system[:count, count:].T
        right = np.vstack([np.asarray(target, np.float64), np.zeros((3, 2))])
        self._weights = np.linalg.lstsq(system, right, rcond=None)[0]

    def __call__(self, points: NDArray[Any]) -> NDArray[np.float64]:
        """Map ``(..., 2)`` points."""
        flat = (np.asarray(points, np.float64).reshape(-1, 2) - self._shift) / self._scale
        count = len(self._nodes)
        mapped = _kernel(flat, self._nodes) @ self._weights[:count]
        mapped += self._weights[count] + flat @ self._weights[count + 1 :]
        return mapped.reshape(np.shape(points))

    def grid(self, width: int, height: int, step: int = 8) -> NDArray[np.float32]:
        """The map at every pixel of a picture, interpolated between nodes ``step`` pixels apart.

        Args:
            width: of the picture.
            height: of the picture.
            step: pixels between evaluated points.

        Returns:
            ``float32 (height, width, 2)``, as ``cv2.remap`` takes it.
        """
        import cv2

        columns, rows = -(-(width - 1) // step) + 1, -(-(height - 1) // step) + 1
        nodes = np.stack(np.meshgrid(np.arange(columns) * step, np.arange(rows) * step), axis=-1)
        coarse = self(nodes).astype(np.float32)
        x, y = np.meshgrid(np.arange(width, dtype=np.float32) / step, np.arange(height, dtype=np.float32) / step)
        return np.asarray(cv2.remap(coarse, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _kernel(a: NDArray[np.float64], b: NDArray[np.float64]) -> NDArray[np.float64]:
    """``r² log r`` of all distances."""
    squared = np.square(a[:, None] - b[None]).sum(axis=-1)
    return np.asarray(0.5 * squared * np.log(np.maximum(squared, 1e-18)))
