"""The default try-on: landmarks, piecewise warp, layers, skin and shading; nothing downloaded."""

from __future__ import annotations

from dataclasses import replace

from vton_core.engines.tryon.framing import in_source
from vton_core.engines.tryon.working import Figures, View, lay_worn, upper_box, whole_box
from vton_core.garment.dresser import wear
from vton_core.garment.kind import kind_of
from vton_core.types import Canvas, Cutout, Garment, ParseMap, Pose, TryOn, Wearing

__all__ = ["GarmentTryOn"]


class GarmentTryOn:
    """See :class:`vton_core.engines.base.TryOnEngine`."""

    def __init__(self) -> None:
        self._figures = Figures()

    def dress(
        self, cutout: Cutout, canvas: Canvas, pose: Pose, parse: ParseMap, garment: Garment, wearing: Wearing
    ) -> TryOn:
        """See :meth:`vton_core.engines.base.TryOnEngine.dress`."""
        own = in_source(pose, canvas)
        wearing = replace(wearing, garment=kind_of(garment, wearing))
        upper = wearing.garment == "upper"
        view = View(upper_box(own, canvas, parse) if upper else whole_box(cutout.alpha))
        figure = self._figures.seen_in(view, cutout, canvas, own, parse)
        return lay_worn(cutout, wear(figure, garment, wearing), view)
