"""Who lies in front of whom: figure without the old garment, new torso, arms, sleeves, lower garment, head.

All layers are premultiplied.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.base import FRINGE, base
from vton_core.garment.below_hem import legs_below
from vton_core.garment.body import WAIST, Body
from vton_core.garment.crevices import tidied
from vton_core.garment.fabric import fabric_above
from vton_core.garment.hand import draw_hand
from vton_core.garment.hips import measure_hips
from vton_core.garment.layers import Layers
from vton_core.garment.outermost import slivers
from vton_core.garment.overlay import Overlay
from vton_core.garment.regions import Regions
from vton_core.garment.removal import beside_sleeves, removed_top, seam
from vton_core.garment.shading import contact_shadow
from vton_core.garment.shapes import disc
from vton_core.garment.sheet import Sheet
from vton_core.garment.shown_arms import painted_arms, seen_arms
from vton_core.garment.strands import Strands
from vton_core.garment.tucked import out_of_waistband
from vton_core.masks import eroded, softened
from vton_core.side_by_side import side_by_side
from vton_core.types import Alpha, Image, Mask

__all__ = ["stack"]

_Float = NDArray[np.float32]
# To which share of the arm its sleeve is sewn to the torso, and within which one more it comes off.
_SEWN, _HANGS = 0.2, 0.1
# From which alpha on a torso is seen.
_SHOWN: Final = 0.1
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
    sleeved = beside_sleeves(body, regions, layers, np.asarray(figure > 0.5), max(1, fringe // 2))
    removed = removed_top(body, regions, layers, fringe, head, sleeved)
    if strands is not None:
        removed = np.maximum(removed, strands.place)
    (skin_arms, before), (across, lower) = side_by_side(
        lambda: painted_arms(body, regions, layers, removed, figure),
        lambda: _lower_garment(rgb, body, regions, layers, removed, fringe),
    )
    # An arm's edge beside the old top is still arm.
    skin_arms = np.maximum(skin_arms, softened((regions.arms[0] | regions.arms[1]) & ~sleeved, 1.0))
    beneath, (torso, under) = side_by_side(
        lambda: base(body, regions, layers, below, skin_arms, across, lower),
        lambda: _shown_torso(body, regions, layers, (before, head), fringe),
    )
    gone = np.maximum(removed, seam(regions, layers.arms, removed, beneath.alpha, body.unit))
    out = Overlay(np.asarray(1 - gone, np.float32), beneath.times(gone * figure).lit(under).pixels)
    out = out.shown(*torso, figure)
    out = _with_hands_and_sleeves(out, regions, layers, head, figure)
    if strands is not None:
        out = out.under(strands.hair.times(figure))
    if layers.back is not None:
        out = out.above(layers.back, figure)
    place = np.asarray(below < _BESIDE_HEAD * body.unit)
    return tidied(out, rgb, figure, regions.head, removed, place, body.unit)


def _before_the_top(strands: Strands | None, regions: Regions, above_hem: Mask) -> Strands | None:
    """The hair before what goes: not before a dress's part that stays."""
    if strands is None or not regions.as_dress.any():
        return strands
    return Strands(strands.place & above_hem, strands.hair.times(above_hem))


def _lower_garment(
    rgb: Image, body: Body, regions: Regions, layers: Layers, removed: _Float, fringe: int
) -> tuple[_Float, _Float | None]:
    """Where the lower garment is between its edges, from -1 to 1, and what it looks like where it is hidden."""
    _, below = body.frame(removed.shape)
    waist = regions.waist_below or body.torso
    below_hem = regions.as_dress & (below > layers.hem_below)
    fabric = regions.lower | below_hem
    hips = measure_hips(fabric, regions.old_top & ~below_hem, regions.arms[0] | regions.arms[1], waist, body)
    across = hips.across(below.shape)
    highest = min(WAIST * body.torso, waist, float(below[fabric].min(initial=waist))) - fringe
    hidden = np.asarray((removed > 0) & (below > highest))
    lower = fabric_above(rgb, fabric, across, hidden, body, 2 * fringe)
    legs = None if lower is None else legs_below(rgb, fabric, regions, hidden, body, 2 * fringe)
    return (across, lower) if lower is None or legs is None else legs.laid_below(across, lower)


def _with_hands_and_sleeves(out: Overlay, regions: Regions, layers: Layers, head: _Float, figure: Alpha) -> Overlay:
    """The overlay with the hands that the old garment hid, and the sleeves, which lie before no other arm."""
    for arm in layers.arms:
        if arm.hand is None:
            continue
        tone = arm.tone(layers.skin)
        if tone is not None:
            out = out.shown(draw_hand(arm.hand, tone, head.shape), 1 - head, figure)
    for side in (0, 1):
        other = softened(regions.arms[1 - side], 0.8)
        out = out.shown(layers.sleeves[side], np.asarray((1 - head) * (1 - other), np.float32), figure)
    return out


def _shown_torso(
    body: Body, regions: Regions, layers: Layers, front: tuple[_Float, _Float], fringe: int
) -> tuple[tuple[Sheet, _Float], _Float]:
    """The garment's torso, how much of it shows behind ``front``, painted arms and the head, and the shadow that it
    casts."""
    arms, head = front
    _, below = body.frame(head.shape)
    shows = _torso_shows(regions, np.maximum(seen_arms(regions, layers), arms), head, fringe)
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
        sleeve.alpha * ((arm.share - _SEWN) / _HANGS).clip(0, 1)
        for sleeve, arm in zip(layers.sleeves, layers.arms, strict=True)
    )
    return left, right


def _within_armholes(body: Body, shares: tuple[float, float], below: _Float) -> _Float:
    """How much of a garment without sleeves shows: nothing of it lies on the arm outside of its armhole."""
    beside, _ = body.frame(below.shape)
    limit = np.interp(below / body.unit, _ARMHOLE_BELOW, _ARMHOLE_BESIDE) * body.unit
    shows = np.ones(below.shape, np.float32)
    for sign, share in zip((-1, 1), shares, strict=True):
        if share <= 0:
            shows *= (limit - sign * beside + 0.5).clip(0, 1)
    return shows


def _torso_shows(regions: Regions, arms: _Float, head: _Float, fringe: int) -> _Float:
    """How much of the garment's torso is not covered by arms, head or a lower garment worn over it."""
    front = np.maximum(arms, head)
    if regions.tucked:
        inner = eroded(regions.lower, disc(max(1, fringe // 2)))
        front = np.maximum(front, softened(inner, 0.8))
    return np.asarray(1 - front, np.float32)
