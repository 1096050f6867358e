"""The scene of a visit: the figures on its background, what stands in front of them, and the workspace of the picture.

An arrangement is what the browser sends and a reload finds again::

    {"figures": [{"figure": 3, "position": [x, y], "top": [x, y], "bottom": [x, y], "flip": false, "rotate": 0,
                  "called": 1, "finish": {"light": 0.6}}, … back to front],
     "selected": 0, "horizon": null, "drawn": false, "perspective": false, "occluder": null}

``figure`` is the number of a fit, ``called`` the one that the page names the figure by; ``rotate``, ``called`` and
``finish`` may be missing; ``drawn``: the hand has drawn the horizon or taken it away, so that none that is found takes
its place; ``occluder`` is the name of a file beside the visit's previews.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final, cast

from components import fits, occluders
from components.arrangement import Arrangement, Entry
from components.placement import as_entry, as_placement, standard
from components.previews import Figure
from components.records import Dressing, Fit
from components.visit import Visit
from vton_core.errors import WorkspaceError
from vton_core.scenes import SceneFigure, SceneText
from vton_core.types import Finish
from vton_core.workspace import Workspace

__all__ = ["NAME", "alone", "current", "dressed", "needs_rendering", "refitted", "stays", "summary", "write"]

NAME: Final = "picture"
"""The name of the scene file and of what it gives."""

_BACKGROUND: Final = "background"


def alone(figure: Figure, number: int, size: tuple[int, int]) -> Arrangement:
    """The arrangement offered at first: one figure at its standard place on a background of ``size``."""
    return {
        "figures": [cast(Entry, {"figure": number, **as_entry(standard(figure, size))})],
        "selected": 0,
        "horizon": None,
        "drawn": False,
        "perspective": False,
        "occluder": None,
    }


def current(visit: Visit) -> Arrangement | None:
    """The arrangement to show: what the hand has set on this background, else the standard; ``None`` without a fit or a
    background."""
    background = visit.uploads.get("background")
    if visit.fit is None or background is None:
        return None
    return visit.here or alone(visit.fit.figure, visit.fit.number, background.size)


def refitted(visit: Visit, before: Fit | None, now: Fit) -> Arrangement | None:
    """The arrangement after another fit; ``None`` for the standard one.

    The same person, dressed otherwise, stands where they stood, and so does another one; who is cut by the photo's
    border where the one before was not, or the other way round, has the standard place. The figures of earlier fits,
    the horizon and what stands in front stay.
    """
    arrangement, background = visit.here, visit.uploads.get("background")
    if arrangement is None or before is None or background is None:
        return None
    dressing = Dressing(before.number, now.number, before.model == now.model)
    (offered,) = alone(now.figure, now.number, background.size)["figures"]
    kept = stays(dressing, before, now)
    figures = dressed(arrangement["figures"], dressing, offered, kept=kept)
    selected = arrangement["selected"] if kept else len(figures) - 1
    return {**arrangement, "figures": figures, "selected": selected}


def dressed(figures: Sequence[Any], dressing: Dressing, offered: Mapping[str, Any], *, kept: bool) -> list[Any]:
    """Figures after another dressing: the fit that it brought takes the place of the one before.

    Args:
        figures: as they were.
        dressing: which fit took which one's place.
        offered: the new figure in its standard place.
        kept: it stands where the one before stood, see :func:`stays`.
    """

    def there(entry: Any) -> bool:
        return isinstance(entry, Mapping) and entry.get("figure") == dressing.before

    if kept:
        return [{**entry, "figure": dressing.now} if there(entry) else entry for entry in figures]
    finishes = [entry["finish"] for entry in figures if there(entry) and entry.get("finish")]
    finish = {"finish": finishes[-1]} if finishes else {}
    return [*(entry for entry in figures if not there(entry)), {**offered, **finish, "figure": dressing.now}]


def stays(dressing: Dressing, before: Fit | None, now: Fit | None) -> bool:
    """Whether a figure takes the place of the one before: the same person's, or one that its photo's border cuts off
    where it cut the other off, too."""
    alike = before is not None and now is not None and before.figure.cropped == now.figure.cropped
    return dressing.same or alike


def needs_rendering(arrangement: Arrangement) -> bool:
    """The browser alone cannot show it as it will be: light and shadow are the server's."""
    return bool(arrangement["occluder"]) or any("finish" in entry for entry in arrangement["figures"])


def summary(arrangement: Arrangement) -> dict[str, Any]:
    """An arrangement as the history and the API tell it: one figure by its placement alone."""
    figures = arrangement["figures"]
    if len(figures) == 1:
        return {name: value for name, value in figures[0].items() if name not in ("figure", "called")}
    return {"figures": [{name: value for name, value in entry.items() if name != "called"} for entry in figures]}


def _figure_name(number: int) -> str:
    return f"figure-{number:04d}"


def write(visit: Visit, arrangement: Arrangement, root: Path) -> Workspace:
    """Lay out the workspace of a picture: the background, the figures, what stands in front, and the scene file.

    Raises:
        WorkspaceError: a figure's file is gone.
        StorageError: the disk is full.
    """
    workspace = Workspace(root)
    pictures = workspace.inputs / "bg_images"
    background = fits.put(visit.upload_file("background"), pictures, _BACKGROUND)
    wanted = {entry["figure"] for entry in arrangement["figures"]}
    for number in sorted(wanted):
        source = visit.figure_file(number)
        if not source.is_file():
            raise WorkspaceError("A figure of this picture is gone. Remove it, or dress the model again.")
        fits.put(source, workspace.output / "figure", _figure_name(number))
    for file in (workspace.output / "figure").iterdir():
        if file.stem not in {_figure_name(number) for number in wanted}:
            file.unlink(missing_ok=True)
    figures = tuple(
        SceneFigure(_figure_name(entry["figure"]), as_placement(entry), Finish(**entry.get("finish", {})))
        for entry in arrangement["figures"]
    )
    occluder = arrangement["occluder"] and occluders.lay(visit, arrangement["occluder"], pictures)
    workspace.write_scene(NAME, SceneText(f"bg_images/{background.name}", figures, occluder))
    return workspace
