"""A top that a network has warped, among the layers of the person who wears it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.fill import pull_push
from vton_core.garment.arm import BareArm
from vton_core.garment.body import Body
from vton_core.garment.dresser import settled
from vton_core.garment.figure import Figure
from vton_core.garment.layers import Layers
from vton_core.garment.sheet import Sheet
from vton_core.garment.stack import stack
from vton_core.garment.upper import found_under, measured
from vton_core.garment.worn import Worn
from vton_core.planes import layered, repeated
from vton_core.types import Mask

__all__ = ["Warped", "wear_warped"]

_Float = NDArray[np.float32]
# The part of an arm, from the shoulder, in which a sleeve begins where there is one.
_BEGINS: Final = 0.12
_STEPS: Final = 40
# How far beside an arm, and below its cuff, a sleeve may be; in shares of the arm's length.
_AROUND: Final = 0.12
# Where it is this opaque the garment's own colours are carried on from.
_SOLID: Final = 0.97
# Above this depth below the neck, in shoulder distances, gaps are the neckline's.
_NECKLINE: Final = 0.35
# How soft the outline of what the network expects is drawn, in shoulder distances; it works on little pictures.
_SOFT: Final = 0.015
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
    under = found_under(figure, body, regions)
    garment = _spread(warped, body).shaded(under.light)
    left, right = (_clothed(arm, warped.covered) for arm in under.arms)
    sleeves = (_sleeve(garment, under.arms[0], left), _sleeve(garment, under.arms[1], right))
    layers = Layers(
        garment, sleeves, under.skin, under.arms, (left, right), _hem(body, garment.alpha), strands=under.strands
    )
    return Worn(stack(figure.rgb, figure.alpha, body, regions, layers), garment.pixels, {})


def _spread(warped: Warped, body: Body) -> Sheet:
    """The garment with its colours carried on where the network expects it and the warp leaves gaps: beside the torso
    and between it and the sleeves, not in the neckline."""
    garment = Sheet(warped.pixels)
    solid = garment.alpha > _SOLID
    if not solid.any():
        return garment
    _, below = body.frame(solid.shape)
    expected = warped.covered & (below > _NECKLINE * body.unit)
    soft = cv2.GaussianBlur(expected.astype(np.float32), (0, 0), max(1.0, _SOFT * body.unit))
    cover = np.asarray(soft, np.float32)
    colour = pull_push(warped.pixels[..., :3], solid)
    return Sheet(garment.over(layered(colour * repeated(cover), cover)))


def _clothed(arm: BareArm, covered: Mask) -> float:
    """How much of an arm the garment covers, from the shoulder on; straps leave its outer half bare."""
    inside = (arm.inside > 0) & (arm.across > 0)
    steps = (arm.share[inside].clip(0, 1) * _STEPS).astype(int)
    pixels = np.bincount(steps, minlength=_STEPS + 1)
    clothed = np.bincount(steps, covered[inside], _STEPS + 1) > 0.5 * pixels
    shares = np.arange(_STEPS + 1) / _STEPS
    bare = np.flatnonzero((pixels > 0) & ~clothed & (shares > _BEGINS))
    share = float(shares[bare[0]]) if len(bare) else 1.0
    return share if share > _BEGINS + 1.5 / _STEPS else 0.0


def _sleeve(garment: Sheet, arm: BareArm, clothed: float) -> Sheet:
    """What of the garment lies around an arm, as far down as it is clothed: in front of all but the head."""
    if clothed <= 0:
        return Sheet(np.zeros_like(garment.pixels))
    around = (arm.inside / (_AROUND * arm.length) + 1).clip(0, 1)
    upto = ((clothed + _AROUND - arm.share) / _AROUND).clip(0, 1)
    return garment.times(np.asarray(around * upto, np.float32))


def _hem(body: Body, alpha: _Float) -> float:
    """How far below the neck the garment reaches, in pixels."""
    _, below = body.frame(alpha.shape)
    reached = below[alpha > 0.5]
    return float(np.percentile(reached, 100 - _HEM)) if reached.size else 0.0
