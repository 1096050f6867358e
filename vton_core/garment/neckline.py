"""The collar's front edge, behind which a shop photo shows the inner side of the back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Image, Mask

__all__ = ["Neckline", "find_neckline"]

Points = NDArray[np.float32]
_COUNT: Final = 41
# How round the edge is, |x|^p with p from a V to a U, and how usual that is.
_SHAPES: Final = ((1.2, 0.7), (2.0, 1.0), (3.0, 0.9))
# How far inside the collar's corners it begins, in widths of the collar.
_INSETS: Final = (0.0, 0.05, 0.1, 0.15)
# How deep a collar's front edge usually hangs, in widths of the collar, and how far that varies (a factor's logarithm).
_USUAL_DEPTH, _SPREAD = 0.36, 0.55
_DARKER: Final = 0.35
# A clear edge all the way counts for more than a glaring one in places, as a label's.
_CAP: Final = 3.5


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


def find_neckline(rgb: Image, mask: Mask, left: Points, right: Points, *, standing: bool) -> Neckline:
    """Find the front edge of the collar between its corners.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        mask: ``bool (H, W)``.
        left: ``(2,)``, the collar's left corner.
        right: its right corner.
        standing: whether the collar stands, closed round the neck.

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
    change = np.zeros((*mask.shape, 3), np.float32)
    change[1:-1] = (lab[2:] - lab[:-2]) / 2
    # The inner side of the back lies in the shadow, so the front edge is where it gets brighter on the way down.
    slope = np.linalg.norm(change, axis=-1) * np.where(change[..., 0] > 0, 1.0, _DARKER)
    inside = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    slope = np.where(inside, np.minimum(slope, _CAP), 0).astype(np.float32)
    depths = np.arange(max(3.0, sag + 3), max(0.75 * width, sag + 6), 1.0)
    best, curve = 0.0, _arc(left, right, max(sag, 0.0) + 0.06 * width, 2.0)
    edges = []
    for (power, usual), inset, depth in itertools.product(_SHAPES, _INSETS, depths):
        shift = inset * (right - left)
        arc = _arc(left + shift, right - shift, float(depth), power)
        x, y = arc[3:-3].round().astype(int).T
        seen = (y > 0) & (y < mask.shape[0] - 1)
        edge = float(np.sqrt(slope[y[seen], x[seen]]).mean()) ** 2 if seen.any() else 0.0
        edges.append(edge)
        score = usual * (1 - 2.5 * inset) * edge
        score *= float(np.exp(-0.5 * np.square(np.log(depth / width / _USUAL_DEPTH) / _SPREAD)))
        if score > best:
            best, edge_best, curve_best = score, edge, arc
    median = float(np.median(edges)) if edges else 0.0
    hidden = sag < 0.03 * width and not standing
    if best > 0 and hidden:
        # The outline is the back's upper edge, so the front's must lie inside.
        return Neckline(curve_best, max(edge_best, 0.01))
    if best > 0 and not standing and edge_best > max(0.5, (1.8 if sag < 0.13 * width else 2.5) * median):
        return Neckline(curve_best, edge_best - median)
    return Neckline(curve, 0.0)
