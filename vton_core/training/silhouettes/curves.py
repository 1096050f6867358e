"""What silhouettes are made of: outlines in centimetres, as lists of points, x to the right and y down."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Mask

__all__ = [
    *("Maker", "Mark", "Outline", "Pattern", "Point", "Sizes"),
    *("both", "centred", "hem", "limb", "placed", "rasterised", "rounded", "strip"),
]

Point = tuple[float, float]
Outline = NDArray[np.float64]
Sizes = Mapping[str, float]
Maker = Callable[[Sizes], Sequence[Point]]
Mark = tuple[int, str]

# One side of a garment that lies on a table differs from the other by so much.
_UNEVEN: Final = 0.025
_SHARP: Final = 6
# How much of a picture's side a garment takes.
_FILLED: Final = 0.75


@dataclass(frozen=True)
class Pattern:
    """A garment's outlines, and which of their points are its landmarks.

    Attributes:
        outlines: what it is made of.
        marks: by side of the picture (0 left, 1 right) and name, the outline's number and its point's.
    """

    outlines: list[Outline]
    marks: dict[Mark, tuple[int, int]] = field(default_factory=dict)

    def rounded(self, cut: float, times: int) -> tuple[list[Outline], dict[Mark, Point]]:
        """The outlines with their corners cut off, and where the landmarks are then, see :func:`rounded`."""
        found = {}
        for mark, (outline, at) in self.marks.items():
            before, here, after = np.take(self.outlines[outline], (at - 1, at, at + 1), axis=0, mode="wrap")
            # The middle of the first cut lies on the curve, however often it is cut again.
            on_curve = here + (0.5 * cut * (before + after - 2 * here) if times else 0.0)
            found[mark] = (float(on_curve[0]), float(on_curve[1]))
        return [rounded(outline, cut, times) for outline in self.outlines], found


def both(rng: np.random.Generator, make: Maker, sizes: Sizes, uneven: float = _UNEVEN) -> Outline:
    """A whole outline of two halves that are not quite alike.

    Args:
        rng: what is random.
        make: the right half for given sizes, from the middle of the upper edge round to the middle of the lower one.
        sizes: its measures.
        uneven: standard deviation of each measure from one side to the other, as a share of it.

    Returns:
        ``float64 (N, 2)``.
    """
    right, left = (np.array(make(_varied(rng, sizes, uneven))) for _ in range(2))
    return np.concatenate([right, left[::-1] * (-1, 1)])


def _varied(rng: np.random.Generator, sizes: Sizes, share: float) -> Sizes:
    factors = np.exp(rng.normal(0, share, len(sizes)).clip(-2 * share, 2 * share))
    return {name: value * float(factor) for (name, value), factor in zip(sizes.items(), factors, strict=True)}


def strip(axis: Sequence[Point], widths: Sequence[float]) -> Outline:
    """A band along an axis, ``float64 (2 N, 2)``, whose half widths are given at each of its points."""
    line = np.array(axis, np.float64)
    along = np.gradient(line, axis=0)
    across = np.stack([-along[:, 1], along[:, 0]], axis=1) / np.maximum(np.linalg.norm(along, axis=1), 1e-6)[:, None]
    offset = across * np.array(widths)[:, None]
    return np.concatenate([line + offset, (line - offset)[::-1]])


def limb(start: Point, lengths: Sequence[float], angles: Sequence[float]) -> list[Point]:
    """The joints of a bent sleeve: from ``start`` so far in each direction (degrees from straight down, outwards)."""
    points = [start]
    for length, angle in zip(lengths, np.radians(angles), strict=True):
        x, y = points[-1]
        points.append((x + length * float(np.sin(angle)), y + length * float(np.cos(angle))))
    return points


def hem(outer: Point, middle: float, wave: float = 0.0, folds: float = 3.0) -> list[Point]:
    """The lower edge from its corner to the middle line, that far down, in so many folds of that height."""
    share = np.linspace(0, 1, 25 if wave else 5)
    x, sag = outer[0] * (1 - share), outer[1] + (middle - outer[1]) * np.sin(share * np.pi / 2)
    y = sag + wave * np.sin(share * folds * 2 * np.pi)
    return list(zip(x.tolist(), y.tolist(), strict=True))


def rounded(outline: Outline, cut: float, times: int) -> Outline:
    """Corners cut off so many times (Chaikin, "An algorithm for high-speed curve generation", 1974)."""
    for _ in range(times):
        after = np.roll(outline, -1, axis=0)
        outline = np.stack([outline + cut * (after - outline), after - cut * (after - outline)], axis=1).reshape(-1, 2)
    return outline


def placed(outlines: Sequence[Outline], side: int) -> tuple[float, Outline]:
    """Scale and offset ``(2,)`` that bring outlines into the middle of a square picture of ``side`` pixels."""
    every = np.concatenate(outlines)
    low, high = every.min(axis=0), every.max(axis=0)
    scale = _FILLED * side / float((high - low).max())
    return scale, (side - 1) / 2 - scale * (low + high) / 2


def rasterised(outlines: Sequence[Outline], side: int) -> Mask:
    """All outlines filled, in the middle of a square picture of ``side`` pixels."""
    scale, offset = placed(outlines, side)
    area = np.zeros((side, side), np.uint8)
    for part in outlines:
        cv2.fillPoly(area, [np.round((part * scale + offset) * 2**_SHARP).astype(np.int32)], (1,), shift=_SHARP)
    return np.asarray(area > 0)


def centred(mask: Mask, side: int) -> Mask:
    """A silhouette in the middle of a square picture of ``side`` pixels, as large as a drawn one."""
    y, x = np.nonzero(mask)
    low, high = np.array([x.min(), y.min()]), np.array([x.max(), y.max()])
    scale = _FILLED * side / max(float((high - low).max()), 1.0)
    shift = (side - 1) / 2 - scale * (low + high) / 2
    matrix = np.array([[scale, 0, shift[0]], [0, scale, shift[1]]])
    # Averaged over what falls into a pixel.
    soft = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(0.5 / scale, 0.3))
    return np.asarray(cv2.warpAffine(soft, matrix, (side, side), flags=cv2.INTER_LINEAR) > 0.5)
