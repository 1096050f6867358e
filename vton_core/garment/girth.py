"""How thick an arm in a sleeve can be at most: no thicker than the sleeve, where its edges are seen."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d, median_filter

from vton_core.garment.across import on_line, runs
from vton_core.garment.body import Body
from vton_core.garment.limb import Limb
from vton_core.types import Mask

__all__ = ["Girth", "extents", "girth"]

_Points = NDArray[np.float64]
# How far beside an arm's middle line its edge is looked for, in shoulder distances, and in how many steps.
_REACH, _STEPS = 0.24, 25
# At how many places of an arm it is measured, and over how many of them the result is smoothed.
_PLACES, _MEDIAN, _SMOOTH = 61, 7, 3.0
# What is thinner than this share of a usual arm is cut by something before it; so much must be known of an arm; and up
# to this share of its length it is the shoulder.
_LEAST, _KNOWN, _SHOULDER = 0.65, 0.15, 0.2


class Girth(NamedTuple):
    """How an arm lies in its sleeve, at even shares of its length from shoulder to wrist.

    Attributes:
        radius: ``float64 (61,)``, as a share of the usual one, 1 at most.
        outwards: ``float64 (61,)``, how far its middle lies to the outside, in usual radii.
    """

    radius: _Points
    outwards: _Points

    def at(self, share: Any) -> tuple[Any, Any]:
        """Both at shares of the arm's length."""
        places = np.linspace(0, 1, _PLACES)
        return np.interp(share, places, self.radius), np.interp(share, places, self.outwards)


def girth(body: Body, limb: Limb, seen: Mask, clothed: Mask) -> Girth:
    """Fit an arm into its sleeve: no thicker than that is, and moved no farther than to lie inside.

    Args:
        body: who it belongs to.
        limb: its middle line.
        seen: ``bool (H, W)``, what is bare of that arm.
        clothed: ``bool (H, W)``, the garment whose sleeve the arm may be in.

    Returns:
        Radius and place; the usual ones where the sleeve's edges cannot be told from the body.
    """
    shares = np.linspace(0, 1, _PLACES)
    outer, inner = (edge / body.arm_radius(shares) for edge in extents(limb, seen | clothed, shares, body))
    wide = np.where((outer > 0) & (inner > 0), (outer + inner) / 2, np.maximum(outer, inner))
    known = (wide > _LEAST) & (shares > _SHOULDER) & on_line(limb, clothed, shares)
    if known.mean() < _KNOWN:
        return Girth(np.ones(_PLACES), np.zeros(_PLACES))
    radius: _Points = np.where((outer > 0) & (inner > 0), wide, 1.0).clip(None, 1)
    far_out, far_in = (np.where(edge > 0, edge, np.inf) for edge in (outer, inner))
    outwards = np.asarray((radius - far_in).clip(0, None) - (radius - far_out).clip(0, None), np.float64)
    return Girth(1 - _steady(1 - radius, known, shares), _steady(outwards, known, shares))


def _steady(values: _Points, known: NDArray[np.bool_], shares: _Points) -> _Points:
    """Values without outliers, between those that are known; 0 at the shoulder."""
    filled = np.interp(shares, np.r_[0, shares[known]], np.r_[0, values[known]])
    return np.asarray(gaussian_filter1d(median_filter(filled, _MEDIAN, mode="nearest"), _SMOOTH, mode="nearest"))


def extents(limb: Limb, clothed: Mask, shares: _Points, body: Body) -> tuple[_Points, _Points]:
    """How far an arm that is seen reaches to the outside and the inside at shares of its length, in pixels; 0 where it
    cannot be told."""
    steps = np.linspace(0, _REACH * body.unit, _STEPS)
    # A run without an end has left the arm for the torso or the other arm. A pixel's edge is half a pixel from its
    # middle.
    outer, inner = (
        np.where((run > 0) & (run < _STEPS), steps[np.maximum(run - 1, 0)] + 0.5, 0.0)
        for run in runs(limb, clothed, shares, steps)
    )
    return outer, inner
