"""What happens to a silhouette between the pattern and the mask of a photo."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Mask

__all__ = ["spoiled", "spoiled_with"]

Points = NDArray[np.float64]

# Where the picture's pixels come from is smooth: it is computed on a grid of so many points a side.
_GRID: Final = 24
# Steps to find where a pixel has gone: each leaves less than a third of the way.
_STEPS: Final = 12


def spoiled(mask: Mask, rng: np.random.Generator) -> Mask:
    """A silhouette tilted, pulled out of shape, badly cut out, cropped.

    Args:
        mask: ``bool (S, S)``, with some room around it.
        rng: what is random.

    Returns:
        ``bool (H, W)``; never empty.
    """
    return spoiled_with(mask, np.zeros((0, 2)), rng)[0]


def spoiled_with(mask: Mask, points: Points, rng: np.random.Generator) -> tuple[Mask, Points]:
    """The same as :func:`spoiled`, and where points of the silhouette are then.

    Args:
        mask: as there.
        points: ``float64 (N, 2)``, pixels.
        rng: what is random; the same gives the same silhouette as there.

    Returns:
        The silhouette, and ``float64 (N, 2)``, which may lie outside of a cropped one.
    """
    # Most photos are good.
    severity = rng.uniform(0, 1) ** 2
    picture, moved = _pulled(mask.astype(np.float32), points, severity, rng)
    chance = rng.random(5)
    if rng.random() < 0.5:
        picture = _smoothed(picture, rng)
    if chance[0] < 0.6 * severity:
        picture = _ragged(picture, rng)
    if chance[1] < 0.3 * severity:
        picture = _with_spots(picture, rng, filled=False)
    if chance[2] < 0.15 * severity:
        picture = _with_spots(picture, rng, filled=True)
    if chance[3] < 0.05:
        picture = _on_a_hanger(picture, rng)
    if chance[4] < 0.12:
        picture, corner = _cropped(picture, rng)
        moved = moved - corner
    found = np.asarray(picture > 0.5)
    return (found, moved) if found.sum() > 0.25 * mask.sum() else (mask, points)


def _pulled(
    picture: NDArray[np.float32], points: Points, severity: float, rng: np.random.Generator
) -> tuple[NDArray[np.float32], Points]:
    """Turned, sheared, stretched, seen in perspective, with uneven edges; and where points go with it."""
    much = 0.3 + 1.5 * severity
    side = picture.shape[0]
    angle = np.radians(rng.normal(0, 1 + 7 * severity))
    stretch = np.exp(rng.normal(0, 0.04))
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    matrix = turn @ np.array([[stretch, rng.normal(0, 0.03 * much)], [0, 1 / stretch]])
    y, x = np.mgrid[0:_GRID, 0:_GRID] / (_GRID - 1) - 0.5
    at = np.stack([x, y]).reshape(2, -1)
    tilt = 1 + rng.normal(0, 0.05 * much, 2) @ at
    source = (matrix @ at * tilt).reshape(2, _GRID, _GRID)
    source[0] += _spine(y, rng)
    for cells, amount in ((4, 0.018), (9, 0.006)):
        waves = rng.normal(0, amount * much * rng.uniform(0, 1), (cells, cells, 2)).astype(np.float32)
        source += cv2.resize(waves, (_GRID, _GRID), interpolation=cv2.INTER_CUBIC).transpose(2, 0, 1)
    places = ((source + 0.5) * (side - 1)).astype(np.float32)
    across, down = (cv2.resize(place, (side, side), interpolation=cv2.INTER_LINEAR) for place in places)
    pulled = np.asarray(cv2.remap(picture, across, down, cv2.INTER_LINEAR), np.float32)
    return pulled, _carried(points, np.dstack([across, down]))


def _carried(points: Points, places: NDArray[np.float32]) -> Points:
    """Where points go, given for each pixel the place that it shows: a fixed point, as pixels hardly move."""
    moved = points.copy()
    if len(points):
        for _ in range(_STEPS):
            x, y = moved.astype(np.float32).T[..., None]
            moved += points - cv2.remap(places, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)[:, 0]
    return moved


def _spine(y: NDArray[np.float64], rng: np.random.Generator) -> NDArray[np.float64]:
    """How far aside each row lies: of what an invisible wearer fills, who stands with a hip out or turned aside."""
    amount = rng.normal(0, 0.04) if rng.random() < 0.4 else 0.0
    return np.asarray(amount * np.sin(2 * np.pi * rng.uniform(0.4, 1.0) * y + rng.uniform(0, 2 * np.pi)))


def _smoothed(picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """With round corners inside and outside, where parts meet too."""
    soft = cv2.GaussianBlur(picture, (0, 0), picture.shape[0] * rng.uniform(0.003, 0.02))
    return np.asarray((soft > 0.5).astype(np.float32))


def _ragged(picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """An outline that a faint edge left uncertain."""
    side = picture.shape[0]
    cells = int(rng.integers(side // 8, side // 2))
    noise = rng.normal(0, 1, (cells, cells)).astype(np.float32)
    noise = np.asarray(cv2.resize(noise, (side, side), interpolation=cv2.INTER_LINEAR), np.float32)
    soft = cv2.GaussianBlur(picture, (0, 0), side * rng.uniform(0.004, 0.014))
    return np.asarray(soft + noise * np.float32(rng.uniform(0.03, 0.18)) * (soft > 0.02) * (soft < 0.98), np.float32)


def _with_spots(picture: NDArray[np.float32], rng: np.random.Generator, *, filled: bool) -> NDArray[np.float32]:
    """Holes where the garment looks like its background, bites in its edge, or scraps of what lies beside it."""
    side, spoilt = picture.shape[0], picture.copy()
    inside = np.argwhere(picture > 0.5)
    for _ in range(int(rng.integers(1, 4))):
        row, column = inside[rng.integers(len(inside))] + rng.normal(0, 0.03 * side, 2)
        axes = rng.uniform(0.008, 0.05, 2) * side
        centre, size = (round(column), round(row)), (max(1, round(axes[0])), max(1, round(axes[1])))
        cv2.ellipse(spoilt, centre, size, float(rng.uniform(0, 180)), 0, 360, (float(filled),), -1)
    return spoilt


def _on_a_hanger(picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """With a hanger's hook over the middle of its upper edge."""
    side, hung = picture.shape[0], picture.copy()
    columns = np.flatnonzero((picture > 0.5).any(axis=0))
    middle = int(columns[0] + columns[-1]) // 2
    top = int((picture[:, middle] > 0.5).argmax())
    high = round(side * rng.uniform(0.02, 0.09))
    thick = max(1, round(side * rng.uniform(0.004, 0.015)))
    cv2.line(hung, (middle, top + 2), (middle, max(0, top - high)), (1.0,), thick)
    return hung


def _cropped(picture: NDArray[np.float32], rng: np.random.Generator) -> tuple[NDArray[np.float32], Points]:
    """Cut off by the border of the photo on one side or two; and the place of what is left."""
    rows, columns = (np.flatnonzero((picture > 0.5).any(axis=axis)) for axis in (1, 0))
    height, width = len(rows), len(columns)
    part = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    corner = np.array([columns[0], rows[0]], np.float64)
    for _ in range(int(rng.integers(1, 3))):
        side, share = int(rng.integers(4)), rng.uniform(0.0, 0.09)
        top, left = round(share * height * (side == 0)), round(share * width * (side == 2))
        below, right = round(share * height * (side == 1)), round(share * width * (side == 3))
        part = part[top : len(part) - below, left : part.shape[1] - right]
        corner += (left, top)
    return part, corner
