"""A parse map without holes: every pixel of the figure belongs to some part of it, or is carried before it."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.shapes import disc
from vton_core.labels import LOWER, UPPER, Label
from vton_core.masks import box_around, dilated, near, opened
from vton_core.types import Alpha, Image, Mask, ParseMap

__all__ = ["carried", "whole"]

# From this share on a pixel is the figure's, and surely so.
_FIGURE, _SURELY = 0.1, 0.6
# What the figure holds without a label is carried where it is thicker than this, in shoulder distances.
_CARRIED: Final = 0.09
# A hole in a garment is at most so large, in squared shoulder distances; how far around it, in shoulder distances, the
# garment's colour is told; and from how much of both at least, in squared ones.
_HOLE: Final = 0.12
_AROUND, _SOME = 0.35, 0.01
# How unlike both may be in the median (CIELAB with half of the lightness); which share of the hole is no farther from
# the garment's median than nearly all of the garment; and how far that is at least.
_UNLIKE, _SHARE, _EVEN = 6.0, 0.6, 4.0


def carried(parse: ParseMap, alpha: Alpha, unit: float) -> Mask:
    """Bags and the like: thick parts of the figure that have no label.

    Args:
        parse: ``uint8 (H, W)`` of CIHP labels.
        alpha: ``float32 (H, W)`` in [0, 1], the figure's share of each pixel.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``bool (H, W)``.
    """
    loose = (alpha > _SURELY) & (parse == Label.BACKGROUND)
    radius = max(2, round(_CARRIED * unit))
    core = opened(loose, disc(radius))
    return np.asarray(dilated(core, disc(max(1, radius // 2))) & loose)


def whole(rgb: Image, parse: ParseMap, alpha: Alpha, unit: float) -> ParseMap:
    """Give the figure's unlabelled pixels to the nearest part, so that nothing of a garment is left behind.

    What is thick is carried, unless it looks like a hole in a garment: small, and of the colour of one near by.

    Args:
        rgb: ``uint8 (H, W, 3)``, the figure's colours.
        parse: ``uint8 (H, W)`` of CIHP labels.
        alpha: ``float32 (H, W)`` in [0, 1], the figure's share of each pixel.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``uint8 (H, W)``; unchanged where it has a label, where something is carried, and outside the figure.
    """
    bags = carried(parse, alpha, unit)
    if bags.any():
        parse = _patched(rgb, parse, bags, unit)
        bags = bags & (parse == Label.BACKGROUND)
    unknown = parse == Label.BACKGROUND
    loose = unknown & (alpha > _FIGURE) & ~bags
    if unknown.all() or not loose.any():
        return parse
    return _grown(parse, ~unknown, loose)


def _patched(rgb: Image, parse: ParseMap, thick: Mask, unit: float) -> ParseMap:
    """The parse map where those of some thick parts that are holes in a garment belong to it."""
    out = parse.copy()
    count, parts, stats, _ = cv2.connectedComponentsWithStats(thick.astype(np.uint8))
    for part in range(1, count):
        box = box_around(parts == part, round(_AROUND * unit) + 1)
        if box is None or not _SOME * unit**2 < stats[part, cv2.CC_STAT_AREA] < _HOLE * unit**2:
            continue
        hole = np.asarray(parts[box] == part)
        like = _like(rgb[box], parse[box], hole, unit)
        if like.any():
            out[box] = _grown(out[box], like, hole)
    return out


def _like(rgb: Image, parse: ParseMap, hole: Mask, unit: float) -> Mask:
    """What of the garments around a hole looks like it; of what is worn above the waist first, whose prints and hems
    are seen if they stay."""
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB) * np.array([0.5, 1, 1], np.float32)
    around, like, inside = near(hole, _AROUND * unit), np.zeros_like(hole), lab[hole]
    for labels in ((*UPPER, Label.SCARF), LOWER):
        for garment in (around & (parse == label) for label in labels):
            if garment.sum() > _SOME * unit**2 and _alike(inside, lab[garment]):
                like |= garment
        if like.any():
            break
    return like


def _alike(inside: NDArray[np.float32], garment: NDArray[np.float32]) -> bool:
    """Whether the colours of a hole are those of a garment."""
    usual = np.median(garment, axis=0)
    usually = max(_EVEN, float(np.percentile(np.linalg.norm(garment - usual, axis=-1), 90)))
    share = float((np.linalg.norm(inside - usual, axis=-1) < usually).mean())
    return share > _SHARE and bool(np.linalg.norm(np.median(inside, axis=0) - usual) < _UNLIKE)


def _grown(parse: ParseMap, known: Mask, place: Mask) -> ParseMap:
    """The parse map where a place has the labels of the nearest known pixels."""
    _, nearest = cv2.distanceTransformWithLabels(
        (~known).astype(np.uint8), cv2.DIST_L2, cv2.DIST_MASK_5, labelType=cv2.DIST_LABEL_PIXEL
    )
    label_of = np.zeros(int(nearest.max()) + 1, np.uint8)
    label_of[nearest[known]] = parse[known]
    return np.where(place, label_of[nearest], parse)
