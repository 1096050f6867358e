"""A sleeve laid along an arm."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.cuff import LONG
from vton_core.garment.fit import Fit
from vton_core.garment.girth import extents
from vton_core.garment.landmarks import Side
from vton_core.garment.limb import Limb, Piece
from vton_core.garment.sleeve_map import sleeve_map
from vton_core.types import Mask

__all__ = ["Sleeve", "SleevePart", "fit_sleeve"]

_Float = NDArray[np.float32]
_Points = NDArray[np.float64]
# A worn sleeve is round: it looks as wide as two thirds (two by pi, and its folds) of one that lies flat.
_DRAPE: Final = 0.66
# How much wider than its middle a sleeve may end.
_FLARE: Final = 1.5
# Where the sleeve starts inside the torso, so that no gap opens at the seam, in shoulder distances.
_OVERLAP: Final = 0.03
# How far below its tip a shoulder is as wide as the arm, and as what covers the joint, in shoulder distances.
_ROUND, _EDGE = 0.16, 0.06
# How far beside its usual outline an arm is seen at most, in shoulder distances.
_ABOUT: Final = 0.05
# How often the place along a sleeve and the place across it are worked out from each other.
_ROUNDS: Final = 3


@dataclass(frozen=True)
class SleevePart:
    """Where each pixel of a window lies in the garment's sleeve.

    Attributes:
        source: ``float32 (h, w, 2)`` garment pixels, as ``cv2.remap`` takes them.
        weight: ``float32 (h, w)`` in [0, 1], 0 where the pixel is not on the sleeve, soft at the armhole.
        at_armhole: ``float32 (h, w)`` in [0, 1], 1 next to the armhole, where sleeve and torso overlap.
        bare: ``float32 (h, w)`` in [0, 1]: the arm that comes out of the sleeve and hides the parts behind; ``None``
            where there are none.
    """

    source: _Float
    weight: _Float
    at_armhole: _Float
    bare: _Float | None = None


@dataclass(frozen=True)
class Sleeve:
    """A sleeve on an arm.

    Attributes:
        window: the part of the working picture, rows and columns.
        parts: those in front last; a single one unless the arm is folded.
        share: how much of the arm the sleeve covers; 1 reaches the wrist.
    """

    window: tuple[slice, slice]
    parts: tuple[SleevePart, ...]
    share: float

    def mirrored(self) -> Sleeve:
        """The sleeve that is seen in the photo mirrored at ``x = 0``."""
        mirror = np.array([-1, 1], np.float32)
        return replace(self, parts=tuple(replace(part, source=part.source * mirror) for part in self.parts))


@dataclass(frozen=True)
class _Course:
    """How a sleeve runs along an arm, in pixels along and beside it.

    Attributes:
        tip, pit: where the shoulder's tip and the armpit lie, along the arm and to the outside of it.
        end: where the cuff lies along the arm.
        seams: places along the arm, and how far outside and inside of it the outer and the inner seam are there.
    """

    tip: tuple[float, float]
    pit: tuple[float, float]
    end: float
    seams: tuple[_Points, _Points, _Points]


def fit_sleeve(index: int, side: Side, share: float, fit: Fit, body: Body, arms: Mask, old_top: Mask) -> Sleeve:
    """Lay one sleeve along its arm.

    Args:
        index: 0 for the picture's left, 1 for its right.
        side: the garment's landmarks on that side, which has a sleeve.
        share: how much of the arm it covers, see :func:`vton_core.garment.cuff.cuff_share`.
        fit: of the torso.
        body: who wears it.
        arms: ``bool (H, W)`` of the working picture: what is bare of that arm.
        old_top: ``bool (H, W)``: the old garment; what is seen of the arm in it or bare the new sleeve covers.

    Returns:
        The sleeve.
    """
    arm = body.arms[index]
    window = _window(arm, body, (arms.shape[0], arms.shape[1]))
    course = _course(side, fit, index, body, arm, (arms, arms | old_top), _reach(share))
    source = sleeve_map(side, arm, fit, index, body, course.seams, course.end)
    parts: list[SleevePart] = []
    for piece in arm.pieces(*window):
        weight, at_armhole = _laid(piece, course, body.unit)
        bare = _bare(piece, arm, body, arms[window], old_top[window], course.end) if parts else None
        parts.append(SleevePart(source(piece.run_on, piece.beside), weight, at_armhole, bare))
    return Sleeve(window, tuple(parts), course.end / arm.length)


def _course(side: Side, fit: Fit, index: int, body: Body, arm: Limb, seen: tuple[Mask, Mask], reach: float) -> _Course:
    tip_a, tip_b = (float(v) for v in arm.from_root(fit.shoulders[index]))
    pit_a, pit_b = (float(v) for v in arm.from_root(fit.armpits[index]))
    # However short, a sleeve reaches a little below the armpit, though not round a folded elbow.
    end = max(arm.length * reach, min(pit_a + 0.06 * body.unit, arm.bend))
    outer, inner = _profile(side, fit, body, arm, seen, end, (pit_a, pit_b))
    at = np.linspace(-0.2, 1.3, 301) * end
    outs = _rounded(outer(at / end), at, (tip_a, tip_b), body)
    return _Course((tip_a, tip_b), (pit_a, pit_b), end, (at, outs, inner(at / end)))


def _rounded(outs: _Points, at: _Points, tip: tuple[float, float], body: Body) -> _Points:
    """The outer seam at places along the arm, round at the shoulder's tip, which lies along and beside the arm."""
    least = max(tip[1], 0.02 * body.unit)
    outs = least + np.maximum(outs - least, 0) * np.sqrt(((at - tip[0]) / (_ROUND * body.unit)).clip(0, 1))
    # The fabric on the shoulder goes round the joint as far as the arm does.
    ball = np.sqrt(np.maximum(np.square(body.arm_radius(0.0)) - np.square(at.clip(None, 0)), 0))
    return np.maximum(outs, ball * ((at - tip[0]) / (_EDGE * body.unit)).clip(0, 1))


def _laid(piece: Piece, course: _Course, unit: float) -> tuple[_Float, _Float]:
    """Weight and overlap with the torso of a part of the sleeve, see :class:`SleevePart`."""
    (tip_a, tip_b), (pit_a, pit_b), end = course.tip, course.pit, course.end
    at, outs, ins = course.seams
    # Lines across the sleeve run from its outer to its inner seam: at the armhole from shoulder tip to armpit,
    # at the cuff square to the arm. First they are taken to be as oblique everywhere as the armhole is.
    up = 1 - np.clip((tip_b - piece.beside) / max(tip_b - pit_b, 0.12 * unit), 0, 1)
    for _ in range(_ROUNDS):
        start = pit_a + (tip_a - pit_a) * up
        t = (piece.along - start) / np.maximum(end - start, 1)
        out = np.interp(tip_a + (end - tip_a) * t, at, outs).astype(np.float32)
        into = np.interp(pit_a + (end - pit_a) * t, at, ins).astype(np.float32)
        width = np.maximum(out + into, 2)
        up = ((piece.beside + into) / width).clip(0, 1)
    across = 2 * piece.away(piece.beside + (into - out) / 2) / width
    soft = max(1.0, 0.012 * unit)
    # The fabric's own outline tells where a sleeve ends beside its seams; at the armhole the shoulder does.
    reach = 1 + np.clip(2.5 * t, 0, 0.25)
    weight = np.clip(2 + 2 * t * (end - start) / (_OVERLAP * unit), 0, 1) * np.clip(
        (reach - across) * width / 2 / soft, 0, 1
    )
    # Over a folded elbow a sleeve goes as a whole.
    reached = piece.start == 0 or end > piece.start + soft
    weight *= np.clip((1 - t) * (end - start) / soft + 0.5, 0, 1) * reached
    at_armhole = np.clip(2 - t / 0.06, 0, 1) * (across < 1)
    return weight.astype(np.float32), at_armhole.astype(np.float32)


def _bare(piece: Piece, arm: Limb, body: Body, seen: Mask, old_top: Mask, end: float) -> _Float:
    """A part of the arm below the cuff: as it is seen, and as thick as it would be where the old garment hides it."""
    radius = body.arm_radius(piece.along / arm.length)
    # An elbow that points at the camera is seen further down than its joint.
    close = np.abs(piece.beside) < radius + _ABOUT * body.unit
    shown = cv2.GaussianBlur((seen & close).astype(np.float32), (0, 0), 0.8)
    hidden = (radius - piece.away(piece.beside) + 0.5).clip(0, 1) * (old_top & ~seen)
    return np.asarray(np.maximum(shown, hidden) * (piece.along > end), np.float32)


def _reach(share: float) -> float:
    """The share as it is worn: a long sleeve ends at the wrist, whatever was lost in the photo by folds."""
    return float(np.clip(share, 0.97, 1.06)) if share > LONG else max(share, 0.16)


def _window(arm: Limb, body: Body, shape: tuple[int, int]) -> tuple[slice, slice]:
    margin = 0.45 * body.unit
    low, high = arm.path.min(axis=0) - margin, arm.path.max(axis=0) + margin
    columns = slice(max(0, int(low[0])), min(shape[1], int(high[0]) + 1))
    rows = slice(max(0, int(low[1])), min(shape[0], int(high[1]) + 1))
    return rows, columns


def _profile(
    side: Side, fit: Fit, body: Body, arm: Limb, seen: tuple[Mask, Mask], end: float, pit: tuple[float, float]
) -> tuple[Any, Any]:
    """Distance of the outer and the inner seam from the arm's middle line, as functions of the share of the sleeve; of
    the arm what is ``seen`` bare, and with the old garment."""
    widths = _DRAPE * fit.scale * np.linalg.norm(side.outer - side.inner, axis=1) / 2
    shares = np.linspace(0, 1, len(widths))
    # The armhole is oblique; the sleeve's own width shows from its middle on.
    own = np.where(shares < 0.5, np.minimum(widths, 1.12 * widths[len(widths) // 2]), widths)
    # A cuff's corner that was read wrong must not stick out.
    own = np.minimum(own, _FLARE * float(np.median(own)))
    at = shares * end / arm.length
    bare = body.arm_radius(at.clip(0, 1))
    seen_out, seen_in = extents(arm, seen[1], at, body)
    bare_out, bare_in = extents(arm, seen[0], at, body)
    # The fabric lies on the shoulder; only further down does a wide sleeve stand off the arm.
    loose = np.clip(shares * end / (0.55 * body.unit), 0, 1)
    outer = 1.04 * bare + loose * np.maximum(own - 1.04 * bare, 0)
    outer = np.maximum.reduce([outer, np.minimum(seen_out, 1.35 * bare), 1.04 * bare_out])
    # The inner seam leaves the body at the armpit.
    past = np.clip((shares * end - pit[0]) / (0.4 * body.unit), 0, 1)
    inner = (1 - past) * max(-pit[1], 0.05 * body.unit) + past * np.maximum.reduce(
        [own, 1.04 * bare, seen_in, 1.04 * bare_in]
    )
    smooth = [np.convolve(np.pad(v, 3, mode="edge"), np.ones(7) / 7, "valid") for v in (outer, inner)]
    return (lambda t: np.interp(t, shares, smooth[0])), (lambda t: np.interp(t, shares, smooth[1]))
