"""What happens to a silhouette between the pattern and the mask of a photo."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Mask

__all__ = ["spoiled"]

# Where the picture's pixels come from is smooth: it is computed on a grid of so many points a side.
_GRID: Final = 24


def spoiled(mask: Mask, rng: np.random.Generator) -> Mask:
    """A silhouette tilted, pulled out of shape, badly cut out, cropped.

    Args:
        mask: ``bool (S, S)``, with some room around it.
        rng: what is random.

    Returns:
        ``bool (H, W)``; never empty.
    """
    # Most photos are good.
    severity = rng.uniform(0, 1) ** 2
    picture = _pulled(mask.astype(np.float32), severity, rng)
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
        picture = _cropped(picture, rng)
    found = np.asarray(picture > 0.5)
    return found if found.sum() > 0.25 * mask.sum() else mask


def _pulled(picture: NDArray[np.float32], severity: float, rng: np.random.Generator) -> NDArray[np.float32]:
    """Turned, sheared, stretched, seen in perspective, with uneven edges."""
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
    return np.asarray(cv2.remap(picture, across, down, cv2.INTER_LINEAR), np.float32)


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


def _cropped(picture: NDArray[np.float32], rng: np.random.Generator) -> NDArray[np.float32]:
    """Cut off by the border of the photo on one side or two."""
    rows, columns = (np.flatnonzero((picture > 0.5).any(axis=axis)) for axis in (1, 0))
    height, width = len(rows), len(columns)
    part = picture[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    for _ in range(int(rng.integers(1, 3))):
        side, share = int(rng.integers(4)), rng.uniform(0.0, 0.09)
        top, left = round(share * height * (side == 0)), round(share * width * (side == 2))
        below, right = round(share * height * (side == 1)), round(share * width * (side == 3))
        part = part[top : len(part) - below, left : part.shape[1] - right]
    return part
