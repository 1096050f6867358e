"""A sleeve laid along an arm."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.fit import Fit
from vton_core.garment.landmarks import Side
from vton_core.garment.limb import Limb
from vton_core.types import Mask

__all__ = ["Sleeve", "cuff_share", "fit_sleeve"]

_Float = NDArray[np.float32]
# From this share of the arm on a sleeve is a long one.
_LONG: Final = 0.85
# A worn sleeve looks narrower than one that lies flat.
_DRAPE: Final = 0.8
# How much wider than its middle a sleeve may end.
_FLARE: Final = 1.5
# Where the sleeve starts inside the torso, so that no gap opens at the seam, in shares of its length.
_OVERLAP: Final = 0.02
# The table of garment pixels: entries a sleeve's length and width, and how far it goes beyond the cuff and the seams.
_FINE, _BEYOND, _ASIDE = 512, 1.25, 1.5


@dataclass(frozen=True)
class Sleeve:
    """Where each pixel of a part of the picture lies in the garment's sleeve.

    Attributes:
        window: the part of the working picture, rows and columns.
        source: ``float32 (h, w, 2)`` garment pixels, as ``cv2.remap`` takes them.
        weight: ``float32 (h, w)`` in [0, 1], 0 where the pixel is not on the sleeve, soft at the armhole.
        at_armhole: ``float32 (h, w)`` in [0, 1], 1 next to the armhole, where sleeve and torso overlap.
        share: how much of the arm the sleeve covers; 1 reaches the wrist.
    """

    window: tuple[slice, slice]
    source: _Float
    weight: _Float
    at_armhole: _Float
    share: float


def fit_sleeve(
    index: int, side: Side, share: float, fit: Fit, body: Body, clothed: Mask, shape: tuple[int, int]
) -> Sleeve | None:
    """Lay one sleeve along its arm.

    Args:
        index: 0 for the picture's left, 1 for its right.
        side: the garment's landmarks on that side.
        share: how much of the arm it covers, see :func:`cuff_share`.
        fit: of the torso.
        body: who wears it.
        clothed: ``bool (H, W)``: where the arm is seen now, bare or in a sleeve; the new sleeve covers it.
        shape: height and width of the working picture.

    Returns:
        The sleeve, or ``None`` where there is no sleeve or no arm.
    """
    arm = body.arms[index]
    if arm is None or not side.sleeved:
        return None
    window = _window(arm, body, shape)
    rows, columns = window
    along, beside = arm.fields(rows, columns)
    tip_a, tip_b = (float(v) for v in arm.coordinates(fit.shoulders[index]))
    pit_a, pit_b = (float(v) for v in arm.coordinates(fit.armpits[index]))
    # However short, a sleeve reaches a little below the armpit.
    end = max(arm.length * _reach(share), pit_a + 0.06 * body.unit)
    outer, inner = _profile(side, fit, body, arm, clothed, end, (pit_a, pit_b))
    at = np.linspace(-0.2, 1.3, 151)
    out = np.interp(along / end, at, outer(at)).astype(np.float32)
    # The shoulder is round.
    round_off = np.sqrt(np.clip((along - tip_a) / (0.26 * body.unit), 0, 1))
    tip_out = np.float32(max(tip_b, 0.02 * body.unit))
    out = tip_out + np.maximum(out - tip_out, 0) * round_off
    into = np.interp(along / end, at, inner(at)).astype(np.float32)
    across = np.where(beside > 0, beside / np.maximum(out, 1), beside / np.maximum(into, 1))
    # The seam runs straight from the shoulder's tip to the armpit.
    seam = np.clip((tip_b - beside) / max(tip_b - pit_b, 0.12 * body.unit), 0, 1)
    start = tip_a + (pit_a - tip_a) * seam
    t = (along - start) / np.maximum(end - start, 1)
    source = _lookup(side, t, across)
    soft = max(1.0, 0.012 * body.unit)
    weight = np.clip((t + _OVERLAP) / _OVERLAP, 0, 1) * np.clip((1.25 - np.abs(across)) * out / soft, 0, 1)
    weight *= np.clip((1 - t) * (end - start) / soft + 0.5, 0, 1)
    at_armhole = np.clip(2 - t / 0.06, 0, 1) * (np.abs(across) < 1)
    return Sleeve(window, source, weight.astype(np.float32), at_armhole.astype(np.float32), end / arm.length)


def cuff_share(index: int, side: Side, fit: Fit, body: Body) -> float | None:
    """How much of the arm a sleeve covers; 1 reaches the wrist, ``None`` where there is no sleeve or no arm.

    As a spread sleeve comes down, its outer seam stretches and its inner one gathers; the cuff ends between the two.
    """
    arm = body.arms[index]
    if arm is None or not side.sleeved:
        return None
    tip, pit = (float(arm.coordinates(ends[index])[0]) for ends in (fit.shoulders, fit.armpits))
    outer, inner = (float(np.linalg.norm(np.diff(v, axis=0), axis=1).sum()) for v in (side.outer, side.inner))
    return (tip + pit + fit.scale * (outer + inner)) / 2 / body.arm_length


def _reach(share: float) -> float:
    """The share as it is worn: a long sleeve ends at the wrist, whatever was lost in the photo by folds."""
    return float(np.clip(share, 0.99, 1.06)) if share > _LONG else max(share, 0.16)


def _window(arm: Limb, body: Body, shape: tuple[int, int]) -> tuple[slice, slice]:
    margin = 0.45 * body.unit
    low, high = arm.path.min(axis=0) - margin, arm.path.max(axis=0) + margin
    columns = slice(max(0, int(low[0])), min(shape[1], int(high[0]) + 1))
    rows = slice(max(0, int(low[1])), min(shape[0], int(high[1]) + 1))
    return rows, columns


def _profile(
    side: Side, fit: Fit, body: Body, arm: Limb, clothed: Mask, end: float, pit: tuple[float, float]
) -> tuple[Any, Any]:
    """Distance of the outer and the inner seam from the arm's middle line, as functions of the share of the sleeve."""
    widths = _DRAPE * fit.scale * np.linalg.norm(side.outer - side.inner, axis=1) / 2
    shares = np.linspace(0, 1, len(widths))
    # The armhole is oblique; the sleeve's own width shows from its middle on.
    own = np.where(shares < 0.5, np.minimum(widths, 1.12 * widths[len(widths) // 2]), widths)
    # A cuff's corner that was read wrong must not stick out.
    own = np.minimum(own, _FLARE * float(np.median(own)))
    at = shares * end / arm.length
    bare = body.arm_radius(at.clip(0, 1))
    seen_out, seen_in = _extents(arm, clothed, at, body)
    # The fabric lies on the shoulder; only further down does a wide sleeve stand off the arm.
    loose = np.clip(shares * end / (0.55 * body.unit), 0, 1)
    outer = 1.04 * bare + loose * np.maximum(np.maximum(own, seen_out) - 1.04 * bare, 0)
    outer = np.maximum(outer, np.minimum(seen_out, 1.35 * bare))
    # The inner seam leaves the body at the armpit.
    past = np.clip((shares * end - pit[0]) / (0.4 * body.unit), 0, 1)
    inner = (1 - past) * max(-pit[1], 0.05 * body.unit) + past * np.maximum.reduce([own, 1.04 * bare, seen_in])
    smooth = [np.convolve(np.pad(v, 3, mode="edge"), np.ones(7) / 7, "valid") for v in (outer, inner)]
    return (lambda t: np.interp(t, shares, smooth[0])), (lambda t: np.interp(t, shares, smooth[1]))


def _extents(
    arm: Limb, clothed: Mask, at: NDArray[np.float64], body: Body
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """How far the arm that is seen reaches to the outside and the inside; 0 where it cannot be told."""
    index = (at.clip(0, 1) * (len(arm.path) - 1)).round().astype(int)
    limit = 0.24 * body.unit
    steps = np.linspace(0, limit, 25)
    results = []
    for direction in (1.0, -1.0):
        points = arm.path[index][:, None] + direction * steps[None, :, None] * arm.normals()[index][:, None]
        grid = points.astype(np.float32)
        inside = cv2.remap(clothed.astype(np.uint8), grid[..., 0], grid[..., 1], cv2.INTER_NEAREST) > 0
        run = np.logical_and.accumulate(inside, axis=1).sum(axis=1)
        # A run without an end has left the arm for the torso or the other arm.
        results.append(np.where((run > 0) & (run < len(steps)), steps[np.maximum(run - 1, 0)] + 1.5, 0.0))
    return results[0], results[1]


def _lookup(side: Side, t: _Float, across: _Float) -> _Float:
    """Garment pixels at ``t`` along the sleeve and ``across`` it, from 1 at the outer seam to -1 at the inner."""
    last = len(side.outer) - 1
    nodes = np.linspace(0, _BEYOND, round(_FINE * _BEYOND) + 1) * last
    low = np.minimum(nodes.astype(np.intp), last - 1)
    # Behind the cuff both seams go straight on.
    outer, inner = (v[low] + (nodes - low)[:, None] * (v[low + 1] - v[low]) for v in (side.outer, side.inner))
    blend = np.linspace((1 - _ASIDE) / 2, (1 + _ASIDE) / 2, _FINE)[:, None, None]
    table = (outer + blend * (inner - outer)).astype(np.float32)
    x = t.clip(0, _BEYOND).astype(np.float32) * np.float32(_FINE)
    y = (_ASIDE - across.clip(-_ASIDE, _ASIDE)).astype(np.float32) * np.float32((_FINE - 1) / (2 * _ASIDE))
    return np.asarray(cv2.remap(table, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)
