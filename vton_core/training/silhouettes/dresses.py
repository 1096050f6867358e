"""Dresses and jumpsuits: the upper part of a top over a skirt or over legs."""

from __future__ import annotations

import numpy as np

from vton_core.training.silhouettes.curves import Outline, Point, Sizes, both
from vton_core.training.silhouettes.lower import leg_sizes, legs, skirt_edge
from vton_core.training.silhouettes.tops import armhole, bodice_sizes, neckline, sleeves, strapped

__all__ = ["dress"]

# A dress is at least so many times as long as its chest is wide: where a flared skirt tells it from a top, and where
# nothing does. Tops reach as far as that; between the two nobody can tell a tunic from a short dress by its outline.
_SHORTEST, _FLARED = (2.0, 2.35), 1.6


def dress(rng: np.random.Generator) -> list[Outline]:
    """A dress of any cut and length, or a jumpsuit."""
    sizes = bodice_sizes(rng)
    sizes["chest"] = min(sizes["chest"], rng.uniform(20, 30))
    sizes["shoulder"] = min(sizes["shoulder"], sizes["chest"])
    sizes["waist"] = sizes["chest"] * rng.uniform(0.65, 1.05)
    parts: list[Outline] = []
    kind = rng.random()
    if kind < 0.38:
        edge, parts = strapped(rng, sizes)
        side: list[Point] = []
    else:
        edge = neckline(rng, sizes)
        bare = kind < 0.65
        sizes["shoulder"] = max(sizes["shoulder"], sizes["neck"] + 1.5)
        side = armhole(rng, sizes) if bare else []
        parts = [] if bare else sleeves(rng, sizes)
    edge = [*edge, (sizes["shoulder"], sizes["slope"]), *side, (sizes["chest"], sizes["armhole"])]
    if rng.random() < 0.16 and not sizes["bare"]:
        return [*_jumpsuit(rng, sizes, edge), *parts]
    return [_gown(rng, sizes, edge), *parts]


def _gown(rng: np.random.Generator, sizes: dict[str, float], edge: list[Point]) -> Outline:
    """Body and skirt in one outline under a given upper edge."""
    waist_at = max(sizes["waist_at"], sizes["armhole"] + 4)
    widening = rng.choice([rng.uniform(0.85, 1.15), rng.uniform(1.1, 1.6), rng.uniform(1.5, 2.6)], p=[0.35, 0.35, 0.3])
    hip = sizes["chest"] * rng.uniform(0.95, 1.25)
    least = 2 * sizes["chest"] * (_SHORTEST[0] if hip * widening > _FLARED * sizes["waist"] else _SHORTEST[1])
    length = max(least, rng.choice([rng.uniform(80, 105), rng.uniform(95, 155)]))
    sizes |= {"waist_at": waist_at, "hip_at": waist_at + rng.uniform(12, 24), "hem": hip * widening, "length": length}
    sizes["hip"] = hip + max(0.0, sizes["hem"] - hip) * rng.uniform(0, 0.5)
    # A trapeze dress widens from the arms on.
    loose = rng.random() < 0.25
    seed, uneven = int(rng.integers(2**31)), rng.choice([0.025, 0.1], p=[0.85, 0.15])

    def half(given: Sizes) -> list[Point]:
        hem = skirt_edge(np.random.default_rng(seed), (given["hem"], given["length"]))
        body = [(given["waist"], given["waist_at"]), (given["hip"], given["hip_at"])]
        return [*edge, *([] if loose else body), *hem]

    return both(rng, half, sizes, uneven)


def _jumpsuit(rng: np.random.Generator, sizes: Sizes, edge: list[Point]) -> list[Outline]:
    """Body and legs in one."""
    inseam = rng.choice([rng.uniform(2, 15), rng.uniform(45, 80)], p=[0.45, 0.55])
    low = leg_sizes(rng, inseam)
    drop = sizes["waist_at"]
    grown = sizes["waist"] / low["waist"]
    widths = {name: value * grown for name, value in low.items() if name in ("waist", "hip", "knee", "opening")}
    heights = {name: low[name] + drop for name in ("hip_at", "rise", "length")}
    return legs(rng, low | widths | heights, [*edge, (sizes["waist"], drop)])
