"""Alpha along a garment's outline, colours free of the background, and lace.

Along the outline alpha follows from the compositing equation ``I = alpha F + (1 - alpha) B``, since both colours are
known there.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoGarmentError
from vton_core.garment.backdrop import LONGEST, fitted_background, monomials, reduced, to_lab, to_rgb
from vton_core.garment.fill import pull_push
from vton_core.garment.lace import lace, see_through
from vton_core.garment.shapes import disc
from vton_core.planes import dots
from vton_core.types import Alpha, Garment, Image, Mask

__all__ = ["cleaned", "garment_from_mask", "is_transparent", "matte"]

_Float = NDArray[np.float32]


def garment_from_mask(image: NDArray[np.uint8], alpha: Alpha) -> Garment:
    """Take the background's colour off the outline of a garment whose mask is known.

    Args:
        image: ``uint8 (H, W, 3)`` or ``(H, W, 4)``; its own alpha does not count.
        alpha: ``float32 (H, W)`` in [0, 1].

    Returns:
        The garment: its own colours where the mask is 1, elsewhere those from inside carried on; on a plain background
        with its lace.
    """
    rgb = np.ascontiguousarray(image[..., :3])
    solid = alpha > 0.97
    radius = max(1, round(max(alpha.shape) / LONGEST))
    inside = cv2.erode(solid.astype(np.uint8), disc(radius)) > 0
    inside = inside if inside.any() else solid
    if not inside.any():
        return Garment(rgb, alpha)
    clean = np.where((alpha < 1)[..., None], cleaned(rgb, inside), rgb)
    return Garment(clean, alpha, lace=None if is_transparent(image) else _lace(rgb, clean, alpha, np.asarray(inside)))


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
