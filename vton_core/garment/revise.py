"""What a top's outline says of its landmarks, set right where the network that has seen many tops is sure of others."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.landmark_net import NAMES, Seen
from vton_core.garment.outline import Outline
from vton_core.garment.polyline import resample
from vton_core.garment.side import SEAM_POINTS, Side

__all__ = ["revised"]

Points = NDArray[np.float32]
_NECK, _SHOULDER, _ARMPIT, _OUTER, _INNER, _HEM = range(len(NAMES))
_CUFF: Final = [_OUTER, _INNER]
# From this distance on, in widths of the chest, outline and network contradict each other; an outline is seldom wrong
# about the corners of a cuff.
_APART: Final = np.array([0.15 if name.startswith("cuff") else 0.1 for name in NAMES])
# So sure the network must be of a place.
_SURE: Final = 0.5
# Of a sleeve that the outline does not tell: that there is one, and where it ends; and that there is none that the
# outline tells.
_SLEEVE, _CUFFS, _NO_SLEEVE = 0.6, 0.4, 0.25
# Where a photo is so sure of sleeves they may be what looks like fabric that hangs down to the hem, and the network may
# be less sure where they end.
_SURELY, _ABOUT = 0.8, 0.25
# What is decided for one side is for the other too where this share of the same speaks for it.
_ALSO: Final = 0.5
# A hem's corner so near, in widths of the chest, to a cuff's outer one is that of a sleeve that hangs down to the hem.
_MIXED_UP: Final = 0.2
# How deep an armhole is at least, in widths of the chest.
_SHALLOW: Final = 0.2
# An armpit this far, in widths of the chest, from the outline is one under a sleeve that lies on the body.
_INSIDE: Final = 0.06


def revised(
    sides: tuple[Side, Side], outlines: tuple[Outline, Outline], flip: float, seen: Seen, sleeves: float = 0.5
) -> tuple[Side, Side]:
    """Both sides with the landmarks that the network contradicts moved to the outline's points there.

    Args:
        sides: as the outline tells them, each in its own outline's pixels.
        outlines: of the mask and of the mirrored mask.
        flip: x of a point and of its mirror image together.
        seen: what the network says, in the mask's pixels.
        sleeves: how likely there are any, as the photo tells.

    Returns:
        The sides; one that is not contradicted stays as it is.
    """
    chest = float(np.linalg.norm(seen.points[1, _ARMPIT] - seen.points[0, _ARMPIT]))
    told = np.stack([seen.points[0], seen.points[1] * (-1, 1) + (flip, 0)]).astype(np.float32)
    known = np.stack([_known(side) for side in sides])
    sleeved = _sleeved(known, seen.given(sleeves), _ABOUT if sleeves > _SURELY else _CUFFS)
    sleeved &= ~_drapes(seen) | (sleeves > _SURELY)
    apart = np.linalg.norm(told - known, axis=2) / (_APART * chest)
    moved = (apart > 1) & (seen.sure > _SURE)
    moved |= moved[::-1] & (apart > _ALSO) & (seen.sure > _ALSO * _SURE)
    # Of a sleeve that the outline does not tell it tells no cuff, and no armpit either; nor where it told one wrongly.
    moved[:, _ARMPIT] |= np.isnan(apart[:, _OUTER]) == sleeved
    wanted = np.where((moved | np.isnan(apart))[..., None], told, known)
    for side in (0, 1):
        if sleeved[side] and float(np.linalg.norm(wanted[side, _HEM] - wanted[side, _OUTER])) < _MIXED_UP * chest:
            inner = outlines[side].nearest(told[side, _INNER], len(outlines[side].points) - 1)
            wanted[side, _HEM] = outlines[side].points[outlines[side].hem(after=inner)]
            moved[side, _HEM] = True
    left, right = (
        _built(side, outline, points, moves, sleeved=has, inside=_INSIDE * chest)
        if moves.any() or has != side.sleeved
        else side
        for side, outline, points, moves, has in zip(sides, outlines, wanted, moved, sleeved, strict=True)
    )
    return left, right


def _known(side: Side) -> Points:
    """``float32 (6, 2)``: a side's landmarks; NaN for the cuffs where there is no sleeve."""
    cuff = (side.outer[-1], side.inner[-1]) if side.sleeved else np.full((2, 2), np.nan, np.float32)
    return np.stack([side.neck, side.shoulder, side.armpit, *cuff, side.hem])


def _sleeved(known: Points, seen: Seen, cuffs: float) -> NDArray[np.bool_]:
    """Which sides have a sleeve; the network must be so sure of the ``cuffs`` of one that the outline does not tell."""
    told = ~np.isnan(known[:, _OUTER, 0])
    present = seen.present[:, _CUFF].min(axis=1)
    found = (present > _SLEEVE) & (seen.sure[:, _CUFF].min(axis=1) > cuffs)
    found |= found[::-1] & (present > _ALSO * _SLEEVE)
    lost = seen.present[:, _CUFF].max(axis=1) < _NO_SLEEVE
    return np.where(told, ~lost, found)


def _drapes(seen: Seen) -> NDArray[np.bool_]:
    """Which sides have no sleeve but fabric that hangs down to the hem: no arm goes through so shallow an armhole."""
    y = seen.points[..., 1]
    chest = float(np.linalg.norm(seen.points[1, _ARMPIT] - seen.points[0, _ARMPIT]))
    shallow = y[:, _ARMPIT] - y[:, _SHOULDER] < _SHALLOW * chest
    return np.asarray(shallow & (y[:, _CUFF].max(axis=1) > y[:, _HEM]))


def _built(
    side: Side, outline: Outline, wanted: Points, moved: NDArray[np.bool_], *, sleeved: bool, inside: float
) -> Side:
    """A side with what was moved at the outline's nearest points, and seams to them along the outline."""
    points = outline.points
    hem = outline.nearest(wanted[_HEM], len(points) - 1)
    shoulder = under = outline.nearest(wanted[_SHOULDER], hem)
    cuff = [shoulder, shoulder]
    if sleeved:
        cuff[0] = outline.nearest(wanted[_OUTER], hem, shoulder)
        cuff[1] = under = outline.nearest(wanted[_INNER], hem, cuff[0])
    notch = outline.nearest(wanted[_ARMPIT], hem, under)
    at = np.where(moved[:, None], points[[0, shoulder, notch, *cuff, hem]], wanted)
    if sleeved and float(np.linalg.norm(wanted[_ARMPIT] - points[notch])) > inside:
        at[_ARMPIT] = wanted[_ARMPIT]
        if moved[_ARMPIT]:
            # Where sleeve and body are one in the silhouette, the hem tells how wide the body is.
            at[_ARMPIT, 0] = max(at[_ARMPIT, 0], at[_HEM, 0])
    outer, inner, seam = side.outer, side.inner, side.seam
    if not sleeved:
        outer = inner = np.zeros((0, 2), np.float32)
    elif moved[[_SHOULDER, _OUTER]].any() or not side.sleeved:
        outer = resample(outline.between(shoulder, cuff[0]), SEAM_POINTS)
    if sleeved and (moved[[_ARMPIT, _INNER]].any() or not side.sleeved):
        inner = resample(np.concatenate([at[None, _ARMPIT], outline.between(under, notch)[::-1]]), SEAM_POINTS)
    if moved[[_ARMPIT, _HEM]].any():
        seam = resample(np.concatenate([at[None, _ARMPIT], outline.between(notch, hem)]), SEAM_POINTS)
    neck, collar = side.neck, side.collar
    if moved[[_SHOULDER, _ARMPIT]].any():
        corner = outline.collar(shoulder, float(at[_ARMPIT, 0]))
        neck, collar = points[outline.collar_base(shoulder, corner)], points[corner]
    if moved[_NECK]:
        stands = not np.array_equal(neck, collar)
        neck = points[outline.nearest(wanted[_NECK], shoulder)]
        collar = collar if stands and collar[1] < neck[1] else neck
    return Side(neck, collar, at[_SHOULDER], at[_ARMPIT], at[_HEM], outer, inner, seam)
