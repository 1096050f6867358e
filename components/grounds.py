"""What stays of an arrangement (see :mod:`components.scene`) when another background takes the place of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

__all__ = ["carried"]

_SMALL: Final = 20.0
"""Pixels of height below which whole pixels would change a figure's size."""
_LEAST: Final = 2.0


def carried(arrangement: Mapping[str, Any], before: tuple[int, int], now: tuple[int, int]) -> dict[str, Any]:
    """An arrangement on another background: the figures stand where they stood in relation to it, and as large.

    Horizon, perspective and what was painted in front belong to the background, and go with it.

    Args:
        arrangement: on a background of ``before``.
        before: ``(width, height)`` in pixels.
        now: the same of the background that took its place.
    """
    figures = [_figure(entry, before, now) for entry in arrangement["figures"]]
    own = {"horizon": None, "drawn": False, "perspective": False, "occluder": None}
    return {**arrangement, "figures": figures, **own}


def _figure(entry: Mapping[str, Any], before: tuple[int, int], now: tuple[int, int]) -> dict[str, Any]:
    if before == now:
        return dict(entry)
    # Pixel centres are at integers, so that the edges of one picture come to lie on those of the other.
    x, y = (round((entry["position"][k] + 0.5) * now[k] / before[k] - 0.5) for k in (0, 1))
    by = {name: [entry[name][k] - entry["position"][k] for k in (0, 1)] for name in ("top", "bottom")}
    tall = sum((a - b) ** 2 for a, b in zip(by["top"], by["bottom"], strict=True)) ** 0.5
    scale = max(now[1] / before[1], _LEAST / tall)
    digits = 0 if tall * scale > _SMALL else 3
    points = {name: _rounded((x + scale * u, y + scale * v), digits) for name, (u, v) in by.items()}
    return {**entry, "position": [x, y], **points}


def _rounded(point: tuple[float, float], digits: int) -> list[float]:
    """Whole numbers as integers, as the page sends them."""
    found = [round(v, digits) for v in point]
    return [int(v) if v == int(v) else v for v in found]
