"""Fabrics: plain, mottled, striped, checked, dotted, printed; as planes of colour in Lab."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

__all__ = ["inner_side", "mottled", "random_fabric", "random_tone"]

Plane = NDArray[np.float32]


def random_tone(rng: np.random.Generator) -> Plane:
    """A colour ``(3,)`` in Lab: black, white and grey as often as they are worn."""
    pick = rng.random()
    if pick < 0.25:
        return np.array([rng.uniform(3, 22), rng.normal(0, 1.5), rng.normal(-1, 2)], np.float32)
    if pick < 0.45:
        return np.array([rng.uniform(88, 99), rng.normal(0, 1), rng.normal(1, 2)], np.float32)
    if pick < 0.6:
        return np.array([rng.uniform(25, 88), rng.normal(0, 1.5), rng.normal(0, 2)], np.float32)
    angle, strength = rng.uniform(0, 2 * np.pi), rng.gamma(3, 10)
    return np.array([rng.uniform(12, 88), strength * np.cos(angle), strength * np.sin(angle)], np.float32)


def mottled(side: int, rng: np.random.Generator, size: float, stretch: float = 1.0) -> Plane:
    """Smooth noise of unit deviation, ``float32 (S, S)``; ``stretch`` times as wide as high."""
    coarse = max(1, int(size / 3))
    noise = rng.standard_normal((-(-side // coarse),) * 2).astype(np.float32)
    smooth = cv2.GaussianBlur(noise, (0, 0), max(0.6, size * stretch / coarse), sigmaY=max(0.6, size / coarse))
    smooth = cv2.resize(smooth, (side, side), interpolation=cv2.INTER_CUBIC) if coarse > 1 else smooth
    return np.asarray(smooth / max(float(smooth.std()), 1e-6), np.float32)


def random_fabric(side: int, tone: Plane, rng: np.random.Generator) -> Plane:
    """``float32 (S, S, 3)`` in Lab."""
    cloth = np.broadcast_to(tone, (side, side, 3)).astype(np.float32).copy()
    x, y = np.meshgrid(np.arange(side), np.arange(side))
    pick = rng.random()
    if pick < 0.14:
        _mix(cloth, _stripes(y + 2 * mottled(side, rng, 30), side, rng), rng)
    elif pick < 0.18:
        _mix(cloth, _stripes(x + 2 * mottled(side, rng, 30), side, rng), rng)
    elif pick < 0.22:
        lines = (_stripes(line, side, rng) for line in (x, y))
        _mix(cloth, np.clip(sum(lines) / 2, 0, 1), rng)
    elif pick < 0.30:
        _mix(cloth, (mottled(side, rng, rng.uniform(1, 6)) > rng.uniform(0.5, 1.6)).astype(np.float32), rng)
    cloth[..., 0] += rng.uniform(0, 3) * mottled(side, rng, rng.uniform(0.6, 2), rng.uniform(1, 4))
    cloth[..., 0] += rng.uniform(0, 3.5) * mottled(side, rng, rng.uniform(8, 40))
    return cloth


def _stripes(along: NDArray[np.float64], side: int, rng: np.random.Generator) -> Plane:
    period, share = side * rng.uniform(0.02, 0.14), rng.uniform(0.3, 0.7)
    return np.asarray(((along / period + rng.random()) % 1) < share, np.float32)


def _mix(cloth: Plane, where: Plane, rng: np.random.Generator) -> None:
    cloth += where[..., None] * (random_tone(rng) - cloth)


def inner_side(cloth: Plane, rng: np.random.Generator) -> Plane:
    """The same fabric's inner side: in the shade, its pattern fainter; of dark fabrics often paler than the front."""
    side = len(cloth)
    mean = cloth.reshape(-1, 3).mean(axis=0)
    faint = rng.uniform(0, 1) if rng.random() < 0.7 else 1.0
    inside = mean + faint * (np.roll(cloth, int(rng.integers(2, 20)), axis=0) - mean)
    if rng.random() < 0.12:
        inside = random_fabric(side, random_tone(rng), rng)
    elif mean[0] < 45 and rng.random() < 0.65:
        inside[..., 0] += rng.uniform(0, 16)
        inside[..., 1:] *= rng.uniform(0.5, 1.05)
    else:
        inside[..., 0] *= 1 - rng.uniform(0.0, 0.3)
    inside[..., 0] += rng.uniform(0, 5) * mottled(side, rng, rng.uniform(0.7, 1.8), rng.uniform(1, 6))
    if rng.random() < 0.35:
        # It hangs in folds.
        folds = mottled(side, rng, rng.uniform(3, 8), rng.uniform(1.5, 6))
        inside[..., 0] *= (1 + rng.uniform(0.05, 0.3) * folds).clip(0.2, 2)
    return np.asarray(inside, np.float32)
