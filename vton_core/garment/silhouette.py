"""How wide the clothed torso stands at each height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.shapes import shows_at
from vton_core.labels import LOWER, UPPER, Label
from vton_core.types import ParseMap

__all__ = ["Silhouette", "measure_silhouette"]

# From how far below the neck on the torso is measured, and down to where, in torso lengths; on so many lines.
_HIGHEST, _LOWEST, _LINES = 0.2, 1.8, 96
# How far to both sides, in shoulder distances, in so many steps.
_REACH, _STEPS = 0.9, 80
# In how many steps beside the middle line a torso is seen, in which share of them at least.
_MIDDLE, _MOSTLY = 10, 0.6
# How much narrower and wider than a slim body a well-fitting garment makes it.
_FITTING: Final = (0.8, 1.18)


@dataclass(frozen=True)
class Silhouette:
    """Extents of the torso to both sides of the middle line.

    Attributes:
        below: ``(N,)`` pixels below the neck.
        extent: ``(2, N)`` pixels to the left and to the right; no further out than a well-fitting garment reaches.
    """

    below: NDArray[np.float64]
    extent: NDArray[np.float64]

    def at(self, side: int, below: Any) -> Any:
        """The extent on one side so many pixels below the neck."""
        return np.interp(below, self.below, self.extent[side])


def measure_silhouette(body: Body, parse: ParseMap) -> Silhouette:
    """Measure the torso, bridging arms and hands that lie before it.

    Args:
        body: the body.
        parse: ``uint8 (H, W)`` of CIHP labels in the same pixels.

    Returns:
        The extents; a slim body's where nothing is seen.
    """
    below = np.linspace(_HIGHEST, _LOWEST, _LINES) * body.torso
    slim = body.half_width(below)
    offsets = np.linspace(-1, 1, 2 * _STEPS + 1) * _REACH * body.unit
    points = body.neck + below[:, None, None] * body.down + offsets[None, :, None] * body.across
    strip = shows_at(np.isin(parse, (*UPPER, *LOWER, Label.TORSO_SKIN, Label.SCARF)), points)
    limbs = shows_at(np.isin(parse, (Label.LEFT_ARM, Label.RIGHT_ARM)), points)
    strip |= limbs & (np.abs(offsets)[None] < slim[:, None])
    seen = strip[:, _STEPS - _MIDDLE : _STEPS + _MIDDLE + 1].mean(axis=1) > _MOSTLY
    right = _run(strip[:, _STEPS:], offsets[_STEPS:])
    left = _run(strip[:, _STEPS::-1], offsets[_STEPS:])
    extent = np.stack([np.where(seen, side, slim) for side in (left, right)])
    extent = np.clip(extent, _FITTING[0] * slim, _FITTING[1] * slim)
    smooth = cv2.GaussianBlur(_median(extent).astype(np.float32), (0, 0), 2.0, borderType=cv2.BORDER_REPLICATE)
    return Silhouette(below, np.asarray(smooth, np.float64))


def _run(strip: NDArray[np.bool_], offsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each row is filled without a gap."""
    filled = np.logical_and.accumulate(strip, axis=1).sum(axis=1)
    return np.asarray(offsets[np.clip(filled - 1, 0, len(offsets) - 1)])


def _median(extent: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.ndimage import median_filter

    return np.asarray(median_filter(extent, size=(1, 7), mode="nearest"))
