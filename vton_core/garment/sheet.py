"""One layer of the picture."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vton_core.masks import Box, box_around
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

    @cached_property
    def box(self) -> Box:
        """Rows and columns outside of which there is nothing; at least one each."""
        return box_around(self.alpha > 0, 0) or (slice(0, 1), slice(0, 1))

    def times(self, factor: NDArray[Any]) -> Sheet:
        """Colour and alpha times ``(H, W)``."""
        return self._changed(lambda box: repeated(factor[box], 4))

    def lit(self, factor: _Float) -> Sheet:
        """Colour times ``(H, W)``, alpha kept."""
        return self._changed(lambda box: layered(repeated(factor[box]), np.ones_like(factor[box])))

    def shaded(self, factor: _Float) -> Sheet:
        """Colour times ``(H, W)``, alpha kept; what is light already hardly becomes lighter, so that no white is blown
        out, nor does a colour become another one."""
        box = self.box
        brightest = self.pixels[box][..., :3].max(axis=-1) / np.maximum(self.alpha[box], np.float32(1e-3))
        room = (255 / np.maximum(brightest, 1) - 1).clip(0, None) * (1 - 1 / np.maximum(factor[box], 1))
        out = factor.copy()
        out[box] = np.minimum(factor[box], 1 + room)
        return self.lit(out)

    def _changed(self, factor: Callable[[Box], _Float]) -> Sheet:
        out = np.zeros_like(self.pixels)
        np.multiply(self.pixels[self.box], factor(self.box), out=out[self.box])
        return Sheet(out)

    def over(self, below: _Float) -> _Float:
        """``float32 (H, W, 4)``, premultiplied: this layer on top of another one."""
        result = below.copy()
        part = result[self.box]
        part *= repeated(1 - self.alpha[self.box], 4)
        part += self.pixels[self.box]
        return result
