"""Hands and feet, drawn where the old garment hid the real ones: round tapering pieces in the light from in front."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.limb import Limb
from vton_core.garment.sheet import Sheet
from vton_core.masks import Box
from vton_core.planes import layered

__all__ = ["Piece", "Place", "draw", "hanging"]

_Float = NDArray[np.float32]
Piece = tuple[float, tuple[tuple[float, float, float], ...]]
"""How far before the middle a piece lies; and along it how far below the joint, how far inwards, and its radius; all in
lengths of the whole."""

# Where it begins to hide the limb, and where it has its own width, in its lengths from the joint.
_BEGINS, _GROWS = (-0.1, 0.05), 0.3
# How far the window reaches beside the limb's line, and from and to where along it.
_BESIDE, _ALONG = 0.35, (-0.15, 1.05)
# How light what faces the viewer is, compared with the limb; and how dark what lies behind is, what faces to the side,
# and what is hollow.
_LIGHT, _BEHIND, _SIDE, _HOLLOW = 1.03, 1.5, 0.24, 2.2
# How far behind its middle all lies that is beside it; how broad fingers' or toes' roundness and that of the whole are;
# all in its lengths, the last two also in pixels at least.
_LOWEST: Final = -0.12
_SMOOTH: Final = ((0.012, 0.6), (0.035, 1.0))
# How many percent of it lie behind what is in front.
_FRONT: Final = 75
# Pixels are drawn so many times finer.
_FINER: Final = 2


@dataclass(frozen=True)
class Place:
    """Where a hand or a foot is drawn.

    Attributes:
        joint: ``(2,)``, the middle of the wrist or the ankle in pixels.
        down: ``(2,)``, the unit vector from there to the tips of fingers or toes.
        inwards: ``(2,)``, the unit vector to the thumb's or the big toe's side.
        length: in pixels.
        wide: the joint's radius in pixels.
    """

    joint: NDArray[np.float64]
    down: NDArray[np.float64]
    inwards: NDArray[np.float64]
    length: float
    wide: float

    @property
    def middle(self) -> NDArray[np.float64]:
        """``(2,)``: half way down."""
        return np.asarray(self.joint + self.length / 2 * self.down)


def hanging(limb: Limb, side: int, gravity: NDArray[np.float64], length: float, wide: float) -> Place:
    """Where a hand or a foot goes on from a limb, and hangs as well.

    Args:
        limb: the arm or the leg.
        side: 0 for the picture's left one, 1 for its right.
        gravity: ``(2,)``, what is added to the limb's own direction, a unit vector.
        length: in pixels.
        wide: the joint's radius in pixels.
    """
    along = limb.directions()[-1] + gravity
    down = along / max(float(np.linalg.norm(along)), 1e-6)
    inwards = np.array([down[1], -down[0]]) * (-1.0 if side else 1.0)
    return Place(limb.path[-1], down, inwards, length, wide)


def draw(pieces: tuple[Piece, ...], joint: float, place: Place, tone: NDArray[Any], shape: tuple[int, ...]) -> Sheet:
    """Draw a hand or a foot.

    Args:
        pieces: what it consists of.
        joint: the radius of the joint that it begins at, in its lengths.
        place: where.
        tone: ``(3,)``, the limb's colour above it, 0 to 255.
        shape: height and width of the picture.

    Returns:
        The drawing, premultiplied.
    """
    pixels = np.zeros((shape[0], shape[1], 4), np.float32)
    box = _window(place, shape)
    if box is None:
        return Sheet(pixels)
    size = (box[0].stop - box[0].start, box[1].stop - box[1].start)
    y, x = ((np.arange(n * _FINER, dtype=np.float32) + 0.5) / _FINER - 0.5 for n in size)
    offset = np.stack(np.meshgrid(x + box[1].start, y + box[0].start), axis=-1) - place.joint.astype(np.float32)
    axes = (axis.astype(np.float32) / np.float32(place.length) for axis in (place.down, place.inwards))
    along, beside = (offset @ axis for axis in axes)
    # It grows out of a joint of any width.
    wider = np.float32(place.wide / place.length / joint - 1) * (1 - along / _GROWS).clip(0, 1)
    beside = beside / (1 + wider)
    height, inside = _relief(pieces, along, beside, place.length * _FINER)
    colour = _lit(height, tone, place.length * _FINER)
    alpha = inside * ((along - _BEGINS[0]) / (_BEGINS[1] - _BEGINS[0])).clip(0, 1)
    fine = layered(colour * alpha[..., None], alpha)
    pixels[box] = cv2.resize(fine, size[::-1], interpolation=cv2.INTER_AREA)
    return Sheet(pixels)


def _window(place: Place, shape: tuple[int, ...]) -> Box | None:
    """Rows and columns around it; ``None`` where it lies outside of the picture."""
    corners = np.array(
        [place.joint + place.length * (u * place.down + v * place.inwards) for u in _ALONG for v in (-_BESIDE, _BESIDE)]
    )
    low = np.floor(corners.min(axis=0)).astype(int).clip(0)
    high = np.minimum(np.ceil(corners.max(axis=0)).astype(int), (shape[1], shape[0]))
    if (high - low).min() < 2:
        return None
    return slice(int(low[1]), int(high[1])), slice(int(low[0]), int(high[0]))


def _relief(pieces: tuple[Piece, ...], along: _Float, beside: _Float, length: float) -> tuple[_Float, _Float]:
    """How far before its middle its surface lies, in its lengths (-1 beside it), and how much of a pixel it covers."""
    height = np.full(along.shape, -1, np.float32)
    inside = np.zeros(along.shape, np.float32)
    for before, stations in pieces:
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
    """``float32 (H, W, 3)``: the skin's colours."""
    solid = np.where(height < 0, np.maximum(height, _LOWEST), height)
    fine, broad = (cv2.GaussianBlur(solid, (0, 0), max(least, share * length)) for share, least in _SMOOTH)
    facing = 1 / np.sqrt(1 + np.square(np.hypot(*np.gradient(fine * np.float32(length)))))
    shade = _LIGHT - _SIDE * (1 - facing)
    front = np.percentile(fine[height > -1], _FRONT) if (height > -1).any() else 0.0
    shade += _BEHIND * (fine - front).clip(-0.2, 0) - _HOLLOW * (broad - fine).clip(0, 0.08)
    lab = cv2.cvtColor(np.asarray(tone, np.float32).reshape(1, 1, 3) / np.float32(255), cv2.COLOR_RGB2LAB)
    many = np.broadcast_to(lab, (*height.shape, 3)).astype(np.float32)
    many[..., 0] *= shade.clip(0.3, 1.1)
    return np.asarray(cv2.cvtColor(many, cv2.COLOR_LAB2RGB).clip(0, 1) * 255, np.float32)
