"""What is seen of a bare arm: how thick it is, and how far beside the line through its joints its middle lies."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.across import seen_across
from vton_core.garment.limb import Limb
from vton_core.types import Mask

__all__ = ["SLEEVED", "BaredArm", "bared_arm"]

SLEEVED: Final = -0.02
"""How far outside of its joints' line the middle of an arm is taken to lie that is not seen, in shoulder distances."""

Vector = NDArray[np.float64]

# Shares of the arm at which it is measured, and how far beside its line, in shoulder distances.
_SHARES: Final = np.linspace(0.1, 0.85, 16)
_REACH, _STEPS = 0.3, 60
# How far beside the line an arm begins at most, in the same.
_BESIDE: Final = 0.06
# At fewer places nothing is told. How thick an arm is at least, compared with a usual one; where less than this share
# of its own thickness is seen something hides the rest.
_FEWEST, _THINNEST, _PART = 3, 0.5, 0.85
# How far outside of the joints' line the middle of an arm lies along it, in shoulder distances: medians of 592 people.
_USUAL_X: Final = (0.0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0)
_USUAL_Y: Final = (0.03, 0.037, 0.035, 0.017, 0.003, -0.003, 0.005, 0.012, 0.012, 0.005, 0.0)
# How far from that at most, over how long a stretch it is smoothed, and from which share on an arm's thickness is told.
_FARTHEST, _SMOOTH, _THICK_FROM = 0.1, 0.12, 0.28
# How far beside the joints' line at most what a sleeve hides is taken to lie, in shoulder distances.
_IN_SLEEVE: Final = 0.06
# The shoulder is where the arm is: its upper part up to this share, if it lies farther out than this beyond the usual.
_UPPER, _LEAST = 0.35, 0.04


@dataclass(frozen=True)
class BaredArm:
    """Measures of an arm, ``float64 (N,)`` at places where it is bare and seen from edge to edge.

    Attributes:
        shares: of its length from the shoulder.
        beyond: how far its middle lies outside of where it usually does, in shoulder distances.
        girth: how thick it is in all, compared with a usual arm.
    """

    shares: Vector
    beyond: Vector
    girth: float

    def offsets(self, count: int) -> Vector:
        """How far outside of the joints' line the arm's middle lies at ``count`` places along it, in shoulder
        distances."""
        if len(self.shares) < _FEWEST:
            return np.full(count, SLEEVED)
        seen = self.beyond + np.interp(self.shares, _USUAL_X, _USUAL_Y)
        smooth = [np.median(seen[np.abs(self.shares - share) < _SMOOTH]) for share in self.shares]
        # In a sleeve the arm is where the rest of it is.
        rest = float(np.median(seen).clip(-_IN_SLEEVE, _IN_SLEEVE))
        at = np.linspace(0, 1, count)
        known = np.interp(at, self.shares, smooth, left=rest, right=rest)
        width = round(_SMOOTH * count) // 2 * 2 + 1
        even = np.convolve(np.pad(known, width // 2, mode="edge"), np.ones(width) / width, "valid")
        usual = np.interp(at, _USUAL_X, _USUAL_Y)
        return np.asarray(even.clip(usual - _FARTHEST, usual + _FARTHEST), np.float64)

    @property
    def shoulder(self) -> float:
        """How much farther out than its joint the shoulder is, in shoulder distances."""
        upper = self.beyond[self.shares < _UPPER]
        return float(np.clip(np.median(upper) - _LEAST, 0, _FARTHEST)) if len(upper) >= _FEWEST else 0.0


def bared_arm(arm: Limb, unit: float, radius: Callable[[Any], Any], bare: Mask) -> BaredArm | None:
    """Measure an arm where it is bare.

    Args:
        arm: the line through its joints.
        unit: the distance of the shoulder joints in pixels.
        radius: of a usual arm in pixels, at a share of its length.
        bare: ``bool (H, W)``, where that arm is bare.

    Returns:
        The measures, or ``None`` where too little of it is seen, or one half lies before the other.
    """
    if arm.folded:
        return None
    steps = np.linspace(-_REACH, _REACH, 2 * _STEPS + 1)
    spans = np.array([_nearest_span(line, steps) for line in seen_across(arm, bare, _SHARES, unit * steps)])
    start, end = spans.T
    thick = unit * (end - start) / 2 / radius(_SHARES)
    known = np.isfinite(thick)
    if known.sum() < _FEWEST:
        return None
    shares, thick = _SHARES[known], thick[known]
    beyond = ((start + end) / 2 - np.interp(_SHARES, _USUAL_X, _USUAL_Y))[known]
    later = thick[shares > _THICK_FROM]
    girth = float(np.median(later if len(later) else thick))
    whole = thick > max(_THINNEST, _PART * float(np.percentile(thick, 75)))
    return BaredArm(shares[whole], beyond[whole], girth)


def _nearest_span(seen: NDArray[np.bool_], steps: Vector) -> tuple[float, float]:
    """From where to where the nearest thing that is seen on a line reaches; not a number where nothing is near, or it
    has no end, since it goes over to the torso or the other arm."""
    edges = np.flatnonzero(np.diff(np.r_[False, seen, False].astype(np.int8)))
    starts, ends = edges[::2], edges[1::2] - 1
    away = np.maximum(0, np.maximum(steps[starts], -steps[ends]))
    if not len(away) or away.min() > _BESIDE:
        return np.nan, np.nan
    start, end = starts[away.argmin()], ends[away.argmin()]
    if start == 0 or end == len(steps) - 1:
        return np.nan, np.nan
    return float(steps[start]), float(steps[end])
