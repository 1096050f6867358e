"""Random fields."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

__all__ = ["Image", "fractal", "value"]

Image = NDArray[np.float32]


def value(shape: tuple[int, int], cell: float, rng: np.random.Generator) -> Image:
    """Smooth noise in [-1, 1], ``float32 (H, W)``, whose bumps are about ``cell`` pixels wide."""
    rows, columns = (max(int(np.ceil(side / cell)) + 3, 4) for side in shape)
    grid = Pillow.fromarray(rng.uniform(-1, 1, (rows, columns)).astype(np.float32))
    box = (1.0, 1.0, min(1 + shape[1] / cell, columns), min(1 + shape[0] / cell, rows))
    how = Pillow.Resampling.BICUBIC if cell > 2 else Pillow.Resampling.BILINEAR
    field = grid.resize((shape[1], shape[0]), how, box=box)
    return np.clip(np.asarray(field, np.float32), -1, 1)


def fractal(shape: tuple[int, int], cell: float, octaves: int, rng: np.random.Generator, gain: float = 0.5) -> Image:
    """A sum of noises, each half as coarse and ``gain`` as strong as the one before, ``float32 (H, W)`` in [-1, 1]."""
    total = np.zeros(shape, np.float32)
    size, strength, cells = 0.0, 1.0, cell
    for _ in range(octaves):
        total += strength * value(shape, max(cells, 1.0), rng)
        size += strength
        strength, cells = strength * gain, cells / 2
    return np.asarray(total / size, np.float32)
