"""One side of a top: its landmarks and the seams between them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.polyline import resample

__all__ = ["SEAM_POINTS", "Side"]

Points = NDArray[np.float32]
SEAM_POINTS: Final = 33
"""How many points a seam has."""
# The share of a sleeve's outer seam along which its shoulder may lie.
_UPPER: Final = 0.7


@dataclass(frozen=True)
class Side:
    """One side of a garment, in the garment picture's pixels.

    Attributes:
        neck: where the shoulder line meets the collar, ``(2,)`` like every point here.
        collar: the collar's upper corner; the same as ``neck`` unless the collar stands.
        shoulder: the shoulder's tip, where the sleeve is set in or the armhole begins.
        armpit: where sleeve and body part.
        hem: the hem's corner.
        outer: ``float32 (33, 2)``, the sleeve's outer seam from the shoulder to the cuff; empty without a sleeve.
        inner: ``float32 (33, 2)``, the sleeve's inner seam from the armpit to the cuff; empty without a sleeve.
        seam: ``float32 (33, 2)``, the side seam from the armpit to the hem.
        ridge: ``float32 (N, 2)``, the shoulder's upper edge from the neck to its tip where that is no straight line,
            else empty.
    """

    neck: Points
    collar: Points
    shoulder: Points
    armpit: Points
    hem: Points
    outer: Points
    inner: Points
    seam: Points
    ridge: Points = field(default_factory=lambda: np.zeros((0, 2), np.float32))

    @property
    def sleeved(self) -> bool:
        """Whether there is a sleeve."""
        return len(self.outer) > 0

    @property
    def upper(self) -> Points:
        """``(N, 2)``: where a sleeve may be set in, from the collar along the shoulder and the sleeve's upper part."""
        line = np.linspace(self.neck, self.shoulder, SEAM_POINTS, endpoint=False, dtype=np.float32)
        return np.concatenate([line, self.outer[: int(_UPPER * len(self.outer))]])

    def outer_from(self, start: int) -> Points:
        """``float32 (33, 2)``: the outer seam of the sleeve if it is set in at a point of :attr:`upper`."""
        if start == SEAM_POINTS:
            return self.outer
        return resample(np.concatenate([self.upper[start:], self.outer[int(_UPPER * len(self.outer)) :]]), SEAM_POINTS)

    def set_in(self, middle: float, beside: float) -> Side:
        """The side with the sleeve's seam moved along the shoulder to ``beside`` pixels from ``x = middle``."""
        if not self.sleeved:
            return self
        path = self.upper
        far = np.flatnonzero(np.abs(path[:, 0] - middle) >= beside)
        start = int(far[0]) if len(far) else len(path) - 1
        outer = self.outer_from(start)
        ridge = path[: start + 1] if start > SEAM_POINTS else path[:0]
        return replace(self, shoulder=outer[0], outer=outer, ridge=ridge)

    def moved(self, beside: float) -> Side:
        """Every point so many pixels to the right."""
        step = np.array([beside, 0], np.float32)
        return Side(*(getattr(self, name) + step for name in self.__dataclass_fields__))

    def mapped(self, scale: float, mirror: float | None = None) -> Side:
        """Every point times ``scale``, and mirrored at ``x = mirror / 2`` before."""

        def move(points: Points) -> Points:
            moved = points.astype(np.float32)
            if mirror is not None and len(moved):
                moved = np.stack([np.float32(mirror) - moved[..., 0], moved[..., 1]], axis=-1)
            return np.asarray(moved * np.float32(scale), np.float32)

        return Side(*(move(getattr(self, name)) for name in self.__dataclass_fields__))
