"""How far down the arm a sleeve reaches: as it was measured in its photo, and as the photo tells."""

from __future__ import annotations

from typing import Final

import numpy as np

from vton_core.garment.body import Body
from vton_core.garment.corrections import SIDES
from vton_core.garment.fit import Fit
from vton_core.garment.landmarks import Landmarks
from vton_core.garment.polyline import length_of
from vton_core.garment.side import Side
from vton_core.types import Garment

__all__ = ["LONG", "as_told", "cuff_share"]

LONG: Final = 0.76
"""From this share of the arm on a sleeve is a long one, which folds shorten in its photo."""
# Shorter ones end so much higher on the arm than they lie flat, as they ride up; this fades towards long ones.
_RIDE, _RIDE_FADES = 0.08, 0.15
# What is measured shorter than this is the stub of a sleeve that is folded in, and cannot be drawn out.
_STUB: Final = 0.3
# The shares that sleeves cover which a photo shows to be short, half-long and long, and how sure of it that must be to
# make them longer and shorter: hardly anything makes a short sleeve look long.
_SHARES: Final = {"short": (0.0, 0.58), "half": (0.42, 0.74), "long": (1.0, np.inf)}
_LONGER, _SHORTER = 0.5, 0.85


def cuff_share(index: int, side: Side, fit: Fit, body: Body) -> float | None:
    """How much of the arm a sleeve covers; 1 reaches the wrist, ``None`` where there is no sleeve.

    As a spread sleeve comes down, its outer seam stretches and its inner one gathers; the cuff ends between the two.
    """
    if not side.sleeved:
        return None
    arm = body.arms[index]
    tip, pit = (float(arm.from_root(ends[index])[0]) for ends in (fit.shoulders, fit.armpits))
    outer, inner = (length_of(seam) for seam in (side.outer, side.inner))
    flat = (tip + pit + fit.scale * (outer + inner)) / 2 / body.arm_length
    return flat - _RIDE * float(np.clip((LONG - flat) / _RIDE_FADES, 0, 1))


def as_told(share: float, garment: Garment, landmarks: Landmarks) -> float:
    """The share that sleeves cover, brought to what their photo shows them to be: short, half-long or long.

    A wide garment is worn smaller than it lies, its sleeves are not, and at home they lie bent, folded or aslant. Where
    the user has moved a cuff, or before a shop's white, they are as long as they were measured.
    """
    moved = any(f"{side}_cuff_{end}" in landmarks.by_hand for side in SIDES for end in ("outer", "inner"))
    if moved or not garment.home or share < _STUB:
        return share
    for kind, (least, most) in _SHARES.items():
        likely = garment.sleeves.get(kind, 0.0)
        if likely > _LONGER:
            return min(max(share, least), most if likely > _SHORTER else np.inf)
    return share
