"""What a try-on does to a picture, told as what stays of the source and what is laid over it.

So it can be worked out at a moderate size and applied at the source's own, and a pixel that nothing touches stays as it
was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.sheet import Sheet
from vton_core.planes import alpha_of, repeated
from vton_core.types import Alpha

__all__ = ["Overlay"]

_Float = NDArray[np.float32]
# Of what shows less than this only part goes on under an edge.
_EDGE: Final = 0.05


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

    def shown(self, sheet: Sheet, shows: _Float, figure: Alpha) -> Overlay:
        """With one more layer, partly hidden by what is there: on top as far as it shows, and so much of it under the
        soft edges of what hides it that nothing behind both shines through.

        Args:
            sheet: the layer.
            shows: ``float32 (H, W)`` in [0, 1].
            figure: ``float32 (H, W)`` in [0, 1], the source's figure.
        """
        hidden = (1 - shows) * (shows / _EDGE).clip(0, 1)
        beneath = sheet.times(hidden / np.maximum(1 - sheet.alpha * shows, 1e-3))
        return self.under(sheet.times(shows)).above(beneath, figure)

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
