"""Which parts of bare arms show: those that come out of the old sleeve, and those that lie before the garment."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.arm import BareArm
from vton_core.garment.body import IN_FRONT, Body
from vton_core.garment.layers import Layers
from vton_core.garment.limb import Limb
from vton_core.garment.regions import Regions
from vton_core.garment.shapes import disc, evened, round_at
from vton_core.masks import closed, dilated, opened, softened
from vton_core.types import Alpha, Mask

__all__ = ["painted_arms", "seen_arms"]

_Float = NDArray[np.float32]
# Where the elbow is, in shares of the arm, and how far around it it is looked what hides it, in shoulder distances.
_ELBOW, _AT_ELBOW = 0.5, 0.1
# How far around a wrist an arm's label is looked for, in shoulder distances.
_AT_WRIST: Final = 0.3
# So many pixels of a label are no mistake of a few.
_SEEN: Final = 20
# How surely a wrist is seen at most that is behind the body.
_BEHIND: Final = 0.45
# How far past the point where it comes out of the old sleeve an arm may be painted, and over how much of it what is
# painted ends; in shares of its length.
_OUT_OF_SLEEVE, _ENDS = 0.08, 0.02
# Shares of the arm between which the fold before the armpit runs from its outer to its inner edge, and how far beyond
# that it goes on, in shares of its width there.
_FOLD, _BEYOND_FOLD = (0.06, 0.32), 1.2
# How far an arm goes on under its cuff, and from which share on an arm that is painted, and one that is seen, may come
# out of a sleeve at all: farther up it is the shoulder.
_UNDER_CUFF, _PAINTED_FROM, _SEEN_FROM = 0.04, 0.3, 0.22
# How thick an arm is, about: its radius in shares of its length.
_RADIUS: Final = 0.05
# Half of how wide a gap between an arm and the body is at most that a garment behind it shows in; in shoulder
# distances.
_GAP: Final = 0.08
# How large steps of a lower garment's edge beside an arm are none of its own, in shoulder distances.
_EVEN: Final = 0.02
# No arm is thinner than twice this, in shoulder distances.
_THIN: Final = 0.035
# With which share of its width the body hides an arm: its edges may be the arm's.
_TORSO: Final = 0.95


def painted_arms(body: Body, regions: Regions, layers: Layers, removed: _Float, figure: Alpha) -> tuple[_Float, _Float]:
    """Where an arm comes out of the old sleeve: on the arm, behind the new cuff, where the old top was.

    Args:
        body: the body in the working picture's pixels.
        regions: of the source.
        layers: what goes on the figure.
        removed: ``float32 (H, W)`` in [0, 1], what goes of the source.
        figure: ``float32 (H, W)`` in [0, 1], the source's figure.

    Returns:
        All of it, and what lies before the garment; ``float32 (H, W)`` in [0, 1].
    """
    total, before = np.zeros(removed.shape, np.float32), np.zeros(removed.shape, np.float32)
    seen = np.asarray(figure > 0.5)
    gap = _narrow_gaps(seen, body.unit)
    outside = np.asarray(1 - softened(body.torso_zone(removed.shape, _TORSO), 1.0), np.float32)
    # No arm was where the lower garment is seen, however wide the old top's edge is taken to be.
    beside = 1 - evened(regions.lower, _EVEN * body.unit)
    for side, (arm, limb) in enumerate(zip(layers.arms, body.arms, strict=True)):
        cuff, in_front = layers.arm_shares[side], body.wrists[side] > IN_FRONT
        cover = arm.cover * (4 * removed).clip(0, 1) * beside
        cover[_beyond_gap(np.asarray(arm.cover > 0), seen, body.unit)] = 0
        bare = _bare(arm, cuff, outside, in_front)
        # Where arms are crossed a hand may be labelled as the other arm's, or be hidden though the wrist is not.
        if in_front or arm.hand is not None or _shows(regions.arms, limb.path[-1], _AT_WRIST * body.unit):
            # What shows in the narrow gap between it and the body is the garment.
            before = np.maximum(before, cover * bare * np.where(gap & (arm.across < 0), figure, np.float32(1)))
        else:
            cover = cover * outside
            if cuff < _ELBOW and _forearm_hidden(body, regions, side, arm, limb):
                bare = bare * _until(_ELBOW, arm)
        total = np.maximum(total, cover * bare)
    return total, before


def _bare(arm: BareArm, cuff: float, outside: _Float, in_front: bool) -> _Float:
    """How much of an arm is in no sleeve, neither the new one nor, as far as it is not seen, the old one."""
    bare = _out_of_sleeve(arm, cuff, min(_PAINTED_FROM, cuff))
    if cuff <= 0:
        bare = np.maximum(bare, outside)
    if arm.joint is None:
        return bare
    # From where it comes out of the old sleeve on, what is not seen of it is behind something: the body, or, where its
    # hand is seen, the old top, which hangs out before it.
    sleeve = _until(arm.joint + _OUT_OF_SLEEVE, arm)
    return bare * (np.maximum(sleeve, outside) if in_front else sleeve)


def _forearm_hidden(body: Body, regions: Regions, side: int, arm: BareArm, limb: Limb) -> bool:
    """Whether a forearm whose hand is not seen is behind the body: where the wrist is hardly seen, unless the arm hung
    in a coat."""
    coated = _shows((regions.coat,), limb.path[len(limb.path) // 2], _AT_ELBOW * body.unit)
    return arm.joint is None and body.wrists[side] < _BEHIND and not coated


def _until(share: float, arm: BareArm) -> _Float:
    """An arm down to a share of its length, where it fades out."""
    return np.asarray(((share - arm.share) / _ENDS).clip(0, 1), np.float32)


def _narrow_gaps(figure: Mask, unit: float) -> Mask:
    """Where a figure is not seen, or only in part, beside what is seen of it on both sides."""
    width = 2 * round(_GAP * unit) + 1
    return dilated(closed(figure, np.ones((1, width), np.uint8)) & ~figure, disc(1))


def _beyond_gap(arm: Mask, figure: Mask, unit: float) -> Mask:
    """What an arm that is taken to be too thick would cover beyond the gap between it and the body."""
    seen = arm & figure
    solid = opened(seen, disc(max(1, round(_THIN * unit))))
    return seen & ~dilated(solid, disc(2)) if solid.any() else np.zeros_like(arm)


def _shows(masks: tuple[Mask, ...], point: NDArray[np.float64], radius: float) -> bool:
    """Whether any of some masks shows around a point."""
    around = round_at(point, radius, masks[0].shape)
    return bool(np.count_nonzero(np.logical_or.reduce(masks) & around) >= _SEEN)


def seen_arms(regions: Regions, layers: Layers) -> _Float:
    """The bare arms in front of the torso that are seen: what of them comes out of a sleeve or an armhole.

    Args:
        regions: of the source.
        layers: what goes on the figure.

    Returns:
        ``float32 (H, W)`` in [0, 1].
    """
    bare, shares = np.zeros((2, *regions.old_top.shape), np.float32)
    for side, arm in enumerate(layers.arms):
        share = softened(regions.arms[side], 0.8)
        shares += share
        bare += share * _out_of_sleeve(arm, layers.arm_shares[side], _SEEN_FROM)
    # Where both meet, nothing shows between them.
    return np.asarray(softened(regions.arms[0] | regions.arms[1], 0.8) * bare / np.maximum(shares, 1e-6), np.float32)


def _out_of_sleeve(arm: BareArm, cuff: float, least: float) -> _Float:
    """Where an arm lies before the garment: below its cuff, or outside of the fold from the shoulder to the armpit."""
    if cuff > 0:
        return np.asarray(((arm.share - max(least, cuff - _UNDER_CUFF)) * arm.length + 0.5).clip(0, 1), np.float32)
    edge = 1 - 2 * ((arm.share - _FOLD[0]) / (_FOLD[1] - _FOLD[0])).clip(0, _BEYOND_FOLD)
    return np.asarray(((arm.across - edge) * _RADIUS * arm.length + 0.5).clip(0, 1), np.float32)
