"""One layer of the picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

__all__ = ["Sheet"]

_Float = NDArray[np.float32]


@dataclass(frozen=True)
class Sheet:
    """One premultiplied layer: ``float32 (H, W, 4)``, colour times alpha (0 to 255) and alpha in [0, 1]."""

    pixels: _Float

    @property
    def alpha(self) -> _Float:
        """``float32 (H, W)``."""
        return self.pixels[..., 3]

    def times(self, factor: NDArray[Any]) -> Sheet:
        """Colour and alpha times ``(H, W)``."""
        return Sheet(np.asarray(self.pixels * factor[..., None].astype(np.float32), np.float32))

    def lit(self, factor: _Float) -> Sheet:
        """Colour times ``(H, W)``, alpha kept."""
        pixels = self.pixels.copy()
        pixels[..., :3] *= factor[..., None]
        return Sheet(pixels)
