"""Top, lower garment or dress: told from the silhouette and the photo, a top where it is in doubt."""

from __future__ import annotations

from typing import Final

import numpy as np

from vton_core.errors import NoGarmentError
from vton_core.garment.kind_net import probabilities
from vton_core.garment.landmarks import find_landmarks
from vton_core.types import Garment, GarmentKind, Wearing

__all__ = ["kind_of", "recognise"]

# What is worn on the legs, if it is no top; a second garment without sleeves is.
_NO_DRESS: Final = ("sleeveless", "trousers", "shorts", "skirt")
_TOPS: Final = ("sleeved", "sleeveless")
# How unlikely a top must be, in a photo from a shop and from home, which the network that looks at photos knows better:
# one that is taken for something else is the worst mistake, and most garments are tops.
_SURE, _SURE_AT_HOME = 0.9, 0.75
# What the silhouette's word counts beside the photo's at home, as a power.
_SILHOUETTE: Final = 0.7
# A collar, whatever the silhouette: what speaks for it, its width in widths of the chest, its depth in its own.
_PLAIN, _WIDE, _DEEP = 0.8, 0.3, 0.3
# So many times as likely as a lower garment a dress must be: a long skirt is easily taken for a dress without straps.
_DRESS: Final = 1.5


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
    return _over_a_top(_shares(garment)) if after == "upper" else recognise(garment)


def recognise(garment: Garment) -> GarmentKind:
    """Tell a garment's kind from its silhouette, from what its photo shows, and from the inner side of its back.

    A long top and a short dress can have the same outline: below about two widths of the chest it is a top, unless a
    wide skirt under a narrow waist says otherwise.

    Args:
        garment: the shop photo, front view, upright.

    Returns:
        ``upper``, ``lower`` or ``dress``; ``upper`` where the others are not likely enough.
    """
    share = _shares(garment)
    if sum(share[sort] for sort in _TOPS) > 1 - (_SURE_AT_HOME if garment.home else _SURE):
        return "upper"
    kind = _below(share)
    return "upper" if kind == "lower" and _has_collar(garment) else kind


def _shares(garment: Garment) -> dict[str, float]:
    """How likely each sort is, by the silhouette and, where it was looked at, by the photo."""
    told = probabilities(garment.alpha)
    if not garment.sorts:
        return told
    power = _SILHOUETTE if garment.home else 1.0
    both = {
        sort: share**power * garment.sorts.get("top" if sort in _TOPS else sort, 0.0) for sort, share in told.items()
    }
    total = sum(both.values())
    return {sort: share / total for sort, share in both.items()} if total else told


def _has_collar(garment: Garment) -> bool:
    """Whether the inner side of the back shows plainly behind a front edge that hangs down as no waistband's does."""
    try:
        marks = find_landmarks(garment)
    except NoGarmentError:
        return False
    curve = marks.neckline.curve
    width = float(np.ptp(curve[:, 0]))
    depth = float(marks.neckline.bottom[1] - curve[[0, -1], 1].mean())
    return marks.neckline.contrast > _PLAIN and width > _WIDE * marks.chest_width and depth > _DEEP * width


def _over_a_top(share: dict[str, float]) -> GarmentKind:
    """What comes second: something with sleeves where that is the likeliest sort, else a lower garment or a dress."""
    return "upper" if max(share, key=lambda sort: share[sort]) == "sleeved" else _below(share)


def _below(share: dict[str, float]) -> GarmentKind:
    """Of what is no top: a dress or a lower garment."""
    legs = sum(share[sort] for sort in _NO_DRESS)
    return "dress" if share["dress"] > _DRESS * legs else "lower"
