"""Drawn silhouettes of garments, for training what tells their kinds apart: any number of them, from a seed.

Tops with their landmarks are drawn by :mod:`vton_core.training.silhouettes.marked`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import numpy as np

from vton_core.training.silhouettes.curves import Outline, centred, rasterised, rounded
from vton_core.training.silhouettes.dresses import dress
from vton_core.training.silhouettes.lower import shorts, skirt, trousers
from vton_core.training.silhouettes.spoil import spoiled
from vton_core.training.silhouettes.tops import sleeved_top, sleeveless_top
from vton_core.types import Mask

__all__ = ["draw", "varied"]

_SIDE: Final = 160
_DRAWN: Final[dict[str, Callable[[np.random.Generator], list[Outline]]]] = {
    "sleeved": lambda rng: sleeved_top(rng).outlines,
    "sleeveless": lambda rng: sleeveless_top(rng).outlines,
    "trousers": trousers,
    "shorts": shorts,
    "skirt": skirt,
    "dress": dress,
}


def draw(sort: str, rng: np.random.Generator) -> Mask:
    """One silhouette.

    Args:
        sort: one of :data:`vton_core.garment.kind_net.SORTS`.
        rng: all that is random.

    Returns:
        ``bool (H, W)``, as a mask that a photo gave; its longer side has about 160 pixels.
    """
    cut, times = rng.uniform(0.05, 0.25), int(rng.integers(0, 3))
    outlines = [rounded(outline, cut, times) for outline in _DRAWN[sort](rng)]
    return spoiled(rasterised(outlines, _SIDE), rng)


def varied(mask: Mask, rng: np.random.Generator) -> Mask:
    """A real silhouette as another photo might show it.

    Args:
        mask: ``bool (H, W)``, not empty.
        rng: all that is random.

    Returns:
        ``bool (H, W)``, its longer side about 160 pixels.
    """
    return spoiled(centred(mask, _SIDE), rng)
