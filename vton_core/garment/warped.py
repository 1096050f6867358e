"""A top that a network has warped, among the layers of the person who wears it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.arm import BareArm
from vton_core.garment.body import Body
from vton_core.garment.dresser import settled
from vton_core.garment.figure import Figure
from vton_core.garment.layers import Layers, stack
from vton_core.garment.sheet import Sheet
from vton_core.garment.upper import find_under, measured
from vton_core.garment.worn import Worn
from vton_core.types import Mask

__all__ = ["Warped", "wear_warped"]

_Float = NDArray[np.float32]
# The part of an arm, from the shoulder, in which a sleeve begins where there is one.
_BEGINS: Final = 0.3
_STEPS: Final = 40
# How much of the garment hangs deeper than what counts as its hem.
_HEM: Final = 2.0


@dataclass(frozen=True)
class Warped:
    """A warped garment in the working picture's pixels.

    Attributes:
        pixels: ``float32 (H, W, 4)``: colour times alpha (0 to 255), and alpha in [0, 1].
        covered: ``bool (H, W)``: where the network expects the garment to be seen.
    """

    pixels: _Float
    covered: Mask


def wear_warped(figure: Figure, warped: Warped) -> Worn:
    """Lay a warped top on a person: what it bares is painted, and what was in front stays there.

    Args:
        figure: the person.
        warped: the garment.

    Raises:
        NoPersonError: the shoulders are not seen.
    """
    figure = settled(figure)
    body, regions = measured(figure)
    under = figure.once("under", lambda: find_under(figure.rgb, figure.parse, body, regions))
    torso = Sheet(warped.pixels).lit(under.light)
    none = Sheet(np.zeros_like(warped.pixels))
    shares = (_sleeve(under.arms[0], warped.covered), _sleeve(under.arms[1], warped.covered))
    layers = Layers(torso, (none, none), under.skin, under.arms, shares, _hem(body, torso.alpha))
    return Worn(stack(figure.rgb, figure.alpha, body, regions, layers), torso.pixels, {})


def _sleeve(arm: BareArm | None, covered: Mask) -> float:
    """How much of an arm the garment covers, from the shoulder on."""
    if arm is None:
        return 0.0
    inside = arm.inside > 0
    steps = (arm.share[inside].clip(0, 1) * _STEPS).astype(int)
    pixels = np.bincount(steps, minlength=_STEPS + 1)
    clothed = np.bincount(steps, covered[inside], _STEPS + 1) > 0.5 * pixels
    shares = np.arange(_STEPS + 1) / _STEPS
    bare = np.flatnonzero((pixels > 0) & ~clothed & (shares > _BEGINS))
    share = float(shares[bare[0]]) if len(bare) else 1.0
    return share if share > _BEGINS + 1.5 / _STEPS else 0.0


def _hem(body: Body, alpha: _Float) -> float:
    """How far below the neck the garment reaches, in pixels."""
    _, below = body.frame(alpha.shape)
    reached = below[alpha > 0.5]
    return float(np.percentile(reached, 100 - _HEM)) if reached.size else 0.0
