"""The figure without its lower garment: legs where there were trousers, nothing beside them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.fill import pull_push
from vton_core.garment.arm import BareArm
from vton_core.garment.body import WAIST, Body
from vton_core.garment.cuff_shadow import cuff_shadow, in_shadow
from vton_core.garment.figure import Figure
from vton_core.garment.foot import FOOT, draw_foot
from vton_core.garment.lower.legs import CROTCH, Legs, bare_leg, bare_mask, measure_legs
from vton_core.garment.overlay import Overlay
from vton_core.garment.relief import hanging
from vton_core.garment.removal import fade
from vton_core.garment.shapes import disc, round_at
from vton_core.garment.sheet import Sheet
from vton_core.garment.skin import clear_of, paint_skin
from vton_core.garment.whole import carried
from vton_core.labels import HEAD, LOWER, Label
from vton_core.masks import dilated, eroded, softened
from vton_core.planes import layered, repeated
from vton_core.types import Alpha, Image, Mask, ParseMap

__all__ = ["Stripped", "strip", "stripped"]

_Float = NDArray[np.float32]
_ARMS: Final = (Label.LEFT_ARM, Label.RIGHT_ARM, Label.GLOVE)
_SHOES: Final = (Label.LEFT_SHOE, Label.RIGHT_SHOE)
_LEGS: Final = (Label.LEFT_LEG, Label.RIGHT_LEG)
# How far from the old garment's mask its edge and its shadow show, in shoulder distances.
_FRINGE: Final = 0.03
# Over which distance the painted skin fades out, in the same.
_SEAM: Final = 0.04
# A top and a lower garment meet that are not farther from one another, in such edges.
_MEET: Final = 3.0
# A foot is hidden where nothing of it is seen so far around the ankle, in shoulder distances, and the old garment lies
# where this share of it would be.
_NO_FOOT, _COVERED = 0.4, 0.4
# A dress is divided here, in torso lengths below the neck.
_DIVIDED: Final = WAIST


@dataclass(frozen=True)
class Stripped:
    """A figure without its lower garment.

    Attributes:
        overlay: what changes.
        rgb: ``uint8 (H, W, 3)``, the figure's colours.
        alpha: ``float32 (H, W)`` in [0, 1].
        parse: ``uint8 (H, W)`` of CIHP labels; a dress's upper part is a top now.
        old: ``bool (H, W)``: what was the lower garment.
        carried: ``bool (H, W)``: what the person carries before them.
    """

    overlay: Overlay
    rgb: Image
    alpha: Alpha
    parse: ParseMap
    old: Mask
    carried: Mask


def strip(rgb: Image, alpha: Alpha, parse: ParseMap, body: Body, legs: Legs, divided: tuple[Label, ...]) -> Stripped:
    """Take a figure's lower garment off.

    Args:
        rgb: ``uint8 (H, W, 3)``, the figure's colours.
        alpha: ``float32 (H, W)`` in [0, 1].
        parse: ``uint8 (H, W)`` of CIHP labels, 0 outside the figure.
        body: the upper body in the same pixels.
        legs: the legs.
        divided: what is a lower garment below the waist, and a top above.

    Returns:
        The figure without it; where it was, legs go on in the person's own skin, and what it covered beside them is
        gone.
    """
    _, below = body.frame(parse.shape)
    sleeves = body.arm_zone(0, parse.shape, widen=1.4) | body.arm_zone(1, parse.shape, widen=1.4)
    low = (below > _DIVIDED * body.torso) & ~(sleeves & ~body.torso_zone(parse.shape))
    parse = _divided(parse, low, divided)
    old = np.isin(parse, LOWER)
    held = carried(parse, alpha, body.unit)
    fringe = max(2, round(_FRINGE * body.unit))
    kept = np.isin(parse, (*_ARMS, *HEAD, *_SHOES, Label.UPPER_CLOTHES, Label.COAT, Label.SCARF)) | held
    bare = [bare_mask(legs, side, parse) & np.isin(parse, _LEGS) for side in (0, 1)]
    gone = softened(_grown(old, fringe) & ~kept, 0.8)
    limbs = (_told(rgb, legs, 0, bare[0]), _told(rgb, legs, 1, bare[1]))
    skin = paint_skin(
        rgb,
        clear_of(old, np.asarray(np.isin(parse, (*_LEGS, *_ARMS, Label.TORSO_SKIN))), body),
        np.asarray(parse == Label.FACE),
        body,
        limbs,
    )
    base = _base(parse, body, legs, limbs, skin)
    for side in (1 - legs.front, legs.front):
        foot = _foot(parse, body, legs, side, limbs[side], skin)
        base = base if foot is None else foot.over(base)
    if Label.UPPER_CLOTHES not in divided:
        base = _hanging(rgb, parse, old, body, fringe).over(base)
    # The painted skin fades out over the skin that is seen, so that no line shows where they meet.
    seam = fade(gone, bare[0] | bare[1], _SEAM * body.unit)
    seam = np.maximum(seam, in_shadow(limbs, bare))
    gone = np.maximum(gone, np.asarray(seam * base[..., 3], np.float32))
    over = base * repeated(gone * alpha, 4)
    overlay = Overlay(np.asarray(1 - gone, np.float32), over)
    figure, shown = _laid(overlay, rgb, alpha)
    return Stripped(overlay, figure, shown, _relabelled(parse, old, limbs, legs), old, held)


def _told(rgb: Image, legs: Legs, side: int, seen: Mask) -> BareArm:
    """A bare leg, and how far down it the old hem's shadow reaches."""
    leg = bare_leg(legs, side, seen)
    return replace(leg, shadow=cuff_shadow(rgb, seen, leg))


def stripped(figure: Figure, body: Body, *, whole: bool = False) -> tuple[Legs, Stripped]:
    """A figure's legs, and the figure without its lower garment, or without what tops hang below the waist either."""
    legs = figure.once("legs", lambda: measure_legs(figure.pose, figure.parse, body))
    divided = (Label.DRESS, Label.UPPER_CLOTHES, Label.COAT) if whole else (Label.DRESS,)
    name = "stripped whole" if whole else "stripped"
    return legs, figure.once(name, lambda: strip(figure.rgb, figure.alpha, figure.parse, body, legs, divided))


def _divided(parse: ParseMap, low: Mask, labels: tuple[Label, ...]) -> ParseMap:
    """A dress, and what else is named, as a top and a skirt."""
    out = parse.copy()
    out[parse == Label.DRESS] = Label.UPPER_CLOTHES
    out[np.isin(parse, labels) & low] = Label.SKIRT
    return out


def _grown(mask: Mask, radius: int) -> Mask:
    return dilated(mask, disc(radius))


def _base(parse: ParseMap, body: Body, legs: Legs, limbs: tuple[BareArm, BareArm], skin: _Float) -> _Float:
    """Bare hips and legs, premultiplied ``(H, W, 4)``."""
    _, below = body.frame(parse.shape)
    shape = parse.shape
    back, front = (limbs[1 - legs.front], limbs[legs.front])
    hips = softened(body.torso_zone(shape) & (below < body.torso + CROTCH * body.unit), 1.0)
    cover = np.maximum(hips, back.cover * (below > body.torso))
    out = Sheet(layered(skin * repeated(cover), cover))
    ahead = front.cover * (below > body.torso)
    shade = 1 - 0.25 * cv2.GaussianBlur(ahead, (0, 0), max(1.0, 0.03 * body.unit)) * (1 - ahead) * (below > body.torso)
    nearer = Sheet(layered(skin * repeated(ahead), ahead))
    return nearer.over(out.lit(np.asarray(shade, np.float32)).pixels)


def _foot(parse: ParseMap, body: Body, legs: Legs, side: int, limb: BareArm, skin: _Float) -> Sheet | None:
    """A foot below a leg that the old garment hid down to the ground; ``None`` where anything of it is seen."""
    place = hanging(legs.limbs[side], side, body.down, FOOT * body.unit, float(legs.radius(side, 1.0)))
    there = round_at(place.middle, FOOT / 2 * body.unit, parse.shape)
    around = round_at(place.joint, _NO_FOOT * body.unit, parse.shape)
    seen = np.isin(parse[around], (*_SHOES, *_LEGS, Label.SOCKS)).any()
    tone = limb.tone(skin)
    covered = np.isin(parse[there], LOWER).sum() > _COVERED * np.pi * np.square(FOOT / 2 * body.unit)
    return None if seen or not covered or tone is None else draw_foot(place, tone, parse.shape)


def _hanging(rgb: Image, parse: ParseMap, old: Mask, body: Body, fringe: int) -> Sheet:
    """The old top carried on below the old waistband, mirrored at it."""
    top = np.isin(parse, (Label.UPPER_CLOTHES, Label.COAT))
    _, below = body.frame(parse.shape)
    inner = eroded(top, disc(fringe))
    inner &= below < 1.1 * body.torso
    columns = np.flatnonzero(inner.any(axis=0) & old.any(axis=0))
    lows = parse.shape[0] - 1 - inner[::-1].argmax(axis=0)
    # A cropped top ends above a bare waist, which goes on instead.
    meet = columns[old.argmax(axis=0)[columns] - lows[columns] < _MEET * fringe]
    if len(meet) < max(0.2 * body.unit, 0.5 * len(columns)):
        return Sheet(np.zeros((*parse.shape, 4), np.float32))
    edges = np.interp(np.arange(parse.shape[1]), columns, lows[columns])
    radius = max(1, round(0.1 * body.unit))
    edges = cv2.blur(edges[None].astype(np.float32), (2 * radius + 1, 1), borderType=cv2.BORDER_REPLICATE)
    y, x = np.mgrid[0 : parse.shape[0], 0 : parse.shape[1]].astype(np.float32)
    source = np.where(y > edges, 2 * edges - y, y)
    mirrored = cv2.remap(pull_push(rgb, inner), x, source, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    wide = np.zeros(parse.shape[1], bool)
    wide[columns[0] : columns[-1] + 1] = True
    place = wide[None] & body.torso_zone(parse.shape, widen=1.15) & (below < body.torso + 0.1 * body.unit)
    cover = softened(place & (y > edges - 2 * fringe), 1.0)
    return Sheet(layered(mirrored * repeated(cover), cover))


def _laid(overlay: Overlay, rgb: Image, alpha: Alpha) -> tuple[Image, Alpha]:
    """The overlay laid over the figure."""
    stays = overlay.keep * alpha
    total = stays + overlay.over[..., 3]
    colour = repeated(stays) * rgb + overlay.over[..., :3]
    figure = np.round(colour / repeated(np.maximum(total, 1e-4))).clip(0, 255).astype(np.uint8)
    return figure, np.asarray(total.clip(0, 1), np.float32)


def _relabelled(parse: ParseMap, old: Mask, limbs: tuple[BareArm, BareArm], legs: Legs) -> ParseMap:
    """The labels with bare legs where the old garment was."""
    labels = parse.copy()
    labels[old] = Label.BACKGROUND
    for side in (1 - legs.front, legs.front):
        name = Label.RIGHT_LEG if side == 0 else Label.LEFT_LEG
        labels[old & (limbs[side].cover > 0.5) & (limbs[side].share > 0.1)] = name
    return labels
