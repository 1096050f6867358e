"""Points of a top between its side seams: what its front shows is laid where a body's front is seen."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.front import front_moved
from vton_core.garment.laid import BEFORE_SEAM, SEAM_NODES, Laid

__all__ = ["between_seams"]

Points = NDArray[np.float64]
_Pair = tuple[Points, Points]

# Which nodes of the side seams points are set between, and where between the middle and the seam, as shares.
_ROWS: Final = (0, 1, 3, 5)
_PLACES: Final = (-0.7, -0.35, 0.35, 0.7)
# Fabric that lies on a round body is seen square in its middle and aslant at its sides: how much wider than the whole
# the middle of a top that lay flat is drawn.
_ROUND: Final = 0.2


def between_seams(pairs: list[_Pair], laid: Laid, outs: Points, wider: float, flat: float) -> list[_Pair]:
    """Points between the side seams, in the garment picture and in the working picture.

    Where the seams are laid further apart than the garment is wide, its sides are drawn out, and what its middle shows
    keeps its size. A garment that lay flat is nearer to the seams. On a turned body all is where its front is seen.

    Args:
        pairs: collar, neck, shoulder and seam of the left side, then of the right one, in both pictures.
        laid: the garment on the torso.
        outs: ``(2, 8)``: how far outwards the shoulder and the seam's nodes lie in the garment picture.
        wider: how much wider it is worn, as a share.
        flat: how much it lay flat, in [0, 1].
    """
    half = len(pairs) // 2
    found = []
    for row in _ROWS:
        left, right = pairs[BEFORE_SEAM + row], pairs[half + BEFORE_SEAM + row]
        middle, half_width = (left[1] + right[1]) / 2, max(float(np.linalg.norm(right[1] - left[1])) / 2, 1.0)
        own = sum(laid.own(SEAM_NODES[row], float(side[1 + row]), wider) for side in outs) / 2
        full = 1 - (1 - min(1.0, own / half_width)) * (1 - flat)
        moved = front_moved(laid.body, middle, half_width) / half_width
        for at in _PLACES:
            seen = at * (full + (1 - full) * at * at) + _ROUND * flat * at * (1 - at * at)
            seen = (seen + moved) / (1 + seen * moved)
            found.append((_at(left[0], right[0], at), _at(left[1], right[1], seen)))
    return found


def _at(left: Points, right: Points, place: float) -> Points:
    """Between two points, at -1 for the left one to 1 for the right one."""
    return np.asarray((left + right) / 2 + place * (right - left) / 2, np.float64)
