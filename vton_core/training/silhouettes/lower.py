"""Trousers, shorts and skirts."""

from __future__ import annotations

import numpy as np

from vton_core.training.silhouettes.curves import Outline, Point, Sizes, both, hem, strip

__all__ = ["leg_sizes", "legs", "shorts", "skirt", "skirt_edge", "trousers"]


def _waist(rng: np.random.Generator) -> dict[str, float]:
    waist = rng.uniform(15, 24)
    return {"waist": waist, "hip": waist * rng.uniform(1.05, 1.5), "hip_at": rng.uniform(12, 24)}


def _band(rng: np.random.Generator, waist: float) -> list[Point]:
    """The upper edge from its middle to its corner at height 0: level, hollow, raised, or gathered above a cord."""
    kind = rng.random()
    if kind < 0.1:
        ruffle, cord = rng.uniform(2, 6), waist * rng.uniform(1.02, 1.2)
        return [(0, -ruffle + rng.uniform(-1, 1)), (0.6 * cord, -ruffle), (cord, -ruffle), (waist, 0)]
    dip = rng.uniform(-2.5, 3) if kind < 0.3 else rng.normal(0.2, 0.6)
    return [(0, dip), (0.6 * waist, 0.65 * dip), (waist, 0)]


def leg_sizes(rng: np.random.Generator, inseam: float) -> dict[str, float]:
    """Measures of two legs, in centimetres, from leggings to wide ones."""
    sizes = _waist(rng)
    rise = rng.uniform(20, 36)
    thigh = sizes["hip"] * rng.uniform(0.85, 1.1)
    width = rng.choice([rng.uniform(0.35, 0.6), rng.uniform(0.55, 0.95), rng.uniform(0.9, 1.6)], p=[0.35, 0.4, 0.25])
    long = np.clip(inseam / 70, 0, 1)
    opening = thigh * (long * width + (1 - long) * rng.uniform(0.85, 1.25))
    spread = rng.choice([rng.uniform(-0.05, 0.03), rng.uniform(0.0, 0.12), rng.uniform(0.1, 0.3)], p=[0.3, 0.45, 0.25])
    return sizes | {
        "rise": rise,
        "length": rise + inseam,
        "inside": max(0.05, spread * inseam + rng.uniform(-0.5, 1.5)),
        "opening": opening,
        "knee": 0.5 * (thigh + opening) * rng.uniform(0.78, 1.1),
    }


def legs(rng: np.random.Generator, sizes: dict[str, float], edge: list[Point]) -> list[Outline]:
    """Two legs under an upper edge (from its middle to its corner), each with its part of the hips."""
    slant, notch = rng.normal(0, 0.05), rng.uniform(-2, 2)
    if rng.random() < 0.3:
        slant = rng.uniform(-0.3, 0.3)

    def half(given: Sizes) -> list[Point]:
        inside, opening, length = given["inside"], given["opening"], given["length"]
        at = 0.5 * (given["rise"] + length)
        knee = 0.5 * inside + given["knee"]
        below = [(inside + opening, length + slant * opening), (inside, length - slant * opening)]
        bent = [(knee, at)] if length > given["rise"] + 30 else []
        outer = [(given["hip"], given["hip_at"])] if given["hip_at"] < length - 8 else []
        return [*edge, *outer, *bent, *below, (0.0, given["rise"] + notch)]

    return [both(rng, half, sizes)]


def trousers(rng: np.random.Generator) -> list[Outline]:
    """Trousers of any width from the calf down, leggings, culottes, sometimes with a bib, or one leg upon the other."""
    inseam = rng.choice([rng.uniform(32, 60), rng.uniform(55, 88)], p=[0.25, 0.75])
    sizes = leg_sizes(rng, inseam)
    if rng.random() < 0.05:
        return [_folded(rng, sizes)]
    outlines = legs(rng, sizes, _band(rng, sizes["waist"]))
    if rng.random() < 0.06:
        outlines += _bib(rng, sizes["waist"])
    return outlines


def _folded(rng: np.random.Generator, sizes: Sizes) -> Outline:
    """Trousers folded lengthwise: one leg, with the seat's bulge at one side."""
    hip, opening, length = sizes["hip"], sizes["opening"], sizes["length"]
    seat = rng.uniform(0.05, 0.35) * hip
    outline = [(0, 0), (sizes["waist"], 0), (hip, sizes["hip_at"]), (hip + seat, sizes["rise"]),
               (sizes["knee"], 0.5 * (sizes["rise"] + length)), (opening, length), (0, length)]  # fmt: skip
    return np.array(outline, np.float64)


def _bib(rng: np.random.Generator, waist: float) -> list[Outline]:
    """The bib and the straps of dungarees."""
    wide, high = waist * rng.uniform(0.5, 0.85), rng.uniform(18, 28)
    bib = both(rng, lambda given: [(0, -high), (given["wide"], -high), (waist, 1), (0, 3)], {"wide": wide})
    strap = strip([(0.85 * wide, 1 - high), (wide * rng.uniform(0.5, 1.1), -high - rng.uniform(5, 22))], (2, 2))
    return [bib, strap, strap * (-1, 1)]


def shorts(rng: np.random.Generator) -> list[Outline]:
    """Anything from hot pants to bermudas."""
    inseam = rng.choice([rng.uniform(1, 8), rng.uniform(6, 20), rng.uniform(18, 32)], p=[0.3, 0.45, 0.25])
    sizes = leg_sizes(rng, inseam)
    return legs(rng, sizes, _band(rng, sizes["waist"]))


def skirt_edge(rng: np.random.Generator, corner: Point) -> list[Point]:
    """The hem of a skirt from its corner to its middle: straight, round, pleated or in folds."""
    x, y = corner
    kind = rng.random()
    if kind < 0.3:
        return hem(corner, y + rng.uniform(-1, 2))
    if kind < 0.6:
        return hem(corner, y + rng.uniform(0, 0.35) * x)
    return hem(corner, y + rng.uniform(-0.1, 0.25) * x, rng.uniform(0.3, 2.2), rng.uniform(1, 7))


def skirt(rng: np.random.Generator) -> list[Outline]:
    """A skirt of any length: straight, A-line, flared, pleated, wrapped, asymmetric."""
    sizes = _waist(rng)
    length = rng.choice([rng.uniform(26, 46), rng.uniform(42, 75), rng.uniform(70, 105)], p=[0.45, 0.35, 0.2])
    widening = rng.choice([rng.uniform(0.75, 1.1), rng.uniform(1.0, 1.5), rng.uniform(1.4, 2.6)], p=[0.35, 0.4, 0.25])
    straight = rng.random() < 0.5
    sizes |= {"length": length, "hem": sizes["hip"] * widening, "tier": rng.uniform(0.45, 0.65)}
    if not straight:
        sizes["hip"] = sizes["waist"] + (sizes["hem"] - sizes["waist"]) * rng.uniform(0.1, 0.5)
    band, seed, uneven = _band(rng, sizes["waist"]), int(rng.integers(2**31)), rng.choice([0.025, 0.12], p=[0.85, 0.15])

    def half(given: Sizes) -> list[Point]:
        edge = skirt_edge(np.random.default_rng(seed), (given["hem"], given["length"]))
        outer = [(given["hip"], min(given["hip_at"], 0.6 * given["length"]))]
        return [*band, *outer, *edge]

    return [both(rng, half, sizes, uneven)]
