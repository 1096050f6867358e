"""The garment's mask from its shop photo: any plain background, white on white too, or a transparent picture.

The garment is what a flood from the picture's border cannot reach without crossing an edge.
"""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.errors import NoGarmentError
from vton_core.garment.backdrop import LONGEST, fitted_background, monomials, not_plain, reduced, to_lab
from vton_core.garment.matte import cleaned, is_transparent, matte
from vton_core.garment.shapes import disc, reached
from vton_core.garment.trim import PLAINLY_OTHER, trimmed
from vton_core.masks import closed, dilated, eroded, opened
from vton_core.planes import dots, lengths
from vton_core.types import Garment, Mask

__all__ = ["garment_from_image", "one_garment"]

# How much of the picture a garment is at least and at most.
_SMALLEST, _LARGEST = 0.01, 0.97
# A garment is one thing, or its front and its back; its convex hull is 0.5 (spread long sleeves) to 1 filled, and a
# bandeau is not twice as wide again as high.
_MOST_PARTS: Final = 2
_LEAST_FILLED: Final = 0.35
# From this share of the largest part's area on, a part that lies apart from it is another garment.
_ANOTHER: Final = 0.3
_WIDEST: Final = 3.5
# Change of colour a pixel (ΔE) along an outline: white on white has 2 and more.
_FAINTEST: Final = 0.4
# From which difference from the background on (ΔE) a pixel is taken to be garment, tried one after the other, and how
# many times the background's noise comes on top of it.
_LIMITS, _OVER_NOISE = (6.0, 2.0, 1.0, 0.5), 3.0
# How many times as good as the best so far a fainter outline must be.
_BETTER: Final = 1.02
# A shadow is darker than the background, down to this (L*), has hardly a tint (ΔE), and no slope within, nor at its
# edge, that is steeper than these (ΔE a pixel).
_DARKEST, _TINTED, _SHADED, _EDGE = -35.0, 3.0, 1.2, 0.6
# In which share of the garment's core as much is like a shadow where all of it is so pale; how far from the outline the
# core is, in shares of the picture.
_PALE, _CORE = 0.1, 0.03
# A part fades into the background that touches it in so many pixels, with no larger share of them at edges.
_TOUCHES, _AT_EDGES = 8, 0.1
# Half of how wide a gap of an outline may be, on a picture of the working size.
_GAPS: Final = (1, 3, 6, 10)
# A picture of a third of the working size, where compression noise reaches far beside an edge, and one of that size:
# how much a region's area counts (an exponent) and how much its roughness, and how sharp its outline must be, in shares
# of how sharp that of a garment is that is plain to see and makes up so much of it.
_SIZES: Final = (LONGEST / 3, LONGEST)
_AREA, _ROUGHNESS, _SHARP, _MOST = (0.12, 0.5), (1.5, 0.0), (0.1, 0.0), 0.6
# How large nicks and burrs are, in shares of the picture.
_BURR: Final = 0.02
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
    parts = _largest_parts(np.asarray(alpha > 0.5))
    if not parts.any() or parts.mean() < _SMALLEST / 4:
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
    slope = _slope(lab)
    chosen = _clearest(distance, slope, noise)
    if not chosen.any():
        return chosen
    chosen = _without_shadow(_without_ringing(chosen, difference, distance > _LIMITS[0]), difference, slope)
    if chosen.any():
        chosen = trimmed(chosen, lab, background, noise)
    # Straps may be as thin as noise, but they are plain to see.
    kept = opened(chosen, disc(1)) | (chosen & (distance > PLAINLY_OTHER))
    return _smooth_where_faint(np.asarray(kept), distance)


def one_garment(mask: Mask) -> Mask:
    """Of what stands out, the garment.

    Args:
        mask: ``bool (H, W)``: all that is no background.

    Returns:
        ``bool (H, W)``: the largest part and what belongs to it; of garments that lie side by side, the largest.

    Raises:
        NoGarmentError: that is nothing, all of the picture, or scattered.
    """
    parts = _largest_parts(mask)
    _check(parts)
    return _without_neighbours(parts)


def _without_neighbours(mask: Mask) -> Mask:
    """Of garments that lie side by side, or one above the other, the largest."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 3:
        return mask
    largest = 1 + int(stats[1:, cv2.CC_STAT_AREA].argmax())
    low, size = stats[:, :2], stats[:, 2:4]
    apart = ((low >= low[largest] + size[largest]) | (low + size <= low[largest])).any(axis=1)
    # What is small beside it may be a part of it: a belt, a detached strap.
    apart &= stats[:, cv2.CC_STAT_AREA] > _ANOTHER * stats[largest, cv2.CC_STAT_AREA]
    apart[0] = False
    return np.asarray(mask & ~apart[labels])


def _clearest(distance: _Float, slope: _Float, noise: float) -> Mask:
    """The enclosed region with the sharpest outline and the best shape, over how faint an edge may be and how wide its
    gaps.

    A coloured garment is plain at once; the outline of white on white is faint and broken, and a limit low enough to
    see it takes in shadows and compression noise beside darker garments, whose outline then is not sharp.
    """
    best, best_score = np.zeros(distance.shape, bool), 0.0
    steepest = cv2.dilate(slope, disc(2))
    plain, usual = 0.0, 0.0
    gaps = sorted({max(1, round(radius * max(distance.shape) / LONGEST)) for radius in _GAPS})
    for limit in _LIMITS:
        level = limit + _OVER_NOISE * noise
        wall = np.asarray((distance > level) | (slope > level))
        for radius in gaps:
            part = _largest_parts(_enclosed(wall, radius))
            outline = part & ~eroded(part, disc(1))
            if not outline.any():
                continue
            if not plain:
                plain, usual = float(part.mean()), float(np.median(steepest[outline]))
            # Where most of it is plain to see, what is only nearly as sharp is noise; unless the rest is pale.
            sharp = 0.5 + 2 * noise + (_by_size(distance, _SHARP) * usual if plain > _MOST * part.mean() else 0.0)
            score = float(np.clip(steepest[outline] / sharp, 0, 1).mean()) * _shapely(part)
            if score > _BETTER * best_score:
                best, best_score = part, score
    return best


def _shapely(part: Mask) -> float:
    """How much a region is like a garment in [0, 1]: large, and without nicks and burrs in its outline."""
    large, nicks = float(part.mean() ** _by_size(part, _AREA)), _by_size(part, _ROUGHNESS)
    if not nicks:
        return large
    radius = max(2, round(_BURR * max(part.shape)))
    padded = np.pad(part.astype(np.uint8), radius + 1)
    filled, shorn = (cv2.morphologyEx(padded, kind, disc(radius)) for kind in (cv2.MORPH_CLOSE, cv2.MORPH_OPEN))
    rough = (int(filled.sum()) - int(shorn.sum())) / max(1, int(padded.sum()))
    return large * max(0.0, 1 - nicks * rough)


def _by_size(picture: NDArray[Any], values: tuple[float, float]) -> float:
    """Between a value for small pictures and one for those of the working size."""
    return float(np.interp(max(picture.shape), _SIZES, values))


def _slope(lab: _Float) -> _Float:
    """Change of colour a pixel, from a slightly smoothed picture (ΔE a pixel)."""
    smooth = cv2.GaussianBlur(lab, (0, 0), 0.8)
    dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
    dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(np.sqrt(dots(dx, dx) + dots(dy, dy)), np.float32)


def _enclosed(wall: Mask, radius: int) -> Mask:
    """What a flood from outside cannot reach, with gaps of up to ``2 * radius`` in the wall bridged."""
    pad = radius + 2
    walls = np.pad(wall.astype(np.uint8), pad)
    gapless = cv2.morphologyEx(walls, cv2.MORPH_CLOSE, disc(radius))
    return ~reached(gapless == 0)[pad:-pad, pad:-pad]


def _largest_parts(mask: Mask) -> Mask:
    """The largest connected part and those of at least a tenth of its size."""
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    if count < 2:
        return np.zeros_like(mask)
    areas = stats[:, cv2.CC_STAT_AREA].copy()
    areas[0] = 0
    return np.asarray((areas >= 0.1 * areas.max())[labels] & mask)


def _without_ringing(mask: Mask, difference: _Float, other: Mask) -> Mask:
    """Take off the thin rim of compression noise: on average it has the background's colour. What plainly has
    not is ``other``."""
    plain = _largest_parts(_enclosed(other, 1))
    rim = mask & ~plain
    thick = dilated(opened(rim, disc(5)), disc(2))
    if rim.sum() < _RIM * plain.sum():
        # Around a large garment of another colour even a thick rim is noise; around a print, and between a garment and
        # its inner back, it is the garment.
        wide = round(_TRIM * max(mask.shape))
        thick &= _enclosed(other, wide)
    noise = lengths(cv2.blur(difference, (5, 5))) < 2
    kept = mask & ~(rim & ~thick & noise)
    return _largest_parts(closed(kept, disc(2)))


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
    return _largest_parts(mask & ~dilated(shadow, disc(1))) if shadow.any() else mask


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


def _check(mask: Mask) -> None:
    share = float(mask.mean())
    if share < _SMALLEST:
        raise NoGarmentError(
            "Nothing in the garment photo stands out from its background. Use a photo of one whole garment on a plain "
            "background of another colour."
        )
    sides = (mask[0].mean(), mask[-1].mean(), mask[:, 0].mean(), mask[:, -1].mean())
    if share > _LARGEST or min(sides) > 0.5 or _scattered(mask):
        raise NoGarmentError(
            "The garment fills the whole picture. Use a photo with some plain background around the garment."
        )


def _faint(mask: Mask, lab: _Float) -> bool:
    """Whether a mask has no outline to speak of: soft light on a cloth or a wall."""
    rim = mask & ~eroded(mask, disc(1))
    return bool(np.median(cv2.dilate(_slope(lab), disc(2))[rim]) < _FAINTEST)


def _scattered(mask: Mask) -> bool:
    """Whether a mask is letters or stripes: what stood out was a print, and its fabric fills the frame."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8))
    areas = stats[1:, cv2.CC_STAT_AREA]
    pieces = count - 1 > _MOST_PARTS and areas.max() < 0.6 * areas.sum()
    rows, columns = np.nonzero(mask)
    hull = cv2.convexHull(np.stack([columns, rows], axis=1).astype(np.int32))
    thin = float(areas.sum()) < _LEAST_FILLED * cv2.contourArea(hull)
    return bool(pieces or thin or np.ptp(columns) > _WIDEST * (np.ptp(rows) + 1))
