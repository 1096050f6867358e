"""A top on a person: torso and sleeves draped, what they bare painted, all of it stacked."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.arm import BareArm, bare_arm
from vton_core.garment.body import WAIST, Body
from vton_core.garment.cuff import as_told, cuff_share
from vton_core.garment.cuff_shadow import cuff_shadow
from vton_core.garment.drape import Parts, cut_parts, drape_back, drape_sleeve, drape_torso, torso_source
from vton_core.garment.figure import Figure
from vton_core.garment.fit import SEAM, Fit, fit_torso, garment_scale
from vton_core.garment.flat import laid_flat
from vton_core.garment.hidden_hand import hidden_hand
from vton_core.garment.landmarks import Landmarks, find_landmarks
from vton_core.garment.layers import Layers
from vton_core.garment.measure import measure_body
from vton_core.garment.mend import mended, rounded
from vton_core.garment.outermost import within_arms
from vton_core.garment.regions import Regions, find_regions, waistband
from vton_core.garment.shading import fold_shading
from vton_core.garment.shapes import disc
from vton_core.garment.sheet import Sheet
from vton_core.garment.shrink import shrunk
from vton_core.garment.silhouette import measure_silhouette
from vton_core.garment.skeleton import right_first
from vton_core.garment.skin import clear_of, paint_skin
from vton_core.garment.sleeve import Sleeve, fit_sleeve
from vton_core.garment.stack import stack
from vton_core.garment.strands import Strands, find_strands
from vton_core.garment.worn import Worn
from vton_core.labels import Label
from vton_core.masks import closed, eroded, softened
from vton_core.side_by_side import side_by_side
from vton_core.types import Alpha, Garment, Image, Mask, ParseMap, Wearing

__all__ = ["Under", "find_under", "found_under", "make_layers", "measured", "sized", "wear_upper"]

_Float = NDArray[np.float32]
# How far beside its side seam a garment's torso may reach, in shoulder distances.
_BESIDE: Final = 0.1
# From which alpha on a pixel of lace counts, and how wide its meshes are at most, in shoulder distances.
_THREAD, _MESH = 0.05, 0.03
# How much of a sleeve of lace at its edges lies over the torso's, in the same.
_EDGE: Final = 0.01


def wear_upper(figure: Figure, garment: Garment, wearing: Wearing) -> Worn:
    """Put on a top; see :func:`vton_core.garment.dresser.wear`."""
    body, regions = measured(figure)
    regions = _tucked(regions, wearing, body)
    reach, band = _reach(body, regions, figure.shape, wearing), waistband(regions, body)

    def fitted() -> tuple[Landmarks, tuple[Garment, Landmarks, Fit]]:
        seen = find_landmarks(garment)
        # A point moved by hand says nothing about how the garment lay.
        flat, found = laid_flat(seen, home=garment.home), seen.corrected(garment.corrections)
        used = found.set_in(SEAM * body.unit / garment_scale(found, body, flat))
        small, landmarks = sized(garment, used, garment_scale(used, body, flat))
        silhouette = figure.once("silhouette", lambda: measure_silhouette(body, figure.parse))
        return used, (small, landmarks, fit_torso(landmarks, body, silhouette, reach, wearing, band, flat=flat))

    (used, worn), under = side_by_side(fitted, lambda: found_under(figure, body, regions))
    layers = make_layers(under, body, regions, worn, wearing)
    return Worn(stack(figure.rgb, figure.alpha, body, regions, layers), layers.alone.pixels, used.points())


def measured(figure: Figure) -> tuple[Body, Regions]:
    """The figure's upper body and its regions."""
    body = figure.once("body", lambda: measure_body(figure.pose, figure.parse))
    first = right_first(figure.pose)
    return body, figure.once("regions", lambda: find_regions(figure.rgb, figure.parse, body, first))


@dataclass(frozen=True)
class Under:
    """What a garment on the upper body lies on.

    Attributes:
        arms: where the picture's left and right arm would be if they were bare.
        skin: ``float32 (H, W, 3)``, 0 to 255, the skin's look everywhere.
        light: ``float32 (H, W)`` around 1, the factor of brightness that the old garment's folds tell.
        strands: the edge of hair that lies before the old garment.
    """

    arms: tuple[BareArm, BareArm]
    skin: _Float
    light: _Float
    strands: Strands | None = None


def found_under(figure: Figure, body: Body, regions: Regions) -> Under:
    """What :func:`find_under` finds of a figure, once."""
    return figure.once("under", lambda: find_under(figure.rgb, figure.parse, body, regions))


def find_under(rgb: Image, parse: ParseMap, body: Body, regions: Regions) -> Under:
    """Find what a garment on the upper body will lie on, and paint the skin that it may bare.

    Args:
        rgb: ``uint8 (H, W, 3)``, the figure's colours.
        parse: ``uint8 (H, W)`` of CIHP labels.
        body: in the same pixels.
        regions: of the figure.
    """
    left, right = (bare_arm(body, side, regions.arms[side], regions.old_top) for side in (0, 1))
    arms = (_told(rgb, body, 0, left, regions), _told(rgb, body, 1, right, regions))
    seen = regions.arms[0] | regions.arms[1] | regions.neck
    skin = paint_skin(rgb, clear_of(regions.old_top, seen, body), np.asarray(parse == Label.FACE), body, arms)
    hair = np.asarray((parse == Label.HAIR) & regions.head)
    strands = find_strands(rgb, hair, regions.old_top, np.asarray(parse > 0), body.unit)
    return Under(arms, skin, fold_shading(rgb, regions.old_top, body.unit), strands)


def _told(rgb: Image, body: Body, side: int, arm: BareArm, regions: Regions) -> BareArm:
    """An arm with what is told of it by what is seen of it, or by nothing being seen."""
    if arm.joint is None:
        return replace(arm, hand=hidden_hand(body, side, regions))
    return replace(arm, shadow=cuff_shadow(rgb, regions.arms[side], arm))


def make_layers(
    under: Under, body: Body, regions: Regions, fitted: tuple[Garment, Landmarks, Fit], wearing: Wearing
) -> Layers:
    """Drape a fitted garment.

    Args:
        under: what it lies on.
        body: who wears it.
        regions: of the figure.
        fitted: the garment, its landmarks in its own pixels, and where they belong.
        wearing: how it is worn.

    Returns:
        What goes on the figure.
    """
    garment, landmarks, fit = fitted
    shape = (under.light.shape[0], under.light.shape[1])
    parts = cut_parts(garment, landmarks)
    lace = garment.lace is not None

    def laid_sleeves() -> tuple[list[Sleeve | None], tuple[Sheet, Sheet]]:
        sleeves = _fit_sleeves(fitted, body, regions, wearing.sleeves)
        left, right = (_drawn(parts, sleeve, body.unit, shape).shaded(under.light) for sleeve in sleeves)
        return sleeves, (left, right)

    def laid_torso(caps: Mask) -> tuple[Sheet, Sheet]:
        source = torso_source(fit, shape)
        torso = Sheet(drape_torso(parts, source, caps)).shaded(under.light)
        return torso.times(_within_seams(fit, body, shape)), Sheet(drape_back(parts, source))

    caps = _shoulder_caps(body, landmarks, shape)
    if lace:
        # Two layers of lace would be seen through less than one.
        sleeves, drawn = laid_sleeves()
        torso, back = laid_torso(caps & ~_extent(drawn, body.unit))
    else:
        (sleeves, drawn), (torso, back) = side_by_side(laid_sleeves, lambda: laid_torso(caps))
    if not landmarks.off_shoulder:
        torso, drawn = rounded(mended(torso, drawn, body, lace), drawn, body)
    drawn = _as_seen(drawn, body, regions)
    left, right = (_clad(*side) for side in zip(drawn, under.arms, regions.arms, strict=True))
    torso = torso.times(within_arms((left, right), body, regions.below_head))
    shares = tuple(0.0 if sleeve is None else sleeve.share for sleeve in sleeves)
    return Layers(
        torso,
        drawn,
        under.skin,
        under.arms,
        (shares[0], shares[1]),
        fit.hem_below,
        landmarks.off_shoulder,
        lace=lace,
        back=back,
        strands=under.strands,
    )


def _as_seen(sleeves: tuple[Sheet, Sheet], body: Body, regions: Regions) -> tuple[Sheet, Sheet]:
    """The sleeves without what is behind the body as the arms in them are."""
    left, right = (
        sleeve.times(softened(regions.old_top | seen, 1.0)) if hidden else sleeve
        for sleeve, seen, hidden in zip(sleeves, regions.arms, body.hidden, strict=True)
    )
    return left, right


def _extent(sleeves: tuple[Sheet, Sheet], unit: float) -> Mask:
    """All of the sleeves but their edges, be they seen through or not."""
    threads = np.maximum(sleeves[0].alpha, sleeves[1].alpha) > _THREAD
    return eroded(closed(np.asarray(threads), disc(max(1, round(_MESH * unit)))), disc(1 + round(_EDGE * unit)))


def _clad(sleeve: Sheet, arm: BareArm, seen: Mask) -> Alpha:
    """How much an arm covers with its sleeve: where it is clothed, seen, or will be painted."""
    return np.maximum(np.maximum(sleeve.alpha, softened(seen, 1.0)), arm.cover)


def _tucked(regions: Regions, wearing: Wearing, body: Body) -> Regions:
    """The regions with the garment tucked in or not, as is wanted; there must be something to tuck it into."""
    if wearing.tuck == "auto" or regions.waist_below is None:
        return regions
    if wearing.tuck == "out":
        return replace(regions, tucked=False)
    return replace(regions, tucked=True, tuck_below=min(regions.waist_below, WAIST * body.torso))


def sized(garment: Garment, landmarks: Landmarks, scale: float) -> tuple[Garment, Landmarks]:
    """The garment at about the size in which it is worn, ``scale`` times its own, so that resampling does not alias."""
    small = shrunk(garment, scale)
    if small is garment:
        return garment, landmarks
    factor = small.alpha.shape[1] / garment.alpha.shape[1]
    sides = (landmarks.sides[0].mapped(factor), landmarks.sides[1].mapped(factor))
    return small, replace(landmarks, sides=sides, neckline=landmarks.neckline.mapped(factor))


def _reach(body: Body, regions: Regions, shape: tuple[int, int], wearing: Wearing) -> float | None:
    """How far down the garment has to reach: into the lower garment where it is to be tucked in, and to the picture's
    end where that lies in the old top, so that nothing is known below."""
    if wearing.tuck == "in" and regions.edge_below is not None:
        return regions.edge_below + 0.12 * body.unit
    if regions.lower.any() or regions.as_dress.any() or not regions.old_top[-2:].any():
        return None
    return float((shape[0] - body.neck[1]) / max(float(body.down[1]), 0.5)) + 0.05 * body.unit


def _fit_sleeves(
    fitted: tuple[Garment, Landmarks, Fit], body: Body, regions: Regions, longer: float
) -> list[Sleeve | None]:
    """Both sleeves, as long as each other."""
    garment, landmarks, fit = fitted
    shares = [cuff_share(index, landmarks.sleeve(index), fit, body) for index in (0, 1)]
    known = [share for share in shares if share is not None]
    common = max(as_told(sum(known) / max(len(known), 1), garment, landmarks) + longer, 0.05)
    sleeves: list[Sleeve | None] = [None, None]
    for index, share in enumerate(shares):
        if share is not None:
            sleeve = fit_sleeve(index, landmarks.sleeve(index), common, fit, body, regions.arms[index], regions.old_top)
            sleeves[index] = sleeve.mirrored() if index == landmarks.hidden else sleeve
    return sleeves


def _shoulder_caps(body: Body, landmarks: Landmarks, shape: tuple[int, int]) -> Mask:
    """Where the upper arms round off the shoulders under set-in sleeves."""
    caps = np.zeros(shape, bool)
    if landmarks.off_shoulder:
        return caps
    for index in (0, 1):
        if landmarks.sleeved(index):
            caps |= body.arm_zone(index, shape, widen=1.05, upto=0.3)
    return caps


def _within_seams(fit: Fit, body: Body, shape: tuple[int, int]) -> _Float:
    """1 where a torso can be: bits of a sleeve that lay beside the hem must not be drawn out sideways."""
    beside, below = body.frame(shape)
    within = np.ones(shape, np.float32)
    for index, sign in enumerate((-1.0, 1.0)):
        seam = fit.seam(index) - body.neck
        down, out = seam @ body.down, sign * (seam @ body.across)
        order = np.argsort(down)
        limit = np.interp(below, down[order], out[order]).astype(np.float32) + np.float32(_BESIDE * body.unit)
        within *= np.maximum((limit - np.float32(sign) * beside).clip(0, 1), below < down.min())
    return within


def _drawn(parts: Parts, sleeve: Sleeve | None, unit: float, shape: tuple[int, int]) -> Sheet:
    if sleeve is None:
        return Sheet(np.zeros((*shape, 4), np.float32))
    return Sheet(drape_sleeve(parts, sleeve, unit, shape))
