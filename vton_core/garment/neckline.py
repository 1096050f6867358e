"""The collar's front edge, behind which a shop photo shows the inner side of the back."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.collar import inner_back
from vton_core.garment.followed import followed
from vton_core.garment.polyline import resample
from vton_core.types import Image, Mask

__all__ = ["Neckline", "arc", "closed_neckline", "find_neckline", "hung_neckline"]

Points = NDArray[np.float32]
_Float = NDArray[np.float32]
_Insets = tuple[tuple[float, float], ...]
# So many points has an edge.
_COUNT: Final = 41
# How round the edge is, |x|^p with p from a V to a U.
_SHAPES: Final = (1.2, 1.5, 2.0, 2.5, 3.0)
# How far inside the collar's corners it begins, in widths of the collar; and on each side of a collar that the photo
# shows a little turned.
_INSETS: Final = tuple((inset, inset) for inset in (0.0, 0.05, 0.1, 0.15))
_TURNED: Final = tuple(
    (first, last)
    for first, last in itertools.product((-0.05, 0.0, 0.05, 0.1, 0.15), repeat=2)
    if first + last >= 0 and abs(first - last) < 0.16
)
# How deep it hangs at most, in widths of the collar.
_DEEPEST: Final = 1.3
# No edge hangs so deep, in widths of the chest: that is a print, or the front itself.
_LOWEST: Final = 0.72
# Deeper than this, in widths of the collar, so much has to speak for each further width: prints and yokes look like an
# edge.
_DEEP, _DEEPER = 0.6, 0.4
# Where nothing shows, how deep an arc hangs, in widths of the collar.
_SHALLOW: Final = 0.06
# From this sag on (widths of the collar) the outline itself is the edge where nothing shows behind it.
_OPEN: Final = 0.3
# So much (log-odds, times squares of the collar's width) has to speak for an edge.
_EVIDENCE: Final = 0.02
# And so much that it is followed where it is no arc.
_PLAIN: Final = 0.1
# And so much where straps hold the front: what is behind them is nothing of the garment.
_BEHIND: Final = 0.3
# An upper edge that rises more than this over its corners, in widths of the collar, is a dome.
_DOME: Final = -0.04
# Of corners for which this share of the most speaks those nearest to the outline's are taken.
_SAME: Final = 0.95
# The network is not to be believed further than this (log-odds).
_SURE: Final = 4.0


@dataclass(frozen=True)
class Neckline:
    """The front edge from the left to the right corner of the collar.

    Attributes:
        curve: ``float32 (41, 2)`` in the garment picture's pixels.
        contrast: how much speaks for the edge; 0 where the outline itself is the edge.
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


def arc(left: Points, right: Points, depth: float, power: float) -> Points:
    """An arc that hangs below the chord of a collar's corners.

    Args:
        left: ``(2,)``.
        right: ``(2,)``.
        depth: how many pixels.
        power: how round it is: from 1, a V, over 2 to 3, a U.

    Returns:
        ``float32 (41, 2)``.
    """
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
        The edge and the index of its corners. The edge is the arc that best parts the front from the inner side of the
        back (:func:`vton_core.garment.collar.inner_back`), bent to follow it where much speaks for it
        (:func:`vton_core.garment.followed.followed`), else (none of that shows, or all of the front) the outline where
        that hangs down between the corners, else a shallow arc.
    """
    middle = (left[0] + right[0]) / 2
    edge, corners = _parted(inner_back(rgb, mask, middle, chest).clip(-_SURE, _SURE), mask, left, right)
    if edge.contrast > 0 and edge.bottom[1] - max(left[corners][1], right[corners][1]) > _LOWEST * chest:
        return closed_neckline(mask, left[corners], right[corners]), corners
    return edge, corners


def _parted(odds: _Float, mask: Mask, left: Points, right: Points) -> tuple[Neckline, int]:
    """The edge that best parts what log-odds tell apart, and the index of its corners."""
    within = np.where(mask, odds, np.float32(0))
    above = np.cumsum(within, axis=0, dtype=np.float32)
    best, found = 0, _between(above, mask, left[0], right[0])
    if _sag(mask, left[0], right[0])[0] <= _DOME * _distance(left[0], right[0]):
        # The back's edge stands up like a dome, and the opening's corners are at its feet.
        domes = [found, *(_between(above, mask, *corners) for corners in zip(left[1:], right[1:], strict=True))]
        areas = np.square(np.linalg.norm(right - left, axis=1))
        evidence = np.array([dome.contrast for dome in domes]) * areas
        best = int((evidence >= _SAME * evidence.max()).argmax())
        found = domes[best]
    edge = _turned(found, above, mask, left[best], right[best])
    return (replace(edge, curve=followed(within, edge.curve)) if edge.contrast > _PLAIN else edge), best


def _turned(found: Neckline, above: _Float, mask: Mask, left: Points, right: Points) -> Neckline:
    """The front edge between its corners with each end where it belongs; where nothing shows it stays."""
    if found.contrast == 0:
        return found
    score, curve = _believed_arc(above, left, right, _sag(mask, left, right)[0], _TURNED)
    return replace(found, curve=curve) if score > found.contrast else found


def closed_neckline(mask: Mask, left: Points, right: Points) -> Neckline:
    """The upper edge of a collar that stands closed round the neck; arguments as of :func:`find_neckline`."""
    return Neckline(
        arc(left, right, max(_sag(mask, left, right)[0], 0.0) + _SHALLOW * _distance(left, right), 2.0), 0.0
    )


def hung_neckline(mask: Mask, left: Points, right: Points, seen: Neckline) -> Neckline:
    """The upper edge of a top that hangs on straps.

    Args:
        mask: ``bool (H, W)``, the top with its straps.
        left: ``(2,)``, the left strap's upper end.
        right: ``(2,)``, the right strap's upper end.
        seen: the front edge between the straps.
    """
    if seen.contrast <= _BEHIND:
        return Neckline(_sag(mask, left, right)[1], 0.0)
    curve = resample(np.concatenate([left[None], seen.curve, right[None]]).astype(np.float32), _COUNT)
    return replace(seen, curve=curve)


def _distance(left: Points, right: Points) -> float:
    return float(np.linalg.norm(right - left))


def _sag(mask: Mask, left: Points, right: Points) -> tuple[float, Points]:
    """How far the outline hangs below the chord of the corners, and the outline."""
    columns = np.linspace(left[0], right[0], _COUNT).round().astype(int).clip(0, mask.shape[1] - 1)
    top = np.where(mask.any(axis=0), mask.argmax(axis=0), mask.shape[0])[columns].astype(np.float32)
    chord = np.linspace(left[1], right[1], _COUNT)
    sag = float(np.median((top - chord)[_COUNT // 3 : -_COUNT // 3]))
    return sag, np.stack([columns, np.maximum(top, chord)], axis=1).astype(np.float32)


def _between(above: _Float, mask: Mask, left: Points, right: Points) -> Neckline:
    """The front edge between two corners; ``above`` sums the log-odds of each pixel and those over it."""
    width = _distance(left, right)
    sag, outline = _sag(mask, left, right)
    score, curve = _believed_arc(above, left, right, sag)
    if score > _EVIDENCE:
        return Neckline(curve, score)
    return Neckline(outline, 0.0) if sag > _OPEN * width else closed_neckline(mask, left, right)


def _believed_arc(
    above: _Float, left: Points, right: Points, sag: float, insets: _Insets = _INSETS
) -> tuple[float, Points]:
    """The best arc, as :func:`_best_arc` tells it; a shallower one where too little speaks for so deep a one."""
    score, curve = _best_arc(above, left, right, sag, insets)
    deep = float((curve[:, 1] - np.linspace(left[1], right[1], _COUNT)).max()) / max(_distance(left, right), 1.0)
    if score < _DEEPER * (deep - _DEEP):
        return _best_arc(above, left, right, sag, insets, deepest=_DEEP)
    return score, curve


def _best_arc(
    above: _Float, left: Points, right: Points, sag: float, insets: _Insets, deepest: float = _DEEPEST
) -> tuple[float, Points]:
    """What speaks for the best arc, over the collar's width squared, and the arc; it hangs so many widths at most."""
    width = max(_distance(left, right), 1.0)
    best, curve = 0.0, arc(left, right, max(sag, 0.0), 2.0)
    depths = np.arange(max(1.0, sag + 2), max(deepest * width, sag + 6), 1.0)
    for power, (first, last) in itertools.product(_SHAPES, insets):
        ends = left + first * (right - left), right - last * (right - left)
        flat, hang = (arc(*ends, depth, power) for depth in (0.0, 1.0))
        arcs = flat + depths[:, None, None] * (hang - flat)
        x, y = np.moveaxis(arcs.round().astype(np.intp), -1, 0)
        inside = above[y.clip(0, above.shape[0] - 1), x.clip(0, above.shape[1] - 1)]
        scores = inside.mean(axis=1) * (1 - first - last) / width
        top = int(scores.argmax())
        if scores[top] > best:
            best, curve = float(scores[top]), np.asarray(arcs[top], np.float32)
    return best, curve
