"""What stands behind a person or a garment."""

from __future__ import annotations

import numpy as np
from scipy.ndimage import gaussian_filter

from synthesis.noise import Image, fractal, value
from synthesis.views import View

__all__ = ["backdrop"]


def backdrop(view: View, rng: np.random.Generator, *, shop: bool) -> Image:
    """What stands behind, ``float32 (H, W, 3)``, linear."""
    shape = (view.surface.shape[0], view.surface.shape[1])
    height = shape[0]
    kind = rng.random()
    if shop:
        level = rng.choice([0.98, 0.9, 0.8, 0.6]) if kind < 0.9 else rng.uniform(0.1, 0.5)
        return np.full((*shape, 3), level, np.float32) * (1 - 0.03 * value(shape, 300, rng)[..., None])
    down = np.linspace(0, 1, height, dtype=np.float32)[:, None, None]
    if kind < 0.4:
        level = rng.uniform(0.3, 0.95) * np.clip(1 + rng.uniform(-0.05, 0.05, 3), 0, 1)
        field = level * (1 - rng.uniform(0, 0.35) * down) * (1 + 0.06 * value(shape, 260, rng)[..., None])
    else:
        field = _place(shape, rng)
    return np.asarray(np.clip(field * _floor_shadow(view, rng)[..., None], 0.003, 1.2), np.float32)


def _place(shape: tuple[int, int], rng: np.random.Generator) -> Image:
    """A room or a street out of focus: a wall, a floor, things in front of them."""
    height, width = shape
    wall, floor = (_muted(rng) for _ in range(2))
    field = np.broadcast_to(wall, (height, width, 3)).astype(np.float32).copy()
    horizon = int(height * rng.uniform(0.55, 0.95))
    field[horizon:] = floor
    for _ in range(int(rng.integers(3, 18))):
        w, h = int(width * rng.uniform(0.03, 0.5)), int(height * rng.uniform(0.03, 0.6))
        x, y = int(rng.integers(-w, width)), int(rng.integers(-h, height))
        field[max(y, 0) : max(y + h, 0), max(x, 0) : max(x + w, 0)] = _muted(rng)
    sigma = float(rng.choice([0.7, 2.0, 6.0, 14.0]))
    field = gaussian_filter(field, (sigma, sigma, 0))
    grain = fractal(shape, 60, 5, rng)[..., None]
    return np.asarray(field * (1 + rng.uniform(0.02, 0.3) * grain), np.float32)


def _muted(rng: np.random.Generator) -> Image:
    """A colour of walls and things: mostly grey, sometimes vivid, linear."""
    strength = 0.12 if rng.random() < 0.8 else 0.5
    return np.asarray(
        np.power(np.clip(rng.uniform(0.1, 0.95) + strength * rng.uniform(-1, 1, 3), 0.02, 1), 2.2), np.float32
    )


def _floor_shadow(view: View, rng: np.random.Generator) -> Image:
    """A soft dark patch where shoes touch the ground."""
    height, width = view.surface.shape
    shade_ = np.ones((height, width), np.float32)
    rows, columns = np.nonzero(view.alpha > 0)
    if len(rows) and rows.max() < height - 3:
        y, x = np.mgrid[0:height, 0:width]
        low = rows > rows.max() - 6
        cx, span = columns[low].mean(), max(float(np.ptp(columns[rows > rows.max() - 25])), 20.0)
        far = ((x - cx) / (0.75 * span)) ** 2 + ((y - rows.max() + 2) / (0.12 * span + 3)) ** 2
        shade_ -= rng.uniform(0.2, 0.7) * np.exp(-far).astype(np.float32)
    return shade_
