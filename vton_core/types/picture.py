"""A picture as its file holds it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["Picture"]


@dataclass(frozen=True)
class Picture:
    """A picture with what belongs to its pixels.

    Attributes:
        pixels: ``uint8`` or ``uint16``, ``(H, W, 3)``, or ``(H, W, 4)`` with an alpha that is not premultiplied.
        profile: the ICC profile of the colours; ``None`` means sRGB.
        dpi: resolution in dots an inch, across and down.
    """

    pixels: NDArray[np.uint8] | NDArray[np.uint16]
    profile: bytes | None = None
    dpi: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        depth, shape = self.pixels.dtype, self.pixels.shape
        if depth not in (np.uint8, np.uint16) or len(shape) != 3 or shape[2] not in (3, 4):
            raise ValueError(f"pixels must be uint8 or uint16 (H, W, 3 or 4), not {depth} {shape}")

    @property
    def size(self) -> tuple[int, int]:
        """``(width, height)`` in pixels."""
        return self.pixels.shape[1], self.pixels.shape[0]
