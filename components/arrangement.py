"""The shapes of what the browser, the visit and its file hold alike; :mod:`components.scene` says how they are used."""

from __future__ import annotations

from typing import Any, NotRequired, TypedDict

__all__ = ["Arrangement", "Download", "Entry", "People", "Placed", "Rendered"]


class Placed(TypedDict):
    """Where a figure stands, in background pixels; ``rotate`` only where it is turned."""

    position: list[float]
    top: list[float]
    bottom: list[float]
    flip: bool
    rotate: NotRequired[float]


class Entry(Placed):
    """A figure in its place: ``figure`` is the number of a fit, ``called`` the one that the page names it by,
    ``finish`` what differs from leaving it as it comes."""

    figure: int
    called: NotRequired[int]
    finish: NotRequired[dict[str, Any]]


class Arrangement(TypedDict):
    """The figures on a background, from the back to the front, and what belongs to it."""

    figures: list[Entry]
    selected: int
    horizon: float | None
    drawn: bool
    perspective: bool
    occluder: str | None


class People(TypedDict):
    """Who was found in a background, and the horizon that their sizes give."""

    people: list[dict[str, Any]]
    horizon: float | None


class Rendered(TypedDict):
    """A small rendering: the preview's name, and the stamp of what it shows."""

    name: str
    stamp: int


class Download(TypedDict):
    """A file that was handed to the browser."""

    url: str
    name: str
    stamp: int
