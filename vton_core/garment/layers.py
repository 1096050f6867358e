"""What a garment puts on a figure."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.arm import BareArm
from vton_core.garment.sheet import Sheet
from vton_core.garment.strands import Strands

__all__ = ["Layers"]

_Float = NDArray[np.float32]


@dataclass(frozen=True)
class Layers:
    """What goes on the figure.

    Attributes:
        torso: the garment's torso.
        sleeves: the picture's left and right sleeve; empty sheets where there are none.
        skin: ``float32 (H, W, 3)``, 0 to 255, the skin's look everywhere.
        arms: where the picture's left and right arm would be if they were bare.
        arm_shares: how much of each arm its sleeve covers.
        hem_below: where the garment's hem hangs, in pixels below the neck.
        off_shoulder: whether the garment's upper edge runs on over the sleeves.
        lace: whether anything is seen through the garment.
        back: the inner side of the garment's back, behind the neck; ``None`` where the photo does not show it.
        strands: the edge of hair that lay before the old garment.
    """

    torso: Sheet
    sleeves: tuple[Sheet, Sheet]
    skin: _Float
    arms: tuple[BareArm, BareArm]
    arm_shares: tuple[float, float]
    hem_below: float
    off_shoulder: bool = False
    lace: bool = False
    back: Sheet | None = None
    strands: Strands | None = None

    @cached_property
    def alone(self) -> Sheet:
        """The garment without the figure."""
        out = self.torso.pixels
        for sleeve in self.sleeves:
            out = sleeve.over(out)
        return Sheet(out)
