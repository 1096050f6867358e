"""A bare foot, drawn where the old lower garment hid the real one: seen from in front."""

from __future__ import annotations

from typing import Any, Final

from numpy.typing import NDArray

from vton_core.garment.relief import Piece, Place, draw
from vton_core.garment.sheet import Sheet

__all__ = ["FOOT", "draw_foot"]

FOOT: Final = 0.36
"""How far a foot reaches below its ankle, in shoulder distances."""

# The ankle's radius, and the parts as :mod:`vton_core.garment.relief` draws them, in lengths of the foot.
_ANKLE: Final = 0.25
_SHANK: Final[Piece] = (0.0, ((-0.25, 0.0, _ANKLE), (0.0, 0.0, _ANKLE), (0.3, 0.01, 0.25)))
_INSTEP: Final[Piece] = (-0.04, ((0.3, 0.01, 0.25), (0.55, 0.02, 0.28), (0.66, 0.02, 0.29)))
_TOES: Final[tuple[Piece, ...]] = (
    (-0.02, ((0.66, -0.26, 0.075), (0.78, -0.29, 0.06))),
    (0.0, ((0.7, -0.18, 0.08), (0.84, -0.2, 0.065))),
    (0.01, ((0.72, -0.08, 0.085), (0.89, -0.09, 0.07))),
    (0.02, ((0.72, 0.03, 0.09), (0.92, 0.03, 0.075))),
    (0.03, ((0.68, 0.18, 0.13), (0.8, 0.19, 0.115), (0.9, 0.19, 0.1))),
)


def draw_foot(place: Place, tone: NDArray[Any], shape: tuple[int, ...]) -> Sheet:
    """Draw a foot; see :func:`vton_core.garment.relief.draw`."""
    return draw((_SHANK, _INSTEP, *_TOES), _ANKLE, place, tone, shape)
