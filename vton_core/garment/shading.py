"""Light and folds of the old garment, carried over to the new one."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.fill import pull_push
from vton_core.garment.shapes import disc
from vton_core.masks import dilated, eroded
from vton_core.types import Image, Mask

__all__ = ["contact_shadow", "fold_shading"]

_Float = NDArray[np.float32]
# How much of the old garment's folds the new one has, and how much darker and lighter they make it at most.
_STRENGTH: Final = 0.7
_LIMITS: Final = (0.80, 1.14)
# A print is looked for at so many pixels a shoulder distance. How far around a pixel tells what is usual there, and how
# wide a print's soft rim is, in shoulder distances; how far from the usual its colour is and its lightness (8-bit Lab),
# from what is around it and, beyond what folds do, from the garment's; and how much of a garment is its print at most.
_FINE: Final = 90.0
_AROUND, _RIM = 0.35, 0.02
_OTHER, _CONTRAST, _UNLIKE = 12.0, 36, 90
_MOST_PRINTED: Final = 0.7


def fold_shading(rgb: Image, old_top: Mask, unit: float) -> _Float:
    """Factor of brightness that the old garment's broad folds tell.

    A patterned garment's brightness says little of its folds, so the factor fades with the fine contrast.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        old_top: ``bool (H, W)``.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``float32 (H, W)`` around 1; 1 far from the old garment.
    """
    height, width = old_top.shape
    inner = eroded(old_top, np.ones((7, 7), np.uint8))
    if inner.sum() < 0.05 * unit**2:
        return np.ones((height, width), np.float32)
    inner = _unprinted(rgb, inner, unit)
    scale = min(1.0, 40 / unit)
    size = (max(4, round(width * scale)), max(4, round(height * scale)))
    light = cv2.cvtColor(rgb, cv2.COLOR_RGB2GRAY).astype(np.float32) + 8
    weight = inner.astype(np.float32)
    low_weight = cv2.resize(weight, size, interpolation=cv2.INTER_AREA)
    low = cv2.resize(light * weight, size, interpolation=cv2.INTER_AREA) / np.maximum(low_weight, 1e-3)
    known = np.minimum(low_weight * 2, 1)
    filled = pull_push(np.log(np.maximum(low, 1)), known)
    broad, wide = cv2.GaussianBlur(filled, (0, 0), 1.2), cv2.GaussianBlur(filled, (0, 0), 9.0)
    detail = filled - broad
    rough = float(np.sqrt((np.square(detail) * known).sum() / max(float(known.sum()), 1e-6)))
    strength = _STRENGTH * float(np.clip(1.5 - rough / 0.05, 0, 1))
    factor = np.exp(strength * (broad - wide)) * known + 1 - known
    factor = cv2.GaussianBlur(factor, (0, 0), 1.0).clip(*_LIMITS)
    return np.asarray(cv2.resize(factor.astype(np.float32), (width, height), interpolation=cv2.INTER_CUBIC), np.float32)


def _unprinted(rgb: Image, inner: Mask, unit: float) -> Mask:
    """A garment without its print: what has another colour than most of it, or is much lighter or darker than most of
    what is around it, or than most of it all: around the middle of a large print there is only print."""
    scale = min(1.0, _FINE / unit)
    size = (max(4, round(rgb.shape[1] * scale)), max(4, round(rgb.shape[0] * scale)))
    lab = cv2.cvtColor(cv2.resize(rgb, size, interpolation=cv2.INTER_AREA), cv2.COLOR_RGB2LAB)
    small = cv2.resize(inner.view(np.uint8), size, interpolation=cv2.INTER_NEAREST) > 0
    if not small.any():
        return inner
    usual = np.median(lab[small], axis=0)
    light = np.where(small, lab[..., 0], np.uint8(usual[0]))
    around = cv2.medianBlur(light, 2 * round(_AROUND * unit * scale / 2) + 1)
    printed = small & (np.hypot(lab[..., 1] - usual[1], lab[..., 2] - usual[2]) > _OTHER)
    printed |= small & ((cv2.absdiff(light, around) > _CONTRAST) | (np.abs(light - np.float32(usual[0])) > _UNLIKE))
    if printed.sum() > _MOST_PRINTED * small.sum():
        return inner
    wide = dilated(np.asarray(printed), disc(max(1, round(_RIM * unit * scale))))
    wide |= _islands(small & ~wide, np.abs(light - np.float32(usual[0])))
    large = cv2.resize(wide.view(np.uint8), (rgb.shape[1], rgb.shape[0]), interpolation=cv2.INTER_NEAREST)
    return np.asarray(inner & (large == 0))


def _islands(plain: Mask, unlike: _Float) -> Mask:
    """What seems plain but is cut off from most of it by a print, and is as light or dark as a print itself."""
    _, labels, stats, _ = cv2.connectedComponentsWithStats(plain.view(np.uint8))
    areas = stats[:, cv2.CC_STAT_AREA]
    of_print = np.bincount(labels.ravel(), unlike.ravel()) > _CONTRAST * areas
    # The rest, and the largest part.
    of_print[[0, 1 + int(areas[1:].argmax())] if len(areas) > 1 else 0] = False
    return np.asarray(of_print[labels])


def contact_shadow(cover: _Float, unit: float) -> _Float:
    """Factor of brightness of what lies just under an edge.

    Args:
        cover: ``float32 (H, W)`` in [0, 1], the layer above.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``float32 (H, W)`` in [0.78, 1].
    """
    soft = cv2.GaussianBlur(cover, (0, 0), max(0.8, 0.022 * unit))
    return np.asarray(1 - 0.22 * soft * (1 - cover), np.float32)
