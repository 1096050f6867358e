"""Hair before the old top: how much of each pixel is hair, and its colour without the top's that shone through."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.fill import pull_push
from vton_core.garment.sheet import Sheet
from vton_core.masks import box_around, near, softened
from vton_core.matting.closed_form import solve_alpha
from vton_core.matting.foreground import estimate_layers, fuse
from vton_core.planes import layered, lengths, repeated
from vton_core.types import Image, Mask

__all__ = ["Strands", "find_strands"]

_Float = NDArray[np.float32]
# How far to both sides of their common edge hair and top are mixed, in shoulder distances.
_REACH: Final = 0.09
# How far apart the colours of both are at least (8-bit RGB): else the photo does not tell one from the other.
_APART: Final = 45.0
# And in standard deviations of both; how much of a window must be of a kind to tell its colours.
_VARIED, _SOME = 1.1, 0.02
# How strongly the labels count, and from how many pixels on it is worth the time.
_TRUST, _FEWEST = 3e-3, 24
# Alpha is drawn out by this at both ends, since it never quite comes to them.
_END: Final = 0.06


@dataclass(frozen=True)
class Strands:
    """Hair that mixes with the top below it.

    Attributes:
        place: ``bool (H, W)``, where.
        hair: what of it is hair.
    """

    place: Mask
    hair: Sheet


def find_strands(rgb: Image, hair: Mask, old_top: Mask, figure: Mask, unit: float) -> Strands | None:
    """Find hair's edge before the old top.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        hair: ``bool (H, W)``.
        old_top: ``bool (H, W)``.
        figure: ``bool (H, W)``, all of the person.
        unit: distance of the shoulder joints in pixels.

    Returns:
        The edge; ``None`` where hair does not lie before the top, or both look alike.
    """
    reach = max(2.0, _REACH * unit)
    place = near(hair, reach) & near(old_top, reach) & (hair | old_top) & figure
    box = box_around(place, round(reach) + 4)
    if box is None or place.sum() < _FEWEST:
        return None
    place, hair, old_top = place[box], hair[box], old_top[box]
    sure = hair & ~place, old_top & ~place
    if not sure[0].any() or not sure[1].any():
        return None
    image = rgb[box].astype(np.float32)
    place = place & _told_apart(image, sure, round(4 * reach))
    if place.sum() < _FEWEST:
        return None
    alpha = solve_alpha(image / 255, hair.astype(np.float32), place, softened(hair, reach / 2), _TRUST)
    alpha = ((alpha - _END) / (1 - 2 * _END)).clip(0, 1).astype(np.float32)
    layers = estimate_layers(image / 255, alpha, max(5, round(2 * reach)))
    colour = 255 * fuse(image / 255, alpha, *layers)
    pixels = np.zeros((*figure.shape, 4), np.float32)
    pixels[box] = layered(colour * repeated(alpha), alpha) * repeated(place, 4)
    whole = np.zeros_like(figure)
    whole[box] = place
    return Strands(whole, Sheet(pixels))


def _told_apart(image: _Float, sure: tuple[Mask, Mask], window: int) -> Mask:
    """Where hair and top near by look unlike, each taken with its own variety."""
    (hair, hair_spread), (top, top_spread) = (_looks(image, mask, window) for mask in sure)
    apart = lengths(hair - top)
    return np.asarray((apart > _APART) & (apart > _VARIED * (hair_spread + top_spread)))


def _looks(image: _Float, mask: Mask, window: int) -> tuple[_Float, _Float]:
    """Mean colour and standard deviation of what is near in a mask, carried on beyond."""
    weight = repeated(mask)
    size = (2 * window + 1, 2 * window + 1)
    total = np.maximum(cv2.blur(weight, size), np.float32(1e-6))
    mean = cv2.blur(image * weight, size) / total
    spread = np.sqrt(np.maximum(cv2.blur(image * image * weight, size) / total - mean * mean, 0).sum(axis=-1))
    known = cv2.blur(mask.astype(np.float32), size) > _SOME
    return pull_push(mean, known), pull_push(spread, known)
