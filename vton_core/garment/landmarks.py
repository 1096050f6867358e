"""A garment's landmarks, read off the outline of its mask.

Sides are those of the picture: index 0 is the left side of the picture, 1 the right. The armpits are the deepest
notches of the outline against its convex hull; everything between the shoulder tip and the armpit is the sleeve, whose
path along the outline breaks into outer seam, cuff and inner seam. Where a network that has seen many tops is sure of
other places, these are taken (:mod:`vton_core.garment.revise`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoGarmentError
from vton_core.garment import corrections
from vton_core.garment.armpits import with_plausible_armpits
from vton_core.garment.cleft import parted
from vton_core.garment.close_sleeves import with_whole_chest
from vton_core.garment.collared import with_collar
from vton_core.garment.cuff_corners import corner_split
from vton_core.garment.gaps import open_gaps
from vton_core.garment.landmark_net import seen_landmarks
from vton_core.garment.level import with_level_armpits
from vton_core.garment.neckline import Neckline, hung_neckline
from vton_core.garment.off_shoulder import is_off_shoulder
from vton_core.garment.outline import Outline
from vton_core.garment.polyline import resample
from vton_core.garment.revise import revised
from vton_core.garment.side import SEAM_POINTS, Side
from vton_core.garment.strap_tips import hung_up
from vton_core.garment.turned import with_hidden_sleeve
from vton_core.kept import digest, keep_last
from vton_core.masks import largest_part
from vton_core.side_by_side import side_by_side
from vton_core.types import Alpha, Garment, Image, Mask, Point

__all__ = ["Landmarks", "Side", "find_landmarks"]

Points = NDArray[np.float32]
# So many pixels long is the picture that they are read off.
_WORK: Final = 512
# An armpit that is this far, in widths of the garment, from where its twin would be is another thing.
_MERGED: Final = 0.06
# How far below the shoulder's tip, in heights, one side is laid over the other.
_AT_SHOULDERS: Final = 0.05
# By how much of the height one side's shoulder and armpit may lie below the other's; of tops with one shoulder only the
# shoulder does.
_SUNK: Final = 0.22
# What hangs from the hem, and is this much narrower than the garment, is a knot's ends.
_TIE: Final = 0.35
# A chest that is narrower, in lengths of the garment, is none.
_SLENDEST: Final = 0.2
# The landmarks of so many garments are remembered.
_MOST_KEPT: Final = 8
_KEPT: dict[bytes, Landmarks] = {}


@dataclass(frozen=True)
class Landmarks:
    """A garment's landmarks in its picture's pixels.

    Attributes:
        sides: the picture's left and right side.
        neckline: the collar's front edge and how sure it is.
        off_shoulder: whether the upper edge runs over both sleeves, below the shoulders.
        hidden: the side whose sleeve is not seen, as the garment is turned: it is the other's mirror image.
        by_hand: names of the points that the user has moved.
    """

    sides: tuple[Side, Side]
    neckline: Neckline
    off_shoulder: bool = False
    hidden: int | None = None
    by_hand: frozenset[str] = frozenset()

    def points(self) -> dict[str, Point]:
        """The landmarks by name; see :func:`vton_core.garment.corrections.points`."""
        return corrections.points(self)

    def corrected(self, moved: Mapping[str, Point]) -> Landmarks:
        """The landmarks with some of them moved; see :func:`vton_core.garment.corrections.corrected`."""
        return corrections.corrected(self, moved)

    @property
    def middle(self) -> float:
        """x of the middle between the armpits."""
        return float((self.sides[0].armpit[0] + self.sides[1].armpit[0]) / 2)

    def sleeved(self, index: int) -> bool:
        """Whether a side has a sleeve, seen or hidden."""
        return index == self.hidden or self.sides[index].sleeved

    def sleeve(self, index: int) -> Side:
        """The side that tells of a sleeve; for a hidden one its twin, mirrored at ``x = 0``."""
        return self.sides[1 - index].mapped(1.0, 0.0) if index == self.hidden else self.sides[index]

    def set_in(self, beside: float) -> Landmarks:
        """The landmarks with the sleeves' seams ``beside`` pixels from the middle, where the shoulders are.

        A seam whose shoulder the user has moved stays there.
        """
        left, right = (
            side if f"{name}_shoulder" in self.by_hand else side.set_in(self.middle, beside)
            for name, side in zip(corrections.SIDES, self.sides, strict=True)
        )
        return replace(self, sides=(left, right))

    @property
    def shoulder_width(self) -> float:
        """Distance of the shoulder tips."""
        return float(np.linalg.norm(self.sides[1].shoulder - self.sides[0].shoulder))

    @property
    def chest_width(self) -> float:
        """Distance of the armpits."""
        return float(np.linalg.norm(self.sides[1].armpit - self.sides[0].armpit))


def find_landmarks(garment: Garment) -> Landmarks:
    """Find a top's landmarks.

    Args:
        garment: the shop photo, front view, upright.

    Returns:
        The landmarks in the photo's pixels. Those of the last garments are remembered: one that is only worn otherwise
        is not searched again.

    Raises:
        NoGarmentError: the mask has no outline that could be a top.
    """
    height, width = garment.alpha.shape
    scale = _WORK / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    alpha = np.asarray(cv2.resize(garment.alpha, size, interpolation=way), np.float32)
    rgb = np.asarray(cv2.resize(garment.rgb, size, interpolation=cv2.INTER_AREA), np.uint8)
    # Before a shop's white a sleeve that is not seen is behind a garment that is turned.
    sleeves = 1.0 - garment.sleeves.get("none", 0.5) if garment.home else 0.5
    key = digest(rgb, alpha, np.array([scale, sleeves, garment.home]))
    found = _KEPT.get(key) or _find(rgb, alpha, scale, sleeves, home=garment.home)
    keep_last(_KEPT, key, found, _MOST_KEPT)
    return found


def _find(rgb: Image, alpha: Alpha, scale: float, sleeves: float, *, home: bool) -> Landmarks:
    """The landmarks in the photo's pixels, from the photo and its alpha ``scale`` times as large, how likely it shows
    sleeves, and whether it is no shop's."""
    least = 16 * max(1.0, scale)
    raw = np.asarray(alpha > 0.5)
    mask = _clean(raw)
    if mask.sum() < least**2 * 1.5 or min(np.ptp(axis) for axis in np.nonzero(mask)) < least:
        raise _shapeless()
    axis = _axis(mask)
    mirrored = np.ascontiguousarray(mask[:, ::-1])
    flip = mask.shape[1] - 1.0
    outlines = Outline(mask, axis), Outline(mirrored, flip - axis)
    told = _sides(*outlines, flip - 2 * axis)
    level = with_level_armpits(revised(told, outlines, flip, seen_landmarks(mask), sleeves), outlines)
    checked, hidden = with_hidden_sleeve(level, outlines, flip)
    halves, neckline = with_collar(rgb, mask, checked, told, outlines, flip)
    halves, straps = hung_up(halves, alpha)
    if straps.any():
        neckline = hung_neckline(mask | straps, halves[0].neck, halves[1].neck, neckline)
    chest = float(np.linalg.norm(halves[1].armpit - halves[0].armpit))
    halves = (parted(rgb, raw, halves[0], chest), parted(rgb, raw, halves[1], chest))
    if home:
        halves = with_whole_chest(with_plausible_armpits(halves, mask), mask)
    back = 1 / scale
    sides = (halves[0].mapped(back), halves[1].mapped(back))
    found = Landmarks(sides, neckline.mapped(back), is_off_shoulder(mask, sides), hidden)
    if found.chest_width < _SLENDEST * float(max(side.hem[1] for side in sides) - min(side.neck[1] for side in sides)):
        raise _shapeless()
    return found


def _clean(mask: Mask) -> Mask:
    """The largest part without frills."""
    smooth = largest_part(np.asarray(cv2.medianBlur(mask.view(np.uint8), 7) > 0))
    return open_gaps(_without_tie(smooth)) if smooth.any() else smooth


def _without_tie(mask: Mask) -> Mask:
    """The mask without the knot or ribbon that hangs from its hem."""
    rows = np.flatnonzero(mask.any(axis=1))
    across = mask.shape[1] - mask[rows].argmax(axis=1) - mask[rows, ::-1].argmax(axis=1)
    kept = mask.copy()
    kept[rows[across >= _TIE * np.median(across)][-1] + 1 :] = False
    return kept


def _axis(mask: Mask) -> float:
    """The x of the garment's middle line: the median centre of the rows' central runs, between chest and hem."""
    rows = np.flatnonzero(mask.any(axis=1))
    columns = np.flatnonzero(mask.any(axis=0))
    axis = float(columns[[0, -1]].mean())
    low, high = rows[0] + 0.35 * np.ptp(rows), rows[0] + 0.9 * np.ptp(rows)
    for _ in range(3):
        centres = []
        for row in range(int(low), int(high), 4):
            run = _central_run(mask[row], axis)
            if run is not None:
                centres.append((run[0] + run[1]) / 2)
        if centres:
            axis = 0.5 * axis + 0.5 * float(np.median(centres))
    return axis


def _central_run(row: NDArray[np.bool_], x: float) -> tuple[int, int] | None:
    """First and last pixel of the run of a row that contains ``x``."""
    column = int(np.clip(round(x), 0, len(row) - 1))
    if not row[column]:
        return None
    left = np.flatnonzero(~row[:column])
    right = np.flatnonzero(~row[column:])
    return (int(left[-1]) + 1 if len(left) else 0, column + int(right[0]) - 1 if len(right) else len(row) - 1)


def _sides(left: Outline, right: Outline, shift: float) -> tuple[Side, Side]:
    """Both sides, each in its own outline's pixels; a sleeve that shows on one side only is looked for on the other."""
    hems = (left.hem(), right.hem())
    notches = [outline.sleeve_notch(hem) for outline, hem in zip((left, right), hems, strict=True)]
    for index, (outline, other) in enumerate(((left, right), (right, left))):
        seen = notches[1 - index]
        if notches[index] is None and seen is not None:
            # x of the mirrored picture to x of the picture, both measured from the middle line.
            offset = np.array([shift if index == 1 else -shift, 0], np.float32)
            nearest = outline.nearest(other.points[seen] + offset, hems[index])
            away = float(np.linalg.norm(outline.points[nearest] - other.points[seen] - offset))
            known = _side(other, hems[1 - index], seen)
            # The sides' common middle line may lie off the garment's, but not where the shoulders are.
            beside = _apart_at(float(known.shoulder[1]) + _AT_SHOULDERS * outline.height, outline, other)
            cuffs = _apart_at(float(known.outer[-1, 1]), outline, other)
            merged = not outline.under_a_cuff(nearest) and abs(cuffs - beside) < _MERGED * outline.width
            if merged or away > _MERGED * outline.width:
                # Here sleeve and body are one in the outline, and the other side tells what they would be.
                told = known.moved(beside if merged else float(offset[0]))
                return (told, known) if index == 0 else (known, told)
            notches[index] = nearest
    found = side_by_side(lambda: _side(left, hems[0], notches[0]), lambda: _side(right, hems[1], notches[1]))
    higher, lower = sorted((0, 1), key=lambda index: float(found[index].shoulder[1]))
    sinks = [getattr(found[lower], name)[1] - getattr(found[higher], name)[1] for name in ("shoulder", "armpit")]
    told = found[higher].moved(shift if lower == 1 else -shift)
    if min(sinks) > _SUNK * left.height and (left, right)[lower].holds(told.neck, told.shoulder, told.armpit):
        # Something beside the garment was taken for a part of it, or a part was lost.
        return (found[0], told) if lower == 1 else (told, found[1])
    return found


def _apart_at(y: float, outline: Outline, other: Outline) -> float:
    """How much further to the right the first outline's outermost point at a height lies."""
    return outline.outermost(y) - other.outermost(y)


def _side(outline: Outline, hem: int, notch: int | None) -> Side:
    """One side's landmarks in the outline's pixels."""
    points = outline.points
    if notch is None:
        shoulder, low = outline.armhole(hem)
        armpit, bare = points[low], np.zeros((0, 2), np.float32)
        outer = inner = bare
        side = outline.between(low, hem)
    else:
        shoulder = outline.above(notch)
        notch = outline.gap_top(shoulder, notch)
        armpit = _armpit(outline, shoulder, notch)
        # Only the sleeve itself is asked for its corners; the side under it may bend as it likes.
        top = outline.sleeve_end(notch)
        path = [outline.between(shoulder, top), outline.between(top, notch)[1:], armpit[None]]
        dense = resample(path[0] if top < notch else np.concatenate(path), 81)
        first, second = corner_split(dense)
        inner = np.concatenate([dense[second:], *path[1:]]) if top < notch else dense[second:]
        outer, inner = resample(dense[: first + 1], SEAM_POINTS), resample(inner[::-1], SEAM_POINTS)
        side = np.concatenate([armpit[None], outline.between(notch, hem)])
    collar = outline.collar(shoulder, float(armpit[0]))
    neck = outline.collar_base(shoulder, collar)
    seam = resample(side, SEAM_POINTS)
    return Side(points[neck], points[collar], points[shoulder], armpit, points[hem], outer, inner, seam)


def _armpit(outline: Outline, shoulder: int, notch: int) -> Points:
    """The notch, or a point above it where the sleeve lies on the body for a while before it parts from it."""
    point, tip = outline.points[notch], outline.points[shoulder]
    usual = outline.usual_armhole(shoulder, sleeved=True)
    if point[1] - tip[1] < 1.3 * usual:
        return np.asarray(point, np.float32)
    return np.array([point[0] + 0.02 * outline.width, tip[1] + usual], np.float32)


def _shapeless() -> NoGarmentError:
    return NoGarmentError(
        "The garment's shape cannot be made out. Use a photo of one top, seen from the front and upright."
    )
