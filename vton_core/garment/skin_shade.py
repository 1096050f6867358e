"""The shade of bare skin: a round torso and round limbs in the light that the face tells of."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.arm import BareArm
from vton_core.garment.body import Body
from vton_core.garment.measure import chin_of
from vton_core.types import Mask

__all__ = ["LEAST_FACE", "Places", "down_the_arm", "light_from_side", "places_of", "resized", "shade_of"]

_Float = NDArray[np.float32]
Places = tuple[_Float, _Float]
"""How far right of the body's middle line and how far below its neck each pixel is, in shoulder distances."""
LEAST_FACE: Final = 60
"""How many pixels make a face."""

# How light the middle of an arm is, compared with the lit side of the face, and how much of the light from the side an
# arm has as a whole: as 301 bare arms told that it was not shown.
_ARM, _ASIDE = 0.9, 0.45
# Between which shares of an arm its shoulder becomes the arm.
_SHOULDER: Final = (0.0, 0.26)
# How far below the neck the navel is, in torso lengths.
_NAVEL: Final = 0.75
# How far above the neck joint the chin is where no face is seen, in shoulder distances.
_NECK: Final = 0.45


def places_of(body: Body, shape: tuple[int, int], size: tuple[int, int]) -> Places:
    """The pixels' places in a picture of ``shape`` (height, width) that is shrunk to ``size`` (width, height)."""
    beside, below = (resized(field / np.float32(body.unit), size) for field in body.frame(shape))
    return beside, below


def shade_of(body: Body, face: Mask, arms: tuple[BareArm, BareArm], places: Places, light: float) -> _Float:
    """How light bare skin is, compared with the lit side of the face.

    Args:
        body: the body.
        face: ``bool (H, W)`` in the body's pixels.
        arms: the bare arms, in the same pixels.
        places: the pixels, ``float32 (h, w)`` each.
        light: how much lighter the right is than the left: see ``light_from_side``.

    Returns:
        ``float32 (h, w)``.
    """
    return _with_arms(_torso(body, face, places, light), arms, light)


def light_from_side(lab: _Float, face: Mask) -> float:
    """How much lighter the picture's right is than its left, as a share of the lightness over a face's width."""
    rows, columns = np.nonzero(face)
    if len(columns) < LEAST_FACE:
        return 0.0
    spread = columns - columns.mean()
    slope = float((spread * lab[rows, columns, 0]).sum() / max(float(np.square(spread).sum()), 1.0))
    return float(np.clip(slope * np.ptp(columns) / max(float(lab[rows, columns, 0].mean()), 1.0), -0.25, 0.25))


def _torso(body: Body, face: Mask, places: Places, light: float) -> _Float:
    """Factor of lightness of torso and neck: rounder towards the sides, hollow at throat, collarbones and navel."""
    x, y = places
    torso = body.torso / body.unit
    half = body.half_width(y.clip(0.2, None) * body.unit) / body.unit
    # Above the shoulders the neck is the round thing, as far as it reaches.
    neck = np.clip((-0.02 - y) / 0.12, 0, 1) * np.clip((0.36 - np.abs(x)) / 0.14, 0, 1)
    round_x = (neck * (x - body.throat / body.unit) / 0.24 + (1 - neck) * x / half).clip(-1.2, 1.2)
    # Shoulders face upwards as well.
    sides = 0.13 * np.clip(0.4 + 2 * y, 0.4, 1)
    shade = 1 - np.maximum(sides, 0.19 * neck) * np.abs(round_x) ** 3 + 0.35 * light * round_x
    collarbone, bones = np.abs(x) * 0.16 + 0.02, np.clip(1.6 - 4 * np.abs(np.abs(x) - 0.27), 0, 1)
    shade -= 0.035 * np.exp(-np.square((y - 0.05 + collarbone) / 0.022)) * bones
    shade += 0.03 * np.exp(-np.square((y + collarbone) / 0.03)) * bones
    shade -= 0.06 * _bump(x, y, (0.0, -0.02), (0.05, 0.045))
    middle = np.clip((y / torso - 0.42) / 0.1, 0, 1) * np.clip((0.74 - y / torso) / 0.04, 0, 1)
    shade -= 0.03 * np.exp(-np.square(x / 0.022)) * middle
    navel = (0.0, _NAVEL * torso)
    shade -= 0.25 * _bump(x, y, navel, (0.018, 0.03)) + 0.05 * _bump(x, y, navel, (0.06, 0.07))
    shade -= 0.14 * _under_chin(face, x, y, body)
    return np.asarray(shade, np.float32)


def _under_chin(face: Mask, x: _Float, y: _Float, body: Body) -> _Float:
    """In [0, 1]: where the head's shadow falls on the neck."""
    chin, aside, below = chin_of(face, body.unit), 0.0, -_NECK
    if chin is not None:
        aside, below = (float((chin - body.neck) @ axis) / body.unit for axis in (body.across, body.down))
    return _bump(x, y, (aside, below + 0.06), (0.34, 0.2))


def _with_arms(shade: _Float, arms: tuple[BareArm, BareArm], light: float) -> _Float:
    """The torso's factor of lightness with that of the arms, which are round on their own, before it."""
    size = shade.shape[::-1]
    for index, arm in enumerate(arms):
        across, share, inside = (resized(field, size) for field in (arm.across, arm.share, arm.inside))
        right = 1 if index else -1
        own = 1 - 0.20 * np.abs(across).clip(0, 1.2) ** 3 + 0.3 * light * right * across.clip(-1.2, 1.2)
        # The crook of the elbow, and the muscle above it.
        own -= 0.05 * _bump(across, share, (-0.4, 0.5), (0.5, 0.025))
        own += 0.025 * _bump(across, share, (0.1, 0.3), (0.6, 0.12))
        own *= _ARM * (1 + _ASIDE * light * right)
        weight = down_the_arm(share) * np.clip(inside / 4 + 1, 0, 1)
        shade = shade + weight * (own - shade)
    return np.asarray(shade, np.float32)


def down_the_arm(share: _Float) -> _Float:
    """``float32``, in [0, 1]: how much what lies so far down an arm is the arm's and not the shoulder's."""
    rise = np.clip((share - _SHOULDER[0]) / (_SHOULDER[1] - _SHOULDER[0]), 0, 1)
    return np.asarray(rise * rise * (3 - 2 * rise), np.float32)


def _bump(x: _Float, y: _Float, at: tuple[float, float], spread: tuple[float, float]) -> _Float:
    return np.asarray(np.exp(-np.square((x - at[0]) / spread[0]) - np.square((y - at[1]) / spread[1])), np.float32)


def resized(field: _Float, size: tuple[int, ...]) -> _Float:
    """A field at ``size`` (width, height)."""
    return np.asarray(cv2.resize(field, (size[0], size[1]), interpolation=cv2.INTER_LINEAR), np.float32)
