"""The garment on the body: its torso and its sleeves, each warped on its own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.fit import Fit
from vton_core.garment.lace import premultiplied
from vton_core.garment.landmarks import Landmarks, Side
from vton_core.garment.polyline import resample
from vton_core.garment.shading import contact_shadow
from vton_core.garment.shapes import coverage
from vton_core.garment.sheet import Sheet
from vton_core.garment.sleeve import Sleeve, SleevePart
from vton_core.garment.tps import ThinPlate
from vton_core.masks import box_around, dilated, opened
from vton_core.planes import repeated
from vton_core.types import Garment, Mask

__all__ = [
    "Parts",
    "cut_parts",
    "drape_back",
    "drape_part",
    "drape_sleeve",
    "drape_torso",
    "inner_back",
    "torso_source",
]

_Float = NDArray[np.float32]
# Every so many pixels a map is looked at to see roughly where it leads.
_STEP: Final = 8
# Farther out than any pixel.
_FAR: Final = 10_000
# Parts of a torso are wider than this share of the chest.
_NARROW: Final = 0.08


@dataclass(frozen=True)
class Parts:
    """A garment taken apart.

    Attributes:
        colour: ``float32 (H, W, 4)``: colour times alpha (0 to 255), and alpha in [0, 1].
        torso: ``float32 (H, W)`` in [0, 1]: what belongs to the front of the body.
        caps: ``float32 (H, W)`` in [0, 1]: the torso and the sleeves' upper ends.
        sleeves: ``float32 (H, W)`` in [0, 1]: what belongs to the sleeves.
        back: ``float32 (H, W)`` in [0, 1]: the inner side of the garment's back, above the collar's front.
    """

    colour: _Float
    torso: _Float
    caps: _Float
    sleeves: _Float
    back: _Float


def cut_parts(garment: Garment, landmarks: Landmarks) -> Parts:
    """Take a garment apart at the armholes, and take out the inner side of its back.

    Args:
        garment: the shop photo.
        landmarks: its landmarks.

    Returns:
        The parts, in the photo's pixels.
    """
    height, width = garment.alpha.shape
    alpha = garment.alpha
    inside = _between(landmarks, (height, width))
    inside[_strands(alpha * inside, landmarks)] = 0
    torso = cv2.GaussianBlur(inside.astype(np.float32), (0, 0), 0.7)
    sleeves = 1 - torso
    reach = max(1, round(0.3 * landmarks.chest_width))
    caps = cv2.dilate(inside, np.ones((1, 2 * reach + 1), np.uint8)).astype(np.float32)
    front = 1 - inner_back(landmarks, (height, width))
    cut = (torso * front, caps * front, sleeves, torso * (1 - front))
    return Parts(premultiplied(garment), *(np.asarray(part, np.float32) for part in cut))


def _strands(torso: _Float, landmarks: Landmarks) -> Mask:
    """Below the armpits, what is too narrow for a torso: a sleeve's edge that hangs beside the side seam."""
    width = max(3, round(_NARROW * landmarks.chest_width)) | 1
    solid = np.asarray(torso > 0.5)
    strands = solid & ~opened(solid, np.ones((1, width), np.uint8))
    strands[: round(max(float(side.armpit[1]) for side in landmarks.sides))] = False
    return dilated(strands, np.ones((1, 3), np.uint8))


def _between(landmarks: Landmarks, shape: tuple[int, int]) -> NDArray[np.uint8]:
    """1 between the armholes and side seams, which go on straight up and down."""
    left, right = (_cut_line(side, -1 if index == 0 else 1) for index, side in enumerate(landmarks.sides))
    area = np.zeros(shape, np.uint8)
    cv2.fillPoly(area, [np.concatenate([left, right[::-1]]).round().astype(np.int32)], (1.0,))
    return area


def _cut_line(side: Side, sign: int) -> NDArray[np.float32]:
    if not side.sleeved:
        return np.array([[sign * _FAR, -_FAR], [sign * _FAR, _FAR]], np.float32)
    top = np.array([[side.shoulder[0], -_FAR]], np.float32)
    # Side seams are the garment's outline, so the cut runs a little outside of them, except beside a sleeve.
    room = np.linalg.norm(side.seam[:, None] - resample(side.inner, 4 * len(side.inner)), axis=2).min(axis=1)
    seam = side.seam + np.stack([sign * (room / 2).clip(0, 2), np.zeros_like(room)], axis=1)
    end = np.array([[side.hem[0] + sign * 2.0, _FAR]], np.float32)
    return np.concatenate([top, side.shoulder[None], side.armpit[None], seam[1:], end], dtype=np.float32)


def inner_back(landmarks: Landmarks, shape: tuple[int, int]) -> _Float:
    """Where a garment's picture shows the inner side of its back: above the collar's front edge, where that edge lies
    inside the garment's outline.

    Args:
        landmarks: the garment's, in its picture's pixels.
        shape: height and width of the picture.

    Returns:
        ``float32 (H, W)`` in [0, 1].
    """
    if landmarks.neckline.contrast <= 0:
        return np.zeros(shape, np.float32)
    # The pixels that the edge runs through show some of the back.
    curve = landmarks.neckline.curve + np.array([0, 0.5], np.float32)
    above = np.array([[curve[-1, 0], -_FAR], [curve[0, 0], -_FAR]], np.float32)
    area = coverage(np.concatenate([curve, above]), shape)
    return np.asarray(cv2.GaussianBlur(area, (0, 0), 0.7), np.float32)


def torso_source(fit: Fit, shape: tuple[int, int]) -> _Float:
    """``float32 (H, W, 2)``: where in its photo the torso is seen at each pixel of the working picture of a height and
    width."""
    return ThinPlate(fit.body, fit.garment, stiffness=1e-4).grid(shape[1], shape[0])


def drape_torso(parts: Parts, source: _Float, shoulders: Mask) -> _Float:
    """The garment's torso on the body.

    Args:
        parts: of the garment.
        source: see :func:`torso_source`.
        shoulders: ``bool (H, W)``: where the sleeves' upper ends may show beside the torso, under the sleeves.

    Returns:
        ``float32 (H, W, 4)``: colour times alpha, and alpha.
    """
    torso = _sample(parts.colour, parts.torso, source)
    around = cv2.GaussianBlur(shoulders.astype(np.float32), (0, 0), 1.0)
    caps = _sample(parts.colour, parts.caps, source) * repeated(around, 4)
    return Sheet(torso).over(caps)


def drape_back(parts: Parts, source: _Float) -> _Float:
    """The inner side of the garment's back, ``float32 (H, W, 4)``; it hangs with the torso, see there."""
    drawn = np.zeros((*source.shape[:2], 4), np.float32)
    shown = box_around(np.asarray(parts.back > 0), 1)
    if shown is None:
        return drawn
    (top, bottom), (left, right) = ((span.start, span.stop) for span in shown)
    # A few points of the map tell which part of the picture it is.
    x, y = source[::_STEP, ::_STEP, 0], source[::_STEP, ::_STEP, 1]
    near = (x > left) & (x < right) & (y > top) & (y < bottom)
    there = box_around(near, 1)
    if there is not None:
        box = np.s_[there[0].start * _STEP : there[0].stop * _STEP, there[1].start * _STEP : there[1].stop * _STEP]
        at = source[box] - np.array([left, top], np.float32)
        drawn[box] = _sample(parts.colour[shown], parts.back[shown], at)
    return drawn


def drape_sleeve(parts: Parts, sleeve: Sleeve, unit: float, shape: tuple[int, int]) -> _Float:
    """A sleeve on the arm.

    Args:
        parts: of the garment.
        sleeve: laid along the arm.
        unit: distance of the shoulder joints in pixels.
        shape: height and width of the working picture.

    Returns:
        ``float32 (H, W, 4)``: colour times alpha, and alpha.
    """
    drawn = np.zeros((*shape, 4), np.float32)
    pieces = [drape_part(parts, part) for part in sleeve.parts]
    whole = pieces[0]
    for piece, part in zip(pieces[1:], sleeve.parts[1:], strict=True):
        bare = np.zeros_like(part.weight) if part.bare is None else part.bare
        shadow = contact_shadow(np.maximum(piece[..., 3], bare), unit)
        whole = Sheet(piece).over(Sheet(whole).times(1 - bare).lit(shadow).pixels)
    drawn[sleeve.window] = whole
    return drawn


def drape_part(parts: Parts, part: SleevePart) -> _Float:
    """A part of a sleeve in its window, ``float32 (h, w, 4)``: colour times alpha, and alpha."""
    inside = cv2.remap(parts.sleeves, part.source[..., 0], part.source[..., 1], cv2.INTER_LINEAR)
    piece = _sample(parts.colour, None, part.source)
    return piece * repeated(part.weight * np.maximum(inside, part.at_armhole), 4)


def _sample(colour: _Float, part: _Float | None, source: _Float) -> _Float:
    picture = colour if part is None else colour * repeated(part, 4)
    return np.asarray(
        cv2.remap(picture, source[..., 0], source[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT),
        np.float32,
    )
