"""Colour and contrast brought towards the background's at the figure's place.

Which properties a composite has to share with its background to look real, luminance, colour temperature, saturation
and contrast, is from Xue, Agarwala, Dorsey and Rushmeier, "Understanding and Improving the Realism of Image Composites"
(SIGGRAPH 2012); the logarithmic mean as a picture's key from Reinhard et al., "Photographic Tone Reproduction for
Digital Images" (SIGGRAPH 2002); the illuminant's colour as the Minkowski mean of order 5 from Finlayson and Trezzi,
"Shades of Gray and Colour Constancy" (CIC 2004). What is estimated follows the background only part of the way, since a
scene's colours are its things' as well as its light's; no change is larger than its bound, so that skin stays skin.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.finish.place import STRIP, View, bounded, brightness, colourfulness, luminance, weights

__all__ = ["Grade", "grade_for", "graded"]

_ORDER: Final = 5
_WARMTH, _WARMEST = 0.45, 0.13
"""Share of the illuminant's warmth (half the logarithm of red over blue) that is taken on, and its bound."""
_TINT, _MOST_TINT = 0.2, 0.04
"""The same from green to magenta, where light seldom strays."""
_KEY: Final = -2.6
"""Key of a well exposed photo, in stops."""
_EXPOSURE: Final = 0.5
_STOPS: Final = (-1.3, 0.35)
_SPREAD: Final = 4.2
"""Between the 5th and 95th percentile of a photo's brightness, in stops."""
_CONTRASTS: Final = (0.88, 1.08)
_HAZE: Final = 0.012
_GREYING: Final = 1.7
"""Colours on a black-and-white picture are gone before the strength is full: half a colour looks worse than either."""
_STEPS: Final = 1024


@dataclass(frozen=True)
class Grade:
    """A change of colour.

    Attributes:
        stops: of exposure.
        warmth: half the natural logarithm of the gain of red over blue.
        tint: that of red and blue over green.
        contrast: exponent of luminance about ``pivot``.
        pivot: luminance that the contrast leaves alone.
        haze: light that is added to black.
        saturation: factor of colourfulness.
        turn: stops from the figure's left edge to its right one.
    """

    stops: float = 0.0
    warmth: float = 0.0
    tint: float = 0.0
    contrast: float = 1.0
    pivot: float = 0.18
    haze: float = 0.0
    saturation: float = 1.0
    turn: float = 0.0

    def gains(self) -> NDArray[np.float64]:
        """Of red, green and blue, without the exposure: white keeps its luminance."""
        gains = np.exp([self.tint + self.warmth, 0.0, self.tint - self.warmth])
        return np.asarray(gains / (gains @ [0.2126, 0.7152, 0.0722]))


def grade_for(rgba: NDArray[np.float32], view: View, strength: float) -> Grade:
    """What brings a figure towards its surroundings.

    Args:
        rgba: ``float32 (h, w, 4)``: the figure's premultiplied light.
        view: the background.
        strength: in [0, 1]; at 0 the grade changes nothing, and every change grows with it.
    """
    share = weights(view)
    stops = brightness(view.light)
    key = float((share * stops).sum())
    own, pivot = _own_key(rgba)
    expected = 0.6 * _KEY + 0.4 * own
    warmth, tint = _illuminant(view.light, share)
    darkest, low, high = _percentiles(stops, share, (0.02, 0.05, 0.95))
    contrast = float(np.clip(((high - low) / _SPREAD) ** 0.4, *_CONTRASTS))
    black = float(np.clip(0.25 * (2**darkest - 0.01), 0, _HAZE))
    return Grade(
        strength * float(np.clip(_EXPOSURE * (key - expected), *_STOPS)),
        strength * float(np.clip(_WARMTH * warmth, -_WARMEST, _WARMEST)),
        strength * float(np.clip(_TINT * tint, -_MOST_TINT, _MOST_TINT)),
        contrast**strength,
        pivot,
        strength * black,
        1 - min(1.0, _GREYING * strength) * (1 - colourfulness(view)),
        strength * _turn(stops, view),
    )


def graded(rgba: NDArray[np.float32], grade: Grade) -> NDArray[np.float32]:
    """Apply a grade.

    Args:
        rgba: ``float32 (h, w, 4)``: premultiplied light; not changed.
        grade: what to change.

    Returns:
        The same, changed; alpha is the same.
    """
    weight = np.array([0.2126, 0.7152, 0.0722])
    mixing = np.diag(grade.gains() * 2.0**grade.stops) @ (
        grade.saturation * np.eye(3) + (1 - grade.saturation) * np.outer(np.ones(3), weight)
    )
    matrix = np.eye(4)
    matrix[:3, :3] = (1 - grade.haze) * mixing
    matrix[:3, 3] = grade.haze
    curve, matrix32 = _curve(grade), matrix.astype(np.float32)
    turn = np.exp2(grade.turn * np.linspace(-0.5, 0.5, rgba.shape[1], dtype=np.float32))
    result = np.empty_like(rgba)
    for top in range(0, len(rgba), STRIP):
        before = rgba[top : top + STRIP]
        light = np.asarray(cv2.transform(before, matrix32), np.float32)
        light *= cv2.merge([curve[_levels(light)] * turn] * 4)
        light[..., 3] = before[..., 3]
        bounded(light)
        result[top : top + STRIP] = light
    return result


def _levels(rgba: NDArray[np.float32]) -> NDArray[np.uint16]:
    """Luminance, not premultiplied, as an index of the curve."""
    alpha = np.maximum(rgba[..., 3], np.float32(1 / 255))
    level = luminance(rgba) / alpha
    return np.asarray(np.sqrt(level.clip(0, 1)) * (_STEPS - 1) + 0.5, np.uint16)


def _curve(grade: Grade) -> NDArray[np.float32]:
    """Factor of the light by the root of its luminance; near white and black it fades, so that both stay."""
    root = np.arange(_STEPS) / (_STEPS - 1)
    level = np.maximum(root**2, 1e-4)
    factor = (level / grade.pivot) ** (grade.contrast - 1)
    fade = np.clip((1 - root) / 0.3, 0, 1) * np.clip(root / 0.1, 0, 1)
    return np.asarray(1 + (factor - 1) * fade, np.float32)


def _own_key(rgba: NDArray[np.float32]) -> tuple[float, float]:
    """The figure's key in stops, and as luminance."""
    step = max(1, max(rgba.shape[:2]) // 256)
    part = rgba[::step, ::step]
    solid = part[part[..., 3] > 0.9]
    if len(solid) == 0:
        return _KEY, 2**_KEY
    key = float(brightness(solid[None, :, :3]).mean())
    return key, float(np.clip(2**key, 0.05, 0.5))


def _illuminant(light: NDArray[np.float32], share: NDArray[np.float32]) -> tuple[float, float]:
    """Warmth and tint of the light, as natural logarithms; see :class:`Grade`."""
    unclipped = (light < 0.98).all(axis=2) * share
    mean = (unclipped[..., None] * light.astype(np.float64) ** _ORDER).sum(axis=(0, 1)) / max(unclipped.sum(), 1e-6)
    red, green, blue = np.log(np.maximum(mean, 1e-12)) / _ORDER
    return float(red - blue) / 2, float(red + blue) / 2 - float(green)


def _percentiles(
    values: NDArray[np.float32], share: NDArray[np.float32], wanted: tuple[float, ...]
) -> NDArray[np.float64]:
    order = np.argsort(values, axis=None)
    below = np.cumsum(share.ravel()[order])
    return np.asarray(values.ravel()[order][np.searchsorted(below, wanted).clip(0, values.size - 1)], np.float64)


def _turn(stops: NDArray[np.float32], view: View) -> float:
    """How much brighter the right of the place is than the left, in stops, a fifth of it."""
    (x, y), height = view.place.feet, max(view.place.height, 4.0)
    rows = slice(max(0, round(y - height)), max(1, round(y)))
    left = stops[rows, max(0, round(x - 1.2 * height)) : max(0, round(x - 0.2 * height))]
    right = stops[rows, max(0, round(x + 0.2 * height)) : max(0, round(x + 1.2 * height))]
    if min(left.size, right.size) == 0:
        return 0.0
    return float(np.clip(0.2 * (right.mean() - left.mean()), -0.25, 0.25))
