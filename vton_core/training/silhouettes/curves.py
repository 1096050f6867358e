"""What silhouettes are made of: outlines in centimetres, as lists of points, x to the right and y down."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Mask

__all__ = ["Maker", "Outline", "Sizes", "both", "centred", "hem", "limb", "rasterised", "rounded", "strip"]

Point = tuple[float, float]
Outline = NDArray[np.float64]
Sizes = Mapping[str, float]
Maker = Callable[[Sizes], Sequence[Point]]

# One side of a garment that lies on a table differs from the other by so much.
_UNEVEN: Final = 0.025
_SHARP: Final = 6
# How much of a picture's side a garment takes.
_FILLED: Final = 0.75


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


def rasterised(outlines: Iterable[Outline], side: int) -> Mask:
    """All outlines filled, in the middle of a square picture of ``side`` pixels."""
    parts = list(outlines)
    every = np.concatenate(parts)
    low, high = every.min(axis=0), every.max(axis=0)
    scale = _FILLED * side / float((high - low).max())
    area = np.zeros((side, side), np.uint8)
    for part in parts:
        placed = (part - (low + high) / 2) * scale + (side - 1) / 2
        cv2.fillPoly(area, [np.round(placed * 2**_SHARP).astype(np.int32)], (1,), shift=_SHARP)
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
