"""The shadow that a figure casts on the ground.

The figure, a few upright boards that face the camera, is projected along the light onto level ground (Blinn, "Me and My
(Fake) Shadow", IEEE CG&A 1988), seen by a level camera at the height of the eyes (Criminisi, Reid and Zisserman,
"Single View Metrology", IJCV 2000). The penumbra widens with the distance from what casts it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.finish.blur import FAR, wide_blur
from vton_core.types import Alpha, Point

__all__ = ["EYES", "Sun", "blurred_by_height", "density", "ground_projections"]

EYES: Final = 0.92
"""Height of the camera, in heights of the figure."""
_FOCAL: Final = 1.2
"""Focal length, in longer sides of the background."""
_DEPTH, _SLICES = 0.045, (4, 20)
"""The depth of a body behind its nearest foot, in heights, and the fewest and most boards that stand for it."""
_THIN: Final = 0.015
"""Less than the width of an ankle, in heights."""
_GRAZING: Final = 0.15
_NEAREST: Final = 0.3
"""The shadow's nearest point to the camera, as a share of the figure's distance."""
_SHARPEST, _SOFTEST = 0.004, 0.09
"""Spread of the penumbra at the head's shadow, in heights of the figure."""
_LEVELS: Final = 5
_HARD_DENSITY, _SOFT_DENSITY = 0.84, 0.34
"""The first, as measured in photos (``benchmarks/light.py``)."""


@dataclass(frozen=True)
class Sun:
    """How the shadow falls.

    Attributes:
        angle: on the ground, in degrees: 0 to the right, 90 towards the viewer.
        length: in heights of the figure.
        softness: 0 a hard edge, 1 an overcast sky's.
    """

    angle: float
    length: float
    softness: float


def ground_projections(feet: Point, height: float, sun: Sun, size: tuple[int, int]) -> list[NDArray[np.float64]]:
    """The maps from a standing figure to its shadow: one a slice of its depth, from the back to the front.

    Args:
        feet: where the figure stands, in background pixels.
        height: of the figure, likewise.
        sun: how the shadow falls.
        size: width and height of the background.

    Returns:
        ``float64 (3, 3)`` each: homogeneous background pixels of the figure to those of its shadow. The last slice
        leaves the row of the feet where it is.
    """
    focal, middle = _FOCAL * max(size), (size[0] - 1) / 2
    y, horizon = feet[1], feet[1] - EYES * height
    angle = np.radians(sun.angle)
    across, nearer = sun.length * np.cos(angle), sun.length * np.sin(angle)
    # A board that the light grazes would leave a line; and towards the viewer the shadow ends before the camera.
    nearer = np.copysign(max(abs(nearer), _GRAZING * sun.length), nearer)
    nearer = min(nearer, (1 - _NEAREST) * focal / height)
    to_ground = np.array([[1.0, 0, -middle], [0, -1, y], [0, 0, 1]])  # across from the middle, up from the ground
    to_picture = np.array([[1.0, 0, middle], [0, 1, horizon], [0, 0, 1]])
    maps = []
    # The shadows of an ankle on neighbouring boards have to meet, and light from the side makes them flat.
    between = max(_THIN * abs(nearer) / max(abs(across), 1e-6), 1e-3)
    for depth in np.linspace(-_DEPTH, 0, int(np.clip(np.ceil(1 + _DEPTH / between), *_SLICES))):
        distance = [0, -nearer / focal, 1 - depth * height / focal]
        onto_ground = np.array([[1.0, across, 0], [0, 0, y - horizon], distance])
        maps.append(np.asarray(to_picture @ onto_ground @ to_ground))
    return maps


def blurred_by_height(alpha: Alpha, feet: float, height: float, softness: float) -> Alpha:
    """The figure, more blurred the higher above the ground, as its shadow is.

    Args:
        alpha: ``float32 (h, w)``, with room for the blur.
        feet: the row of the ground.
        height: of the figure, in pixels.
        softness: see :class:`Sun`.

    Returns:
        ``float32 (h, w)`` in [0, 1].
    """
    widest = height * (_SHARPEST + (_SOFTEST - _SHARPEST) * softness)
    above = ((feet - np.arange(alpha.shape[0])) / height).clip(0.02, 1.2)
    # Levels as far apart as the eye tells spreads: evenly in the root.
    place = np.sqrt(above / 1.2) * (_LEVELS - 1)
    result = np.zeros_like(alpha)
    for level in range(_LEVELS):
        share = np.maximum(0, 1 - np.abs(place - level)).astype(np.float32)[:, None]
        (rows,) = np.nonzero(share[:, 0])
        if len(rows) == 0:
            continue
        sigma = max(0.3, widest * 1.2 * (level / (_LEVELS - 1)) ** 2)
        # Only where this spread counts, and as far about as it reaches.
        band, reach = slice(rows[0], rows[-1] + 1), int(FAR * sigma) + 2
        top = max(0, int(rows[0]) - reach)
        soft = wide_blur(alpha[top : band.stop + reach], sigma, sigma)
        result[band] += share[band] * soft[band.start - top : band.stop - top]
    return result


def density(softness: float) -> float:
    """How much of the light the middle of a shadow is without: what the sky gives still falls there."""
    return _HARD_DENSITY + (_SOFT_DENSITY - _HARD_DENSITY) * softness
