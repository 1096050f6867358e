"""Hands that the old top hides: in its pockets, or under a coat that hangs over the shoulders."""

from __future__ import annotations

from typing import Final

import numpy as np

from vton_core.garment.body import IN_FRONT, Body
from vton_core.garment.hand import HAND
from vton_core.garment.regions import Regions
from vton_core.garment.relief import Place, hanging
from vton_core.garment.shapes import round_at

__all__ = ["hidden_hand"]

# So far from the wrist no bare skin is seen, and around half of the hand's length the top is; in shoulder distances.
_NO_SKIN, _AROUND = 0.3, 0.16
# Which share of what is there the top has to be.
_COVERED: Final = 0.4
# How much a hand hangs, compared with going on along its forearm.
_HANGS: Final = 0.35


def hidden_hand(body: Body, side: int, regions: Regions) -> Place | None:
    """Where a hand would be seen if the old top did not hide it.

    Args:
        body: in the working picture's pixels.
        side: 0 for the picture's left arm, 1 for its right.
        regions: of the figure.

    Returns:
        Its place; ``None`` where the hand is seen, is out of the picture, behind something else, or may be anywhere.
    """
    place = hanging(body.arms[side], side, _HANGS * body.down, HAND * body.unit, float(body.arm_radius(1.0)))
    # What hides a wrist that is hardly seen may be the body itself, but a coat reaches farther than that.
    top = regions.old_top if body.wrists[side] > IN_FRONT else regions.old_top & regions.coat
    there = round_at(place.middle, _AROUND * body.unit, top.shape)
    bare = (regions.arms[0] | regions.arms[1]) & round_at(place.joint, _NO_SKIN * body.unit, top.shape)
    covered = np.count_nonzero(there & top) > _COVERED * np.pi * np.square(_AROUND * body.unit)
    return place if covered and not bare.any() else None
