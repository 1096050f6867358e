"""Hangers drawn above garments that lie, so that the garment network learns that they are none of them."""

from __future__ import annotations

from typing import Final, NamedTuple

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Image, Mask

__all__ = ["hanger", "hung"]

_Float = NDArray[np.float32]
# Black or white plastic, wood, wire, and any colour: how often, the mean colour, and how much that varies.
_KINDS: Final = (
    (0.4, (30, 30, 32), 12),
    (0.15, (228, 228, 225), 15),
    (0.15, (165, 120, 75), 30),
    (0.15, (120, 120, 122), 30),
    (0.15, (128, 128, 128), 75),
)
# How often it is solid, and then has an opening; how often its bars are two, and how often a slip's hooks stand on it.
_SOLID, _OPENING, _SLOT, _HOOKS = 0.35, 0.3, 0.45, 0.2
# How often it stands up further.
_FREE: Final = 0.4
_SHARP: Final = 4


def hung(rng: np.random.Generator, ground: Image, layer: _Float) -> Image:
    """A background with a hanger on it, which is what a garment then hides most of.

    Args:
        rng: of all that is random.
        ground: ``uint8 (H, W, 3)``.
        layer: ``float32 (H, W, 4)``: the hanger's colours and its alpha.

    Returns:
        ``uint8 (H, W, 3)``.
    """
    below = ground.astype(np.float32)
    move = np.array([[1, 0, rng.normal(0, 4)], [0, 1, rng.normal(2, 3)]], np.float32)
    shade = cv2.GaussianBlur(cv2.warpAffine(layer[..., 3], move, ground.shape[1::-1]), (0, 0), rng.uniform(1, 5))
    below *= 1 - rng.uniform(0, 0.4) * shade[..., None]
    mixed = below + layer[..., 3:] * (layer[..., :3] - below)
    return np.asarray(mixed.clip(0, 255), np.uint8)


def hanger(rng: np.random.Generator, mask: Mask) -> _Float:
    """A hanger for a garment: its hook above the middle of the collar, its bars along the shoulders.

    Args:
        rng: of all that is random.
        mask: ``bool (H, W)``, the garment, upright; not empty.

    Returns:
        ``float32 (H, W, 4)``: its colours in [0, 255], and alpha.
    """
    middle, top, wide = _collar(mask)
    # In a wide neck it stands free.
    above = wide * (rng.uniform(0.05, 0.3) if rng.random() < _FREE else rng.uniform(-0.03, 0.12))
    base = np.array([middle + wide * rng.normal(0, 0.02), top - above])
    thick = wide * float(np.exp(rng.uniform(np.log(0.012), np.log(0.05))))
    reach = np.array([wide * rng.uniform(0.3, 0.5), above + wide * rng.uniform(0.06, 0.2)])
    alpha = np.zeros(mask.shape, np.uint8)
    if rng.random() < _SOLID:
        _shoulders(rng, alpha, _Place(base, reach, wide))
    else:
        _bars(rng, alpha, _Place(base, reach, wide), thick)
    if rng.random() < _HOOKS:
        for sign in (-1, 1):
            at = base + reach * (sign, 1) * rng.uniform(0.25, 0.45)
            _line(alpha, np.array([at, at - np.array([sign, 2.5]) * thick]), thick / 2)
    _line(alpha, _hook(rng, base, wide), thick * rng.uniform(0.25, 0.8))
    soft = cv2.GaussianBlur(alpha, (0, 0), 0.7).astype(np.float32) / 255
    return np.dstack([_surface(rng, mask.shape), soft])


def _collar(mask: Mask) -> tuple[float, float, float]:
    """The middle of the collar's upper edge, x and y, and how wide the garment is below it."""
    rows = np.flatnonzero(mask.any(axis=1))
    high = np.ptp(rows) + 1
    upper = mask[rows[0] : rows[0] + max(2, round(0.08 * high))]
    middle = float(np.median(np.nonzero(upper)[1]))
    top = float(mask[:, round(middle)].argmax()) if mask[:, round(middle)].any() else float(rows[0])
    wide = float(np.median(mask[rows[0] + high // 4 : rows[0] + high // 2].sum(axis=1)))
    return middle, top, wide


class _Place(NamedTuple):
    """Where a hanger's middle is, how far out and down its ends are from there, and how wide its garment is."""

    base: NDArray[np.float64]
    reach: NDArray[np.float64]
    wide: float


def _bars(rng: np.random.Generator, alpha: NDArray[np.uint8], place: _Place, thick: float) -> None:
    """Bars that bend down to both sides of a short level one, or two pairs of them."""
    base, reach, wide = place
    level = wide * rng.uniform(0.03, 0.12)
    for gap in (0.0, rng.uniform(1.6, 3.0) * thick)[: 1 + (rng.random() < _SLOT)]:
        x = np.array([-reach[0], -level, level, reach[0]])
        _line(alpha, np.stack([x, np.array([reach[1], 0, 0, reach[1]]) + gap], axis=1) + base, thick)


def _shoulders(rng: np.random.Generator, alpha: NDArray[np.uint8], place: _Place) -> None:
    """A solid hanger, deep in its middle, at times with an opening."""
    base, reach, wide = place
    x = np.linspace(-1, 1, 33)
    upper = np.abs(x) ** rng.uniform(1.0, 1.8) * reach[1]
    depth = wide * (rng.uniform(0.02, 0.05) + rng.uniform(0.03, 0.13) * (1 - np.abs(x)) ** rng.uniform(0.6, 1.6))
    edges = [np.stack([x * reach[0], y], axis=1) + base for y in (upper, upper + depth)]
    _area(alpha, np.concatenate([edges[0], edges[1][::-1]]), 255)
    if rng.random() < _OPENING:
        inner = slice(4, -4)
        middle = (upper + 0.5 * depth, upper + 0.8 * depth)
        rims = [np.stack([x * reach[0], y], axis=1)[inner] + base for y in middle]
        _area(alpha, np.concatenate([rims[0], rims[1][::-1]]), 0)


def _hook(rng: np.random.Generator, base: NDArray[np.float64], wide: float) -> NDArray[np.float64]:
    """A hook's middle line: up from the base, and most of the way round to one side."""
    stem, radius = wide * rng.uniform(0.02, 0.12), wide * rng.uniform(0.04, 0.08)
    turn = np.linspace(0, np.pi * rng.uniform(1.1, 1.6), 24)
    side = rng.choice([-1, 1])
    around = np.stack([side * np.sin(turn), np.cos(turn)], axis=1) * radius
    return np.concatenate([base[None], around + base - np.array([0.0, stem + radius])])


def _area(alpha: NDArray[np.uint8], outline: NDArray[np.float64], value: int) -> None:
    cv2.fillPoly(alpha, [np.round(outline * 2**_SHARP).astype(np.int32)], (float(value),), cv2.LINE_AA, _SHARP)


def _line(alpha: NDArray[np.uint8], path: NDArray[np.float64], thick: float) -> None:
    points = [np.round(path * 2**_SHARP).astype(np.int32)]
    cv2.polylines(alpha, points, False, (255.0,), max(1, round(thick)), cv2.LINE_AA, _SHARP)


def _surface(rng: np.random.Generator, shape: tuple[int, ...]) -> _Float:
    """A hanger's colours, lighter to one side."""
    _, colour, varied = _KINDS[rng.choice(len(_KINDS), p=[share for share, *_ in _KINDS])]
    plain = colour + rng.normal(0, varied, 3) * (0.4 if varied < 40 else 1.0) + rng.normal(0, varied / 2)
    light = rng.normal(0, 12) * np.linspace(-1, 1, shape[1])[None, :, None]
    return np.asarray(np.clip(plain + light + rng.normal(0, 3, (*shape, 1)), 0, 255), np.float32)
