"""A hand that hangs, drawn where the old top hid the real one, as in its pockets: seen from the thumb's side."""

from __future__ import annotations

from typing import Any, Final

from numpy.typing import NDArray

from vton_core.garment.relief import Piece, Place, draw
from vton_core.garment.sheet import Sheet

__all__ = ["HAND", "draw_hand"]

HAND: Final = 0.46
"""A hand's length from the wrist, in shoulder distances."""

_LITTLE: Final[Piece] = (-0.09, ((0.58, 0.03, 0.045), (0.70, 0.105, 0.036), (0.75, 0.125, 0.03)))
_RING: Final[Piece] = (-0.06, ((0.57, 0.0, 0.055), (0.75, 0.07, 0.043), (0.87, 0.135, 0.033)))
_MIDDLE: Final[Piece] = (-0.03, ((0.55, -0.035, 0.058), (0.74, 0.0, 0.05), (0.88, 0.04, 0.044), (0.96, 0.065, 0.036)))
_INDEX: Final[Piece] = (0.0, ((0.53, -0.085, 0.062), (0.69, -0.09, 0.053), (0.83, -0.06, 0.046), (0.92, -0.02, 0.037)))
_PALM: Final[Piece] = (-0.04, ((0.30, 0.0, 0.09), (0.5, -0.01, 0.075)))
_WRIST: Final = 0.108
_BACK: Final[Piece] = (
    0.0,
    ((-0.12, 0.0, _WRIST), (0.0, 0.0, _WRIST), (0.18, -0.012, 0.12), (0.38, -0.06, 0.088), (0.55, -0.085, 0.062)),
)
_THUMB: Final[Piece] = (
    0.02,
    ((0.06, 0.02, 0.085), (0.16, 0.045, 0.08), (0.34, 0.066, 0.056), (0.46, 0.075, 0.053), (0.56, 0.075, 0.044)),
)


def draw_hand(place: Place, tone: NDArray[Any], shape: tuple[int, ...]) -> Sheet:
    """Draw a hand; see :func:`vton_core.garment.relief.draw`."""
    return draw((_LITTLE, _RING, _MIDDLE, _INDEX, _PALM, _BACK, _THUMB), _WRIST, place, tone, shape)
