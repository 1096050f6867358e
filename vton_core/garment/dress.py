"""A dress on a person: its bodice worn as a top, its skirt over both legs, in one piece."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.special import expit

from vton_core.garment.body import Body
from vton_core.garment.figure import Figure
from vton_core.garment.fit import NARROWER, SEAM, Fit, fit_torso, garment_scale
from vton_core.garment.landmark_net import NAMES, seen_landmarks
from vton_core.garment.landmarks import Landmarks, find_landmarks
from vton_core.garment.lower.fit import Hang
from vton_core.garment.lower.landmarks import LowerLandmarks, skirt_part
from vton_core.garment.lower.legs import Legs
from vton_core.garment.lower.over import chained, trimmed_legs, without
from vton_core.garment.lower.size import Size, sag
from vton_core.garment.lower.skirt import skirt_pairs
from vton_core.garment.lower.strip import stripped
from vton_core.garment.measure import measure_body
from vton_core.garment.polyline import resample
from vton_core.garment.regions import find_regions
from vton_core.garment.silhouette import measure_silhouette
from vton_core.garment.skeleton import right_first
from vton_core.garment.stack import stack
from vton_core.garment.upper import find_under, make_layers, sized
from vton_core.garment.worn import Worn
from vton_core.kept import digest, keep_last
from vton_core.types import Garment, Mask, ParseMap, Point, Wearing

__all__ = ["DressLandmarks", "find_dress_landmarks", "wear_dress"]

Points = NDArray[np.float64]
Rows = NDArray[np.intp]
# Of how much of a dress its armpits may best be told, as if it were a top.
_TOPS: Final = (0.32, 0.46, 0.7)
# So far below its top a dress's armpits are at least, in widths of its chest.
_SHALLOW: Final = 0.2
# How far below the armpits a dress's waist usually is and between what, in widths of the chest, and how much straying
# from there counts; so much of a skirt there is at least, and the armpits of so many dresses are remembered.
_USUAL: Final = 0.5
_WAISTS: Final = (0.2, 0.85)
_STRAYS: Final = 0.6
_LEAST: Final = 0.2
_MOST_KEPT: Final = 8
_KEPT: dict[bytes, Points] = {}
# From which width of its neck on, in widths of the chest, a dress may leave the shoulders bare.
_BARE: Final = 0.6
# How many times as long as its width tells a bodice may be, flat or of a photo that tells the shoulders badly.
_BODICE: Final = 6.0
# A worn dress's usual chest, in shoulder distances, waist below the neck point, in torso lengths, and hem, in lengths
# from the neck to the ankles; how much larger each looks of one that lies flat, as logarithm; and how much each counts
# where they tell different sizes.
_CHEST, _HIGH, _LENGTH = 0.98, 0.79, 0.79
_FLAT: Final = (0.22, 0.08, 0.0)
_COUNTS: Final = (0.375, 0.375, 0.25)
# A hem hangs level on a body and is an arc where the skirt lies flat: how far one sags that may be either, in its
# widths, and how soon it is plainly one or the other.
_ARC: Final = (0.021, 0.005)
# A sleeve that ends so near the waist, in widths of the chest, was cut there.
_AT_WAIST: Final = 0.05
# How far the neck point is above the neck joint, in shoulder distances, and where a waist may sit, in torso lengths.
_NECK: Final = 0.18
_WAIST: Final = (0.66, 0.8)


@dataclass(frozen=True)
class DressLandmarks:
    """A dress's landmarks in its picture's pixels.

    Attributes:
        bodice: as of a top that ends at the waist.
        skirt: what is below the waist.
    """

    bodice: Landmarks
    skirt: LowerLandmarks

    def points(self) -> dict[str, Point]:
        """The landmarks by name, in the photo's pixels."""
        return self.bodice.points() | self.skirt.points()


def find_dress_landmarks(garment: Garment) -> DressLandmarks:
    """Find a dress's landmarks, and move those that the user has moved.

    Args:
        garment: the shop photo, front view, upright.

    Returns:
        The landmarks in the photo's pixels.

    Raises:
        NoGarmentError: the mask has no outline that could be a dress.
        InputError: moved landmarks lie crosswise.
    """
    row, skirt_mask = _waist(garment.alpha > 0.5)
    bodice = _bodice(garment, skirt_mask)
    if garment.home and garment.sleeves.get("none", 0.5) < 0.5 and _cuts_sleeves(bodice, row):
        skirt_mask &= _between_sleeves(find_landmarks(garment), skirt_mask.shape)
        bodice = _bodice(garment, skirt_mask)
    columns = (
        np.flatnonzero(skirt_mask[row + 1])[[0, -1]] if skirt_mask[row + 1].any() else [s.hem[0] for s in bodice.sides]
    )
    left, right = (np.array([column, row], np.float32) for column in columns)
    skirt = skirt_part(garment, skirt_mask, (left, right)).corrected(garment.corrections)
    moved = {name: point for name, point in garment.corrections.items() if name not in skirt.points()}
    ends = {f"{name}_hem": skirt.points()[f"{name}_waist"] for name in ("left", "right")}
    return DressLandmarks(bodice.corrected(moved | ends), skirt)


def _bodice(garment: Garment, skirt: Mask) -> Landmarks:
    """The bodice's landmarks: of the skirt's flare nothing must be seen where armholes are looked for."""
    return _shouldered(find_landmarks(replace(garment, alpha=np.where(skirt, np.float32(0), garment.alpha))))


def _cuts_sleeves(bodice: Landmarks, row: int) -> bool:
    """Whether a sleeve that lies on the skirt was cut off with it at the waist's row, or is not seen."""
    near = _AT_WAIST * bodice.chest_width
    return any(not side.sleeved or abs(float(side.outer[-1, 1]) - row) < near for side in bodice.sides)


def _between_sleeves(whole: Landmarks, shape: tuple[int, ...]) -> Mask:
    """``bool (H, W)``: all but what lies outside of the sleeves' inner seams, as far down as they reach."""
    rows, columns = np.arange(shape[0]), np.arange(shape[1])[None]
    inside = np.ones(shape, bool)
    for side, way in zip(whole.sides, (1, -1), strict=True):
        if not side.sleeved:
            continue
        order = np.argsort(side.inner[:, 1], kind="stable")
        seam = np.interp(rows, side.inner[order, 1], side.inner[order, 0])[:, None]
        inside &= (way * (columns - seam) > 0) | (rows > side.inner[-1, 1])[:, None]
    return np.asarray(inside)


def _shouldered(bodice: Landmarks) -> Landmarks:
    """The bodice, with shoulders where its neck is too narrow to be bare: cut at the waist it is as low as a cropped
    off-shoulder top, and as level if its sleeves lie spread."""
    necks = float(bodice.sides[1].neck[0] - bodice.sides[0].neck[0])
    return replace(bodice, off_shoulder=bodice.off_shoulder and necks > _BARE * bodice.chest_width)


def _waist(mask: Mask) -> tuple[int, Mask]:
    """The waist's row: narrow, and where waists usually are; and what is skirt, ``bool (H, W)``."""
    armpits = _armpits(mask)
    chest, under = max(float(np.ptp(armpits[:, 0])), 1.0), float(armpits[:, 1].mean())
    rows = np.arange(mask.shape[0])
    first, last = _runs(mask, float(armpits[:, 0].mean()))
    lowest = int(np.flatnonzero(mask.any(axis=1))[-1])
    part = np.arange(*(round(min(under + share * chest, lowest - _LEAST * chest)) for share in _WAISTS))
    part = part if len(part) else np.array([round(min(under, lowest))])
    below = (part - under) / chest
    score = np.where(last > first, last - first, np.inf)[part] / chest + _STRAYS * np.square(below - _USUAL)
    waist = int(part[score.argmin()])
    skirt = (last > first) & (rows > waist)
    # A flare to one side, or the train of a cut-out, moves the garment's middle but not the skirt's.
    middle = float(np.median((first + last)[skirt])) / 2 if skirt.any() else float(armpits[:, 0].mean())
    first, last = _runs(mask, middle)
    x = np.arange(mask.shape[1])[None]
    return waist, np.asarray((x >= first[:, None]) & (x < last[:, None]) & (rows[:, None] > waist))


def _armpits(mask: Mask) -> Points:
    """``(2, 2)``: the armpits, where the network that has seen many tops is surest of them; the last are remembered."""
    key = digest(mask)
    found = _KEPT.get(key)
    if found is None:
        found = _seen_armpits(mask)
    keep_last(_KEPT, key, found, _MOST_KEPT)
    return found


def _seen_armpits(mask: Mask) -> Points:
    rows = np.flatnonzero(mask.any(axis=1))
    at, seen = NAMES.index("armpit"), []
    for share in _TOPS:
        upper = mask.copy()
        upper[rows[0] + max(1, round(share * len(rows))) :] = False
        told = seen_landmarks(upper)
        points = told.points[:, at]
        # No arm goes through so shallow an armhole.
        deep = bool(points[:, 1].mean() - rows[0] >= _SHALLOW * np.ptp(points[:, 0]))
        seen.append((deep, float(told.sure[:, at].min()), points))
    return max(seen, key=lambda one: one[:2])[2]


def _runs(mask: Mask, middle: float) -> tuple[Rows, Rows]:
    """The first column of each row's run at a column, and the first one after it; the same where there is none."""
    axis = int(np.clip(round(middle), 0, mask.shape[1] - 1))
    width = mask.shape[1]
    left = np.where(mask[:, axis::-1].all(axis=1), axis + 1, np.argmin(mask[:, axis::-1], axis=1))
    right = np.where(mask[:, axis:].all(axis=1), width - axis, np.argmin(mask[:, axis:], axis=1))
    return axis + 1 - left, np.where(mask[:, axis], axis + right, axis + 1 - left)


def wear_dress(figure: Figure, garment: Garment, wearing: Wearing) -> Worn:
    """Put on a dress; see :func:`vton_core.garment.dresser.wear`."""
    body = figure.once("body", lambda: measure_body(figure.pose, figure.parse))
    legs, bare = stripped(figure, body, whole=True)
    found = find_dress_landmarks(garment)
    flat = 1.0 if garment.home else 0.0
    scale = garment_scale(found.bodice, body, flat)
    found = replace(found, bodice=found.bodice.set_in(SEAM * body.unit / scale))
    small, bodice = sized(garment, found.bodice, scale)
    skirt = found.skirt.mapped(small.alpha.shape[1] / garment.alpha.shape[1])
    first = right_first(figure.pose)
    regions = figure.once("bare regions", lambda: find_regions(bare.rgb, bare.parse, body, first))
    under = figure.once("bare under", lambda: find_under(bare.rgb, bare.parse, body, regions))
    fit, hang = _fit(DressLandmarks(bodice, skirt), body, legs, bare.parse, wearing, flat)
    layers = make_layers(under, body, regions, (small, _down_to_hem(bodice, skirt), fit), wearing)
    carried = without(bare.carried)
    layers = replace(layers, torso=layers.torso.times(carried))
    sheet = layers.alone
    overlay = stack(bare.rgb, bare.alpha, body, regions, layers)
    front = np.asarray(np.maximum(1 - carried, 1 - without(regions.arms[0] | regions.arms[1])), np.float32)
    beside = 1 - trimmed_legs(bare, body, legs, hang, front, sheet)
    overlay = replace(overlay, keep=np.asarray(overlay.keep * beside, np.float32))
    return Worn(chained(bare.overlay, overlay), sheet.pixels, found.points(), "dress")


def _down_to_hem(bodice: Landmarks, skirt: LowerLandmarks) -> Landmarks:
    """The bodice with side seams that go on along the skirt."""
    sides = tuple(
        replace(side, hem=outer[-1], seam=resample(np.concatenate([side.seam, outer[1:]]), len(side.seam)))
        for side, outer in zip(bodice.sides, skirt.outer, strict=True)
    )
    return replace(bodice, sides=(sides[0], sides[1]))


def _fit(
    marks: DressLandmarks, body: Body, legs: Legs, parse: ParseMap, wearing: Wearing, flat: float
) -> tuple[Fit, Hang]:
    """The bodice as a top down to the waist, and the skirt from there on."""
    bodice, skirt = marks.bodice, marks.skirt
    silhouette, long = measure_silhouette(body, parse), _long(marks, body, legs, flat)
    own = long * _below_neck(bodice, skirt.waist[1]) - _NECK * body.unit
    waist = float(np.clip(own, _WAIST[0] * body.torso, _WAIST[1] * body.torso))
    # A dress's waist sits at the body's, however far the bodice has to be drawn out or together.
    torso = fit_torso(bodice, body, silhouette, waist, replace(wearing, length=0.0), most=_BODICE, flat=flat)
    if torso.hem_below > waist:
        shorter = max(waist / torso.hem_below - 1, -wearing.LARGEST)
        torso = fit_torso(bodice, body, silhouette, waist, replace(wearing, length=shorter), flat=flat)
    piece, hems = skirt_pairs(skirt, body, legs, _size(torso, marks, long, body, flat), wearing, torso.hem_below)
    # The skirt's pairs begin with middle, left and right of the waist; the bodice has told where its sides are.
    garment_points, body_points = (
        np.concatenate([above[:-1], below[:1], below[3:]])
        for above, below in ((torso.garment, piece.garment), (torso.body, piece.body))
    )
    left, right = np.split(piece.outline, 2)
    fit = replace(
        torso, garment=garment_points, body=body_points, hem_below=body.torso + hems[0], skirt=(left, right[::-1])
    )
    return fit, Hang((piece,), torso.hem_below, None, hems)


def _long(marks: DressLandmarks, body: Body, legs: Legs, flat: float) -> float:
    """Working pixels a garment pixel, downwards: where chest, waist and length are all most usual."""
    skirt = marks.skirt
    told = (
        _CHEST * body.unit / max(marks.bodice.chest_width, 1.0),
        _HIGH * body.torso / _below_neck(marks.bodice, skirt.waist[1]),
        _LENGTH * (body.torso + legs.length) / _below_neck(marks.bodice, skirt.bottom),
    )
    return float(np.exp(np.average(np.log(told) + max(_laid_flat(skirt), flat) * np.array(_FLAT), weights=_COUNTS)))


def _laid_flat(skirt: LowerLandmarks) -> float:
    """How likely the dress lay flat when its photo was taken, and was not worn, in [0, 1]."""
    return float(expit((sag(skirt.hem) - _ARC[0]) / _ARC[1]))


def _below_neck(bodice: Landmarks, y: float) -> float:
    return max(float(y) - float(np.mean([side.neck[1] for side in bodice.sides])), 1.0)


def _size(torso: Fit, marks: DressLandmarks, long: float, body: Body, flat: float) -> Size:
    """As wide as the bodice, and down to where the whole dress reaches."""
    skirt = marks.skirt
    drop = long * _below_neck(marks.bodice, skirt.bottom) - _NECK * body.unit - torso.hem_below
    return Size(torso.scale * (1 - NARROWER[1] * flat), drop / max(skirt.bottom - float(skirt.waist[1]), 1.0))
