"""The finished pictures of a visit: shown again, removed, handed to the browser; the studio calls these."""

from __future__ import annotations

from pathlib import Path

from components import exports, state
from components.records import PAIR, Composite, clock
from components.served import Served
from components.visit import Visit
from vton_core.errors import InputError
from vton_core.progress import Settings
from vton_core.workers.protocol import JobRunner
from vton_core.workspace import Workspace

__all__ = ["file", "offer", "remove", "show"]


def show(visit: Visit, number: int) -> None:
    """Show an earlier composite again.

    Raises:
        InputError: there is none of that number.
    """
    with visit.lock:
        visit.shown = _composite(visit, number).number
        state.save(visit)
        visit.changed()


def remove(visit: Visit, number: int) -> None:
    """Take a composite out of the history, for good.

    Raises:
        InputError: there is none of that number.
    """
    with visit.lock:
        entry = _composite(visit, number)
        visit.history.remove(entry)
        visit.composite_file(number).unlink(missing_ok=True)
        for small in ("", "-small"):
            visit.preview_file(f"composite-{number:04d}{small}.webp").unlink(missing_ok=True)
        if visit.shown == number:
            visit.shown = visit.history[-1].number if visit.history else None
        state.save(visit)
        visit.changed()


def _composite(visit: Visit, number: int) -> Composite:
    entry = visit.composite(number)
    if entry is None:
        raise InputError("There is no picture number {number} in this visit.", number=number)
    return entry


def file(visit: Visit, what: str, number: int | None = None) -> tuple[Path, str]:
    """A file to download and the name to give it.

    Args:
        visit: whose.
        what: ``composite``, ``figure`` or ``cutout``.
        number: of a composite; the one that is shown without it.

    Raises:
        InputError: there is no such file.
    """
    with visit.lock:
        if what == "composite":
            entry = _composite(visit, number or visit.shown or 0)
            return visit.composite_file(entry.number), f"tryon-{entry.number}.png"
        if what not in ("figure", "cutout") or visit.fit is None:
            raise InputError("There is no {what} to download yet. Press Fit first.", what=what)
        workspace = Workspace(visit.fit_root(visit.fit.number))
        if what == "figure":
            return workspace.figure_file(PAIR), f"figure-{visit.fit.number}.png"
        return workspace.cutout_file(PAIR.model), f"cutout-{visit.fit.number}.png"


def offer(
    runner: JobRunner, served: Served, settings: Settings, visit: Visit, what: str, number: int | None = None
) -> bool:
    """Hand a file to the browser as a download, at once or when it is made.

    Args:
        runner: composes what is to be taken apart.
        served: where the browser gets it.
        settings: the format and its quality among them.
        visit: whose.
        what: as of :func:`file`, ``placed`` or ``project``.
        number: of a composite; the one that is shown without it.

    Returns:
        Whether it is handed over or begun; not where another file is being made.

    Raises:
        InputError: there is no such file.
    """

    def hand(made: Path, name: str | None = None) -> None:
        address = served.url(visit.name, made)
        with visit.lock:
            visit.download = {"url": address, "name": name or made.name, "stamp": clock()}
            visit.changed()

    with visit.lock:
        if what == "project":
            return exports.begin_project(settings, visit, hand)
        if what == "placed" or (what == "composite" and settings.format != "png"):
            shown = _composite(visit, number or visit.shown or 0).number
            return exports.begin(runner, settings, visit, shown, what, hand)
        hand(*file(visit, what, number))
        return True
