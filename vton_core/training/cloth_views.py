"""Varied pictures of garments: their photos, and they themselves laid on other photos' backgrounds."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.networks.cloth import SORTS
from vton_core.training.augment import degrade
from vton_core.training.cloth_photos import LabelledPhoto
from vton_core.training.hangers import hanger, hung
from vton_core.types import Image, Mask

__all__ = ["draw", "ground_of", "laid_on"]

# How often a garment is laid on another background, and how often that is plain.
_LAID, _PLAIN = 0.55, 0.4
# How often both are then white.
_PALE: Final = 0.35
# Strips of a background narrower than this tell too little of it.
_STRIP: Final = 16
_UPSIDE_DOWN, _SIDEWAYS = 0.02, 0.04
# Of these sorts so many are drawn with a hanger.
_HUNG, _HANGERS = ("top", "dress"), 0.35


def _reflected(rng: np.random.Generator, length: int, wanted: int) -> NDArray[np.intp]:
    """``wanted`` places along a strip of ``length``, to and fro."""
    steps = (np.arange(wanted) + rng.integers(2 * length)) % (2 * length)
    return np.minimum(steps, 2 * length - 1 - steps).astype(np.intp)


def ground_of(rng: np.random.Generator, rgb: Image, mask: Mask, height: int, width: int) -> Image:
    """A background made of what lies beside a photo's garment; one colour if nothing does.

    Args:
        rng: of all that is random.
        rgb: ``uint8 (H, W, 3)``, the photo.
        mask: ``bool (H, W)``, its garment; not empty.
        height: of the background.
        width: of the background.

    Returns:
        ``uint8 (height, width, 3)``.
    """
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    gap = 6
    beside = (
        rgb[: max(0, rows[0] - gap)],
        rgb[rows[-1] + gap :],
        rgb[:, : max(0, columns[0] - gap)],
        rgb[:, columns[-1] + gap :],
    )
    strips = [strip for strip in beside if min(strip.shape[:2]) >= _STRIP]
    if not strips:
        return np.full((height, width, 3), rgb[0, 0], np.uint8)
    area = np.array([float(strip.size) for strip in strips])
    strip = strips[rng.choice(len(strips), p=area / area.sum())]
    scale = float(np.exp(rng.normal(-0.2, 0.35)))
    strip = np.asarray(cv2.resize(strip, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA), np.uint8)
    return strip[_reflected(rng, strip.shape[0], height)][:, _reflected(rng, strip.shape[1], width)]


def _plain(rng: np.random.Generator, height: int, width: int) -> Image:
    """A wall or a sheet: nearly one colour, mostly light, brighter at one side."""
    base = rng.uniform(200, 255) if rng.random() < 0.6 else rng.uniform(10, 255)
    colour = base + rng.normal(0, 5 if rng.random() < 0.6 else 45, 3)
    down, along = rng.normal(0, 14) * np.linspace(-1, 1, height), rng.normal(0, 14) * np.linspace(-1, 1, width)
    surface = colour + (down[:, None] + along)[..., None]
    # Creases of a sheet, as soft waves.
    rough = cv2.resize(rng.normal(0, 1, (8, 8)).astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    surface += (rng.exponential(3.0) * rough)[..., None] + rng.normal(0, rng.uniform(0, 3), (height, width, 1))
    return np.asarray(surface.clip(0, 255), np.uint8)


def _framing(rng: np.random.Generator, mask: Mask, height: int, width: int, *, whole: bool) -> NDArray[np.float32]:
    """``float32 (2, 3)``: from a photo to a frame, which then holds the ``whole`` photo or mostly its garment."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    top, bottom, left, right = rows[0], rows[-1] + 1, columns[0], columns[-1] + 1
    if whole:
        top, left, (bottom, right) = 0, 0, mask.shape
    angle = rng.normal(0, 6)
    if rng.random() < _SIDEWAYS:
        angle += rng.choice([-90, 90])
    elif rng.random() < _UPSIDE_DOWN:
        angle += 180
    turned = np.deg2rad(angle)
    wide, high = float(right - left), float(bottom - top)
    box_wide = wide * abs(np.cos(turned)) + high * abs(np.sin(turned))
    box_high = high * abs(np.cos(turned)) + wide * abs(np.sin(turned))
    fitting = min(width / box_wide, height / box_high)
    if whole and rng.random() < 0.7:
        fitting = max(width / box_wide, height / box_high)
    scale = fitting * (float(np.exp(rng.normal(0.06, 0.12))) if whole else rng.uniform(0.35, 1.02))
    aspect = float(np.exp(rng.normal(0, 0.06)))
    shear = rng.normal(0, 0.04)
    linear = np.array([[np.cos(turned), -np.sin(turned)], [np.sin(turned), np.cos(turned)]])
    linear = linear @ np.array([[scale * aspect, shear * scale], [0, scale / aspect]])
    if rng.random() < 0.5:
        linear[:, 0] *= -1
    free = np.abs(np.array([width - scale * box_wide, height - scale * box_high])) / 2
    target = np.array([width / 2, height / 2]) + rng.uniform(-1, 1, 2) * free
    centre = np.array([(left + right) / 2, (top + bottom) / 2])
    return np.column_stack([linear, target - linear @ centre]).astype(np.float32)


def _dyed(rng: np.random.Generator, rgb: Image, mask: Mask) -> Image:
    """The garment of another tint, lightness and contrast, its folds kept."""
    goal = rng.uniform(10, 250) + rng.normal(0, 35, 3)
    goal = goal if rng.random() < 0.6 else np.full(3, rng.choice([22.0, 120.0, 242.0])) + rng.normal(0, 6, 3)
    return _tinted(rgb, mask, goal, rng.uniform(0.5, 1.2))


def _tinted(rgb: Image, mask: Mask, goal: NDArray[np.float64], contrast: float) -> Image:
    pixels = rgb[mask].astype(np.float32)
    out = rgb.copy()
    out[mask] = np.clip((pixels - pixels.mean(axis=0)) * contrast + goal, 0, 255).astype(np.uint8)
    return out


def _white(rng: np.random.Generator, height: int, width: int) -> Image:
    """A shop's white, or nearly."""
    return np.full((height, width, 3), rng.uniform(246, 255, 1).round(), np.uint8)


def laid_on(rng: np.random.Generator, view: Image, alpha: NDArray[np.float32], ground: Image, *, shadow: bool) -> Image:
    """A garment on a background, with its shadow for the most part, or without.

    Args:
        rng: of all that is random.
        view: ``uint8 (H, W, 3)``, the garment's colours.
        alpha: ``float32 (H, W)``, how much of a pixel it covers.
        ground: ``uint8 (H, W, 3)``.
        shadow: whether it may cast one.

    Returns:
        ``uint8 (H, W, 3)``.
    """
    height, width = alpha.shape
    below = ground.astype(np.float32)
    if shadow and rng.random() < 0.7:
        move = np.array([[1, 0, rng.normal(0, 5)], [0, 1, rng.normal(1, 5)]], np.float32)
        shade = cv2.GaussianBlur(cv2.warpAffine(alpha, move, (width, height)), (0, 0), rng.uniform(1, 9))
        below *= 1 - rng.uniform(0.05, 0.5) * shade[..., None]
    mixed = below + alpha[..., None] * (view - below)
    return np.asarray(mixed.clip(0, 255), np.uint8)


def draw(
    rng: np.random.Generator, one: LabelledPhoto, other: LabelledPhoto, height: int, width: int
) -> tuple[Image, NDArray[np.uint8], Mask]:
    """A varied picture of a garment.

    Args:
        rng: of all that is random.
        one: the garment's photo.
        other: the photo on whose background it may be laid.
        height: of the picture.
        width: of the picture.

    Returns:
        ``uint8 (H, W, 3)``, alpha ``uint8 (H, W)``, and ``bool (H, W)`` where that is known.
    """
    rgb, mask = one.load()
    laid = rng.random() < _LAID
    plain = laid and rng.random() < _PLAIN
    pale = plain and rng.random() < _PALE
    if laid:
        mask = np.asarray(cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
    if pale:
        rgb = _tinted(rgb, mask, rng.uniform(225, 250, 1) + rng.normal(0, 2, 3), rng.uniform(0.15, 0.8))
    elif laid and rng.random() < 0.35:
        rgb = _dyed(rng, rgb, mask)
    matrix = _framing(rng, mask, height, width, whole=not laid)
    size = (width, height)
    alpha = np.asarray(cv2.warpAffine(mask.astype(np.float32), matrix, size), np.float32)
    view = np.asarray(cv2.warpAffine(rgb, matrix, size, borderMode=cv2.BORDER_REFLECT_101), np.uint8)
    known = np.ones((height, width), np.bool_)
    hanging = SORTS[one.sort] in _HUNG and rng.random() < _HANGERS
    layer = np.asarray(cv2.warpAffine(hanger(rng, mask), matrix, size), np.float32) if hanging else None
    if laid:
        wall = _white if pale else _plain
        ground = wall(rng, height, width) if plain else ground_of(rng, *other.load(), height, width)
        if layer is not None:
            ground = hung(rng, ground, layer)
        view = laid_on(rng, view, alpha, ground, shadow=not pale)
    else:
        if layer is not None:
            view = laid_on(rng, view, alpha, hung(rng, view, layer), shadow=False)
        known = np.asarray(cv2.warpAffine(np.ones(mask.shape, np.uint8), matrix, size) > 0)
    return degrade(rng, view), np.asarray(np.round(255 * alpha), np.uint8), known
