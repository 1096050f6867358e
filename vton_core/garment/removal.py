"""What of the source goes for a new top: the old one, the edges of arms that the new one's sleeves cover, and the seam
between what is painted and what stays."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.arm import BareArm
from vton_core.garment.body import Body
from vton_core.garment.cuff_shadow import in_shadow
from vton_core.garment.layers import Layers
from vton_core.garment.regions import Regions
from vton_core.garment.shapes import disc
from vton_core.masks import dilated, near, softened
from vton_core.types import Mask

__all__ = ["beside_sleeves", "fade", "removed_top", "seam"]

_Float = NDArray[np.float32]
# How wide the seam is, in shoulder distances.
_SEAM: Final = 0.02
# How wide what would show of an arm beside its sleeve is at most, on the shoulder and below it, in shoulder distances;
# where the shoulder ends, and how far before the cuff that does, in shares of the arm.
_CAP, _STRIP, _BELOW_ARMPIT, _BEFORE_CUFF = 0.13, 0.2, 0.28, 0.06
# From which share of the old top on a dress is all of it, whatever the rest is called; how large a coat over it is at
# least, compared with what is seen of the dress.
_DRESS, _OVER = 0.3, 0.3

# An old sleeve's lower half begins at this share of the arm; where nothing is seen of the arm it ends at the wrist; its
# cuff reaches so far beyond, as a share, and is wider on both sides than the arm by this, in shoulder distances.
_FOREARM, _WRIST, _CUFF, _LOOSE = 0.5, 1.0, 0.06, 0.08


def removed_top(body: Body, regions: Regions, layers: Layers, fringe: int, head: _Float, sleeved: Mask) -> _Float:
    """How much of the source goes: the old top with a fringe, but nothing of the head, and a dress only to the hem.

    Args:
        body: the body in the working picture's pixels.
        regions: of the source.
        layers: what goes on the figure.
        fringe: how far beside its label the old top reaches, in pixels.
        head: ``float32 (H, W)`` in [0, 1], the head.
        sleeved: ``bool (H, W)``, what goes besides.

    Returns:
        ``float32 (H, W)`` in [0, 1].
    """
    stays = regions.as_dress
    if regions.as_dress.sum() > _DRESS * regions.old_top.sum():
        over = regions.coat & ~regions.as_dress
        stays = regions.old_top & ~over if over.sum() > _OVER * regions.as_dress.sum() else regions.old_top
    stays = stays & ~_old_sleeves(layers.arms, body.unit)
    _, below = body.frame(head.shape)
    gone = regions.old_top & ~(stays & (below > layers.hem_below - fringe))
    # The old hem's edge and its shadow lie on the lower garment.
    wide = _grown(gone, fringe) | (_grown(gone, 2 * fringe) & regions.lower)
    wide &= ~(_grown(regions.old_top & ~gone, 1) & ~gone)
    wide |= sleeved
    return np.asarray(softened(wide, 0.8) * (1 - head), np.float32)


def _old_sleeves(arms: tuple[BareArm, BareArm], unit: float) -> Mask:
    """Where the lower halves of old sleeves are that end at, or below, the hem of what stays."""
    ends = [(_WRIST if arm.joint is None else arm.joint) + _CUFF for arm in arms]
    left, right = (
        (arm.inside > -_LOOSE * unit) & (arm.share > _FOREARM) & (arm.share < end)
        for arm, end in zip(arms, ends, strict=True)
    )
    return np.asarray(left | right)


def beside_sleeves(body: Body, regions: Regions, layers: Layers, figure: Mask, edge: int) -> Mask:
    """The edges of bare arms and shoulders that show beside the sleeves that they would be in.

    Args:
        body: the body in the working picture's pixels.
        regions: of the source.
        layers: what goes on the figure.
        figure: ``bool (H, W)``, the source's figure.
        edge: how wide their own edge is, in pixels.

    Returns:
        ``bool (H, W)``.
    """
    inside = np.zeros(regions.old_top.shape, bool)
    rim = near(~figure, _CAP * body.unit)
    for side, (arm, cuff) in enumerate(zip(layers.arms, layers.arm_shares, strict=True)):
        if cuff <= 0:
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
    inside |= _grown(inside, edge) & ~(regions.neck | regions.lower)
    return np.asarray(inside & ~regions.head)


def seam(regions: Regions, arms: tuple[BareArm, BareArm], removed: _Float, filled: _Float, unit: float) -> _Float:
    """How far the painted skin fades out over the skin that is seen, so that no line shows where they meet, nor the
    shadow of an old sleeve."""
    skin = regions.arms[0] | regions.arms[1] | regions.neck
    faded = fade((removed > 0.5).astype(np.float32), skin, _SEAM * unit)
    return np.asarray(np.maximum(faded, in_shadow(arms, regions.arms)) * filled, np.float32)


def fade(painted: _Float, skin: Mask, width: float) -> _Float:
    """How far paint fades out over the skin beside it.

    Args:
        painted: ``float32 (H, W)`` in [0, 1], where paint is.
        skin: ``bool (H, W)``, the skin that is seen.
        width: how far it fades, in pixels; less than one counts as one.

    Returns:
        ``float32 (H, W)`` in [0, 1]; on skin 1 up to the paint's edge.
    """
    blurred = cv2.GaussianBlur(painted, (0, 0), max(1.0, width))
    return np.asarray((2 * blurred).clip(0, 1) * softened(skin, 1.0), np.float32)


def _all_within(parts: Mask, mask: Mask, distance: float) -> Mask:
    """Of parts those that lie no farther than a distance from a mask as a whole."""
    count, labels = cv2.connectedComponents(parts.view(np.uint8))
    whole = np.ones(count, bool)
    whole[0] = False
    whole[labels[parts & ~near(mask, distance)]] = False
    return np.asarray(whole[labels])


def _grown(mask: Mask, radius: int) -> Mask:
    return dilated(mask, disc(radius))
