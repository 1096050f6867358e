"""The collar's front edge, behind which a shop photo shows the inner side of the back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Image, Mask

__all__ = ["Neckline", "find_neckline"]

Points = NDArray[np.float32]
_COUNT: Final = 41
# How round the edge is: |x|^p with p from a V to a U.
_SHAPES: Final = (1.2, 2.0, 3.0)


@dataclass(frozen=True)
class Neckline:
    """The front edge from the left to the right corner of the collar.

    Attributes:
        curve: ``float32 (41, 2)`` in the garment picture's pixels.
        contrast: how much clearer the edge is than its surroundings; 0 where the outline itself is the edge.
    """

    curve: Points
    contrast: float

    @property
    def bottom(self) -> Points:
        """The lowest point ``(2,)``."""
        return np.asarray(self.curve[self.curve[:, 1].argmax()], np.float32)

    def mapped(self, scale: float) -> Neckline:
        """Every point times ``scale``."""
        return Neckline(np.asarray(self.curve * np.float32(scale), np.float32), self.contrast)


def _arc(left: Points, right: Points, depth: float, power: float) -> Points:
    """An arc hanging ``depth`` pixels below the chord of the corners."""
    t = np.linspace(-1, 1, _COUNT)[:, None]
    chord = left + (t + 1) / 2 * (right - left)
    return np.asarray(chord + (1 - np.abs(t) ** power) * np.array([0.0, depth]), np.float32)


def find_neckline(rgb: Image, mask: Mask, left: Points, right: Points) -> Neckline:
    """Find the front edge of the collar between its corners.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        mask: ``bool (H, W)``.
        left: ``(2,)``, the collar's left corner, ``right`` its right one.

    Returns:
        The edge: the outline where that hangs down between the corners, else the arc along which colours change most,
        else (nothing stands out) a shallow arc.
    """
    width = float(np.linalg.norm(right - left))
    columns = np.linspace(left[0], right[0], _COUNT).round().astype(int).clip(0, mask.shape[1] - 1)
    top = np.where(mask.any(axis=0), mask.argmax(axis=0), mask.shape[0])[columns].astype(np.float32)
    chord = np.linspace(left[1], right[1], _COUNT)
    sag = float(np.median((top - chord)[_COUNT // 3 : -_COUNT // 3]))
    if sag > 0.3 * width:
        return Neckline(np.stack([columns, np.maximum(top, chord)], axis=1).astype(np.float32), 0.0)
    lab = cv2.cvtColor(cv2.GaussianBlur(rgb, (0, 0), 1.2).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    slope = np.zeros(mask.shape, np.float32)
    slope[1:-1] = np.linalg.norm(lab[2:] - lab[:-2], axis=-1) / 2
    inside = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    slope = np.where(inside, np.minimum(slope, 12), 0).astype(np.float32)
    depths = np.arange(max(3.0, sag + 3), max(0.75 * width, sag + 6), 1.0)
    best, curve = 0.0, _arc(left, right, max(sag, 0.0) + 0.06 * width, 2.0)
    scores = []
    for power in _SHAPES:
        for depth in depths:
            arc = _arc(left, right, float(depth), power)
            x, y = arc[4:-4].round().astype(int).T
            seen = (y > 0) & (y < mask.shape[0] - 1)
            score = float(np.sqrt(slope[y[seen], x[seen]]).mean()) ** 2 if seen.any() else 0.0
            scores.append(score)
            if score > best:
                best, curve_best = score, arc
    usual = float(np.median(scores)) if scores else 0.0
    if best > max(1.0, 2.2 * usual):
        return Neckline(curve_best, best - usual)
    return Neckline(curve, 0.0)
