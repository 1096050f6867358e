"""How far a tucked top shows above the waistband that it is tucked into."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.body import Body
from vton_core.garment.regions import Regions
from vton_core.garment.waist import span_at, upper_edge
from vton_core.masks import softened
from vton_core.types import Mask

__all__ = ["out_of_waistband"]

_Float = NDArray[np.float32]
# How far below a waistband's edge a tucked garment may show, and anywhere at most, in shoulder distances.
_INTO, _DEEPEST = 0.1, 0.45
# Of how many percent of a waistband's edge the rest is no farther below than it may slant, in shoulder distances.
_USUAL_EDGE, _SLANTS = 15, 0.12


def out_of_waistband(body: Body, regions: Regions, below: _Float) -> _Float:
    """How much of a tucked garment is not inside the lower one, nor would hang out beside it.

    Args:
        body: who wears it, in the working picture's pixels.
        regions: of the figure.
        below: ``float32 (H, W)``, pixels below the neck.

    Returns:
        ``float32 (H, W)`` in [0, 1]; 1 everywhere for what is not tucked in.
    """
    edge, waist = regions.edge_below, regions.waist_below
    if not regions.tucked or edge is None or waist is None:
        return np.ones(below.shape, np.float32)
    deep = (below - edge) / body.unit
    # Beside an opening the lower garment is painted up to there.
    if regions.tuck_below is not None or regions.opening:
        return np.asarray(1 - softened(deep > 0, 1.0), np.float32)
    strip = _strip(body, regions.lower, waist)
    inside = (~strip & (deep > _INTO)) | (deep > _DEEPEST) | _below_edge(body, regions.lower, below)
    return np.asarray(1 - softened(inside, 1.0), np.float32)


def _strip(body: Body, lower: Mask, waist: float) -> Mask:
    """The strip that the lower garment's upper edge spans, along the torso."""
    span = span_at(lower, body, waist + 0.2 * body.unit, 0.17)
    if span is None:
        return np.ones_like(lower)
    beside, _ = body.frame(lower.shape)
    return np.asarray((beside > span[0]) & (beside < span[1]))


def _below_edge(body: Body, lower: Mask, below: _Float) -> Mask:
    """What lies clearly below the lower garment's upper edge, which runs on where something hides it."""
    columns = np.arange(-1, 1.01, 0.02) * body.unit
    edges = upper_edge(lower, columns, body)
    known = np.isfinite(edges)
    if not known.any():
        return np.zeros_like(lower)
    # Where a scarf or a bag hangs before it, it runs on as it does beside that.
    seen = np.minimum(edges[known], np.percentile(edges[known], _USUAL_EDGE) + _SLANTS * body.unit)
    beside, _ = body.frame(lower.shape)
    return np.asarray(below > np.interp(beside, columns[known], seen) + _INTO * body.unit)
