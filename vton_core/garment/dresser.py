"""From a person and a garment, in the working picture's pixels, to what changes."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from vton_core.garment.dress import wear_dress
from vton_core.garment.figure import Figure
from vton_core.garment.kind import kind_of
from vton_core.garment.lower.dresser import wear_lower
from vton_core.garment.skeleton import skeleton
from vton_core.garment.upper import wear_upper
from vton_core.garment.whole import whole
from vton_core.garment.worn import Worn
from vton_core.types import Garment, Wearing

__all__ = ["settled", "wear"]

_WAYS: Final = {"upper": wear_upper, "lower": wear_lower, "dress": wear_dress}


def wear(figure: Figure, garment: Garment, wearing: Wearing) -> Worn:
    """Put a garment on a person, in the way of its kind.

    Args:
        figure: the person.
        garment: the shop photo.
        wearing: how it is worn.

    Returns:
        What changes.

    Raises:
        NoPersonError: the shoulders, or for what is worn below the waist the hips, are not seen.
        NoGarmentError: the garment's shape cannot be made out.
        InputError: moved landmarks lie crosswise.
    """
    kind = kind_of(garment, wearing)
    return _WAYS[kind](settled(figure), garment, wearing)


def settled(figure: Figure) -> Figure:
    """The figure with a part for every pixel of it; found once."""
    return figure.once("whole", lambda: _whole(figure))


def _whole(figure: Figure) -> Figure:
    return replace(figure, parse=whole(figure.rgb, figure.parse, figure.alpha, skeleton(figure.pose).unit))
