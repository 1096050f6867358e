"""Correcting a fit by hand: what there is to correct, and what was corrected, for the next fit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from components import edits, state, uploads
from components.correction import Correction, MaskSubject, PartsSubject, Points, PointsSubject, Subject, checked_points
from components.previews import SIDE, preview
from components.records import PAIR, Cloth, Fit
from components.visit import Visit
from vton_core.errors import InputError, VtonError
from vton_core.images import read_image, read_labels, read_rgba, write_png
from vton_core.labels import PALETTE, Label
from vton_core.steps.body_parts import PAINTS, on_photo
from vton_core.types import Canvas, Joint, ParseMap
from vton_core.workspace import Workspace

__all__ = ["correct", "inspect"]


def inspect(visit: Visit, fit: Fit | None) -> None:
    """Make ready what can be corrected in a fit.

    Args:
        visit: whose.
        fit: the one that is there; ``None`` where it is of other pictures than are chosen now.
    """
    number = fit.number if fit else 0
    if number == visit.subjects[0]:
        return
    try:
        found = _subjects(visit, fit) if fit else []
    except (VtonError, OSError):
        if visit.fit is not fit:
            return  # another has taken its place meanwhile, and its files away
        raise
    with visit.lock:
        visit.subjects = (number, found)
        visit.changed()


def correct(visit: Visit, points: Mapping[str, Any], layers: Mapping[str, Path | None], *, whole: bool = False) -> None:
    """Remember what was corrected by hand, for the next fit.

    Args:
        visit: whose; its lock is held, and no fit is under way.
        points: by subject, all its points that were moved, in the subject's picture.
        layers: by subject, the file of its correcting layer; ``None`` for the mask as it was found.
        whole: the files are as large as the subject's picture, and those of masks are whole, white on black.

    Raises:
        InputError: something is no correction of the fit that is there.
        ImageError: a layer is no picture.
        StorageError: the disk is full.
    """
    before = visit.edits
    sizes = {subject["id"]: subject["size"] for subject in visit.subjects[1]} if whole else {}
    names = {
        subject: uploads.layer(visit, file, sizes.get(subject), parts=subject == edits.PARTS) if file else ""
        for subject, file in layers.items()
    }
    visit.edits = _taken(visit, points, names)
    try:
        state.save(visit)
    except VtonError:
        visit.edits = before
        raise
    visit.settle("correct")
    visit.changed()


def _subjects(visit: Visit, fit: Fit) -> list[Subject]:
    """What can be corrected in a fit of the visit; the pictures for it are made beside the visit's previews."""
    workspace = Workspace(visit.fit_root(fit.number))
    found: list[Subject] = [one(visit, fit, workspace) for one in (_cutout, _joints, _parts)]
    found += _garment(visit, fit, workspace, "garment")
    if fit.second:
        found += _garment(visit, fit, workspace, "second")
    return found


def _name(fit: Fit, what: str) -> str:
    return f"edit-{fit.number:04d}-{what}.webp"


def _masked(visit: Visit, fit: Fit, subject: str, photo: str, alpha: NDArray[np.uint8]) -> MaskSubject:
    """A subject that is a mask: its preview is white, as transparent as the mask is black."""
    name = _name(fit, subject)
    preview(np.dstack([np.full((*alpha.shape, 3), 255, np.uint8), alpha]), visit.preview_file(name))
    layer = visit.edits.get(subject, {}).get("layer", "")
    size = (alpha.shape[1], alpha.shape[0])
    return {"id": subject, "kind": "mask", "photo": photo, "size": size, "mask": name, "layer": layer}


def _photo(fit: Fit, slot: Literal["model", "garment", "second"]) -> str:
    return f"{slot}-{getattr(fit, slot)[:16]}.webp"


def _cutout(visit: Visit, fit: Fit, workspace: Workspace) -> MaskSubject:
    alpha = read_rgba(edits.found_cutout(workspace))[..., 3]
    return _masked(visit, fit, edits.CUTOUT, _photo(fit, "model"), np.ascontiguousarray(alpha))


def _joints(visit: Visit, fit: Fit, workspace: Workspace) -> PointsSubject:
    canvas, keypoints = workspace.read_canvas(PAIR.model), workspace.read_pose(PAIR.model).keypoints
    name = _name(fit, "canvas")
    preview(workspace.read_canvas_image(PAIR.model), visit.preview_file(name))
    points: Points = {
        joint.name: [float(v) for v in keypoints[joint, :2]] if keypoints[joint, 2] > 0 else None for joint in Joint
    }
    before: Points = {
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


def _parts(visit: Visit, fit: Fit, workspace: Workspace) -> PartsSubject:
    """Its preview shows the parts as they were found, in their colours, on the photo's frame."""
    name, canvas = f"edit-{fit.number:04d}-{edits.PARTS}.png", workspace.read_canvas(PAIR.model)
    # Colours that are exact, so that an area of one can be filled.
    found = _on_photo(read_labels(edits.found_parse(workspace), PALETTE), canvas)
    write_png(visit.preview_file(name), found)
    return {
        "id": edits.PARTS,
        "kind": "parts",
        "photo": _photo(fit, "model"),
        "size": canvas.source_size,
        "mask": name,
        "layer": visit.edits.get(edits.PARTS, {}).get("layer", ""),
        "paints": [(part.name.lower(), "#{:02x}{:02x}{:02x}".format(*PALETTE[part])) for part in PAINTS],
    }


def _on_photo(labels: ParseMap, canvas: Canvas) -> NDArray[np.uint8]:
    """Labels on the canvas as ``uint8 (H, W, 4)`` colours on the photo, at most as large as previews are."""
    scale = min(1.0, SIDE / max(canvas.source_size))
    width, height = (max(1, round(side * scale)) for side in canvas.source_size)
    there = on_photo(labels, canvas, (width, height))
    return np.dstack([PALETTE[there], np.where(there == Label.BACKGROUND, np.uint8(0), np.uint8(255))])


def _garment(visit: Visit, fit: Fit, workspace: Workspace, slot: Cloth) -> list[Subject]:
    found: list[Subject] = []
    mask = edits.found_mask(workspace, slot)
    if mask.is_file():
        alpha = np.ascontiguousarray(read_image(mask)[..., 0])
        found.append(_masked(visit, fit, edits.mask_of(slot), _photo(fit, slot), alpha))
    landmarks = workspace.read_landmarks(slot)
    if landmarks:
        subject = edits.points_of(slot)
        points: Points = {name: list(at) for name, at in landmarks.points.items()}
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


def _taken(visit: Visit, sent: Mapping[str, Any], layers: Mapping[str, str]) -> dict[str, Correction]:
    """The visit's corrections with those that were sent; an empty one takes back what was corrected before.

    Args:
        visit: whose.
        sent: by subject of points, which points were moved, see :func:`components.correction.checked_points`.
        layers: by subject that is painted, the name of its layer's preview, empty for none.

    Raises:
        InputError: something is no correction of the fit that is there.
    """
    known = {subject["id"]: subject for subject in visit.subjects[1]}
    changed = dict(visit.edits)
    for name in (*sent, *layers):
        if name not in known or (known[name]["kind"] != "points") != (name in layers):
            raise InputError("There is nothing called {name} to correct here. Press Fit first.", name=name)
    for name, layer in layers.items():
        changed[name] = {"layer": layer}
    for name, points in sent.items():
        subject = known[name]
        if subject["kind"] == "points":
            changed[name] = _moved(visit, subject, points)
    return {name: edit for name, edit in changed.items() if edit.get("moved") or edit.get("layer")}


def _moved(visit: Visit, subject: PointsSubject, sent: Any) -> Correction:
    """The points that do not lie where they were found, and where those were found."""
    found = subject["found"]
    joints = subject["id"] == edits.JOINTS
    checked = checked_points(sent, found, may_be_gone=joints)
    moved = {name: at for name, at in checked.items() if at != found[name]}
    # Also of points that were moved before: they go back there.
    before = {name: found[name] for name in (*visit.edits.get(subject["id"], {}).get("found", {}), *moved)}
    if not joints:
        return {"moved": moved, "found": before}
    # A joint belongs to the photo: the canvas may lie otherwise once the cutout has changed.
    canvas = Workspace(visit.fit_root(visit.fit.number if visit.fit else 0)).read_canvas(PAIR.model)
    known: Points = {name: [*at, 1.0] if at else None for name, at in _in_source(before, canvas).items()}
    return {"moved": _in_source(moved, canvas), "found": known}


def _in_source(points: Points, canvas: Canvas) -> Points:
    return {name: at and [float(v) for v in canvas.to_source(np.array(at))] for name, at in points.items()}
