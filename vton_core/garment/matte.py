"""Alpha along a garment's outline, colours free of the background, and lace.

Along the outline alpha follows from the compositing equation ``I = alpha F + (1 - alpha) B``, since both colours are
known there.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoGarmentError
from vton_core.fill import pull_push
from vton_core.garment.backdrop import LONGEST, fitted_background, monomials, reduced, to_lab, to_rgb
from vton_core.garment.lace import lace, see_through
from vton_core.garment.shapes import disc
from vton_core.masks import dilated, eroded
from vton_core.planes import dots, lengths
from vton_core.resampling import reduced_to
from vton_core.types import Alpha, Garment, Image, Mask

__all__ = ["cleaned", "garment_from_mask", "is_transparent", "matte"]

_Float = NDArray[np.float32]
# Up to which share of the garment's colour a pixel may be all background, and from which on it is all garment; how far
# apart both colours must be for that to tell, and how far from both it is at most, as a share of that.
_BARE, _WHOLE = 0.4, 0.9
_APART, _OFF = 40.0, 0.15
# How far from the garment the background is surely itself, and how far around a pattern is looked at (a window's side);
# in pixels of the working size.
_CLEAR, _PATTERN = 2, 17


def garment_from_mask(image: NDArray[np.uint8], alpha: Alpha) -> Garment:
    """Take the background's colour off the outline of a garment whose mask is known.

    Args:
        image: ``uint8 (H, W, 3)`` or ``(H, W, 4)``; its own alpha does not count.
        alpha: ``float32 (H, W)`` in [0, 1].

    Returns:
        The garment: its own colours where the mask is 1, elsewhere those from inside carried on, which are drawn where
        the mask takes in what is mixed with the background's too; on a plain background with its lace.
    """
    rgb = np.ascontiguousarray(image[..., :3])
    solid = alpha > 0.97
    radius = max(1, round(max(alpha.shape) / LONGEST))
    inside = cv2.erode(solid.astype(np.uint8), disc(radius)) > 0
    inside = inside if inside.any() else solid
    if not inside.any():
        return Garment(rgb, alpha)
    carried, own = cleaned(rgb, inside), np.asarray(alpha == 1)
    clean = np.where(own[..., None], rgb, carried)
    if is_transparent(image):
        return Garment(clean, alpha)
    own &= ~_mixed(rgb, carried, alpha, own & ~inside)
    drawn = np.where(own[..., None], rgb, carried)
    return Garment(clean, alpha, lace=_lace(rgb, drawn, alpha, np.asarray(inside)), drawn=drawn)


def _mixed(rgb: Image, carried: Image, alpha: Alpha, rim: Mask) -> Mask:
    """What of a garment's rim is its colour mixed with the background's, where the mask reaches too far out."""
    small, inner, cover = (reduced_to(picture, LONGEST) for picture in (rgb, carried, alpha))
    outside = eroded(np.asarray(cover == 0), disc(_CLEAR))
    mixed = np.zeros_like(rim)
    if not outside.any():
        return mixed
    background = pull_push(small, outside)
    alike = np.asarray(lengths(inner - background) < _APART)
    plain = ~dilated(alike, np.ones((_PATTERN, _PATTERN), np.uint8))
    at = tuple(where * few // many for where, few, many in zip(np.nonzero(rim), plain.shape, rim.shape, strict=True))
    behind = background[at]
    span, own = carried[rim] - behind, rgb[rim] - behind
    length = lengths(span)
    share = dots(own, span) / np.maximum(length, 1) ** 2
    off = lengths(own - share[:, None] * span)
    # Where parts of a pattern look like the background, what looks like it may be one of them.
    mixed[rim] = (share < _WHOLE) & (length > _APART) & (off < _OFF * length) & (plain[at] | (share > _BARE))
    return mixed


def _lace(rgb: Image, clean: Image, alpha: Alpha, inside: Mask) -> NDArray[np.uint8] | None:
    """The garment as it is seen through; ``None`` where it is not, or its background is not plain."""
    small = reduced(rgb)
    mask = np.asarray(cv2.resize(alpha, (small.shape[1], small.shape[0]), interpolation=cv2.INTER_AREA) > 0.5)
    # Few garments have lace: one colour for the background, which is soon told, shows whether it is worth the time.
    outside = small[cv2.dilate(mask.astype(np.uint8), disc(2)) == 0]
    rough = np.median(outside, axis=0) if len(outside) else np.zeros(3)
    if not lace(small, mask, np.broadcast_to(rough, small.shape).astype(np.float32)).any():
        return None
    try:
        surface, _ = fitted_background(to_lab(small))
    except NoGarmentError:
        return None
    background = to_rgb(monomials(*mask.shape) @ surface)
    region = lace(small, mask, background)
    if not region.any():
        return None
    size = (rgb.shape[1], rgb.shape[0])
    large = cv2.resize(region.view(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    behind = cv2.resize(background, size, interpolation=cv2.INTER_LINEAR)
    return see_through(rgb, clean, np.asarray(large), inside, np.asarray(behind, np.float32))


def is_transparent(image: NDArray[np.uint8]) -> bool:
    """Whether a picture ``(H, W, 3)`` or ``(H, W, 4)`` is cut out already."""
    return image.shape[2] == 4 and bool(np.mean(image[..., 3] < 128) > 0.02)


def matte(rgb: Image, mask: Mask, surface: _Float) -> Garment:
    """Alpha and clean colour at the picture's own size.

    Args:
        rgb: ``uint8 (H, W, 3)``, the shop photo.
        mask: ``bool (h, w)``, the garment, on the working size.
        surface: ``float32 (6, 3)``, the background's coefficients.
    """
    height, width = rgb.shape[:2]
    soft = cv2.resize(mask.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC)
    radius = max(2, round(3 * max(height, width) / LONGEST))
    solid = (soft > 0.5).astype(np.uint8)
    inside = cv2.erode(solid, disc(radius)) > 0
    band = (cv2.dilate(solid, disc(radius)) > 0) & ~inside
    background = cv2.resize(to_rgb(monomials(*mask.shape) @ surface), (width, height), interpolation=cv2.INTER_LINEAR)
    clean = cleaned(rgb, inside)
    span = clean.astype(np.float32) - background
    length = dots(span, span)
    share = dots(rgb - background, span) / np.maximum(length, 1)
    fallback = cv2.GaussianBlur(soft, (0, 0), 0.35 * radius)
    # Where garment and background look alike, or its colours vary, the equation says little and the outline counts.
    varied = cv2.blur(_difference(rgb, clean) * inside, (8 * radius + 1, 8 * radius + 1))
    trust = np.clip((np.sqrt(length) - 12 - 4 * varied) / 30, 0, 1)
    alpha = np.where(inside, 1, np.where(band, trust * share + (1 - trust) * fallback, 0)).clip(0, 1)
    alpha = np.where(alpha < 0.04, 0, np.where(alpha > 0.97, 1, alpha)).astype(np.float32)
    edge = np.asarray(band & (alpha < 1))
    return Garment(np.where(edge[..., None], clean, rgb), alpha)


def _difference(a: Image, b: Image) -> _Float:
    """``float32 (H, W)``: how far apart two pictures' colours are, channel by channel, in all."""
    return np.asarray(cv2.transform(cv2.absdiff(a, b), np.ones((1, 3), np.float32)), np.float32)


def cleaned(rgb: NDArray[np.uint8], inside: Mask) -> Image:
    """The garment's colours from well inside carried over its outline and beyond."""
    return np.asarray(pull_push(rgb, inside).round().clip(0, 255), np.uint8)
