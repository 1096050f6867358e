"""Skin where the old garment covered it and the new one does not."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.fill import pull_push
from vton_core.types import Image, Mask

__all__ = ["paint_skin"]

_Float = NDArray[np.float32]
_FACE_WEIGHT: Final = 0.05
# How much of the tone comes from the skin nearby, and not from the person's usual one.
_LOCAL: Final = 0.3


def paint_skin(rgb: Image, seen: Mask, face: Mask, body: Body) -> _Float:
    """What the skin would look like everywhere: its tone from where it is seen, its shade from the body's roundness.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        seen: ``bool (H, W)``, bare arms, neck and chest.
        face: ``bool (H, W)``; counts where little else is seen.
        body: the body in the same pixels.

    Returns:
        ``float32 (H, W, 3)``, 0 to 255.
    """
    height, width = seen.shape
    scale = min(1.0, 96 / max(height, width))
    size = (max(2, round(width * scale)), max(2, round(height * scale)))
    kernel = np.ones((5, 5), np.uint8)
    weight = cv2.erode(seen.astype(np.uint8), kernel).astype(np.float32)
    weight += _FACE_WEIGHT * cv2.erode(face.astype(np.uint8), kernel)
    if weight.sum() < 16:
        weight = seen.astype(np.float32) + _FACE_WEIGHT * face
    lab: _Float = np.asarray(cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)
    usual = _usual(lab, face, seen)
    lab = _without_outliers(lab, weight)
    stacked = np.dstack([lab * weight[..., None], weight]).astype(np.float32)
    small = cv2.resize(stacked, size, interpolation=cv2.INTER_AREA)
    share = small[..., 3]
    tone = pull_push(small[..., :3] / np.maximum(share[..., None], 1e-6), np.minimum(share * 4, 1))
    tone = usual + _LOCAL * (cv2.GaussianBlur(tone, (0, 0), 3.0) - usual)
    large: _Float = np.asarray(cv2.resize(tone, (width, height), interpolation=cv2.INTER_CUBIC), np.float32)
    large[..., 0] *= _roundness(body, (height, width))
    return np.asarray(cv2.cvtColor(large, cv2.COLOR_LAB2RGB).clip(0, 1) * 255, np.float32)


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


def _without_outliers(lab: _Float, weight: _Float) -> _Float:
    """Highlights, shadows and jewellery brought to the usual range."""
    chosen = lab[weight > 0]
    if len(chosen) < 16:
        return np.full_like(lab, (65.0, 15.0, 18.0)) if len(chosen) == 0 else lab
    low, high = np.percentile(chosen, (20, 80), axis=0)
    return np.asarray(lab.clip(low, high), np.float32)


def _roundness(body: Body, shape: tuple[int, int]) -> _Float:
    """Factor of lightness: limbs darken towards their sides, the chest under the chin."""
    shade = np.ones(shape, np.float32)
    y, x = np.mgrid[0 : shape[0] : 4, 0 : shape[1] : 4].astype(np.float32)
    grid = np.stack([x, y], axis=-1)
    chin = body.at(0.0, -0.45 * body.unit)
    distance = np.linalg.norm(grid - chin, axis=-1) / body.unit
    coarse = 1 - 0.06 * np.exp(-np.square(distance / 0.35))
    for arm in body.arms:
        if arm is None:
            continue
        along, beside = arm.coordinates(grid)
        share = along / arm.length
        radius = body.arm_radius(share.clip(0, 1))
        edge = np.clip(np.abs(beside) / radius, 0, 1)
        on_arm = np.clip((share - 0.08) / 0.15, 0, 1) * (np.abs(beside) < 1.3 * radius)
        coarse *= 1 - 0.22 * edge**3 * on_arm
    shade[:] = cv2.resize(coarse.astype(np.float32), (shape[1], shape[0]), interpolation=cv2.INTER_LINEAR)
    return shade
