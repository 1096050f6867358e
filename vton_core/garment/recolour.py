"""What has another part's colour belongs to that part, whatever the parser said."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.planes import from_segment
from vton_core.types import Mask

__all__ = ["nearby", "recoloured"]

# How far on the way from its colour to white what shines may be.
_SHINE: Final = 0.7
# How much lightness and both tints count in telling colours apart, which difference is none (ΔE so weighted), and how
# many times as near the other colour is to what has it.
_WEIGHTS: Final = np.array([0.5, 1.0, 1.0], np.float32)
_ALIKE, _NEARER = 12.0, 1.5
# From less than this area nothing is told, in squared shoulder distances.
_LEAST: Final = 0.01
_WHITE: Final = np.array([100, 0, 0], np.float32)


def recoloured(
    lab: NDArray[np.float32], region: Mask, own: Mask, other: Mask, body: Body, *, shining: bool = False
) -> Mask:
    """What the parser mistook.

    Args:
        lab: ``float32 (H, W, 3)``, the picture in CIELAB.
        region: ``bool (H, W)``, what is asked about.
        own: ``bool (H, W)``, what shows the colour that it should have.
        other: ``bool (H, W)``, what shows the colour of that for which it may have been taken.
        body: the body in the same pixels.
        shining: whether what lies in the light is paler than the rest of it, as skin is.

    Returns:
        The part of ``region`` that has the colour of ``other`` and not of ``own``.
    """
    if min(int(part.sum()) for part in (region, own, other)) < _LEAST * body.unit**2:
        return np.zeros_like(region)
    mine, theirs = (np.median(lab[part], axis=0) for part in (own, other))
    if np.linalg.norm((mine - theirs) * _WEIGHTS) < _ALIKE:
        return np.zeros_like(region)
    distances = [np.linalg.norm((lab[region] - colour) * _WEIGHTS, axis=-1) for colour in (mine, theirs)]
    if shining:
        lit = mine + _SHINE * (_WHITE - mine)
        distances[0] = from_segment(lab[region] * _WEIGHTS, mine * _WEIGHTS, lit * _WEIGHTS)
    nearer = np.zeros_like(region)
    nearer[region] = distances[0] > _NEARER * distances[1]
    window = nearby(body)
    share = cv2.blur(nearer.astype(np.float32), window) / np.maximum(cv2.blur(region.astype(np.float32), window), 1e-3)
    return np.asarray(region & (share > 0.5))


def nearby(body: Body) -> tuple[int, int]:
    """The window over which colours are judged together, as ``cv2.blur`` takes it."""
    side = 2 * max(1, round(0.05 * body.unit)) + 1
    return side, side
