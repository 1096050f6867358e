"""Scene files and finish files: what stands where, and how it is made to belong there, as JSON.

A finish file holds the values of :class:`vton_core.types.Finish` that differ from nought, and optionally ``occluder``.
A scene file::

    {"background": "bg_images/b.png", "occluder": "bg_images/front.png",
     "figures": [{"figure": "ann_shirt", "position": [x, y], "top": [x, y], "bottom": [x, y],
                  "flip": false, "rotate": 0, "finish": {"light": 0.6}}]}
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Final

from vton_core.errors import InputError, PlacementError, WorkspaceError
from vton_core.types import Finish, Placement, Point

__all__ = [
    "SceneFigure",
    "SceneText",
    "figure_to_json",
    "finish_from_json",
    "finish_to_json",
    "format_scene",
    "parse_finish",
    "parse_scene",
    "placement_from_json",
    "placement_to_json",
]

_POINTS: Final = ("position", "top", "bottom")
_PLACEMENT: Final = {*_POINTS, "flip", "rotate"}


@dataclass(frozen=True)
class SceneFigure:
    """A figure of a scene file.

    Attributes:
        figure: its name among the dressed figures, ``<model>_<cloth>``.
        placement: where it stands.
        finish: how it is made to belong to the background.
    """

    figure: str
    placement: Placement
    finish: Finish = field(default_factory=Finish)


@dataclass(frozen=True)
class SceneText:
    """What a scene file says.

    Attributes:
        background: path of the background, relative to ``inputs``.
        figures: from the back to the front.
        occluder: path of the picture that is white where the background stands in front, relative to ``inputs``.
    """

    background: str
    figures: tuple[SceneFigure, ...]
    occluder: str | None = None


def parse_finish(text: str, name: str) -> tuple[Finish, str | None]:
    """Read a finish file.

    Args:
        text: the file's content.
        name: the file's name, for messages.

    Returns:
        The finish, and the occluder's path if there is one.

    Raises:
        WorkspaceError: it is not what a finish file holds; the message says what is wrong.
    """
    entry = _object(_json(text, name), name)
    occluder = entry.pop("occluder", None)
    return finish_from_json(entry, name), _text(occluder, "occluder", name) if occluder is not None else None


def parse_scene(text: str, name: str) -> SceneText:
    """Read a scene file.

    Args:
        text: the file's content.
        name: the file's name, for messages.

    Raises:
        WorkspaceError: it is not what a scene file holds; the message says what is wrong.
        PlacementError: a figure cannot be placed so.
    """
    entry = _object(_json(text, name), name)
    _only(entry, {"background", "occluder", "figures"}, name)
    figures, occluder = entry.get("figures"), entry.get("occluder")
    if not isinstance(figures, list) or not figures:
        raise WorkspaceError("{file}: 'figures' lists at least one figure. Add one.", file=name)
    return SceneText(
        _text(entry.get("background"), "background", name),
        tuple(_figure(figure, name) for figure in figures),
        _text(occluder, "occluder", name) if occluder is not None else None,
    )


def format_scene(scene: SceneText) -> str:
    """The scene as a file; :func:`parse_scene` gives it back exactly."""
    entry: dict[str, Any] = {"background": scene.background}
    if scene.occluder is not None:
        entry["occluder"] = scene.occluder
    entry["figures"] = [figure_to_json(figure) for figure in scene.figures]
    return json.dumps(entry, indent=1, ensure_ascii=False) + "\n"


def figure_to_json(figure: SceneFigure) -> dict[str, Any]:
    """An entry of ``figures``."""
    placement, finish = placement_to_json(figure.placement), finish_to_json(figure.finish)
    return {"figure": figure.figure, **placement, "finish": finish}


def placement_to_json(placement: Placement) -> dict[str, Any]:
    """The placement as a scene file holds it."""
    points = {name: list(getattr(placement, name)) for name in _POINTS}
    return {**points, "flip": placement.flip, "rotate": placement.rotate}


def finish_to_json(finish: Finish) -> dict[str, float]:
    """The values of a finish that differ from the default."""
    plain = asdict(Finish())
    return {name: value for name, value in asdict(finish).items() if value != plain[name]}


def placement_from_json(entry: Mapping[str, Any], name: str) -> Placement:
    """Read the placement of an entry of ``figures``.

    Raises:
        WorkspaceError: a value is missing or of another kind.
        PlacementError: the figure cannot be placed so.
    """
    flip = entry.get("flip", False)
    if not isinstance(flip, bool):
        raise WorkspaceError("{file}: 'flip' is true or false.", file=name)
    position, top, bottom = (_point(entry.get(key), key, name) for key in _POINTS)
    try:
        return Placement(position, top, bottom, flip, _number(entry.get("rotate", 0), "rotate", name))
    except PlacementError as error:
        error.add_note(name)
        raise


def finish_from_json(entry: object, name: str) -> Finish:
    """Read the values of a finish.

    Raises:
        WorkspaceError: something else stands there.
    """
    values = _object(entry, name)
    _only(values, {one.name for one in fields(Finish)}, name)
    given = {key: _number(value, key, name) for key, value in values.items() if value is not None}
    try:
        return Finish(**given)
    except InputError as error:
        raise WorkspaceError(
            "{file}: '{name}' must be from {low} to {high}, not {value}.", file=name, **error.values
        ) from None


def _figure(entry: object, name: str) -> SceneFigure:
    values = _object(entry, name)
    _only(values, {"figure", "finish", *_PLACEMENT}, name)
    return SceneFigure(
        _text(values.get("figure"), "figure", name),
        placement_from_json(values, name),
        finish_from_json(values.get("finish", {}), name),
    )


def _json(text: str, name: str) -> object:
    try:
        return json.loads(text)
    except (ValueError, RecursionError) as error:
        line = error.lineno if isinstance(error, json.JSONDecodeError) else 1
        raise WorkspaceError("{file}, line {line}: this is not JSON. Correct it.", file=name, line=line) from None


def _object(entry: object, name: str) -> dict[str, Any]:
    if not isinstance(entry, dict):
        raise WorkspaceError("{file}: names and values in curly brackets are expected. Correct it.", file=name)
    return dict(entry)


def _only(entry: Mapping[str, Any], known: set[str], name: str) -> None:
    for key in entry:
        if key not in known:
            raise WorkspaceError(
                "{file}: there is no '{name}' here. Choose from: {known}.",
                file=name,
                name=key[:40],
                known=", ".join(sorted(known)),
            )


def _text(value: object, key: str, name: str) -> str:
    if not isinstance(value, str) or not value:
        raise WorkspaceError("{file}: '{name}' is missing, or not a name in quotes.", file=name, name=key)
    return value


def _number(value: object, key: str, name: str) -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not math.isfinite(value):
        raise WorkspaceError("{file}: '{name}' is not a number.", file=name, name=key)
    return float(value)


def _point(value: object, key: str, name: str) -> Point:
    if not isinstance(value, list) or len(value) != 2:
        raise WorkspaceError("{file}: '{name}' is two numbers in brackets, as in [640, 1190].", file=name, name=key)
    return _number(value[0], key, name), _number(value[1], key, name)
