"""What stays of an arrangement (see :mod:`components.scene`) when another background takes the place of its own."""

from __future__ import annotations

import math
from typing import Final

from components.arrangement import Arrangement, Entry

__all__ = ["carried"]

_SMALL: Final = 20.0
"""Pixels of height below which whole pixels would change a figure's size."""
_LEAST: Final = 2.0


def carried(arrangement: Arrangement, before: tuple[int, int], now: tuple[int, int]) -> Arrangement:
    """An arrangement on another background: the figures stand where they stood in relation to it, and as large.

    Horizon, perspective and what was painted in front belong to the background, and go with it.

    Args:
        arrangement: on a background of ``before``.
        before: ``(width, height)`` in pixels.
        now: the same of the background that took its place.
    """
    figures = [_figure(entry, before, now) for entry in arrangement["figures"]]
    return {
        "figures": figures,
        "selected": arrangement["selected"],
        "horizon": None,
        "drawn": False,
        "perspective": False,
        "occluder": None,
    }


def _figure(entry: Entry, before: tuple[int, int], now: tuple[int, int]) -> Entry:
    if before == now:
        return entry
    # Pixel centres are at integers, so that the edges of one picture come to lie on those of the other.
    x, y = (round((entry["position"][k] + 0.5) * now[k] / before[k] - 0.5) for k in (0, 1))
    tall = math.dist(entry["top"], entry["bottom"])
    scale = max(now[1] / before[1], _LEAST / tall)
    digits = 0 if tall * scale > _SMALL else 3

    def moved(point: list[float]) -> list[float]:
        u, v = (point[k] - entry["position"][k] for k in (0, 1))
        return _rounded((x + scale * u, y + scale * v), digits)

    return {**entry, "position": [x, y], "top": moved(entry["top"]), "bottom": moved(entry["bottom"])}


def _rounded(point: tuple[float, float], digits: int) -> list[float]:
    """Whole numbers as integers, as the page sends them."""
    found = [round(v, digits) for v in point]
    return [int(v) if v == int(v) else v for v in found]
