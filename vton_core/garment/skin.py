"""Skin where the old garment covered it and the new one does not.

Its shade is a model's: a round torso and round limbs in the light that the face tells of. Its tone is the person's, and
next to skin that is seen it is that skin's: the difference between picture and model is carried on and fades.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.fill import pull_push
from vton_core.garment.arm import BareArm
from vton_core.garment.body import Body
from vton_core.garment.cuff_shadow import shadowed
from vton_core.garment.measure import chin_of
from vton_core.planes import repeated
from vton_core.types import Image, Mask

__all__ = ["paint_skin"]

_Float = NDArray[np.float32]
# So many pixels long is the picture that the tone is worked out on: it is smooth.
_WORK: Final = 320
# How much of the seen skin's difference is carried far, and over what distance (shoulder distances) the rest fades.
_FAR, _FADE = 0.5, 0.45
# The part of the seen arm whose difference goes on up the arm, and over how much of the arm it fades.
_PROFILE, _ALONG = 0.12, 0.7
# Skin of the same person: its lightness in shares of the face's, how far its tint may differ (ΔE without lightness);
# and how many pixels make a face.
_SHADIEST, _BRIGHTEST, _TINT = 0.6, 1.3, 13.0
_LEAST_FACE: Final = 60
# Skin is in another light than the face where no more of it than this is alike, and there is this much, in faces.
_ALIKE, _MUCH = 0.2, 0.33
# Lightness (L*) of pores and blotches where the photo is sharp.
_GRAIN: Final = (0.2, 0.9)
_BLOTCHES: Final = 0.6
# How light the middle of an arm is, compared with the lit side of the face, and how much of the light from the side an
# arm has as a whole: as the bare arms of 265 people told.
_ARM, _ASIDE = 0.88, 0.45
# Between which shares of an arm its shoulder becomes the arm.
_SHOULDER: Final = (0.0, 0.26)
# How far below the neck the navel is, in torso lengths.
_NAVEL: Final = 0.75
# How far above the neck joint the chin is where no face is seen, in shoulder distances.
_NECK: Final = 0.45


def paint_skin(rgb: Image, seen: Mask, face: Mask, body: Body, arms: tuple[BareArm, BareArm]) -> _Float:
    """What the skin would look like everywhere.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        seen: ``bool (H, W)``, bare arms, neck and chest.
        face: ``bool (H, W)``; its lit side counts, and where its chin and its shadow are.
        body: the body in the same pixels.
        arms: the bare arms.

    Returns:
        ``float32 (H, W, 3)``, 0 to 255.
    """
    height, width = seen.shape
    scale = min(1.0, _WORK / max(height, width))
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    shrunk = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA).astype(np.float32) / 255
    small: _Float = np.asarray(cv2.cvtColor(shrunk, cv2.COLOR_RGB2LAB), np.float32)
    bare, visage = (_shrunk(mask, size) for mask in (seen, face))
    bare = _like_face(small, visage, bare)
    light = _light_from_side(small, visage)
    shade = _with_arms(_shade(body, face, (height, width), size, light), arms, size, light)
    usual = _usual(small, visage, bare)
    # In the shade skin is darker, but as colourful: light comes back to it from skin.
    model = np.broadcast_to(usual, (*shade.shape, 3)).copy()
    model[..., 0] *= shade
    difference: _Float = np.asarray(small - model, np.float32)
    tone = model + _along_arms(difference, bare, arms, _difference(difference, bare, body.unit * scale))
    large: _Float = np.asarray(cv2.resize(tone, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    large[..., 0] += _texture(rgb, seen | face, body.unit)
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_LAB2RGB).clip(0, 1) * 255, np.float32)


def _shrunk(mask: Mask, size: tuple[int, int]) -> Mask:
    """The small pixels that lie wholly in a mask, and not at its edge."""
    share = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.erode((share > 0.99).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)


def _like_face(lab: _Float, face: Mask, seen: Mask) -> Mask:
    """``seen`` without what cannot be the skin of such a face: a sleeve's edge, trousers beside a hand, tattoos."""
    if face.sum() < _LEAST_FACE:
        return seen
    pixels = lab[face]
    tone = np.median(pixels[pixels[:, 0] >= np.median(pixels[:, 0])], axis=0)
    share = lab[..., 0] / max(float(tone[0]), 1.0)
    tint = np.linalg.norm(lab[..., 1:] - tone[1:], axis=-1)
    alike = seen & (share > _SHADIEST) & (share < _BRIGHTEST) & (tint < _TINT)
    # Of another light than the face's is all that is bare, but not the little that a strap or a glove may be.
    differs = alike.sum() <= _ALIKE * seen.sum() and seen.sum() > _MUCH * face.sum()
    return seen if differs else alike


def _usual(lab: _Float, face: Mask, seen: Mask) -> _Float:
    """The person's tone: the lit side of the face and what else is bare, whichever shows more."""
    parts = [lab[mask] for mask in (face, seen) if mask.any()]
    if not parts:
        return np.array([65.0, 15.0, 18.0], np.float32)
    tones = []
    for pixels in parts:
        lit = pixels[pixels[:, 0] >= np.median(pixels[:, 0])]
        tones.append(np.median(lit, axis=0))
    weights = np.array([min(len(pixels), 4 * min(len(p) for p in parts)) for pixels in parts], np.float32)
    return np.asarray(np.average(tones, axis=0, weights=weights), np.float32)


def _difference(difference: _Float, seen: Mask, unit: float) -> _Float:
    """The seen skin's difference from the model, carried on; highlights, hairs and jewellery do not count."""
    chosen = difference[seen]
    if len(chosen) < 16:
        return np.zeros_like(difference)
    low, high = np.percentile(chosen, (8, 92), axis=0)
    carried = pull_push(difference.clip(low, high), seen)
    away = cv2.distanceTransform((~seen).astype(np.uint8), cv2.DIST_L2, 5)
    share = _FAR + (1 - _FAR) * np.exp(-np.square(away / max(_FADE * unit, 1.0)))
    return np.asarray(cv2.GaussianBlur(carried * repeated(share), (0, 0), 1.2), np.float32)


def _along_arms(difference: _Float, seen: Mask, arms: tuple[BareArm, BareArm], carried: _Float) -> _Float:
    """``carried``, but up an arm the seen part's difference goes on as it is across the arm."""
    out, size = carried.copy(), seen.shape[::-1]
    for arm in arms:
        if arm.joint is None:
            continue
        share, across, inside = (_resized(field, size) for field in (arm.share, arm.across, arm.inside))
        lit = arm.joint + arm.shadow
        known = seen & (share < lit + _PROFILE) & (np.abs(across) < 1.2) & (inside > -4)
        known &= (share > lit) | (arm.shadow == 0)
        if known.sum() < 12:
            continue
        profile = _profile(across[known], difference[known])
        at = (across.clip(-1, 1) + 1) / 2 * (len(profile) - 1)
        own = np.stack([np.interp(at, np.arange(len(profile)), profile[:, k]) for k in range(3)], axis=-1)
        up = (arm.joint + 0.03 - share).clip(0, None)
        weight = (
            (1 - up / _ALONG).clip(_FAR, 1)
            * np.maximum(up > 0, shadowed(arm, share))
            * np.clip(inside / 4 + 1, 0, 1)
            * _down_the_arm(share)
        )
        out += repeated(weight) * (own - out)
    return np.asarray(out, np.float32)


def _profile(across: _Float, values: _Float, bins: int = 9) -> _Float:
    """Mean values at ``bins`` places from the inner to the outer edge of an arm, smoothed."""
    centres = np.linspace(-1, 1, bins)
    weight = np.exp(-np.square((across[None] - centres[:, None]) / 0.25)) + 1e-6
    low, high = np.percentile(values, (8, 92), axis=0)
    return np.asarray(weight @ values.clip(low, high) / weight.sum(axis=1, keepdims=True), np.float32)


def _resized(field: _Float, size: tuple[int, ...]) -> _Float:
    return np.asarray(cv2.resize(field, (size[0], size[1]), interpolation=cv2.INTER_LINEAR), np.float32)


def _light_from_side(lab: _Float, face: Mask) -> float:
    """How much lighter the picture's right is than its left, as a share of the lightness over a face's width."""
    rows, columns = np.nonzero(face)
    if len(columns) < _LEAST_FACE:
        return 0.0
    spread = columns - columns.mean()
    slope = float((spread * lab[rows, columns, 0]).sum() / max(float(np.square(spread).sum()), 1.0))
    return float(np.clip(slope * np.ptp(columns) / max(float(lab[rows, columns, 0].mean()), 1.0), -0.25, 0.25))


def _bump(x: _Float, y: _Float, at: tuple[float, float], spread: tuple[float, float]) -> _Float:
    return np.asarray(np.exp(-np.square((x - at[0]) / spread[0]) - np.square((y - at[1]) / spread[1])), np.float32)


def _shade(body: Body, face: Mask, shape: tuple[int, int], size: tuple[int, int], light: float) -> _Float:
    """Factor of lightness of torso and neck: rounder towards the sides, hollow at throat, collarbones and navel."""
    grid = np.meshgrid(
        (np.arange(size[0], dtype=np.float32) + 0.5) * shape[1] / size[0] - 0.5,
        (np.arange(size[1], dtype=np.float32) + 0.5) * shape[0] / size[1] - 0.5,
    )
    dx, dy = grid[0] - np.float32(body.neck[0]), grid[1] - np.float32(body.neck[1])
    x = (dx * body.across[0] + dy * body.across[1]) / body.unit
    y = (dx * body.down[0] + dy * body.down[1]) / body.unit
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
    shade -= 0.14 * _under_chin(face, grid[0], grid[1], body)
    return np.asarray(shade, np.float32)


def _under_chin(face: Mask, x: _Float, y: _Float, body: Body) -> _Float:
    """In [0, 1]: where the head's shadow falls on the neck."""
    chin = chin_of(face, body.unit)
    if chin is None:
        chin = body.at(0.0, -_NECK * body.unit)
    return _bump((x - np.float32(chin[0])) / body.unit, (y - np.float32(chin[1])) / body.unit, (0.0, 0.06), (0.34, 0.2))


def _with_arms(shade: _Float, arms: tuple[BareArm, BareArm], size: tuple[int, int], light: float) -> _Float:
    """The torso's factor of lightness with that of the arms, which are round on their own, before it."""
    for index, arm in enumerate(arms):
        across, share, inside = (_resized(field, size) for field in (arm.across, arm.share, arm.inside))
        right = 1 if index else -1
        own = 1 - 0.20 * np.abs(across).clip(0, 1.2) ** 3 + 0.3 * light * right * across.clip(-1.2, 1.2)
        # The crook of the elbow, and the muscle above it.
        own -= 0.05 * _bump(across, share, (-0.4, 0.5), (0.5, 0.025))
        own += 0.025 * _bump(across, share, (0.1, 0.3), (0.6, 0.12))
        own *= _ARM * (1 + _ASIDE * light * right)
        weight = _down_the_arm(share) * np.clip(inside / 4 + 1, 0, 1)
        shade = shade + weight * (own - shade)
    return np.asarray(shade, np.float32)


def _down_the_arm(share: _Float) -> _Float:
    """In [0, 1]: how much what lies so far down an arm is the arm's and not the shoulder's."""
    rise = np.clip((share - _SHOULDER[0]) / (_SHOULDER[1] - _SHOULDER[0]), 0, 1)
    return np.asarray(rise * rise * (3 - 2 * rise), np.float32)


def _texture(rgb: Image, skin: Mask, unit: float) -> _Float:
    """Lightness of pores and blotches, as strong as the skin that is seen has them; always the same for one photo."""
    grey = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32)
    fine = (grey - cv2.GaussianBlur(grey, (0, 0), 1.5))[cv2.erode(skin.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0]
    spread = 1.48 * float(np.median(np.abs(fine))) if len(fine) > 100 else 0.5
    noise = np.random.default_rng(7).standard_normal(rgb.shape[:2], np.float32)
    grain = cv2.GaussianBlur(noise, (0, 0), 0.7) / np.float32(0.40)
    soft = cv2.GaussianBlur(noise, (0, 0), max(1.5, 0.02 * unit))
    blotches = soft / max(float(soft.std()), 1e-6)
    # A small picture shows neither pores nor blotches.
    large = min(1.0, unit / 200)
    return np.asarray(large * (float(np.clip(0.4 * spread, *_GRAIN)) * grain + _BLOTCHES * blotches), np.float32)
