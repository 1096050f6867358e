"""The accordion of corrections by hand: masks, joints and landmarks, edited in the browser (``assets/correct.js``)."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from typing import Any, Final, Literal

import numpy as np

from components import edits, fits
from components.previews import preview
from components.visit import Cloth, Fit, Visit
from vton_core.errors import InputError
from vton_core.images import read_image, read_rgba
from vton_core.types import Canvas, Joint
from vton_core.workspace import Workspace

__all__ = ["checked_points", "subjects", "taken", "view"]

_MODEL: Final = fits.PAIR.model


def view(visit: Visit, url: Callable[[str], str], made: bool) -> dict[str, Any]:
    """What the panel shows.

    Args:
        visit: whose page it is.
        url: the address of a preview, by its name.
        made: the fit that is there is of the pictures and the engines that are chosen now.
    """
    number, known = visit.subjects
    fit = visit.fit.number if visit.fit and made else 0
    return {
        "id": fit,
        "running": visit.running,
        "subjects": [_shown(subject, url) for subject in known] if fit == number else [],
        "edited": sorted(visit.edits),
        "behind": edits.differing(visit.fit.edits, edits.standing(visit.edits)) if fit and visit.fit else [],
        "errors": visit.errors.get("correct", []),
    }


def _shown(subject: Mapping[str, Any], url: Callable[[str], str]) -> dict[str, Any]:
    pictures = {name: url(subject[name]) for name in ("photo", "mask", "layer") if subject.get(name)}
    return {**subject, **pictures}


def subjects(visit: Visit, fit: Fit) -> list[dict[str, Any]]:
    """What can be corrected in a fit of the visit; the pictures for it are made beside the visit's previews.

    Returns:
        For each: ``id``; ``kind`` (``mask`` or ``points``); ``photo``, a preview's name; ``size``, ``(width, height)``
        of the picture in whose pixels points are; of a mask ``mask`` and ``layer``, previews' names; of points
        ``points`` and ``found``, by name, ``None`` for a joint that is not there.
    """
    workspace = Workspace(visit.fit_root(fit.number))
    found = [_cutout(visit, fit, workspace), _joints(visit, fit, workspace)]
    found += _garment(visit, fit, workspace, "garment")
    if fit.second:
        found += _garment(visit, fit, workspace, "second")
    return found


def _name(fit: Fit, what: str) -> str:
    return f"edit-{fit.number:04d}-{what}.webp"


def _masked(
    visit: Visit, fit: Fit, subject: str, photo: str, alpha: np.ndarray[Any, np.dtype[np.uint8]]
) -> dict[str, Any]:
    """A subject that is a mask: its preview is white, as transparent as the mask is black."""
    name = _name(fit, subject)
    preview(np.dstack([np.full((*alpha.shape, 3), 255, np.uint8), alpha]), visit.preview_file(name))
    layer = visit.edits.get(subject, {}).get("layer", "")
    size = (alpha.shape[1], alpha.shape[0])
    return {"id": subject, "kind": "mask", "photo": photo, "size": size, "mask": name, "layer": layer}


def _photo(fit: Fit, slot: Literal["model", "garment", "second"]) -> str:
    return f"{slot}-{getattr(fit, slot)[:16]}.webp"


def _cutout(visit: Visit, fit: Fit, workspace: Workspace) -> dict[str, Any]:
    alpha = read_rgba(edits.found_cutout(workspace))[..., 3]
    return _masked(visit, fit, edits.CUTOUT, _photo(fit, "model"), np.ascontiguousarray(alpha))


def _joints(visit: Visit, fit: Fit, workspace: Workspace) -> dict[str, Any]:
    canvas, keypoints = workspace.read_canvas(_MODEL), workspace.read_pose(_MODEL).keypoints
    name = _name(fit, "canvas")
    preview(workspace.read_canvas_image(_MODEL), visit.preview_file(name))
    points = {
        joint.name: [float(v) for v in keypoints[joint, :2]] if keypoints[joint, 2] > 0 else None for joint in Joint
    }
    before = {
        joint: [float(v) for v in canvas.to_canvas(np.array(at[:2]))] if at else None
        for joint, at in visit.edits.get(edits.JOINTS, {}).get("found", {}).items()
    }
    return {
        "id": edits.JOINTS,
        "kind": "points",
        "photo": name,
        "size": canvas.size,
        "points": points,
        "found": {**points, **before},
    }


def _garment(visit: Visit, fit: Fit, workspace: Workspace, slot: Cloth) -> list[dict[str, Any]]:
    found = []
    mask = edits.found_mask(workspace, slot)
    if mask.is_file():
        alpha = np.ascontiguousarray(read_image(mask)[..., 0])
        found.append(_masked(visit, fit, edits.mask_of(slot), _photo(fit, slot), alpha))
    landmarks = workspace.read_landmarks(slot)
    if landmarks:
        subject = edits.points_of(slot)
        points = {name: list(at) for name, at in landmarks.points.items()}
        before = {name: at for name, at in visit.edits.get(subject, {}).get("found", {}).items() if name in points}
        found.append(
            {
                "id": subject,
                "kind": "points",
                "photo": _photo(fit, slot),
                "size": landmarks.size,
                "points": points,
                "found": {**points, **before},
            }
        )
    return found


def checked_points(sent: Any, known: Mapping[str, Any]) -> dict[str, list[float] | None]:
    """The moved points that a browser or an API client sent: ``{name: [x, y]}``, ``None`` for one that is gone.

    Raises:
        InputError: a name that is not known, or what is no point.
    """
    found: dict[str, list[float] | None] = {}
    for name, at in dict(sent).items():
        if name not in known:
            raise InputError(
                "There is no point called {name}. Known are: {known}.", name=name, known=", ".join(sorted(known))
            )
        found[str(name)] = None if at is None else _point(name, at)
    return found


def _point(name: str, at: Any) -> list[float]:
    try:
        x, y = (float(value) for value in at)
    except (TypeError, ValueError, OverflowError):
        x = y = math.nan
    if not (abs(x) < 1e5 and abs(y) < 1e5):
        raise InputError("The point {name} has no place. Give it two numbers, [x, y], in pixels.", name=name)
    return [x, y]


def taken(visit: Visit, sent: Mapping[str, Any], layers: Mapping[str, str]) -> dict[str, dict[str, Any]]:
    """The visit's corrections with those that were sent; an empty one takes back what was corrected before.

    Args:
        visit: whose.
        sent: by subject of points, which points were moved, see :func:`checked_points`.
        layers: by subject of a mask, the name of its layer's preview, empty for none.

    Raises:
        InputError: something is no correction of the fit that is there.
    """
    known = {subject["id"]: subject for subject in visit.subjects[1]}
    changed = dict(visit.edits)
    for name in (*sent, *layers):
        if name not in known or (known[name]["kind"] == "mask") != (name in layers):
            raise InputError("There is nothing called {name} to correct here. Press Fit first.", name=name)
    for name, layer in layers.items():
        changed[name] = {"layer": layer}
    for name, points in sent.items():
        changed[name] = _moved(visit, known[name], points)
    return {name: edit for name, edit in changed.items() if edit.get("moved") or edit.get("layer")}


def _moved(visit: Visit, subject: Mapping[str, Any], sent: Any) -> dict[str, Any]:
    """``{"moved", "found"}``: the points that do not lie where they were found, and where those were found."""
    found = subject["found"]
    moved = {name: at for name, at in checked_points(sent, found).items() if at != found[name]}
    # Also of points that were moved before: they go back there.
    before = {name: found[name] for name in (*visit.edits.get(subject["id"], {}).get("found", {}), *moved)}
    if subject["id"] != edits.JOINTS:
        return {"moved": moved, "found": before}
    # A joint belongs to the photo: the canvas may lie otherwise once the cutout has changed.
    canvas = Workspace(visit.fit_root(visit.fit.number if visit.fit else 0)).read_canvas(_MODEL)
    known = {name: [*at, 1.0] if at else None for name, at in _in_source(before, canvas).items()}
    return {"moved": _in_source(moved, canvas), "found": known}


def _in_source(points: Mapping[str, list[float] | None], canvas: Canvas) -> dict[str, list[float] | None]:
    return {name: at and [float(v) for v in canvas.to_source(np.array(at))] for name, at in points.items()}
