"""The collar's front edge, behind which a shop photo shows the inner side of the back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Image, Mask

__all__ = ["Neckline", "closed_neckline", "find_neckline"]

Points = NDArray[np.float32]
_COUNT: Final = 41
# How round the edge is, |x|^p with p from a V to a U, and how usual that is.
_SHAPES: Final = ((1.2, 0.7), (2.0, 1.0), (3.0, 0.9))
# How far inside the collar's corners it begins, in widths of the collar.
_INSETS: Final = (0.0, 0.05, 0.1, 0.15)
# How deep a collar's front edge usually hangs, in widths of the collar, and how far that varies (a factor's logarithm).
_USUAL_DEPTH, _SPREAD = 0.40, 0.70
_DEEPEST: Final = 1.2
# The inner side of the back is this much darker than the front (L*) where the light is good; how little an arc counts
# that has no darkness behind it.
_SHADOW, _UNSHADED = 5.0, 0.4
_DARKER: Final = 0.35
# Where nothing shows, how deep an arc hangs, in widths of the collar.
_SHALLOW: Final = 0.06
# An upper edge that rises more than this over its corners, in widths of the collar, is a dome.
_DOME: Final = -0.04
# How wide a round collar usually is, in widths of the chest, and how far that varies (a factor's logarithm).
_USUAL_WIDTH, _WIDTH_SPREAD = 0.48, 0.35
# A clear edge all the way counts for more than a glaring one in places, as a label's.
_CAP: Final = 3.5


@dataclass(frozen=True)
class Neckline:
    """The front edge from the left to the right corner of the collar.

    Attributes:
        curve: ``float32 (41, 2)`` in the garment picture's pixels.
        contrast: how much clearer the edge is than its surroundings; 0 where the outline itself is the edge.
        front: index of the point that counts as the lowest where the user has moved the edge.
    """

    curve: Points
    contrast: float
    front: int | None = None

    @property
    def lowest(self) -> int:
        """Index of the lowest point."""
        return int(self.curve[:, 1].argmax()) if self.front is None else self.front

    @property
    def bottom(self) -> Points:
        """The lowest point ``(2,)``."""
        return np.asarray(self.curve[self.lowest], np.float32)

    def mapped(self, scale: float) -> Neckline:
        """Every point times ``scale``."""
        return replace(self, curve=np.asarray(self.curve * np.float32(scale), np.float32))


def _arc(left: Points, right: Points, depth: float, power: float) -> Points:
    """An arc hanging ``depth`` pixels below the chord of the corners."""
    t = np.linspace(-1, 1, _COUNT)[:, None]
    chord = left + (t + 1) / 2 * (right - left)
    return np.asarray(chord + (1 - np.abs(t) ** power) * np.array([0.0, depth]), np.float32)


def find_neckline(rgb: Image, mask: Mask, left: Points, right: Points, chest: float) -> tuple[Neckline, int]:
    """Find the front edge of an open collar, and its corners.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        mask: ``bool (H, W)``.
        left: ``(N, 2)``, where the collar's left corner may be: the likeliest first, then down the shoulder.
        right: ``(N, 2)``, the same for its right corner.
        chest: the garment's width between the armpits.

    Returns:
        The edge and the index of its corners. The edge is the outline where that hangs down between the corners, else
        the arc along which colours change most, else (nothing stands out) a shallow arc.
    """
    edges = _Edges(rgb, mask)
    found, sag = _between(edges, mask, left[0], right[0])
    if sag > _DOME * float(np.linalg.norm(right[0] - left[0])):
        return found, 0
    # The back's edge stands up like a dome, and the opening's corners are at its feet.
    domes = [(found, sag), *(_between(edges, mask, *corners) for corners in zip(left[1:], right[1:], strict=True))]
    widths = np.linalg.norm(right - left, axis=1) / max(chest, 1.0)
    usual = np.exp(-0.5 * np.square(np.log(widths / _USUAL_WIDTH) / _WIDTH_SPREAD))
    best = int(np.argmax([dome.contrast * share for (dome, _), share in zip(domes, usual, strict=True)]))
    return domes[best][0], best


def closed_neckline(mask: Mask, left: Points, right: Points) -> Neckline:
    """The upper edge of a collar that stands closed round the neck; arguments as of :func:`find_neckline`."""
    return Neckline(
        _arc(left, right, max(_sag(mask, left, right)[0], 0.0) + _SHALLOW * _distance(left, right), 2.0), 0.0
    )


def _distance(left: Points, right: Points) -> float:
    return float(np.linalg.norm(right - left))


def _sag(mask: Mask, left: Points, right: Points) -> tuple[float, Points]:
    """How far the outline hangs below the chord of the corners, and the outline."""
    columns = np.linspace(left[0], right[0], _COUNT).round().astype(int).clip(0, mask.shape[1] - 1)
    top = np.where(mask.any(axis=0), mask.argmax(axis=0), mask.shape[0])[columns].astype(np.float32)
    chord = np.linspace(left[1], right[1], _COUNT)
    sag = float(np.median((top - chord)[_COUNT // 3 : -_COUNT // 3]))
    return sag, np.stack([columns, np.maximum(top, chord)], axis=1).astype(np.float32)


class _Edges:
    """Where the front edge may be.

    Attributes:
        slope: ``float32 (H, W)``, how much the colour changes from one row to the next; getting brighter on the way
            down counts more, since the inner side of the back lies in the shadow; 0 at the outline.
        light: ``float32 (H, W)``, L*.
    """

    def __init__(self, rgb: Image, mask: Mask) -> None:
        lab = cv2.cvtColor(cv2.GaussianBlur(rgb, (0, 0), 1.2).astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
        change = np.zeros((*mask.shape, 3), np.float32)
        change[1:-1] = (lab[2:] - lab[:-2]) / 2
        slope = np.linalg.norm(change, axis=-1) * np.where(change[..., 0] > 0, 1.0, _DARKER)
        inside = cv2.erode(mask.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
        self.slope = np.where(inside, np.minimum(slope, _CAP), 0).astype(np.float32)
        self.light = np.where(mask, lab[..., 0], np.nan).astype(np.float32)

    def along(self, arcs: Points) -> NDArray[np.float64]:
        """How clear an edge each of ``(N, 41, 2)`` arcs is; one all the way counts for more than one in places."""
        x, y, seen = self._inside(arcs[:, 3:-3])
        roots = np.where(seen, np.sqrt(self.slope[y, x]), 0)
        return np.asarray(np.square(roots.sum(axis=1) / np.maximum(seen.sum(axis=1), 1)), np.float64)

    def shadow(self, arcs: Points, depths: NDArray[np.float64], width: float) -> NDArray[np.float64]:
        """How much darker it is above the middle of each arc than below it (L*)."""
        middle = arcs[:, _COUNT // 4 : -_COUNT // 4 + 1]
        return self._median(middle, np.full(len(arcs), 0.1 * width)) - self._median(middle, -0.3 * depths)

    def _median(self, points: Points, lower: NDArray[np.float64]) -> NDArray[np.float64]:
        x, y, seen = self._inside(points + np.stack([np.zeros_like(lower), lower], axis=1)[:, None])
        values = np.where(seen, self.light[y, x], np.nan)
        values[np.isnan(values).all(axis=1)] = 0
        return np.asarray(np.nanmedian(values, axis=1), np.float64)

    def _inside(self, points: NDArray[Any]) -> tuple[NDArray[np.intp], NDArray[np.intp], NDArray[np.bool_]]:
        """Columns and rows, and which of them lie in the picture; the others are those of its border."""
        x, y = np.moveaxis(points.round().astype(np.intp), -1, 0)
        height, width = self.slope.shape
        seen = (y > 0) & (y < height - 1) & (x >= 0) & (x < width)
        return x.clip(0, width - 1), y.clip(0, height - 1), seen


def _between(edges: _Edges, mask: Mask, left: Points, right: Points) -> tuple[Neckline, float]:
    """The front edge between two corners, and how far the outline hangs down there."""
    width = _distance(left, right)
    sag, outline = _sag(mask, left, right)
    if sag > 0.3 * width:
        return Neckline(outline, 0.0), sag
    best, best_edge, median, curve = _best_arc(edges, left, right, sag)
    if sag < 0.03 * width and best > 0:
        # The outline is the back's upper edge, so the front's must lie inside.
        return Neckline(curve, max(best_edge, 0.01)), sag
    if best > 0 and best_edge > max(0.5, (1.8 if sag < 0.13 * width else 2.5) * median):
        return Neckline(curve, best_edge - median), sag
    return Neckline(_arc(left, right, max(sag, 0.0) + _SHALLOW * width, 2.0), 0.0), sag


def _best_arc(edges: _Edges, left: Points, right: Points, sag: float) -> tuple[float, float, float, Points]:
    """Score and edge of the arc with the best score, the median edge of all arcs, and the arc."""
    width = _distance(left, right)
    best, best_edge, curve, found = 0.0, 0.0, _arc(left, right, max(sag, 0.0), 2.0), [np.zeros(1)]
    depths = np.arange(max(3.0, sag + 3), max(_DEEPEST * width, sag + 6), 1.0)
    usual_depth = np.exp(-0.5 * np.square(np.log(depths / width / _USUAL_DEPTH) / _SPREAD))
    for (power, usual), inset in itertools.product(_SHAPES, _INSETS):
        shift = inset * (right - left)
        flat, hang = (_arc(left + shift, right - shift, depth, power) for depth in (0.0, 1.0))
        arcs = flat + depths[:, None, None] * (hang - flat)
        clear = edges.along(arcs)
        found.append(clear)
        shaded = (edges.shadow(arcs, depths, width) / _SHADOW).clip(0, 1)
        score = usual * (1 - 2.5 * inset) * clear * usual_depth * (_UNSHADED + (1 - _UNSHADED) * shaded)
        top = int(score.argmax())
        if score[top] > best:
            best, best_edge, curve = float(score[top]), float(clear[top]), np.asarray(arcs[top], np.float32)
    return best, best_edge, float(np.median(np.concatenate(found))), curve
