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
from vton_core.garment.skin_shade import LEAST_FACE, Places, down_the_arm, light_from_side, places_of, resized, shade_of
from vton_core.masks import near
from vton_core.planes import repeated
from vton_core.types import Image, Mask

__all__ = ["clear_of", "paint_skin"]

_Float = NDArray[np.float32]
# So many pixels long is the picture that the tone is worked out on: it is smooth.
_WORK: Final = 480
# How much of the seen skin's difference is carried far, and over what distance (shoulder distances) the rest fades.
_FAR, _FADE = 0.5, 0.45
# So many pixels of skin are asked for its difference.
_ENOUGH: Final = 16
# The part of the seen arm whose difference goes on up the arm, and over how much of the arm it fades.
_PROFILE, _ALONG = 0.12, 0.7
# Skin of the same person: its lightness in shares of the face's, how far its tint may differ (ΔE without lightness).
_SHADIEST, _BRIGHTEST, _TINT = 0.6, 1.3, 13.0
# The least lightness of a limb, whose far side may lie in deeper shade.
_SHADED: Final = 0.3
# How far from clothing skin is free of its colour, in pixels and in shoulder distances.
_BLURRED, _MIXED = 2.0, 0.04
# Skin is in another light than the face where no more of it than this is alike, and there is this much, in faces.
_ALIKE, _MUCH = 0.2, 0.33
# Lightness (L*) of pores and blotches where the photo is sharp.
_GRAIN: Final = (0.2, 0.9)
_BLOTCHES: Final = 0.6
# The throat ends so far below the neck's joint and so far beside it, in shoulder distances.
_THROAT: Final = (0.05, 0.45)


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
    bare = _like_face(small, visage, bare, _limbs(arms, size))
    places = places_of(body, (height, width), size)
    shade = shade_of(body, face, arms, places, light_from_side(small, visage))
    lit = _out_of_shadow(bare, visage, places)
    usual = _usual(small, visage, lit)
    # In the shade skin is darker, but as colourful: light comes back to it from skin.
    model = np.broadcast_to(usual, (*shade.shape, 3)).copy()
    model[..., 0] *= shade
    difference: _Float = np.asarray(small - model, np.float32)
    tone = model + _along_arms(difference, bare, arms, _difference(difference, bare, lit, body.unit * scale))
    large: _Float = np.asarray(cv2.resize(tone, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    large[..., 0] += _texture(rgb, seen | face, body.unit)
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_LAB2RGB).clip(0, 1) * 255, np.float32)


def clear_of(clothing: Mask, seen: Mask, body: Body) -> Mask:
    """Skin that is seen, without its edge beside clothing, where their colours mix.

    Args:
        clothing: ``bool (H, W)``.
        seen: ``bool (H, W)``, the skin.
        body: the body in the same pixels.

    Returns:
        ``bool (H, W)``.
    """
    return np.asarray(seen & ~near(clothing, max(_BLURRED, _MIXED * body.unit)))


def _shrunk(mask: Mask, size: tuple[int, int]) -> Mask:
    """The small pixels that lie wholly in a mask, and not at its edge."""
    share = cv2.resize(mask.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.erode((share > 0.99).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)


def _limbs(arms: tuple[BareArm, BareArm], size: tuple[int, int]) -> Mask:
    """Where arms lie in the small picture, below their shoulders."""
    left, right = ((resized(arm.inside, size) > 0) & (down_the_arm(resized(arm.share, size)) >= 1) for arm in arms)
    return np.asarray(left | right)


def _like_face(lab: _Float, face: Mask, seen: Mask, limbs: Mask) -> Mask:
    """``seen`` without what cannot be the skin of such a face: a sleeve's edge, trousers beside a hand, tattoos."""
    if face.sum() < LEAST_FACE:
        return seen
    pixels = lab[face]
    tone = np.median(pixels[pixels[:, 0] >= np.median(pixels[:, 0])], axis=0)
    share = lab[..., 0] / max(float(tone[0]), 1.0)
    tint = np.linalg.norm(lab[..., 1:] - tone[1:], axis=-1)
    alike = seen & (share > np.where(limbs, _SHADED, _SHADIEST)) & (share < _BRIGHTEST) & (tint < _TINT)
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


def _out_of_shadow(seen: Mask, face: Mask, places: Places) -> Mask:
    """``seen`` without the throat, which the head's shadow falls on: how light it is tells nothing of arms."""
    if face.sum() < LEAST_FACE:
        return seen
    return np.asarray(seen & ~((places[1] < _THROAT[0]) & (np.abs(places[0]) < _THROAT[1])))


def _difference(difference: _Float, seen: Mask, lit: Mask, unit: float) -> _Float:
    """The seen skin's difference from the model, carried on; highlights, hairs and jewellery do not count.

    How light it is counts far away only where it is ``lit``.
    """
    chosen = difference[seen]
    if len(chosen) < _ENOUGH:
        return np.zeros_like(difference)
    low, high = np.percentile(chosen, (8, 92), axis=0)
    clipped = difference.clip(low, high)
    carried = pull_push(clipped, seen)
    far = carried.copy()
    far[..., 0] = pull_push(clipped[..., 0], lit) if lit.sum() >= _ENOUGH else 0
    away = cv2.distanceTransform((~seen).astype(np.uint8), cv2.DIST_L2, 5)
    nearby = repeated(np.exp(-np.square(away / max(_FADE * unit, 1.0))))
    return np.asarray(cv2.GaussianBlur(nearby * carried + _FAR * (1 - nearby) * far, (0, 0), 1.2), np.float32)


def _along_arms(difference: _Float, seen: Mask, arms: tuple[BareArm, BareArm], carried: _Float) -> _Float:
    """``carried``, but up an arm the seen part's difference goes on as it is across the arm."""
    out, size = carried.copy(), seen.shape[::-1]
    for arm in arms:
        if arm.joint is None:
            continue
        share, across, inside = (resized(field, size) for field in (arm.share, arm.across, arm.inside))
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
            * down_the_arm(share)
        )
        out += repeated(weight) * (own - out)
    return np.asarray(out, np.float32)


def _profile(across: _Float, values: _Float, bins: int = 9) -> _Float:
    """Mean values at ``bins`` places from the inner to the outer edge of an arm, smoothed."""
    centres = np.linspace(-1, 1, bins)
    weight = np.exp(-np.square((across[None] - centres[:, None]) / 0.25)) + 1e-6
    low, high = np.percentile(values, (8, 92), axis=0)
    return np.asarray(weight @ values.clip(low, high) / weight.sum(axis=1, keepdims=True), np.float32)


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
