"""The parts of the picture that the try-on treats differently, from the parse map."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.fit import Waistband
from vton_core.garment.hem import hanging_end
from vton_core.garment.recolour import recoloured
from vton_core.garment.shapes import disc
from vton_core.garment.tresses import top_among_hair
from vton_core.garment.waist import BAND, even_waist, in_opening, span_at, waist_below, without_rims, without_spikes
from vton_core.labels import HEAD, LOWER, UPPER, Label
from vton_core.masks import dilated, opened, rims_within
from vton_core.types import Image, Mask, ParseMap

__all__ = ["Regions", "find_regions", "waistband"]

_Float = NDArray[np.float32]
_LEGS: Final = (Label.LEFT_LEG, Label.RIGHT_LEG, Label.SOCKS, Label.LEFT_SHOE, Label.RIGHT_SHOE)
# A top over legs that reaches so far below the hips is worn as a dress, where so much of both is seen there, and less
# than this of a lower garment; in shoulder distances and squared ones.
_BELOW_HIPS, _SEEN, _SCRAP = 0.2, 0.08, 0.15
# A lower garment that begins higher than this, in torso lengths below the neck, is worn over the top.
_TUCKED: Final = 0.95
# How far below the neck no print reaches, in the same.
_HIPS: Final = 1.15
# How far below its upper edge a waistband may be a bare midriff, and from how far above the neck on hair may be the
# top's; in shoulder distances.
_WAISTBAND, _NECK = 0.25, 0.35
# Which share of what is around a part is the garment that it belongs to, within so many pixels; and which area is no
# speck, in squared shoulder distances.
_ENCLOSED, _AROUND, _SPECK = 0.85, 3, 0.02
# How wide the rim of a sleeve is that is taken for the arm, in shoulder distances, how much further out than a usual
# arm's radius it lies, and from which share of the arm on it would be the hand.
_RIM, _THICK, _HAND = 0.03, 1.15, 0.85


@dataclass(frozen=True)
class Regions:
    """Masks ``bool (H, W)`` in the working picture.

    Attributes:
        old_top: the garment that goes.
        head: hair, face, hat and glasses: always in front.
        arms: the bare arms and hands, the picture's left and right.
        neck: bare neck and chest.
        lower: trousers or skirt.
        legs: bare legs, tights and socks.
        dress: the part of ``old_top`` that is a dress.
        as_dress: the part of it that stays below a new top's hem: the same, or all of a long top with only legs below.
        coat: what was worn over the top.
        tucked: whether the lower garment is worn over the top.
        waist_below: where the lower garment begins, in pixels below the neck; ``None`` where none is seen.
        opening: whether that is seen in the old top's opening only.
        tuck_below: where it is to begin instead, since the old top hung over it.
    """

    old_top: Mask
    head: Mask
    arms: tuple[Mask, Mask]
    neck: Mask
    lower: Mask
    legs: Mask
    dress: Mask
    as_dress: Mask
    coat: Mask
    tucked: bool
    waist_below: float | None
    opening: bool
    tuck_below: float | None = None

    @property
    def below_head(self) -> Mask:
        """The figure without its head."""
        return self.old_top | self.arms[0] | self.arms[1] | self.neck | self.lower

    @property
    def edge_below(self) -> float | None:
        """Where the lower garment's upper edge comes to lie, in pixels below the neck."""
        return self.waist_below if self.tuck_below is None else self.tuck_below


def find_regions(rgb: Image, parse: ParseMap, body: Body, right_first: bool) -> Regions:
    """Find the regions.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        parse: ``uint8 (H, W)`` of CIHP labels.
        body: the body in the same pixels.
        right_first: whether the person's right shoulder is the left one of the picture.

    Returns:
        The regions.
    """
    top, lower = _top_and_lower(parse, body)
    face, neck = parse == Label.FACE, parse == Label.TORSO_SKIN
    lab = np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
    fabric = recoloured(lab, np.isin(parse, (Label.LEFT_ARM, Label.RIGHT_ARM)), face, top, body, shining=True)
    lower = lower & ~_bare_midriff(lab, lower, face, body)
    end = hanging_end(lab, lower, top, body)
    top, lower = top | end, lower & ~end
    strands = _of_top_in_hair(rgb, lab, parse == Label.HAIR, top, body)
    head = np.isin(parse, HEAD) & ~strands
    collar = recoloured(lab, neck, face, top, body, shining=True)
    top, neck = top | fabric | strands | collar, neck & ~collar
    lower = even_waist(lab, without_spikes(lower, top, body), top, body)
    lower = without_rims(lower, top, waist_below(lower, body), body)
    top = top & ~lower
    labels = (Label.RIGHT_ARM, Label.LEFT_ARM) if right_first else (Label.LEFT_ARM, Label.RIGHT_ARM)
    seen = [(parse == label) & ~fabric for label in labels]
    cuffs = _cuffs(body, 0, seen[0], top) | _cuffs(body, 1, seen[1], top)
    top = top | cuffs
    arms = _solid_arms(seen[0] & ~cuffs, seen[1] & ~cuffs, body)
    dress, coat = parse == Label.DRESS, parse == Label.COAT
    waist, opening = waist_below(lower, body), in_opening(lower, top, body)
    if waist is not None and opening is not None:
        waist = opening
    return Regions(
        top,
        head,
        arms,
        neck,
        lower,
        np.isin(parse, _LEGS[:3]),
        dress,
        _as_dress(parse, dress, top, lower, body),
        coat,
        waist is not None and waist < _TUCKED * body.torso,
        waist,
        waist is not None and opening is not None,
    )


def _top_and_lower(parse: ParseMap, body: Body) -> tuple[Mask, Mask]:
    """The old top and the lower garment as the parse map has them, each with what it encloses of the other."""
    top, labelled = np.isin(parse, (*UPPER, Label.SCARF)), np.isin(parse, LOWER)
    lower = _solid(labelled, body)
    # A print on the chest may be taken for another garment; trousers in an open coat are none.
    prints = _above_hips(_enclosed(top, labelled), body) | (labelled & ~lower)
    patches = _enclosed(lower, top)
    return (top | prints) & ~patches, (lower & ~prints) | patches


def _as_dress(parse: ParseMap, dress: Mask, top: Mask, lower: Mask, body: Body) -> Mask:
    """A dress; or else a long shirt, a playsuit or a coat with nothing but legs below."""
    if dress.any() or lower.sum() > _SCRAP * body.unit**2:
        return dress
    _, below = body.frame(top.shape)
    low = below > body.torso + _BELOW_HIPS * body.unit
    seen = min((part & low).sum() for part in (top, np.isin(parse, _LEGS)))
    return top if seen > _SEEN * body.unit**2 else dress


def _bare_midriff(lab: _Float, lower: Mask, face: Mask, body: Body) -> Mask:
    """What of a lower garment's upper end is skin that was taken for the waistband."""
    waist = waist_below(lower, body)
    if waist is None:
        return np.zeros_like(lower)
    _, below = body.frame(lower.shape)
    return recoloured(lab, lower & (below < waist + _WAISTBAND * body.unit), lower, face, body)


def _of_top_in_hair(rgb: Image, lab: _Float, hair: Mask, top: Mask, body: Body) -> Mask:
    """What was taken for hair and is the top's: dark lace beside dark hair, what shows through a keyhole or a lacing;
    the head itself is never given up."""
    _, below = body.frame(hair.shape)
    lace = recoloured(lab, hair & (below > -_NECK * body.unit), hair, top, body)
    return lace | top_among_hair(rgb, hair, top, body) | _enclosed(top, hair)


def _cuffs(body: Body, side: int, arm: Mask, top: Mask) -> Mask:
    """What thin bits of an arm lie next to the old top and further out than an arm is thick: the rim of a sleeve."""
    rims, limb = np.zeros_like(arm), body.arms[side]
    rim = disc(max(2, round(_RIM * body.unit)))
    rows, columns = np.nonzero(arm & ~opened(arm, rim) & dilated(top, rim))
    if len(rows):
        along, beside = limb.coordinates(np.stack([columns, rows], axis=1))
        share = along / limb.length
        rims[rows, columns] = (share < _HAND) & (beside > _THICK * body.arm_radius(share.clip(0, 1)))
    return rims


def waistband(regions: Regions, body: Body) -> Waistband | None:
    """What a top is tucked into; ``None`` where none is.

    Args:
        regions: of the figure.
        body: the body in the same pixels.
    """
    edge = regions.edge_below
    if not regions.tucked or edge is None:
        return None
    span = span_at(regions.lower, body, max(edge, regions.waist_below or edge) + BAND * body.unit)
    return None if span is None else Waistband(edge, (-span[0], span[1]))


def _above_hips(parts: Mask, body: Body) -> Mask:
    """Those parts of a mask that end above the hips."""
    _, below = body.frame(parts.shape)
    count, labels = cv2.connectedComponents(parts.view(np.uint8))
    high = np.ones(count, bool)
    high[0] = False
    high[labels[below > _HIPS * body.torso]] = False
    return np.asarray(high[labels])


def _enclosed(around: Mask, inside: Mask) -> Mask:
    """The parts of ``inside`` whose rim is nearly all ``around``."""
    count, labels = cv2.connectedComponents(inside.astype(np.uint8))
    return np.asarray((rims_within(labels, count, around, _AROUND) > _ENCLOSED)[labels])


def _solid_arms(left: Mask, right: Mask, body: Body) -> tuple[Mask, Mask]:
    """Both arms without specks; where they cross, a speck of one in the other is the other's."""
    arms = _solid(left, body), _solid(right, body)
    specks = _solid(left | right, body) & ~(arms[0] | arms[1])
    return arms[0] | (specks & right), arms[1] | (specks & left)


def _solid(mask: Mask, body: Body) -> Mask:
    """Without specks."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return mask
    large = stats[:, cv2.CC_STAT_AREA] > _SPECK * body.unit**2
    large[0] = False
    return np.asarray(large[labels])
