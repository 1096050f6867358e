"""What the visitor can wish for on the page: each event of a panel, and how what the browser sent is taken."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from components.records import Place
from components.sent import Sent
from components.studio import Studio
from components.visit import Visit

__all__ = [
    "WISHES",
    "Grant",
    "Wish",
    "choose",
    "compose",
    "correct",
    "dismiss",
    "example",
    "open_project",
    "place",
    "save",
    "use",
    "wear",
]

Grant = Callable[[Studio, Visit, Mapping[str, Any]], object]


@dataclass(frozen=True)
class Wish:
    """An event of a panel.

    Attributes:
        panel: whose event.
        event: its name.
        place: where a refusal is said.
        grant: does it.
        follow: the page follows what comes of it.
    """

    panel: str
    event: str
    place: Place
    grant: Grant
    follow: bool


def choose(studio: Studio, visit: Visit, data: Mapping[str, Any]) -> None:
    """``{"slot", "path", "name"}``: an upload for a slot."""
    file = studio.served.received(str(data["path"]))
    try:
        studio.choose(visit, str(data["slot"]), file, str(data["name"])[-120:])
    finally:
        file.unlink(missing_ok=True)


def example(studio: Studio, visit: Visit, data: Mapping[str, Any]) -> None:
    """``{"slot", "id"}``: a sample for a slot; without a slot, the whole example."""
    studio.example(visit, data.get("slot"), data.get("id"))


def open_project(studio: Studio, visit: Visit, data: Mapping[str, Any]) -> None:
    """``{"path"}``: a project file is to be opened."""
    studio.open(visit, studio.served.received(str(data["path"])))


def use(studio: Studio, visit: Visit, data: Mapping[str, Any]) -> None:
    """``{"step", "name"}``: an engine for a step."""
    studio.use(visit, str(data["step"]), str(data["name"]))


def wear(studio: Studio, visit: Visit, data: Mapping[str, Any]) -> None:
    """Some of ``garment``, ``second``, ``tuck``, ``sleeves``, ``length``, ``width``, ``neck``: how the garments are
    worn."""
    studio.wear(visit, data)
    studio.rewear(visit)


def correct(studio: Studio, visit: Visit, data: Mapping[str, Any]) -> None:
    """``{"points": {subject: {name: [x, y]}}, "layers": {subject: path or None}}``: corrected by hand."""
    files = {name: studio.served.received(str(path)) if path else None for name, path in data["layers"].items()}
    try:
        studio.correct(visit, data["points"], files)
    finally:
        for file in files.values():
            if file:
                file.unlink(missing_ok=True)


def place(studio: Studio, visit: Visit, data: Mapping[str, Any]) -> None:
    """``{"scene", …}``, see :class:`components.sent.Sent`: the figures were moved, or what belongs to them was
    changed."""
    studio.place(visit, data["scene"], Sent.of(data))


def compose(studio: Studio, visit: Visit, data: Mapping[str, Any]) -> None:
    """``{"scene", …}``, see :class:`components.sent.Sent`: put the figures there."""
    studio.compose(visit, data["scene"], Sent.of(data))


def save(studio: Studio, visit: Visit, data: Mapping[str, Any]) -> None:
    """``{"what", "number", "format", "quality"}``: a file is to be downloaded."""
    studio.offer(visit, data["what"], data.get("number"), data.get("format"), data.get("quality"))


def dismiss(studio: Studio, visit: Visit, data: Mapping[str, Any]) -> None:
    """``{"place"}``: a sentence was read."""
    studio.dismiss(visit, data["place"])


WISHES: Final = (
    Wish("inputs", "choose", "page", choose, follow=True),
    Wish("inputs", "example", "page", example, follow=True),
    Wish("inputs", "clear", "page", lambda studio, visit, data: studio.clear(visit, str(data["slot"])), follow=False),
    Wish("inputs", "turn", "page", lambda studio, visit, data: studio.turn(visit, str(data["slot"])), follow=True),
    Wish("inputs", "open", "project", open_project, follow=True),
    Wish("inputs", "fit", "stages", lambda studio, visit, _: studio.fit(visit), follow=True),
    Wish("engines", "use", "engines", use, follow=False),
    Wish("stages", "cancel", "stages", lambda studio, visit, _: studio.cancel(visit), follow=False),
    Wish("correct", "look", "correct", lambda studio, visit, _: studio.inspect(visit), follow=False),
    Wish("correct", "redo", "correct", correct, follow=True),
    Wish("wearing", "wear", "wearing", wear, follow=True),
    Wish("placement", "place", "placement", place, follow=True),
    Wish("placement", "look", "placement", lambda studio, visit, _: studio.look(visit), follow=True),
    Wish("placement", "compose", "placement", compose, follow=True),
    Wish("result", "save", "result", save, follow=True),
    Wish("history", "show", "result", lambda studio, visit, data: studio.show(visit, data["number"]), follow=False),
    Wish("history", "remove", "result", lambda studio, visit, data: studio.remove(visit, data["number"]), follow=False),
)
"""Every panel but the last also has ``dismiss``, see :func:`dismiss`."""
