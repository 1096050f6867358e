"""The shapes of what is corrected by hand, and the one place that checks them; :mod:`components.edits` says how they
are used."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, Final, Literal, TypeAlias, TypedDict

from vton_core.errors import InputError

__all__ = [
    "Correction",
    "MaskSubject",
    "PartsSubject",
    "Points",
    "PointsSubject",
    "Standing",
    "Subject",
    "checked_points",
    "of_state",
    "standing",
    "usable_points",
]

Points: TypeAlias = dict[str, list[float] | None]
"""By name ``[x, y]``, of a joint that was found ``[x, y, confidence]``; ``None`` for one that is not there."""
Standing: TypeAlias = dict[str, Points | str | None]
"""By subject what makes a difference: the points that were moved, or the layer's name."""
_FARTHEST: Final = 1e5
_PARTS: Final = ("moved", "found")


class Correction(TypedDict, total=False):
    """Of a subject that is points: ``moved``, and where those were ``found``. Of one that is painted: the name of its
    ``layer``."""

    moved: Points
    found: Points
    layer: str


class MaskSubject(TypedDict):
    """A mask that can be corrected: previews' names, and the size in pixels, ``(width, height)``."""

    id: str
    kind: Literal["mask"]
    photo: str
    size: tuple[int, int]
    mask: str
    layer: str


class PartsSubject(TypedDict):
    """Parts of the body that can be painted: ``mask`` shows them in their colours, ``paints`` are their names and
    colours."""

    id: str
    kind: Literal["parts"]
    photo: str
    size: tuple[int, int]
    mask: str
    layer: str
    paints: list[tuple[str, str]]


class PointsSubject(TypedDict):
    """Points that can be moved, in pixels of ``photo``, a preview's name, whose picture has that ``size``."""

    id: str
    kind: Literal["points"]
    photo: str
    size: tuple[int, int]
    points: Points
    found: Points


Subject: TypeAlias = MaskSubject | PartsSubject | PointsSubject


def standing(edits: Mapping[str, Correction]) -> Standing:
    """What makes a difference of corrections, by subject."""
    return {subject: edit.get("moved", edit.get("layer")) for subject, edit in edits.items()}


def checked_points(sent: Any, known: Mapping[str, Any], *, may_be_gone: bool) -> Points:
    """The moved points that a browser or an API client sent: ``{name: [x, y]}``.

    Args:
        sent: the points.
        known: the names that points can have.
        may_be_gone: a point can be ``None``, as it is not in the picture.

    Raises:
        InputError: a name that is not known, or what is no point.
    """
    found: Points = {}
    for name, at in dict(sent).items():
        if name not in known:
            raise InputError(
                "There is no point called {name}. Known are: {known}.", name=name, known=", ".join(sorted(known))
            )
        found[str(name)] = None if at is None and may_be_gone else _point(name, at)
    return found


def _point(name: str, at: Any) -> list[float]:
    place = _place(at)
    if place is None or max(map(abs, place)) >= _FARTHEST:
        raise InputError("The point {name} has no place. Give it two numbers, [x, y], in pixels.", name=name)
    return place


def usable_points(sent: Any, names: Mapping[str, Any]) -> Points:
    """Where points of these names are, as a file from anybody tells it; what is no point is left out."""
    places = {name: _place(sent[name]) for name in names if name in sent} if isinstance(sent, Mapping) else {}
    return {name: at for name, at in places.items() if at}


def _place(at: Any) -> list[float] | None:
    try:
        x, y = (float(value) for value in at)
    except (TypeError, ValueError, OverflowError):
        return None
    return [x, y] if math.isfinite(x) and math.isfinite(y) else None


def of_state(kept: Mapping[str, Any]) -> dict[str, Correction]:
    """The corrections that a visit's file holds.

    Raises:
        ValueError, TypeError, KeyError, AttributeError: it holds something else.
    """
    return {subject: _correction(edit) for subject, edit in kept.items()}


def _correction(kept: Mapping[str, Any]) -> Correction:
    if "layer" in kept:
        return {"layer": str(kept["layer"])}
    moved, found = ({name: at and [float(v) for v in at] for name, at in kept[part].items()} for part in _PARTS)
    return {"moved": moved, "found": found}
