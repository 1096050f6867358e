"""Whether masks lie beside the edges of their photos, and how well one fits another that does."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Alpha, Image, Mask

__all__ = ["beside_edges", "twice_as_wide"]

# So many pixels to both sides it is looked for an edge, in steps of this.
_REACH, _STEP = 2.0, 0.25
_Float = NDArray[np.float64]
_OFFSETS: Final = np.arange(-_REACH, _REACH + _STEP / 2, _STEP)


def beside_edges(rgb: Image, mask: Mask) -> float:
    """How far left of a mask's outline the photo's edges lie.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        mask: ``bool (H, W)``.

    Returns:
        Pixels, from -2 to 2: the centroid of how fast colours change across the outline's upright parts.
    """
    lab = cv2.cvtColor(rgb.astype(np.float32) / 255, cv2.COLOR_RGB2LAB)
    slope = np.abs(np.diff(lab, axis=1)).sum(axis=2)
    rows, columns = np.nonzero(mask[:, 1:] != mask[:, :-1])
    y = rows[None].astype(np.float32)
    steep = np.array([_mean_at(slope, columns[None] + offset, y) for offset in _OFFSETS])
    weights = steep - steep[[0, -1]].min()
    return -float((weights * _OFFSETS).sum() / weights.sum())


def _mean_at(plane: NDArray[np.float32], x: _Float, y: NDArray[np.float32]) -> float:
    return float(cv2.remap(plane, x.astype(np.float32), y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE).mean())


def twice_as_wide(alpha: Alpha, *labels: Mask) -> tuple[Mask, ...]:
    """A mask and labels at twice their width, the labels moved half a pixel to the left.

    Args:
        alpha: ``float32 (H, W)`` in [0, 1].
        labels: ``bool (H, W)`` each.

    Returns:
        ``bool (H, 2 W)`` each: where ``alpha`` is above one half, and the labels.
    """
    height, width = alpha.shape
    wide = cv2.resize(alpha, (2 * width, height), interpolation=cv2.INTER_LINEAR) > 0.5
    moved = [np.pad(np.repeat(mask, 2, axis=1), ((0, 0), (0, 1)), mode="edge")[:, 1:] for mask in labels]
    return np.asarray(wide), *moved
