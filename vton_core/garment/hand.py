"""A hand that hangs, drawn where the old top hid the real one, as in its pockets.

Its parts are round tapering pieces, seen from the thumb's side as those of a hanging arm are. The light falls on them
from above and in front.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.sheet import Sheet
from vton_core.masks import Box
from vton_core.planes import layered

__all__ = ["HAND", "HandPlace", "draw_hand"]

_Float = NDArray[np.float32]
HAND: Final = 0.46
"""A hand's length from the wrist, in shoulder distances."""

# Each piece of it: how far before the hand's middle it lies; and along it how far below the wrist, how far inwards, and
# its radius; all in hands.
_LITTLE: Final = (-0.09, ((0.58, 0.03, 0.045), (0.70, 0.105, 0.036), (0.75, 0.125, 0.03)))
_RING: Final = (-0.06, ((0.57, 0.0, 0.055), (0.75, 0.07, 0.043), (0.87, 0.135, 0.033)))
_MIDDLE: Final = (-0.03, ((0.55, -0.035, 0.058), (0.74, 0.0, 0.05), (0.88, 0.04, 0.044), (0.96, 0.065, 0.036)))
_INDEX: Final = (0.0, ((0.53, -0.085, 0.062), (0.69, -0.09, 0.053), (0.83, -0.06, 0.046), (0.92, -0.02, 0.037)))
_PALM: Final = (-0.04, ((0.30, 0.0, 0.09), (0.5, -0.01, 0.075)))
_WRIST: Final = 0.108
_BACK: Final = (
    0.0,
    ((-0.12, 0.0, _WRIST), (0.0, 0.0, _WRIST), (0.18, -0.012, 0.12), (0.38, -0.06, 0.088), (0.55, -0.085, 0.062)),
)
_THUMB: Final = (
    0.02,
    ((0.06, 0.02, 0.085), (0.16, 0.045, 0.08), (0.34, 0.066, 0.056), (0.46, 0.075, 0.053), (0.56, 0.075, 0.044)),
)
# Where the hand begins to hide the arm, and where it has its own width, in hands from the wrist.
_BEGINS, _GROWS = (-0.1, 0.05), 0.3
# How many hands the window reaches beside the wrist's line, and from and to where along it.
_BESIDE, _ALONG = 0.35, (-0.15, 1.05)
# How light what faces the viewer is, compared with the arm; and how dark what lies behind is, what faces to the side,
# and what is hollow.
_LIGHT, _BEHIND, _SIDE, _HOLLOW = 1.03, 1.5, 0.24, 2.2
# How far behind the hand's middle all lies that is beside it, and the surface of what is in front; how broad the
# fingers' and the hand's own roundness are; all in hands, the last two also in pixels at least.
_LOWEST, _FRONT = -0.12, 0.1
_SMOOTH: Final = ((0.012, 0.6), (0.035, 1.0))
# Pixels are drawn so many times finer.
_FINER: Final = 2


@dataclass(frozen=True)
class HandPlace:
    """Where a hand is drawn.

    Attributes:
        wrist: ``(2,)``, its middle in pixels.
        down: ``(2,)``, the unit vector from there to the finger tips.
        inwards: ``(2,)``, the unit vector to the thumb's side.
        length: in pixels.
        wide: the wrist's radius in pixels.
    """

    wrist: NDArray[np.float64]
    down: NDArray[np.float64]
    inwards: NDArray[np.float64]
    length: float
    wide: float


def draw_hand(place: HandPlace, tone: NDArray[Any], shape: tuple[int, ...]) -> Sheet:
    """Draw a hand.

    Args:
        place: where.
        tone: ``(3,)``, the arm's colour above it, 0 to 255.
        shape: height and width of the picture.

    Returns:
        The hand, premultiplied.
    """
    pixels = np.zeros((shape[0], shape[1], 4), np.float32)
    box = _window(place, shape)
    if box is None:
        return Sheet(pixels)
    size = (box[0].stop - box[0].start, box[1].stop - box[1].start)
    y, x = ((np.arange(n * _FINER, dtype=np.float32) + 0.5) / _FINER - 0.5 for n in size)
    offset = np.stack(np.meshgrid(x + box[1].start, y + box[0].start), axis=-1) - place.wrist.astype(np.float32)
    axes = (axis.astype(np.float32) / np.float32(place.length) for axis in (place.down, place.inwards))
    along, beside = (offset @ axis for axis in axes)
    # The hand grows out of a wrist of any width.
    wider = np.float32(place.wide / place.length / _WRIST - 1) * (1 - along / _GROWS).clip(0, 1)
    beside = beside / (1 + wider)
    height, inside = _relief(along, beside, place.length * _FINER)
    colour = _lit(height, tone, place.length * _FINER)
    alpha = inside * ((along - _BEGINS[0]) / (_BEGINS[1] - _BEGINS[0])).clip(0, 1)
    fine = layered(colour * alpha[..., None], alpha)
    pixels[box] = cv2.resize(fine, size[::-1], interpolation=cv2.INTER_AREA)
    return Sheet(pixels)


def _window(place: HandPlace, shape: tuple[int, ...]) -> Box | None:
    """Rows and columns around a hand; ``None`` where it lies outside of the picture."""
    corners = np.array(
        [place.wrist + place.length * (u * place.down + v * place.inwards) for u in _ALONG for v in (-_BESIDE, _BESIDE)]
    )
    low = np.floor(corners.min(axis=0)).astype(int).clip(0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int), (shape[1], shape[0]))
    if (high - low).min() < 2:
        return None
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def _relief(along: _Float, beside: _Float, length: float) -> tuple[_Float, _Float]:
    """How far before its middle a hand's surface lies, in hands (-1 beside it), and how much of each pixel is its."""
    height = np.full(along.shape, -1, np.float32)
    inside = np.zeros(along.shape, np.float32)
    for before, stations in (_LITTLE, _RING, _MIDDLE, _INDEX, _PALM, _BACK, _THUMB):
        for (u0, v0, r0), (u1, v1, r1) in pairwise(stations):
            du, dv = u1 - u0, v1 - v0
            share = (((along - u0) * du + (beside - v0) * dv) / (du * du + dv * dv)).clip(0, 1)
            away = np.hypot(along - u0 - share * du, beside - v0 - share * dv)
            radius = r0 + share * (r1 - r0)
            round_ = np.sqrt((radius * radius - away * away).clip(0, None)) + np.float32(before)
            there = away < radius
            height = np.where(there, np.maximum(height, round_), height)
            inside = np.maximum(inside, ((radius - away) * np.float32(length) + 0.5).clip(0, 1))
    return height, inside


def _lit(height: _Float, tone: NDArray[Any], length: float) -> _Float:
    """``float32 (H, W, 3)``: a hand's colours."""
    solid = np.where(height < 0, np.maximum(height, _LOWEST), height)
    fine, broad = (cv2.GaussianBlur(solid, (0, 0), max(least, share * length)) for share, least in _SMOOTH)
    facing = 1 / np.sqrt(1 + np.square(np.hypot(*np.gradient(fine * np.float32(length)))))
    shade = _LIGHT - _SIDE * (1 - facing)
    shade += _BEHIND * (fine - _FRONT).clip(-0.2, 0) - _HOLLOW * (broad - fine).clip(0, 0.08)
    lab = cv2.cvtColor(np.asarray(tone, np.float32).reshape(1, 1, 3) / np.float32(255), cv2.COLOR_RGB2LAB)
    many = np.broadcast_to(lab, (*height.shape, 3)).astype(np.float32)
    many[..., 0] *= shade.clip(0.3, 1.1)
    return np.asarray(cv2.cvtColor(many, cv2.COLOR_LAB2RGB).clip(0, 1) * 255, np.float32)
