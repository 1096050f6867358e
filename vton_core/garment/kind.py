"""Top, lower garment or dress: told from the silhouette, a top where it is in doubt."""

from __future__ import annotations

from typing import Final

from vton_core.garment.kind_net import probabilities
from vton_core.types import Garment, GarmentKind, Wearing

__all__ = ["kind_of", "recognise"]

_LOWER: Final = ("trousers", "shorts", "skirt")
# How unlikely a top must be: one that is taken for something else is the worst mistake, and most garments are tops.
_SURE: Final = 0.9


def kind_of(garment: Garment, wearing: Wearing, after: GarmentKind | None = None) -> GarmentKind:
    """What a garment is worn as: what the user says, else what its shape tells.

    Args:
        garment: the shop photo, front view, upright.
        wearing: how it is worn.
        after: what was put on just before, if anything was. After a top a second one is a jacket or the like, so what
            has no sleeves is a lower garment, also where its shape alone would not tell.

    Returns:
        ``upper``, ``lower`` or ``dress``.
    """
    if wearing.garment != "auto":
        return wearing.garment
    return _over_a_top(probabilities(garment.alpha)) if after == "upper" else recognise(garment)


def recognise(garment: Garment) -> GarmentKind:
    """Tell a garment's kind from its silhouette.

    A long top and a short dress can have the same outline: below about two widths of the chest it is a top, unless a
    wide skirt under a narrow waist says otherwise.

    Args:
        garment: the shop photo, front view, upright.

    Returns:
        ``upper``, ``lower`` or ``dress``; ``upper`` where the others are not likely enough.
    """
    share = probabilities(garment.alpha)
    lower, dress = sum(share[sort] for sort in _LOWER), share["dress"]
    if lower + dress < _SURE:
        return "upper"
    return "lower" if lower > dress else "dress"


def _over_a_top(share: dict[str, float]) -> GarmentKind:
    """The likeliest of what comes second: something with sleeves, a dress, or a garment for the legs."""
    likeliest = max(share, key=lambda sort: share[sort])
    if likeliest == "sleeved":
        return "upper"
    return "dress" if likeliest == "dress" else "lower"
