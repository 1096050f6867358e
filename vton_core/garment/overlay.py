"""What a try-on does to a picture, told as what stays of the source and what is laid over it.

So it can be worked out at a moderate size and applied at the source's own, and a pixel that nothing touches stays as it
was.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.sheet import Sheet
from vton_core.planes import alpha_of, repeated
from vton_core.types import Alpha

__all__ = ["Overlay"]

_Float = NDArray[np.float32]


@dataclass(frozen=True)
class Overlay:
    """The outcome: ``result = keep * source + over``, all premultiplied.

    Attributes:
        keep: ``float32 (H, W)`` in [0, 1].
        over: ``float32 (H, W, 4)``, colour times alpha (0 to 255) and alpha in [0, 1].
    """

    keep: _Float
    over: _Float

    def under(self, sheet: Sheet) -> Overlay:
        """With one more layer on top."""
        through = 1 - sheet.alpha
        return Overlay(self.keep * through, sheet.over(self.over))

    def above(self, sheet: Sheet, figure: Alpha) -> Overlay:
        """With one more layer behind all else.

        Args:
            sheet: the layer.
            figure: ``float32 (H, W)`` in [0, 1], the source's figure.
        """
        over, box = self.over.copy(), sheet.box
        bare = 1 - (self.keep[box] * figure[box] + alpha_of(over[box])).clip(0, 1)
        over[box] += sheet.pixels[box] * repeated(bare, 4)
        return Overlay(self.keep, over)
