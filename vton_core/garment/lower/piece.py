"""What the halves of trousers and skirts have in common where they are laid on."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

__all__ = ["FLOOR", "SNUG", "WAIST_EASE", "Pair", "Piece", "Points", "on_seam"]

Points = NDArray[np.float64]
Pair = tuple[Points, Points]
"""Where a point is in the garment's picture, and where it belongs in the working picture."""

FLOOR: Final = 0.13
"""How far below the ankle a hem may hang, in shoulder distances."""
WAIST_EASE: Final = 1.08
"""A waistband is no wider than this, in widths of the waist."""
SNUG: Final = 1.02
"""No garment is narrower than this, in widths of a slim body."""


@dataclass(frozen=True)
class Piece:
    """Point pairs of one leg or of a whole skirt.

    Attributes:
        garment: ``float64 (N, 2)`` in the garment picture's pixels.
        body: ``float64 (N, 2)`` in the working picture's pixels.
        outline: ``float64 (M, 2)``: about where the piece lies in the working picture.
    """

    garment: Points
    body: Points
    outline: Points


def on_seam(curve: NDArray[Any], share: float) -> Points:
    """The point ``float64 (2,)`` at a share of a seam's points ``(N, 2)``."""
    at = share * (len(curve) - 1)
    return np.array([np.interp(at, np.arange(len(curve)), curve[:, k]) for k in (0, 1)])
