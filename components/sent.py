"""Arrangements as a browser or an API client sends them: checked, and followed through the fits since.

They overtake one another on their way, and a figure may be dressed otherwise meanwhile. Each therefore has a stamp,
greater than that of the one before, and says which fit was known when it was made (:class:`Sent`): one that is older
than what is there is let go, and figures are followed through the fits since. Where another background takes the place
of theirs, the figures go along (:func:`components.grounds.carried`), also from an arrangement that comes late.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from components import scene
from components.arrangement import Arrangement, Entry
from components.placement import as_entry, as_placement
from components.visit import Visit
from vton_core.errors import InputError, PlacementError
from vton_core.types import Finish

__all__ = ["Sent", "arranged"]

_MOST: Final = 12
_HIGHEST: Final = 9999
"""Number by which the page names a figure."""
_FARTHEST: Final = 1e9


@dataclass(frozen=True)
class Sent:
    """What a browser knew when it sent an arrangement.

    Attributes:
        scene: the :attr:`components.visit.Visit.scene` that it was made for; ``None`` for whichever there is.
        fit: the number of the last fit that was known; ``None`` for the last there is.
        stamp: what the browser calls the arrangement; ``None`` for the next.
        number: of the message.
    """

    scene: str | None = None
    fit: int | None = None
    stamp: int | None = None
    number: int = 0

    @classmethod
    def of(cls, data: Mapping[str, Any]) -> Sent:
        """What an event of the page says: ``{"id", "fit", "stamp", "number"}``."""
        return cls(data.get("id"), int(data.get("fit", 0)), int(data["stamp"]), int(data.get("number", 0)))


def arranged(visit: Visit, sent: Mapping[str, Any], since: int | None = None) -> Arrangement:
    """The arrangement that a browser or an API client sent; a single placement is one of the last fit's figure.

    ``occluder``, a data address of a PNG, is not looked at here, see :func:`components.occluders.sent`.

    Args:
        visit: whose.
        sent: the arrangement.
        since: the number of the last fit that was known to who sent it; figures are followed through those after it.

    Raises:
        PlacementError: a placement cannot be used.
        InputError: a figure is not there, there are too many, or a finish is out of range.
    """
    if not isinstance(sent, Mapping):
        raise PlacementError("A placement coordinate is not a number. Give three lines of two numbers each.")
    figures = sent.get("figures", [sent])
    if not isinstance(figures, list) or not 0 < len(figures) <= _MOST:
        raise InputError("A picture takes from one to {most} figures. Remove some.", most=_MOST)
    if since is not None:
        figures = _followed(visit, figures, since)
    horizon = sent.get("horizon")
    usable = isinstance(horizon, int | float) and not isinstance(horizon, bool) and abs(horizon) < _FARTHEST
    selected = sent.get("selected", len(figures) - 1)
    return {
        "figures": [_figure(visit, entry) for entry in figures],
        "selected": selected if isinstance(selected, int) and 0 <= selected < len(figures) else 0,
        "horizon": horizon if usable else None,
        "drawn": bool(sent.get("drawn", False)),
        "perspective": bool(sent.get("perspective", False)),
        "occluder": None,
    }


def _figure(visit: Visit, sent: Mapping[str, Any]) -> Entry:
    known = visit.known_fits
    placed = as_entry(as_placement(sent))
    try:
        number = int(sent.get("figure", visit.fit.number if visit.fit else 0))
    except (TypeError, ValueError, OverflowError):
        number = 0
    if number not in known:
        raise InputError("This figure is not there any more. Add it again.")
    entry = cast(Entry, {"figure": number, **placed})
    called = sent.get("called")
    if isinstance(called, int) and 0 < called <= _HIGHEST:
        entry["called"] = int(called)
    if finish := _finished(sent.get("finish")):
        entry["finish"] = finish
    return entry


def _finished(sent: Any) -> dict[str, Any]:
    """The finish among what a browser or an API client sent; only what differs from leaving the figure as it comes.

    Raises:
        InputError: a value out of its range, or none at all.
    """
    if not sent:
        return {}
    plain = Finish()
    try:
        values = {name: None if sent[name] is None else float(sent[name]) for name in Finish.LIMITS if name in sent}
        finish = Finish(**{name: getattr(plain, name) if v is None else v for name, v in values.items()})
    except (TypeError, ValueError, OverflowError, KeyError):
        raise InputError("The finish is not made of numbers. Choose it again.") from None
    return {name: getattr(finish, name) for name in Finish.LIMITS if getattr(finish, name) != getattr(plain, name)}


def _followed(visit: Visit, figures: Sequence[Any], since: int) -> list[Any]:
    """The figures of an arrangement that was made when the fit ``since`` was the last, as they are dressed now.

    Raises:
        InputError: none of them is there any more.
    """
    background = visit.uploads.get("background")
    if visit.fit is None or background is None:
        return list(figures)
    (offered,) = scene.alone(visit.fit.figure, visit.fit.number, background.size)["figures"]
    found = list(figures)
    for dressing in visit.dressings:
        if dressing.now > since:
            before, now = (visit.known_fits.get(number) for number in (dressing.before, dressing.now))
            found = scene.dressed(found, dressing, offered, kept=scene.stays(dressing, before, now))
    if found == [offered] != list(figures):
        raise InputError("This figure is not there any more. Add it again.")
    return found
