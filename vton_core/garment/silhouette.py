"""How wide the clothed torso stands at each height."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.labels import Label
from vton_core.types import ParseMap

__all__ = ["Silhouette", "measure_silhouette"]

_TORSO: Final = (
    Label.UPPER_CLOTHES, Label.DRESS, Label.COAT, Label.TORSO_SKIN, Label.SCARF, Label.PANTS, Label.SKIRT
)  # fmt: skip
_ROWS: Final = 96
_LOWEST: Final = 1.8


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
    below = np.linspace(0.2, _LOWEST, _ROWS) * body.torso
    slim = body.half_width(below)
    offsets = np.linspace(-1, 1, 161) * 0.9 * body.unit
    points = body.neck + below[:, None, None] * body.down + offsets[None, :, None] * body.across
    strip = _sample(np.isin(parse, _TORSO), points)
    limbs = _sample(np.isin(parse, (Label.LEFT_ARM, Label.RIGHT_ARM)), points)
    strip |= limbs & (np.abs(offsets)[None] < slim[:, None])
    seen = strip[:, 70:91].mean(axis=1) > 0.6
    right = _run(strip[:, 80:], offsets[80:])
    left = _run(strip[:, 80::-1], offsets[80:])
    extent = np.stack([np.where(seen, side, slim) for side in (left, right)])
    extent = np.clip(extent, 0.8 * slim, 1.18 * slim)
    smooth = cv2.GaussianBlur(_median(extent).astype(np.float32), (0, 0), 2.0, borderType=cv2.BORDER_REPLICATE)
    return Silhouette(below, np.asarray(smooth, np.float64))


def _sample(mask: NDArray[np.bool_], points: NDArray[np.float64]) -> NDArray[np.bool_]:
    grid = points.astype(np.float32)
    return np.asarray(cv2.remap(mask.astype(np.uint8), grid[..., 0], grid[..., 1], cv2.INTER_NEAREST) > 0)


def _run(strip: NDArray[np.bool_], offsets: NDArray[np.float64]) -> NDArray[np.float64]:
    """How far each row is filled without a gap."""
    filled = np.logical_and.accumulate(strip, axis=1).sum(axis=1)
    return np.asarray(offsets[np.clip(filled - 1, 0, len(offsets) - 1)])


def _median(extent: NDArray[np.float64]) -> NDArray[np.float64]:
    from scipy.ndimage import median_filter

    return np.asarray(median_filter(extent, size=(1, 7), mode="nearest"))
