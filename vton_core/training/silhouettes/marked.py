"""Drawn tops with their landmarks, for training what finds these; most as shop photos show tops on nobody."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.landmark_net import NAMES
from vton_core.training.silhouettes.curves import Mark, Outline, Pattern, Point, placed, rasterised
from vton_core.training.silhouettes.spoil import spoiled_with
from vton_core.training.silhouettes.tops import Measured, bodice_sizes, sleeved_top, sleeveless_top
from vton_core.types import Mask

__all__ = ["MarkedTop", "draw_top"]

_SIDE: Final = 160
# How many tops have the proportions of those on an invisible wearer, how many sleeves.
_WORN, _SLEEVED = 0.75, 0.7
# How many sleeves hardly cover the shoulder.
_CAPS: Final = 0.18
# An armpit that is nearer than this to the outline, in widths of the chest, is looked for there: so far on the way.
_VISIBLE, _THERE = 0.2, 0.6


@dataclass(frozen=True)
class MarkedTop:
    """A top.

    Attributes:
        mask: ``bool (H, W)``, as one that a photo gave; its longer side has about 160 pixels.
        marks: ``float64 (2, 6, 2)``: the picture's left and right side, the landmarks of
            :data:`vton_core.garment.landmark_net.NAMES`, x and y in pixels; NaN for what a top has not, or what is out
            of sight.
    """

    mask: Mask
    marks: NDArray[np.float64]


def draw_top(rng: np.random.Generator) -> MarkedTop:
    """One top; all that is random comes from ``rng``."""
    sleeved = rng.random() < _SLEEVED
    measured: Measured = bodice_sizes
    if rng.random() < _WORN:
        measured = _worn_sleeved if sleeved else _worn_sleeveless
    pattern = sleeved_top(rng, measured) if sleeved else sleeveless_top(rng, measured)
    extra: list[Outline] = []
    if not sleeved:
        pattern = _one_strap_lost(pattern, rng)
        extra = _back(pattern, rng)
    extra += _knot(pattern, rng)
    outlines, found = pattern.rounded(rng.uniform(0.05, 0.25), int(rng.integers(0, 3)))
    _on_the_outside(found, outlines[0])
    outlines += extra
    scale, offset = placed(outlines, _SIDE)
    known = list(found)
    points = np.array([found[mark] for mark in known]) * scale + offset
    mask = rasterised(outlines, _SIDE)
    _towards_the_notch(known, points, mask)
    mask, points = spoiled_with(mask, points, rng)
    marks = np.full((2, len(NAMES), 2), np.nan)
    for (side, name), point in zip(known, points, strict=True):
        marks[side, NAMES.index(name)] = point.clip(0, (mask.shape[1] - 1, mask.shape[0] - 1))
    return MarkedTop(mask, marks)


def _on_the_outside(found: dict[Mark, Point], body: Outline) -> None:
    """A cuff that runs into the body ends there; one that lies on the body is out of sight."""
    area = body.astype(np.float32)[:, None]
    for side in (0, 1):
        if (side, "cuff_outer") in found:
            ends = np.array([found[side, "cuff_inner"], found[side, "cuff_outer"]])
            along = ends[0] + np.linspace(0, 1, 25)[:, None] * (ends[1] - ends[0])
            outside = [cv2.pointPolygonTest(area, point.tolist(), False) <= 0 for point in along]
            if outside[-1]:
                x, y = along[outside.index(True)].tolist()
                found[side, "cuff_inner"] = (x, y)
            else:
                del found[side, "cuff_inner"], found[side, "cuff_outer"]


def _towards_the_notch(known: list[Mark], points: NDArray[np.float64], mask: Mask) -> None:
    """Where sleeve and body are seen to part is mostly a little under the armpit, and there it is looked for."""
    contour = np.concatenate(cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)[0])[:, 0]
    at = [known.index((side, "armpit")) for side in (0, 1)]
    near = _VISIBLE * float(np.linalg.norm(points[at[1]] - points[at[0]]))
    for index in at:
        steps = contour - points[index]
        lengths = np.linalg.norm(steps, axis=1)
        if lengths.min() < near:
            points[index] += _THERE * steps[lengths.argmin()]


def _worn_sizes(rng: np.random.Generator, shoulder: tuple[float, float]) -> dict[str, float]:
    """Measures as of :func:`bodice_sizes`, of a garment that looks as if worn; the shoulders' in half chest widths."""
    chest = rng.uniform(17, 27)
    across = chest * rng.uniform(*shoulder)
    slope = 2 * chest * rng.uniform(0.02, 0.22)
    armhole = slope + 2 * chest * rng.uniform(0.33, 0.75)
    return {
        "neck": across * rng.uniform(0.33, 0.85),
        "slope": slope,
        "shoulder": across,
        "armhole": armhole,
        "chest": chest,
        "waist": chest * rng.uniform(0.82, 1.08),
        "waist_at": armhole + 2 * chest * rng.uniform(0.3, 0.7),
        "bare": 0.0,
        "full": rng.uniform(0.5, 0.95),
        "angle": rng.normal(11, 6) if rng.random() < 0.75 else rng.uniform(10, 60),
    }


def _worn_sleeved(rng: np.random.Generator) -> dict[str, float]:
    sizes = _worn_sizes(rng, (1.0, 1.4))
    if rng.random() < _CAPS:
        sizes |= {"sleeve": rng.uniform(3, 12), "angle": rng.uniform(25, 75), "full": rng.uniform(0.7, 1.1)}
    return sizes


def _worn_sleeveless(rng: np.random.Generator) -> dict[str, float]:
    return _worn_sizes(rng, (1.0, 1.25))


def _one_strap_lost(top: Pattern, rng: np.random.Generator) -> Pattern:
    """Sometimes a strap less."""
    if len(top.outlines) < 3 or rng.random() > 0.08:
        return top
    lost = int(rng.integers(1, 3))
    kept = [outline for number, outline in enumerate(top.outlines) if number != lost]
    marks = {mark: (min(number, 1), at) for mark, (number, at) in top.marks.items() if number != lost}
    return Pattern(kept, marks)


def _back(top: Pattern, rng: np.random.Generator) -> list[Outline]:
    """Sometimes the back's upper edge above a low neckline in front, or a racer's back: holes show between them."""
    ends = [top.marks.get((side, "neck")) for side in (0, 1)]
    if rng.random() > 0.35 or ends[0] is None or ends[1] is None:
        return []
    left, right = (top.outlines[number][at] for number, at in (ends[0], ends[1]))
    outline = top.outlines[0]
    # The neckline's middle begins the right half.
    low = float(outline[0, 1])
    high = float(max(left[1], right[1]))
    if low - high < 6 or right[0] - left[0] < 6:
        return []
    out = np.array([rng.uniform(0, 2.5), 0])
    a, b = left - out, right + out
    across = b - a
    share = np.linspace(0, 1, 9)[:, None]
    hang = np.sin(share * np.pi) * (0, 1)
    dip, thick = rng.uniform(-1, 0.35 * (low - high)), rng.uniform(1.5, 0.6 * (low - high))
    upper = a + share * across + hang * dip
    band = np.concatenate([upper, (a + share * across + hang * (dip + 0.5 * thick) + (0, 0.5 * thick))[::-1]])
    if rng.random() < 0.4:
        return [band]
    middle, wide = (a + b) / 2 + (0, dip), rng.uniform(1, 0.25 * float(across[0]))
    strip = [(-wide, 0), (wide, 0), (rng.uniform(0.6, 2) * wide, low - middle[1] + 2), (-wide, low - middle[1] + 2)]
    return [band, middle + np.array(strip)]


def _knot(top: Pattern, rng: np.random.Generator) -> list[Outline]:
    """Sometimes what hangs from the hem: the ends of a knot or a ribbon."""
    if rng.random() > 0.05:
        return []
    (one, left), (two, right) = (top.marks[side, "hem"] for side in (0, 1))
    corner, other = top.outlines[one][left], top.outlines[two][right]
    found = []
    for _ in range(int(rng.integers(1, 3))):
        at = corner + rng.uniform(0.15, 0.85) * (other - corner) - (0, 2)
        wide, long, lean = rng.uniform(1, 5), rng.uniform(5, 16), rng.uniform(-8, 8)
        found.append(at + np.array([(-wide, 0), (wide, 0), (lean + wide, long), (lean - wide, long)]))
    return found
