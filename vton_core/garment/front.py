"""Where the middle of a torso's front is seen."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body

__all__ = ["front_moved"]

# How far it moves for a whole turn to the side, at depths below the neck; in shoulder distances. A waist is flatter
# than a chest, and hips seldom turn as far as shoulders. ``benchmarks.prints`` tells whether prints lie there.
_DEPTHS: Final = (-0.1, 0.1, 0.3, 0.5, 0.8, 1.1, 1.6)
_MOVED: Final = (0.28, 0.4, 0.46, 0.42, 0.28, 0.08, 0.08)
# How far at most, as a share of the way to the side.
_FARTHEST: Final = 0.42


def front_moved(body: Body, middle: NDArray[np.float64], half_width: float) -> float:
    """How far to the right of where it would be from the front, in pixels.

    Args:
        body: which is turned, or not.
        middle: ``(2,)``, where it would be.
        half_width: how far the sides are from there.
    """
    below = float((middle - body.neck) @ body.down) / body.unit
    moved = body.unit * math.sin(body.facing) * float(np.interp(below, _DEPTHS, _MOVED))
    most = _FARTHEST * half_width
    return float(np.clip(moved, -most, most))
