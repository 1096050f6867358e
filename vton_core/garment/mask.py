"""The garment's mask from its shop photo: any plain background, white on white too, or a transparent picture.

The garment is what a flood from the picture's border cannot reach without crossing an edge.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoGarmentError
from vton_core.garment.backdrop import fitted_background, monomials, not_plain, reduced, to_lab
from vton_core.garment.enclosed import PLAINLY_GARMENT, clearest, enclosed, slope_of
from vton_core.garment.matte import cleaned, is_transparent, matte
from vton_core.garment.one_garment import SMALLEST, largest_parts, one_garment
from vton_core.garment.shapes import disc
from vton_core.garment.trim import PLAINLY_OTHER, trimmed
from vton_core.masks import closed, dilated, eroded, opened
from vton_core.planes import lengths
from vton_core.types import Garment, Mask

__all__ = ["garment_from_image"]

# Change of colour a pixel (ΔE) along an outline: white on white has 2 and more.
_FAINTEST: Final = 0.4
# A shadow is darker than the background, down to this (L*), has hardly a tint (ΔE), and no slope within, nor at its
# edge, that is steeper than these (ΔE a pixel).
_DARKEST, _TINTED, _SHADED, _EDGE = -35.0, 3.0, 1.2, 0.6
# In which share of the garment's core as much is like a shadow where all of it is so pale; how far from the outline the
# core is, in shares of the picture.
_PALE, _CORE = 0.1, 0.03
# A part fades into the background that touches it in so many pixels, with no larger share of them at edges.
_TOUCHES, _AT_EDGES = 8, 0.1
# A rim that looks like the background is noise up to this share of what does not.
_RIM: Final = 0.25
# A gap between sleeve and body differs from the background by no more than this share of what the garment does.
_GAP: Final = 0.25
# How wide a trim is at most, half of it, in shares of the picture.
_TRIM: Final = 0.03
# Below this contrast (ΔE), averaged over a window, an outline is smoothed by so many pixels.
_ALIKE: Final = 8.0
_FAINT_WINDOW: Final = 12
_SMOOTHING: Final = 5.0
_Float = NDArray[np.float32]


def garment_from_image(image: NDArray[np.uint8]) -> Garment:
    """Separate a garment from the background of its shop photo.

    Args:
        image: ``uint8 (H, W, 3)`` RGB, or ``uint8 (H, W, 4)`` RGBA whose alpha counts where it is not solid.

    Returns:
        The garment at the picture's own size; colours along the outline are free of the background.

    Raises:
        ValueError: the array has another shape or dtype.
        NoGarmentError: the picture is empty, its background is not plain, or the garment fills the frame.
    """
    if image.dtype != np.uint8 or image.ndim != 3 or image.shape[2] not in (3, 4):
        raise ValueError(f"image must be uint8 (H, W, 3) or (H, W, 4), not {image.dtype} {image.shape}")
    if is_transparent(image):
        return _from_transparent(image)
    rgb = np.ascontiguousarray(image[..., :3])
    lab = to_lab(reduced(rgb))
    surface, noise = fitted_background(lab)
    mask = one_garment(_solid(lab, surface, noise))
    if _faint(mask, lab):
        raise not_plain()
    return matte(rgb, mask, surface)


def _from_transparent(image: NDArray[np.uint8]) -> Garment:
    alpha = np.asarray(image[..., 3], np.float32) / np.float32(255)
    parts = largest_parts(np.asarray(alpha > 0.5))
    if not parts.any() or parts.mean() < SMALLEST / 4:
        raise NoGarmentError(
            "The garment picture is empty. Choose a photo that shows one garment from the front on a plain background."
        )
    near = dilated(parts, np.ones((5, 5), np.uint8))
    alpha = np.where(near, alpha, np.float32(0))
    return Garment(cleaned(image[..., :3], alpha > 0.95), alpha)


def _solid(lab: _Float, surface: _Float, noise: float) -> Mask:
    """The garment's mask on the working size."""
    height, width = lab.shape[:2]
    background = monomials(height, width) @ surface
    difference = lab - background
    distance = lengths(difference)
    slope = slope_of(lab)
    chosen = clearest(distance, slope, noise)
    if not chosen.any():
        return chosen
    chosen = _without_shadow(_without_ringing(chosen, difference, distance > PLAINLY_GARMENT), difference, slope)
    if chosen.any():
        chosen = trimmed(chosen, lab, background, noise)
    # Straps may be as thin as noise, but they are plain to see.
    kept = opened(chosen, disc(1)) | (chosen & (distance > PLAINLY_OTHER))
    return _smooth_where_faint(np.asarray(kept), distance)


def _without_ringing(mask: Mask, difference: _Float, other: Mask) -> Mask:
    """Take off the thin rim of compression noise: on average it has the background's colour. What plainly has
    not is ``other``."""
    plain = largest_parts(enclosed(other, 1))
    rim = mask & ~plain
    thick = dilated(opened(rim, disc(5)), disc(2))
    if rim.sum() < _RIM * plain.sum():
        # Around a large garment of another colour even a thick rim is noise; around a print, and between a garment and
        # its inner back, it is the garment.
        wide = round(_TRIM * max(mask.shape))
        thick &= enclosed(other, wide)
    noise = lengths(cv2.blur(difference, (5, 5))) < 2
    kept = mask & ~(rim & ~thick & noise)
    return largest_parts(closed(kept, disc(2)))


def _without_shadow(mask: Mask, difference: _Float, slope: _Float) -> Mask:
    """Take the soft shadow beside a garment off its mask: darker than the background, colourless, without edges."""
    tint = lengths(difference[..., 1:])
    darker = (difference[..., 0] < 0) & (difference[..., 0] > _DARKEST)
    soft = mask & darker & (tint < _TINTED) & (slope < _SHADED)
    core = eroded(mask, disc(max(2, round(_CORE * max(mask.shape)))))
    if core.any() and soft[core].mean() > _PALE:
        # The garment itself is as pale and smooth as a shadow, so nothing can be told apart.
        return mask
    count, labels = cv2.connectedComponents(opened(soft, disc(2)).view(np.uint8))
    outside = dilated(~mask, disc(2))
    touching = np.bincount(labels[outside], minlength=count)
    sharp = np.bincount(labels[outside & (slope > _EDGE)], minlength=count)
    # A shadow fades into the background; a pale part of the garment ends in an edge.
    fading = (touching > _TOUCHES) & (sharp < _AT_EDGES * touching)
    fading[0] = False
    shadow = np.asarray(fading[labels])
    return largest_parts(mask & ~dilated(shadow, disc(1))) if shadow.any() else mask


def _smooth_where_faint(mask: Mask, distance: _Float) -> Mask:
    """The mask with a smooth outline where garment and background look alike: there it is compression noise."""
    rim = mask & ~eroded(mask, disc(2))
    window = (2 * _FAINT_WINDOW + 1, 2 * _FAINT_WINDOW + 1)
    contrast = cv2.blur(distance * rim, window) / np.maximum(cv2.blur(rim.astype(np.float32), window), 1e-3)
    # Where a garment nearly touches the picture's border, its mirror image beyond would fill what is between.
    smooth = cv2.GaussianBlur(mask.astype(np.float32), (0, 0), _SMOOTHING, borderType=cv2.BORDER_REPLICATE) > 0.5
    # Straps are thin, not noisy.
    smooth |= mask & ~opened(mask, disc(round(_SMOOTHING)))
    typical = float(np.median(distance[mask])) if mask.any() else 0.0
    if typical > PLAINLY_OTHER:
        # A gap between sleeve and body stays open.
        smooth &= mask | (distance > _GAP * typical)
    return np.where(contrast < _ALIKE, smooth, mask)


def _faint(mask: Mask, lab: _Float) -> bool:
    """Whether a mask has no outline to speak of: soft light on a cloth or a wall."""
    rim = mask & ~eroded(mask, disc(1))
    return bool(np.median(cv2.dilate(slope_of(lab), disc(2))[rim]) < _FAINTEST)
