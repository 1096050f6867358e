"""One layer of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vton_core.planes import alpha_of, layered, repeated

__all__ = ["Sheet"]

_Float = NDArray[np.float32]


@dataclass(frozen=True)
class Sheet:
    """One premultiplied layer: ``float32 (H, W, 4)``, colour times alpha (0 to 255) and alpha in [0, 1]."""

    pixels: _Float

    @cached_property
    def alpha(self) -> _Float:
        """``float32 (H, W)``."""
        return alpha_of(self.pixels)

    def times(self, factor: NDArray[Any]) -> Sheet:
        """Colour and alpha times ``(H, W)``."""
        return Sheet(self.pixels * repeated(factor, 4))

    def lit(self, factor: _Float) -> Sheet:
        """Colour times ``(H, W)``, alpha kept."""
        return Sheet(self.pixels * layered(repeated(factor), np.ones_like(factor)))

    def over(self, below: _Float) -> _Float:
        """``float32 (H, W, 4)``, premultiplied: this layer on top of another one."""
        result = below * repeated(1 - self.alpha, 4)
        result += self.pixels
        return result
