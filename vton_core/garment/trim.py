"""What a garment's mask has taken in of the background: gaps and compression noise."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.fill import pull_push
from vton_core.garment.holes import AS_PLAIN, BIT, NEAR_TOP, NEARLY_BACKGROUND, holes, odd
from vton_core.garment.shapes import disc, reached
from vton_core.garment.slits import slits
from vton_core.masks import dilated, eroded, opened
from vton_core.planes import dots, lengths
from vton_core.types import Mask

__all__ = ["PLAINLY_OTHER", "trimmed"]

PLAINLY_OTHER: Final = 13.0
"""From this typical difference of garment and background (ΔE) on, what looks like the background is the background."""

# From this one on, a gap beside a sleeve can be told from the garment at all.
_JUST_OTHER: Final = 3.5
# There a gap differs from the background by no more than this share of that, from the least to the most (ΔE), and what
# is round it by no less than that one.
_NEARLY, _PALE_GAP, _EDGED = 0.24, (2.0, 3.0), 0.8
# A strap is narrower than twice this share of the garment's width.
_STRAP: Final = 0.07
# A gap between sleeve and body is taller than this share of the garment.
_ARM_GAP: Final = 0.15
# Compression noise has the background's colour, within this (ΔE), on average.
_NOISE: Final = 3.0
# Over a window of so many pixels, compression noise has the background's colour within this (ΔE).
_WINDOW, _ON_AVERAGE = 7, 4.5
# How light bits of background within the mask are on average and how tinted by the garment beside them (ΔE), and how
# much of the garment they are at most.
_AS_LIGHT, _TINT, _MOST_BITS = -2.2, 5.0, 0.03
# Within this share of a garment's width its collar lies.
_COLLAR: Final = 0.7
# A garment with less than this share of pale pixels inside has none.
_PALE_INSIDE: Final = 0.004
_Float = NDArray[np.float32]


def trimmed(mask: Mask, lab: _Float, background: _Float, noise: float) -> Mask:
    """Take out what has the background's colour and not the garment's.

    Args:
        mask: ``bool (H, W)``, the garment; not empty.
        lab: ``float32 (H, W, 3)``, its photo.
        background: ``float32 (H, W, 3)``, the background behind it, in Lab.
        noise: of the background (ΔE).

    Returns:
        ``bool (H, W)``; the same mask where garment and background are much alike.
    """
    difference = lab - background
    distance = lengths(difference)
    typical = float(np.median(distance[mask]))
    if typical < PLAINLY_OTHER:
        return mask & ~_arm_gaps(mask, difference, distance, noise, typical) if typical > _JUST_OTHER else mask
    kept = mask & ~_openings(mask, difference, noise, typical) & ~holes(mask, difference, distance, noise)
    pale = _pale(kept, lab, background)
    if _all_coloured(kept, difference):
        kept &= ~(pale & reached(pale | ~kept))
    else:
        kept &= ~_bulges(kept, pale, difference)
    return kept & ~(slits(kept, distance, typical, noise) & ~_collar_zone(kept))


def _collar_zone(mask: Mask) -> Mask:
    """Around the neck, where white trims are that may be as light as the background."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    zone = np.zeros_like(mask)
    middle, half = columns[[0, -1]].mean(), _COLLAR * np.ptp(columns) / 2
    bottom = round(rows[0] + NEAR_TOP * np.ptp(rows))
    zone[:bottom, max(0, round(middle - half)) : round(middle + half) + 1] = True
    return zone


def _arm_gaps(mask: Mask, difference: _Float, distance: _Float, noise: float, typical: float) -> Mask:
    """The gaps between hanging sleeves and the body of a pale garment: as tall as an arm, and round them is garment."""
    gaps = _gaps(mask, difference, max(_plain(noise), float(np.clip(_NEARLY * typical, *_PALE_GAP))))
    _, labels, stats, _ = cv2.connectedComponentsWithStats(gaps.astype(np.uint8))
    real = _as_tall_as_an_arm(stats, mask)
    for index in np.flatnonzero(real):
        gap = labels == index
        rim = dilated(gap, disc(4)) & ~dilated(gap, disc(1)) & mask
        # A lighter part of the garment fades into the rest.
        real[index] = bool(rim.any()) and float(np.median(distance[rim])) > _EDGED * typical
    return np.asarray(real[labels])


def _plain(noise: float) -> float:
    """How much the background differs from itself (ΔE)."""
    return 2 * noise + 0.8


def _as_tall_as_an_arm(stats: NDArray[Any], mask: Mask) -> NDArray[np.bool_]:
    tall = stats[:, cv2.CC_STAT_HEIGHT] > _ARM_GAP * np.ptp(np.flatnonzero(mask.any(1)))
    tall[0] = False
    return np.asarray(tall)


def _openings(mask: Mask, difference: _Float, noise: float, typical: float) -> Mask:
    """The gaps between hanging sleeves and the body, and within straps: tall, at the sides, the background's colour."""
    plain = _gaps(mask, difference, _plain(noise))
    # Compression noise is strongest in narrow gaps; a print that looks so lies further inside, or is smaller.
    noisy = _gaps(mask, difference, float(np.clip(0.1 * typical, 0.8, 6.0)))
    depth = cv2.distanceTransform(mask.astype(np.uint8), cv2.DIST_L2, 5)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(noisy.astype(np.uint8))
    real = _largest_of(depth, labels, count) < _STRAP * np.ptp(np.flatnonzero(mask.any(0)))
    real |= _as_tall_as_an_arm(stats, mask)
    real[0] = False
    return np.asarray(plain | real[labels])


def _largest_of(values: NDArray[Any], labels: NDArray[Any], count: int) -> NDArray[np.float64]:
    """The largest value within each label."""
    from scipy.ndimage import maximum

    return np.asarray(maximum(values, labels, np.arange(count)), np.float64)


def _gaps(mask: Mask, difference: _Float, limit: float) -> Mask:
    """Tall parts at the sides that differ less than ``limit`` (ΔE) from the background."""
    flat = mask & (np.linalg.norm(cv2.blur(difference, (3, 3)), axis=-1) < limit)
    return dilated(_tall(opened(flat, np.ones((2, 2), np.uint8)), mask), disc(1)) & mask


def _tall(parts: Mask, mask: Mask) -> Mask:
    """The connected parts that are upright and lie at the sides of the garment."""
    _, labels, stats, centres = cv2.connectedComponentsWithStats(parts.astype(np.uint8))
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    wide, tall = stats[:, cv2.CC_STAT_WIDTH], stats[:, cv2.CC_STAT_HEIGHT]
    aside = np.abs(centres[:, 0] - columns[[0, -1]].mean()) > 0.15 * (columns[-1] - columns[0])
    upright = aside & (tall > 0.06 * (rows[-1] - rows[0])) & (tall > 2 * wide)
    upright[0] = False
    return np.asarray(upright[labels])


def _all_coloured(mask: Mask, difference: _Float) -> bool:
    """Whether nothing in a garment's middle has the background's colour, so that nothing at its outline should."""
    rows, columns = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    centre, half = columns[[0, -1]].mean(), 0.15 * np.ptp(columns)
    top, bottom = (round(rows[0] + share * np.ptp(rows)) for share in (0.06, 0.9))
    middle = slice(top, bottom), slice(round(centre - half), round(centre + half) + 1)
    inner = eroded(mask, disc(max(2, round(0.015 * max(mask.shape)))))[middle]
    distance = lengths(difference[middle])[inner]
    return bool(len(distance) and (distance < NEARLY_BACKGROUND).mean() < _PALE_INSIDE)


def _pale(mask: Mask, lab: _Float, background: _Float) -> Mask:
    """What is rather the background's colour than that of the garment further inside."""
    inside = eroded(mask, disc(max(3, round(max(mask.shape) / 64))))
    if not inside.any():
        return np.zeros_like(mask)
    distance = lengths(lab - background)
    inside &= distance > NEARLY_BACKGROUND
    span = pull_push(lab, inside) - background
    share = dots(lab - background, span) / np.maximum(dots(span, span), 1)
    clear = lengths(span) > PLAINLY_OTHER
    return np.asarray(mask & ~inside & (share < 0.3) & (distance < NEARLY_BACKGROUND) & clear)


def _as_background(pale: Mask, difference: _Float) -> Mask:
    """Where pale pixels have the background's colour on average, as noise has and an off-white stripe has not."""
    window = (_WINDOW, _WINDOW)
    share = np.maximum(cv2.blur(pale.astype(np.float32), window), 1e-6)
    mean = cv2.blur(difference * pale[..., None], window) / share[..., None]
    return np.asarray(lengths(mean) < _ON_AVERAGE)


def _bulges(mask: Mask, pale: Mask, difference: _Float) -> Mask:
    """What was taken in along the outline: compression noise, thin and nearly colourless, and gaps beside sleeves."""
    gaps = reached((pale & _as_background(pale, difference)) | ~mask) & mask
    thin = max(mask.shape) / 200
    gaps &= dilated(cv2.distanceTransform(gaps.view(np.uint8), cv2.DIST_L2, 5) >= thin, disc(round(thin) + 1))
    pale = reached(pale | ~mask) & mask
    count, labels = cv2.connectedComponents(pale.astype(np.uint8))
    area = np.maximum(np.bincount(labels.ravel(), minlength=count), 1)
    mean = [np.bincount(labels.ravel(), difference[..., k].ravel(), count) / area for k in range(3)]
    thick = _largest_of(cv2.distanceTransform(pale.astype(np.uint8), cv2.DIST_L2, 5), labels, count)
    noise = (np.linalg.norm(mean, axis=0) < _NOISE) & (thick < thin)
    noise[0] = False
    return np.asarray(noise[labels]) | _tall(gaps, mask) | _bits(mask, pale, difference)


def _bits(mask: Mask, pale: Mask, difference: _Float) -> Mask:
    """Of what is pale along the outline, the bits that are as light as the background, which white cloth is not: gaps
    in the armpits, clouds of compression noise."""
    size = odd(max(mask.shape) * BIT)
    share = np.maximum(cv2.blur(pale.astype(np.float32), (size + 2, size + 2)), 1e-6)
    mean = cv2.blur(difference * pale[..., None], (size + 2, size + 2)) / share[..., None]
    light = pale & (mean[..., 0] > _AS_LIGHT) & (lengths(mean[..., 1:]) < _TINT)
    light |= mask & (lengths(cv2.blur(difference, (size, size))) < AS_PLAIN)
    bits = opened(light, np.ones((size, size), np.uint8))
    # Next to what is background already, be it enclosed.
    _, labels = cv2.connectedComponents((bits | ~mask).astype(np.uint8))
    bits = np.isin(labels, np.unique(labels[~mask])) & mask & ~_collar_zone(mask)
    bits |= pale & dilated(bits, disc(size // 2 + 1))
    # Stripes that are as white as the background are many.
    return bits if bits.sum() < _MOST_BITS * mask.sum() else np.zeros_like(bits)
