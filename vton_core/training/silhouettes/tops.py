"""Tops, and the upper parts of dresses."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from vton_core.training.silhouettes.curves import Mark, Outline, Pattern, Point, Sizes, both, hem, limb, strip

__all__ = ["Measured", "armhole", "bodice_sizes", "neckline", "sleeved_top", "sleeveless_top", "sleeves", "strapped"]

Measured = Callable[[np.random.Generator], dict[str, float]]

# A top is at most so many times as long as its chest is wide; longer ones are dresses, or taken for such.
_LONGEST: Final = 2.15

# How often each neckline is drawn: mostly the back's inner side shows above it, and the outline is almost straight.
_NECKS: Final = {"back": 12, "crew": 3, "v": 3, "scoop": 3, "boat": 2, "collar": 4, "turtle": 2, "hood": 2, "off": 1}


def bodice_sizes(rng: np.random.Generator) -> dict[str, float]:
    """Half widths and heights of what covers the torso, in centimetres, of all from tight to oversized."""
    chest = rng.choice([rng.uniform(16, 24), rng.uniform(20, 33)])
    shoulder = chest * rng.uniform(0.68, 1.0)
    armhole = rng.uniform(15, 24) + 0.2 * (chest - 20)
    return {
        "neck": shoulder * rng.uniform(0.3, 0.85),
        "slope": rng.uniform(1, 7),
        "shoulder": shoulder,
        "armhole": armhole,
        "chest": chest,
        "waist": chest * rng.uniform(0.72, 1.08),
        "waist_at": armhole + rng.uniform(12, 24),
        "bare": 0.0,
    }


def _upper_edge(style: str, rng: np.random.Generator, sizes: Sizes) -> list[Point]:
    """The neckline from its middle to the corner, which lies at height 0."""
    neck, deep, high = sizes["neck"], rng.uniform(0.4, 1.0), rng.uniform(0.6, 1.4)
    if style == "v":
        return [(0, 20 * deep), (neck, 0)]
    if style == "crew":
        return [(0, 8 * deep), (0.6 * neck, 6.5 * deep), (neck, 0)]
    if style == "scoop":
        return [(0, 17 * deep), (0.7 * neck, 14 * deep), (0.92 * neck, 7 * deep), (neck, 0)]
    if style == "collar":
        return [(0, 4 * deep - 4), (0.6 * neck, -4 * high), (neck, -3 * high), (1.1 * neck, 0)]
    if style == "turtle":
        return [(0, -8 * high), (0.75 * neck, -8 * high), (0.8 * neck, -2 * high), (neck, 0)]
    if style == "hood":
        wide = neck * rng.uniform(1.0, 1.5)
        return [(0, -26 * high), (0.6 * wide, -25 * high), (wide, -16 * high), (0.95 * wide, -4), (neck, 0)]
    dip = rng.uniform(-1.5, 4)
    return [(0, dip), (0.6 * neck, 0.7 * dip), (neck, 0)]


def neckline(rng: np.random.Generator, sizes: dict[str, float]) -> list[Point]:
    """A neckline of any style; ``sizes`` gets what fits to it."""
    style = str(rng.choice(list(_NECKS), p=np.array(list(_NECKS.values())) / sum(_NECKS.values())))
    if style in ("turtle", "hood", "collar"):
        sizes["neck"] = sizes["shoulder"] * rng.uniform(0.28, 0.5)
    if style == "boat":
        sizes["neck"] = sizes["shoulder"] * rng.uniform(0.7, 0.95)
    if style == "off":
        sizes["shoulder"] = sizes["chest"] * rng.uniform(0.95, 1.15)
        sizes["neck"], sizes["armhole"] = sizes["shoulder"] * rng.uniform(0.9, 0.99), rng.uniform(8, 15)
    return _upper_edge(style, rng, sizes)


def _lower_edge(rng: np.random.Generator, corner: Point, open_front: float) -> list[Point]:
    """The hem of a top: straight, rounded, longer or shorter in the middle, in folds, or open in front."""
    x, y = corner
    kind = rng.random()
    if kind < open_front:
        gap, open_by = rng.uniform(0.05, 0.3) * x, y * rng.uniform(0.03, 0.25)
        return [(x, y), (gap, y + rng.uniform(-1, 3)), (rng.uniform(0, 0.5) * gap, y - open_by)]
    if kind < 0.2:
        return hem(corner, y + rng.uniform(-3, 3), rng.uniform(0.4, 1.6), rng.uniform(2, 6))
    if kind < 0.4:
        return hem(corner, y + rng.uniform(-8, 10))
    return hem(corner, y + rng.uniform(-1.5, 2.5))


def _length(rng: np.random.Generator, sizes: Sizes) -> float:
    """From the neck to the hem: mostly to the hips, sometimes cropped, or a tunic's, a coat's."""
    chest, kind = sizes["chest"], rng.random()
    least = sizes["armhole"] + 6
    if sizes["bare"]:
        return max(least, 2 * chest * rng.uniform(0.4, 1.15))
    if kind < 0.15:
        return max(least, rng.uniform(28, 48))
    if kind < 0.75:
        return max(least, 2 * chest * rng.uniform(1.1, 1.75))
    return max(least, 2 * chest * rng.uniform(1.6, _LONGEST))


def _body(rng: np.random.Generator, edge: list[Point], sizes: dict[str, float], side: list[Point]) -> Pattern:
    """The outline under a given upper edge and armhole; ``sizes`` gets what fits to them."""
    sizes["length"] = _length(rng, sizes)
    sizes["hem"] = sizes["waist"] * rng.uniform(0.9, 1.3)
    # What ends above the waist has none.
    ends = sizes["waist_at"] > sizes["length"] - 6

    def half(given: Sizes) -> list[Point]:
        shoulder, pit = (given["shoulder"], given["slope"]), (given["chest"], given["armhole"])
        waist = [] if ends else [(given["waist"], given["waist_at"])]
        low = _lower_edge(np.random.default_rng(seed), (given["hem"], given["length"]), 0.03 if side else 0.08)
        return [*edge, shoulder, *side, pit, *waist, *low]

    seed = int(rng.integers(2**31))
    outline = both(rng, half, sizes)
    pit = len(edge) + 1 + len(side)
    known = {"neck": len(edge) - 1, "shoulder": len(edge), "armpit": pit, "hem": pit + 1 + (not ends)}
    if sizes["bare"]:
        del known["neck"]
    # The right half comes first, the left one backwards after it.
    marks: dict[Mark, tuple[int, int]] = {(1, name): (0, at) for name, at in known.items()}
    return Pattern([outline], marks | {(0, name): (0, len(outline) - 1 - at) for name, at in known.items()})


def armhole(rng: np.random.Generator, sizes: Sizes) -> list[Point]:
    """The armhole of what has no sleeves."""
    inwards = min(sizes["shoulder"], sizes["chest"]) * rng.uniform(0.75, 1.0)
    deep = sizes["armhole"] - sizes["slope"]
    return [(inwards, sizes["slope"] + 0.45 * deep), (0.5 * (inwards + sizes["chest"]), sizes["slope"] + 0.85 * deep)]


def sleeves(rng: np.random.Generator, sizes: Sizes) -> list[Outline]:
    """Two sleeves, spread, hanging, bent or laid across, mostly alike.

    Measures may say how wide they are, as a share of the usual (``full``), how far spread, in degrees (``angle``), and
    how long (``sleeve``).
    """
    length = rng.choice([rng.uniform(6, 14), rng.uniform(12, 30), rng.uniform(28, 45), rng.uniform(45, 68)],
                        p=[0.06, 0.38, 0.12, 0.44])  # fmt: skip
    angle = rng.choice([rng.uniform(-4, 10), rng.uniform(2, 25), rng.uniform(20, 85)], p=[0.3, 0.35, 0.35])
    bend = rng.choice([rng.normal(0, 6), rng.uniform(-40, 25), rng.uniform(-150, -60)], p=[0.75, 0.17, 0.08])
    full, angle, length = sizes.get("full", 1.0), sizes.get("angle", angle), sizes.get("sleeve", length)
    cuff, fullness = full * (rng.uniform(4, 9) + max(0.0, 6 - 0.12 * length)), full * rng.uniform(0.85, 1.25)
    # Sleeves that hang close to the body leave no gap beside it.
    close = angle < 12 and abs(bend) < 15 and rng.random() < 0.6
    found = []
    for side in (-1, 1):
        if rng.random() < 0.06:
            angle, bend = rng.uniform(4, 80), rng.uniform(-120, 20)
        turn = angle + rng.normal(0, 3)
        sleeve = _sleeve(sizes, length, (turn, turn + bend), cuff, fullness)
        found.append((_filled_in(rng, sizes, sleeve) if close else sleeve) * (side, 1))
    return found


def _filled_in(rng: np.random.Generator, sizes: Sizes, sleeve: Outline) -> Outline:
    """A sleeve with what lies between it and the body, down to shortly above cuff or hem."""
    x, y = sleeve[2]
    down = min(y, sizes.get("length", y)) * rng.uniform(0.88, 1.0)
    return np.concatenate([[(0.5 * sizes["chest"], down), (x, min(y, down))], sleeve[2:7]])


def _sleeve(sizes: Sizes, length: float, angles: tuple[float, float], cuff: float, fullness: float) -> Outline:
    tip, pit = (sizes["shoulder"], sizes["slope"]), (sizes["chest"], sizes["armhole"])
    middle = (0.5 * (tip[0] + pit[0]), 0.5 * (tip[1] + pit[1]))
    joints = limb(middle, (length / 2, length / 2), angles)
    elbow = fullness * (0.25 * (pit[1] - tip[1]) + 0.5 * cuff)
    sleeve = strip(joints, (elbow, elbow, cuff))
    # Its upper end is the armhole's: the outer edge begins at the shoulder's tip, the inner one at the armpit.
    sleeve[[0, -1]] = pit, tip
    inside = np.array([(0.5 * tip[0], tip[1] + 0.3 * (pit[1] - tip[1])), (0.6 * pit[0], pit[1])])
    return np.concatenate([sleeve, inside])


def sleeved_top(rng: np.random.Generator, measured: Measured = bodice_sizes) -> Pattern:
    """A T-shirt, shirt, pullover, hoodie, jacket, coat or the like."""
    sizes = measured(rng)
    edge = neckline(rng, sizes)
    body, arms = _body(rng, edge, sizes, []), sleeves(rng, sizes)
    # Where the points of _sleeve lie, filled in or not.
    cuffs: dict[Mark, tuple[int, int]] = {
        (side, name): (1 + side, at) for side in (0, 1) for name, at in (("cuff_inner", 2), ("cuff_outer", 3))
    }
    top = Pattern([*body.outlines, *arms], body.marks | cuffs)
    return _turned(rng, top) if rng.random() < 0.12 else top


def _turned(rng: np.random.Generator, top: Pattern) -> Pattern:
    """Seen half from the side: the far half is narrower, and its sleeve perhaps out of sight."""
    narrower = rng.uniform(0.25, 0.8)
    seen = top.outlines[:-1] if rng.random() < 0.6 else top.outlines
    outlines = [np.stack([np.where(o[:, 0] > 0, narrower, 1) * o[:, 0], o[:, 1]], axis=1) for o in seen]
    return Pattern(outlines, {mark: at for mark, at in top.marks.items() if at[0] < len(seen)})


def sleeveless_top(rng: np.random.Generator, measured: Measured = bodice_sizes) -> Pattern:
    """A tank top, a blouse without sleeves, a waistcoat, a strap top, a bandeau."""
    sizes = measured(rng)
    if rng.random() < 0.45:
        edge, straps = strapped(rng, sizes)
        body = _body(rng, edge, sizes, [])
        # The straps' upper ends, outside and inside; the right one comes first.
        ends: dict[Mark, tuple[int, int]] = {
            (1 - number, name): (1 + number, at)
            for number in range(len(straps))
            for name, at in (("shoulder", 2), ("neck", 3))
        }
        return Pattern([*body.outlines, *straps], body.marks | ends)
    sizes["shoulder"] *= rng.uniform(0.7, 1.0)
    edge = neckline(rng, sizes)
    sizes["shoulder"] = max(sizes["shoulder"], sizes["neck"] + 1.5)
    return _body(rng, edge, sizes, armhole(rng, sizes))


def strapped(rng: np.random.Generator, sizes: dict[str, float]) -> tuple[list[Point], list[Outline]]:
    """The upper edge of a body that hangs on straps, or on none, and the straps; ``sizes`` gets what fits to it."""
    chest = sizes["chest"]
    bare = rng.random() < 0.2
    top = 0.0 if bare else rng.uniform(8, 20)
    peak, apart = top, chest * rng.uniform(0.4, 0.85)
    sink = rng.choice([rng.uniform(-1, 1.5), rng.uniform(1, 9)])
    sizes |= {"shoulder": chest * rng.uniform(0.9, 1.0), "slope": top + rng.uniform(0, 8)}
    sizes["armhole"] = sizes["slope"] + rng.uniform(1, 6)
    sizes["waist_at"] = max(sizes["waist_at"], sizes["armhole"] + 8)
    edge = [(0.0, peak + sink), (0.6 * apart, peak + 0.4 * sink), (apart, peak)]
    sizes["bare"] = float(bare)
    if bare:
        return edge, []
    width, ends = rng.uniform(0.4, 3.2), apart * rng.choice([rng.uniform(0.6, 1.1), rng.uniform(0.0, 0.2)])
    bow = rng.uniform(-0.15, 0.15) * apart
    rise = [(apart, peak + 3), (0.5 * (apart + ends) + bow, 0.5 * peak), (ends, 0.0)]
    strap = strip(rise, (width * rng.uniform(1, 2), width, width))
    return edge, [strap, strap * (-1, 1)]
