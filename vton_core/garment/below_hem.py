"""The legs below a skirt's or shorts' hem where a long open coat hid both."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.fabric import fabric_above
from vton_core.garment.hips import measure_thighs
from vton_core.garment.regions import Regions
from vton_core.masks import softened
from vton_core.planes import repeated
from vton_core.types import Image, Mask

__all__ = ["HiddenLegs", "hem_over_legs", "legs_below"]

_Float = NDArray[np.float32]
# In shoulder distances: how far a hem's label may be from the legs' below it, how long it is at least, and how far from
# level. Fabric may reach this far below it, in this share of all: hems slant, slits do not end in one.
_APART, _LONG, _LEVEL = 0.06, 0.15, 0.15
_SLANT, _FURTHER = 0.2, 0.15


class HiddenLegs(NamedTuple):
    """Legs below a hem.

    Attributes:
        across: ``float32 (H, W)``, from -1 at their left edge to 1 at their right one; 2 between them.
        look: ``float32 (H, W, 3)``, 0 to 255, what they look like where they are hidden.
        place: ``float32 (H, W)`` in [0, 1], below the hem.
    """

    across: _Float
    look: _Float
    place: _Float

    def laid_below(self, across: _Float, lower: _Float) -> tuple[_Float, _Float]:
        """A lower garment's place and look, ``across`` and ``lower``, with those of the legs below its hem."""
        return (
            np.where(self.place > 0.5, self.across, across),
            lower + repeated(self.place) * (self.look - lower),
        )


def hem_over_legs(fabric: Mask, legs: Mask, body: Body) -> float | None:
    """Where a lower garment ends above bare legs or tights.

    Args:
        fabric: ``bool (H, W)``, what is seen of it.
        legs: ``bool (H, W)``, what is seen of them.
        body: in the same pixels.

    Returns:
        Its hem, in pixels below the neck; ``None`` where too little of one is seen.
    """
    _, below = body.frame(fabric.shape)
    apart = max(1, round(_APART * body.unit))
    ends = np.zeros_like(fabric)
    ends[:-apart] = fabric[:-apart] & legs[apart:] & ~fabric[apart:]
    lows = np.where(ends, below, np.float32(-np.inf)).max(axis=0)
    lows = lows[np.isfinite(lows)]
    if len(lows) < _LONG * body.unit:
        return None
    hem = float(np.median(lows))
    level = np.abs(lows - hem) < _LEVEL * body.unit
    further = fabric & (below > hem + _SLANT * body.unit)
    if level.sum() < _LONG * body.unit or further.sum() > _FURTHER * fabric.sum():
        return None
    return hem


def legs_below(rgb: Image, fabric: Mask, regions: Regions, hidden: Mask, body: Body, fringe: int) -> HiddenLegs | None:
    """The legs that a coat hid below the hem of a lower garment.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        fabric: ``bool (H, W)``, what is seen of the lower garment.
        regions: of the figure.
        hidden: ``bool (H, W)``, where the lower garment and the legs are to be painted.
        body: in the same pixels.
        fringe: so many pixels at the legs' edges are not trusted.

    Returns:
        The legs; ``None`` where no hem or too little of them is seen, or nothing is hidden.
    """
    hem = hem_over_legs(fabric, regions.legs, body)
    if hem is None:
        return None
    _, below = body.frame(fabric.shape)
    place = np.asarray(below > hem)
    wanted = hidden & place
    if not wanted.any():
        return None
    hides = (regions.old_top | fabric) & ~regions.legs
    arms = regions.arms[0] | regions.arms[1]
    thighs = measure_thighs(regions.legs & place, hides, arms, hem, body)
    if thighs is None:
        return None
    across = thighs.across(fabric.shape)
    skin = fabric_above(rgb, regions.legs, across, wanted, body, fringe)
    return None if skin is None else HiddenLegs(across, skin, softened(place, 1.0))
