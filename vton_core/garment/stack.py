"""Who lies in front of whom: figure without the old garment, new torso, arms, sleeves, lower garment, head.

All layers are premultiplied.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.arm import BareArm
from vton_core.garment.base import FRINGE, base
from vton_core.garment.body import IN_FRONT, WAIST, Body
from vton_core.garment.crevices import tidied
from vton_core.garment.cuff_shadow import shadowed
from vton_core.garment.fabric import fabric_above
from vton_core.garment.hand import draw_hand
from vton_core.garment.hips import measure_hips
from vton_core.garment.layers import Layers
from vton_core.garment.outermost import slivers
from vton_core.garment.overlay import Overlay
from vton_core.garment.regions import Regions
from vton_core.garment.shading import contact_shadow
from vton_core.garment.shapes import disc, round_at
from vton_core.garment.sheet import Sheet
from vton_core.garment.strands import Strands
from vton_core.garment.tucked import out_of_waistband
from vton_core.masks import closed, dilated, eroded, near, opened, softened
from vton_core.side_by_side import side_by_side
from vton_core.types import Alpha, Image, Mask

__all__ = ["stack"]

_Float = NDArray[np.float32]
_SEAM: Final = 0.02
_ELBOW: Final = 0.5
# So far around an elbow it is looked what hides it, in shoulder distances.
_AT_ELBOW: Final = 0.1
# How surely a wrist is seen at most that is behind the body.
_BEHIND: Final = 0.45
# How far past the point where it comes out of the old sleeve an arm may be painted, in shares of its length.
_OUT_OF_SLEEVE: Final = 0.08
# Shares of the arm between which the fold before the armpit runs from its outer to its inner edge.
_FOLD: Final = (0.06, 0.32)
# How wide what would show of an arm beside its sleeve is at most, on the shoulder and below it, in shoulder distances;
# where the shoulder ends, and how far before the cuff that does, in shares of the arm.
_CAP, _STRIP, _BELOW_ARMPIT, _BEFORE_CUFF = 0.13, 0.2, 0.28, 0.06
# To which share of the arm its sleeve is sewn to the torso, and within which one more it comes off.
_SEWN, _HANGS = 0.2, 0.1
# From which alpha on a torso is seen.
_SHOWN: Final = 0.1
# How large a coat over a dress is at least, compared with what is seen of the dress.
_OVER: Final = 0.3
# Half of how wide a gap between an arm and the body is at most that a garment behind it shows in; in shoulder
# distances.
_GAP: Final = 0.08
# How large steps of a lower garment's edge beside an arm are none of its own, in shoulder distances.
_EVEN: Final = 0.02
# No arm is thinner than twice this, in shoulder distances.
_THIN: Final = 0.035
# Down to where hair and neck lie beside a garment, in shoulder distances below the neck.
_BESIDE_HEAD: Final = 0.45
# How far out, so far below the neck, an armhole's edge runs at most; in shoulder distances.
_ARMHOLE_BELOW: Final = (-0.2, 0.05, 0.2, 0.42, 0.6, 0.8)
_ARMHOLE_BESIDE: Final = (0.62, 0.56, 0.475, 0.46, 0.62, 2.0)


def stack(rgb: Image, figure: Alpha, body: Body, regions: Regions, layers: Layers) -> Overlay:
    """Stack all layers.

    Args:
        rgb: ``uint8 (H, W, 3)``, the source in the working picture's pixels.
        figure: ``float32 (H, W)`` in [0, 1], the source's figure; the body lies within.
        body: the body in the same pixels.
        regions: of the source.
        layers: what goes on the figure.

    Returns:
        The overlay.
    """
    fringe = max(2, round(FRINGE * body.unit))
    _, below = body.frame(regions.old_top.shape)
    head = softened(regions.head, 1.0)
    strands = _before_the_top(layers.strands, regions, below < layers.hem_below)
    if strands is not None:
        # There the hair is laid on once all else is done.
        head = np.where(strands.place, np.float32(0), head)
    sleeved = _within_sleeves(body, regions, layers, np.asarray(figure > 0.5), max(1, fringe // 2))
    removed = _removed(regions, layers, below, fringe, head, sleeved)
    if strands is not None:
        removed = np.maximum(removed, strands.place)
    waist = regions.waist_below or body.torso
    below_hem = regions.dress & (below > layers.hem_below)
    fabric = regions.lower | below_hem
    hips = measure_hips(fabric, regions.old_top & ~below_hem, regions.arms[0] | regions.arms[1], waist, body)
    across = hips.across(below.shape)
    highest = min(WAIST * body.torso, waist, float(below[fabric].min(initial=waist))) - fringe
    (skin_arms, before), lower = side_by_side(
        lambda: _bare_arms(body, regions, layers, removed, figure),
        lambda: fabric_above(rgb, fabric, across, np.asarray((removed > 0) & (below > highest)), body, 2 * fringe),
    )
    # An arm's edge beside the old top is still arm.
    skin_arms = np.maximum(skin_arms, softened((regions.arms[0] | regions.arms[1]) & ~sleeved, 1.0))
    beneath, (torso, under) = side_by_side(
        lambda: base(body, regions, layers, below, skin_arms, across, lower),
        lambda: _shown_torso(body, regions, layers, (before, head), fringe),
    )
    gone = np.maximum(removed, _seam(regions, layers.arms, removed, beneath.alpha, body.unit))
    out = Overlay(np.asarray(1 - gone, np.float32), beneath.times(gone * figure).lit(under).pixels)
    out = out.shown(*torso, figure)
    for arm in layers.arms:
        if arm is None or arm.hand is None:
            continue
        tone = arm.tone(layers.skin)
        if tone is not None:
            out = out.shown(draw_hand(arm.hand, tone, head.shape), 1 - head, figure)
    for side in (0, 1):
        other = softened(regions.arms[1 - side], 0.8)
        out = out.shown(layers.sleeves[side], np.asarray((1 - head) * (1 - other), np.float32), figure)
    if strands is not None:
        out = out.under(strands.hair.times(figure))
    if layers.back is not None:
        out = out.above(layers.back, figure)
    place = np.asarray(below < _BESIDE_HEAD * body.unit)
    return tidied(out, rgb, figure, regions.head, removed, place, body.unit)


def _before_the_top(strands: Strands | None, regions: Regions, above_hem: Mask) -> Strands | None:
    """The hair before what goes: not before a dress's part that stays."""
    if strands is None or not regions.dress.any():
        return strands
    return Strands(strands.place & above_hem, strands.hair.times(above_hem))


def _shown_torso(
    body: Body, regions: Regions, layers: Layers, front: tuple[_Float, _Float], fringe: int
) -> tuple[tuple[Sheet, _Float], _Float]:
    """The garment's torso, how much of it shows behind ``front``, painted arms and the head, and the shadow that it
    casts."""
    arms, head = front
    _, below = body.frame(head.shape)
    shows = _torso_shows(regions, np.maximum(_arms_before(regions, layers), arms), head, fringe)
    worn = out_of_waistband(body, regions, below)
    if not layers.off_shoulder:
        worn = worn * _within_armholes(body, layers.arm_shares, below)
    covering = np.maximum(layers.sleeves[0].alpha, layers.sleeves[1].alpha)
    seen = layers.torso.alpha * shows * worn * (1 - covering)
    worn = worn * ~slivers(np.asarray(seen > _SHOWN), layers.arms, layers.arm_shares, body.unit)
    torso = layers.torso.times(worn)
    sleeves = contact_shadow(np.maximum(*_hanging(layers)), body.unit)
    return (torso.lit(sleeves), shows), contact_shadow(torso.alpha * shows, body.unit)


def _hanging(layers: Layers) -> tuple[_Float, _Float]:
    """The sleeves where they hang before the torso: not at the armhole, where they are sewn to it."""
    left, right = (
        sleeve.alpha if arm is None else sleeve.alpha * ((arm.share - _SEWN) / _HANGS).clip(0, 1)
        for sleeve, arm in zip(layers.sleeves, layers.arms, strict=True)
    )
    return left, right


def _grown(mask: Mask, radius: int) -> Mask:
    return dilated(mask, disc(radius))


def _within_sleeves(body: Body, regions: Regions, layers: Layers, figure: Mask, edge: int) -> Mask:
    """The edges of bare arms and shoulders that show beside the sleeves that they would be in."""
    inside = np.zeros(regions.old_top.shape, bool)
    rim = near(~figure, _CAP * body.unit)
    for side, (arm, cuff) in enumerate(zip(layers.arms, layers.arm_shares, strict=True)):
        if arm is None or cuff <= 0:
            continue
        sheet = layers.sleeves[side].alpha > 0.5
        covered = regions.arms[side] & ~sheet & (arm.share > _BELOW_ARMPIT) & (arm.share < cuff - _BEFORE_CUFF)
        if covered.any():
            inside |= _all_within(covered, sheet, _STRIP * body.unit)
        if not layers.off_shoulder:
            sheet |= layers.torso.alpha > 0.5
            cap = (regions.arms[side] | regions.neck) & ~sheet & (np.abs(arm.share) <= _BELOW_ARMPIT)
            cap &= (arm.across > 0) & (arm.share < cuff - _BEFORE_CUFF) & rim
            inside |= cap & near(sheet, _CAP * body.unit)
    # Their own edge goes with them.
    return np.asarray(_grown(inside, edge) & ~(regions.head | regions.neck | regions.lower))


def _all_within(parts: Mask, mask: Mask, distance: float) -> Mask:
    """Of parts those that lie no farther than a distance from a mask as a whole."""
    count, labels = cv2.connectedComponents(parts.view(np.uint8))
    whole = np.ones(count, bool)
    whole[0] = False
    whole[labels[parts & ~near(mask, distance)]] = False
    return np.asarray(whole[labels])


def _removed(regions: Regions, layers: Layers, below: _Float, fringe: int, head: _Float, sleeved: Mask) -> _Float:
    """How much of the source goes: the old top with a fringe, but nothing of the head, and a dress only to the hem."""
    stays = regions.dress
    if regions.dress.sum() > 0.3 * regions.old_top.sum():
        over = regions.coat & ~regions.dress
        stays = regions.old_top & ~over if over.sum() > _OVER * regions.dress.sum() else regions.old_top
    gone = regions.old_top & ~(stays & (below > layers.hem_below - fringe))
    # The old hem's edge and its shadow lie on the lower garment.
    wide = _grown(gone, fringe) | (_grown(gone, 2 * fringe) & regions.lower)
    wide &= ~(_grown(regions.old_top & ~gone, 1) & ~gone)
    wide |= sleeved
    return np.asarray(softened(wide, 0.8) * (1 - head), np.float32)


def _seam(
    regions: Regions, arms: tuple[BareArm | None, BareArm | None], removed: _Float, filled: _Float, unit: float
) -> _Float:
    """How far the painted skin fades out over the skin that is seen, so that no line shows where they meet, nor the
    shadow of an old sleeve."""
    skin = regions.arms[0] | regions.arms[1] | regions.neck
    fade = cv2.GaussianBlur((removed > 0.5).astype(np.float32), (0, 0), max(1.0, _SEAM * unit))
    seam = (2 * fade).clip(0, 1) * softened(skin, 1.0)
    for arm, seen in zip(arms, regions.arms, strict=True):
        if arm is not None and arm.shadow > 0:
            seam = np.maximum(seam, shadowed(arm, arm.share) * softened(seen, 1.0) * (arm.inside > 0))
    return np.asarray(seam * filled, np.float32)


def _bare_arms(body: Body, regions: Regions, layers: Layers, removed: _Float, figure: Alpha) -> tuple[_Float, _Float]:
    """Where an arm comes out of the old sleeve: on the arm, behind the new cuff, where the old top was.

    Returns:
        All of it, and what lies before the garment.
    """
    total, before = np.zeros(removed.shape, np.float32), np.zeros(removed.shape, np.float32)
    seen = np.asarray(figure > 0.5)
    gap = _narrow_gaps(seen, body.unit)
    torso = body.torso_zone(removed.shape, 0.95)
    within = softened(torso, 1.0)
    # No arm was where the lower garment is seen, however wide the old top's edge is taken to be.
    beside = 1 - _smooth(regions.lower, _EVEN * body.unit)
    for side, arm in enumerate(layers.arms):
        limb = body.arms[side]
        if arm is None or limb is None:
            continue
        cuff = layers.arm_shares[side]
        cover = arm.cover * (4 * removed).clip(0, 1) * beside
        cover[_beyond_gap(np.asarray(arm.cover > 0), seen, body.unit)] = 0
        bare = _out_of_sleeve(arm, cuff, min(0.3, cuff))
        if cuff <= 0:
            bare = np.maximum(bare, 1 - within)
        if arm.joint is not None:
            # From where it comes out of the old sleeve on, what is not seen of it is behind something: the body, or,
            # where its hand is seen, the old top, which hangs out before it.
            sleeve = ((arm.joint + _OUT_OF_SLEEVE - arm.share) / 0.02).clip(0, 1)
            bare = bare * (np.maximum(sleeve, 1 - within) if body.wrists[side] > IN_FRONT else sleeve)
        # Where arms are crossed a hand may be labelled as the other arm's, or be hidden though the wrist is not.
        shown = arm.hand is not None or _around(regions.arms[0] | regions.arms[1], limb.path[-1], 0.3 * body.unit)
        if shown or body.wrists[side] > IN_FRONT:
            # What shows in the narrow gap between it and the body is the garment.
            before = np.maximum(before, cover * bare * np.where(gap & (arm.across < 0), figure, np.float32(1)))
        else:
            # The hand is not seen, so the forearm may be behind the body, and is where the wrist is hardly seen, unless
            # the arm hung in a coat.
            cover = cover * (1 - within)
            coated = _around(regions.coat, limb.path[len(limb.path) // 2], _AT_ELBOW * body.unit)
            if arm.joint is None and body.wrists[side] < _BEHIND and cuff < _ELBOW and not coated:
                bare = bare * ((_ELBOW - arm.share) / 0.02).clip(0, 1)
        total = np.maximum(total, cover * bare)
    return total, before


def _smooth(mask: Mask, width: float) -> _Float:
    """A mask without the steps of its edges that are smaller than a width."""
    blurred = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), max(1.0, width))
    return np.asarray((max(1.0, width) * (blurred - 0.5) + 0.5).clip(0, 1), np.float32)


def _narrow_gaps(figure: Mask, unit: float) -> Mask:
    """Where a figure is not seen, or only in part, beside what is seen of it on both sides."""
    width = 2 * round(_GAP * unit) + 1
    return dilated(closed(figure, np.ones((1, width), np.uint8)) & ~figure, disc(1))


def _beyond_gap(arm: Mask, figure: Mask, unit: float) -> Mask:
    """What an arm that is taken to be too thick would cover beyond the gap between it and the body."""
    seen = arm & figure
    solid = opened(seen, disc(max(1, round(_THIN * unit))))
    return seen & ~dilated(solid, disc(2)) if solid.any() else np.zeros_like(arm)


def _around(mask: Mask, point: NDArray[np.float64], radius: float) -> bool:
    """Whether a mask shows around a point."""
    return bool(np.count_nonzero(mask & round_at(point, radius, mask.shape)) >= 20)


def _within_armholes(body: Body, shares: tuple[float, float], below: _Float) -> _Float:
    """How much of a garment without sleeves shows: nothing of it lies on the arm outside of its armhole."""
    beside, _ = body.frame(below.shape)
    limit = np.interp(below / body.unit, _ARMHOLE_BELOW, _ARMHOLE_BESIDE) * body.unit
    shows = np.ones(below.shape, np.float32)
    for sign, share in zip((-1, 1), shares, strict=True):
        if share <= 0:
            shows *= (limit - sign * beside + 0.5).clip(0, 1)
    return shows


def _out_of_sleeve(arm: BareArm, cuff: float, least: float) -> _Float:
    """Where an arm lies before the garment: below its cuff, or outside of the fold from the shoulder to the armpit."""
    if cuff > 0:
        return np.asarray(((arm.share - max(least, cuff - 0.04)) * arm.length + 0.5).clip(0, 1), np.float32)
    edge = 1 - 2 * ((arm.share - _FOLD[0]) / (_FOLD[1] - _FOLD[0])).clip(0, 1.2)
    return np.asarray(((arm.across - edge) * 0.05 * arm.length + 0.5).clip(0, 1), np.float32)


def _arms_before(regions: Regions, layers: Layers) -> _Float:
    """The bare arms in front of the torso: what of them comes out of a sleeve or an armhole."""
    bare, shares = np.zeros((2, *regions.old_top.shape), np.float32)
    for side, arm in enumerate(layers.arms):
        share = softened(regions.arms[side], 0.8)
        shares += share
        bare += share if arm is None else share * _out_of_sleeve(arm, layers.arm_shares[side], 0.22)
    # Where both meet, nothing shows between them.
    return np.asarray(softened(regions.arms[0] | regions.arms[1], 0.8) * bare / np.maximum(shares, 1e-6), np.float32)


def _torso_shows(regions: Regions, arms: _Float, head: _Float, fringe: int) -> _Float:
    """How much of the garment's torso is not covered by arms, head or a lower garment worn over it."""
    front = np.maximum(arms, head)
    if regions.tucked:
        inner = eroded(regions.lower, disc(max(1, fringe // 2)))
        front = np.maximum(front, softened(inner, 0.8))
    return np.asarray(1 - front, np.float32)
