"""What a flood from the picture's border cannot reach without crossing an edge, however faint that may be."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.backdrop import LONGEST
from vton_core.garment.one_garment import largest_parts
from vton_core.garment.shapes import disc, reached
from vton_core.masks import eroded
from vton_core.planes import dots
from vton_core.types import Mask

__all__ = ["PLAINLY_GARMENT", "clearest", "enclosed", "slope_of"]

_Float = NDArray[np.float32]
# From which difference from the background on (ΔE) a pixel is taken to be garment, tried one after the other, and how
# many times the background's noise comes on top of it.
PLAINLY_GARMENT: Final = 6.0
_LIMITS, _OVER_NOISE = (PLAINLY_GARMENT, 2.0, 1.0, 0.5), 3.0
# How many times as good as the best so far a fainter outline must be.
_BETTER: Final = 1.02
# Half of how wide a gap of an outline may be, on a picture of the working size.
_GAPS: Final = (1, 3, 6, 10)
# A picture of a third of the working size, where compression noise reaches far beside an edge, and one of that size:
# how much a region's area counts (an exponent) and how much its roughness, and how sharp its outline must be, in shares
# of how sharp that of a garment is that is plain to see and makes up so much of it.
_SIZES: Final = (LONGEST / 3, LONGEST)
_AREA, _ROUGHNESS, _SHARP, _MOST = (0.12, 0.5), (1.5, 0.0), (0.1, 0.0), 0.6
# How large nicks and burrs are, in shares of the picture.
_BURR: Final = 0.02


def clearest(distance: _Float, slope: _Float, noise: float) -> Mask:
    """The enclosed region with the sharpest outline and the best shape, over how faint an edge may be and how wide its
    gaps.

    A coloured garment is plain at once; the outline of white on white is faint and broken, and a limit low enough to
    see it takes in shadows and compression noise beside darker garments, whose outline then is not sharp.

    Args:
        distance: ``float32 (H, W)``, how far each pixel is from the background (ΔE).
        slope: ``float32 (H, W)``, see :func:`slope_of`.
        noise: of the background (ΔE).

    Returns:
        ``bool (H, W)``; empty where nothing is enclosed.
    """
    best, best_score = np.zeros(distance.shape, bool), 0.0
    steepest = cv2.dilate(slope, disc(2))
    plain, usual = 0.0, 0.0
    gaps = sorted({max(1, round(radius * max(distance.shape) / LONGEST)) for radius in _GAPS})
    for limit in _LIMITS:
        level = limit + _OVER_NOISE * noise
        wall = np.asarray((distance > level) | (slope > level))
        for radius in gaps:
            part = largest_parts(enclosed(wall, radius))
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


def slope_of(lab: _Float) -> _Float:
    """Change of colour a pixel, ``float32 (H, W)`` (ΔE), of a picture in Lab ``float32 (H, W, 3)`` smoothed a bit."""
    smooth = cv2.GaussianBlur(lab, (0, 0), 0.8)
    dx = cv2.Sobel(smooth, cv2.CV_32F, 1, 0, scale=1 / 8)
    dy = cv2.Sobel(smooth, cv2.CV_32F, 0, 1, scale=1 / 8)
    return np.asarray(np.sqrt(dots(dx, dx) + dots(dy, dy)), np.float32)


def enclosed(wall: Mask, radius: int) -> Mask:
    """What a flood from outside cannot reach, ``bool (H, W)``, with gaps of up to ``2 * radius`` pixels in the wall,
    ``bool (H, W)``, bridged."""
    pad = radius + 2
    walls = np.pad(wall.astype(np.uint8), pad)
    gapless = cv2.morphologyEx(walls, cv2.MORPH_CLOSE, disc(radius))
    return ~reached(gapless == 0)[pad:-pad, pad:-pad]
