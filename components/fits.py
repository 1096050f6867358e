"""The workspaces of a visit's fits: what goes into one before its run, and what the page shows of it afterwards."""

from __future__ import annotations

import shutil
from collections.abc import Mapping, Sequence, Set
from dataclasses import replace
from fnmatch import fnmatch
from pathlib import Path
from typing import Any, Final

from components import edits, engines, wearing
from components.correction import standing
from components.previews import Figure, figure_preview
from components.records import CLOTHS, PAIR, SLOTS, Fit, Stage
from components.visit import Visit
from vton_core.engines import registry
from vton_core.progress import StepName
from vton_core.steps.compose import figure_geometry
from vton_core.storage import make_folder, share, write_text
from vton_core.workspace import Pair, Workspace

__all__ = [
    "FIT_STEPS",
    "KEPT",
    "changed_step",
    "discard",
    "earlier",
    "edited_so",
    "figure_view",
    "kept",
    "kinds",
    "made_so",
    "pair",
    "prepare",
    "prune",
    "put",
    "share_all",
    "under_one_name",
    "under_own_name",
    "worn_so",
]

FIT_STEPS: Final[tuple[StepName, ...]] = ("step1", "step2", "step3", "step4")
KEPT: Final = 6
"""How many fits' figures of a visit can be placed: the last one's and those before it."""
_OF_THE_GARMENT: Final = (
    *("cloth", "cloth-mask", "cloth-landmarks", "*-mask.png", "test_pairs.txt", "bg_images", "backgrounds.txt"),
)
_DONE: Final = "by-hand"
_OF_STEPS: Final = (
    ("background_step1",),
    ("image", "openpose-json", "openpose-img"),
    ("cihp_parsing", "parse.png", "parse_vis.png"),
    ("viton-hd", "figure", "final"),
)


def changed_step(before: Mapping[str, str], now: Mapping[str, str]) -> int:
    """The index in ``FIT_STEPS`` of the first step that another engine does now; their number if there is none."""
    for index, step in enumerate(engines.STEPS):
        if before.get(step, registry.default(step)) != now[step]:
            return index
    return len(FIT_STEPS)


def made_so(visit: Visit, now: Mapping[str, str]) -> bool:
    """The fit that is there is of the pictures chosen now, and of these engines."""
    fit, model, garment = visit.fit, visit.uploads.get("model"), visit.uploads.get("garment")
    if not (fit and model and garment) or (fit.model, fit.garment) != (model.digest, garment.digest):
        return False
    second = visit.uploads.get("second")
    if fit.second != (second.digest if second else ""):
        return False
    return changed_step(fit.engines, now) == len(FIT_STEPS)


def worn_so(visit: Visit, wishes: Mapping[str, Any]) -> bool:
    """The garment of the fit that is there is worn so; a fit from before there were wishes had none."""
    return visit.fit is not None and {**wearing.AS_IT_COMES, **visit.fit.wearing} == dict(wishes)


def edited_so(visit: Visit) -> bool:
    """The fit that is there has what is corrected by hand now, and nothing else."""
    return visit.fit is not None and visit.fit.edits == standing(visit.edits)


def pair(visit: Visit) -> Pair:
    """Model and garments as a fit's workspace calls them: two garments are worn in the order of their slots."""
    return Pair(PAIR.model, "+".join(slot for slot in CLOTHS if slot in visit.uploads))


def share_all(source: Path, target: Path, skipped: Sequence[str] = ()) -> None:
    """Share the files of a fit's workspace with another workspace, but for those below names of these patterns.

    Raises:
        StorageError: the disk is full.
    """
    for file in sorted(source.rglob("*")):
        name = file.relative_to(source)
        if file.is_file() and not any(fnmatch(part, pattern) for part in name.parts for pattern in skipped):
            share(file, target / name)


def prepare(visit: Visit, number: int, reused: Fit | None, changed: int) -> int:
    """Lay out the workspace of a fit: the model and the garments, what an earlier fit knows of the same model, and what
    was corrected by hand; corrections of what is done anew are let go.

    Args:
        visit: whose.
        number: the fit's number.
        reused: a finished fit of the same model.
        changed: the index in ``FIT_STEPS`` of the first step that has to be done otherwise than in that fit.

    Returns:
        The index in ``FIT_STEPS`` of the first step that has to run.
    """
    root = visit.fit_root(number)
    workspace = Workspace(root)
    if reused and changed and visit.fit_root(reused.number).is_dir():
        if changed < FIT_STEPS.index("step3"):
            visit.edits.pop(edits.JOINTS, None)
        step = edits.changed_step(reused.edits, standing(visit.edits))
        first = min(changed, step, FIT_STEPS.index("step4"))
        later = [name for names in _OF_STEPS[first:] for name in names]
        share_all(visit.fit_root(reused.number), root, (*_OF_THE_GARMENT, _DONE, *later))
        edits.lay_figure(visit, workspace, reused.edits)
    else:
        first = 0
        edits.forget(visit, "model")
        put(visit.upload_file("model"), root / "inputs" / "org_img", PAIR.model)
    digests = {"garment": reused.garment, "second": reused.second} if reused else {}
    for slot in edits.cloths(visit):
        put(visit.upload_file(slot), root / "inputs" / "cloth", slot)
        same = reused if digests.get(slot) == visit.uploads[slot].digest else None
        earlier = Workspace(visit.fit_root(same.number)) if same else None
        edits.lay_garment(visit, workspace, slot, earlier, same.edits if same else {})
    both = pair(visit)
    write_text(workspace.inputs / "test_pairs.txt", f"{both.model} {both.cloth}\n")
    return first


def kinds(workspace: Workspace) -> dict[str, str]:
    """As what the garments of a fit were worn, by slot, where the engine tells."""
    known = {slot: workspace.read_landmarks(slot) for slot in CLOTHS}
    return {slot: landmarks.garment for slot, landmarks in known.items() if landmarks}


def under_one_name(workspace: Workspace, made: Pair) -> None:
    """Call what two garments came out as what one comes out: everything after a fit knows one name."""
    for file in (workspace.tryon_file, workspace.figure_file):
        if made != PAIR and file(made).is_file():
            file(made).replace(file(PAIR))


def put(source: Path, folder: Path, stem: str) -> Path:
    """Share ``source`` with a workspace as the one file called ``stem`` in ``folder``, and return it there."""
    target = folder / f"{stem}{source.suffix}"
    partial = folder / f".{stem}.part"
    share(source, partial)
    partial.replace(target)
    for other in folder.glob(f"{stem}.*"):
        if other != target:
            other.unlink()
    return target


def under_own_name(workspace: Workspace) -> None:
    """Let what two garments came out as, and is called as what one comes out, also be found by the name that steps give
    it: in a project nothing has to be done again then."""
    made = workspace.pairs()[0]
    for file in (Workspace.tryon_file, Workspace.figure_file):
        if made != PAIR and file(workspace, PAIR).is_file():
            share(file(workspace, PAIR), file(workspace, made))


def figure_view(visit: Visit, workspace: Workspace, number: int) -> Figure:
    """Make the transparent preview that the placement canvas moves about."""
    figure = workspace.read_figure(PAIR)
    geometry = figure_geometry(figure.alpha)
    target = visit.preview_file(f"figure-{number:04d}.webp")
    return figure_preview(figure, target, geometry.anchor, geometry.height)


def kept(stages: Sequence[Stage]) -> list[Stage]:
    """Stages of an earlier fit of the same model, as they stand in the next."""
    return [replace(stage, status="kept") for stage in stages]


def discard(visit: Visit, number: int) -> None:
    """Remove the workspace of a run that did not end well; its previews stay while they are shown."""
    shutil.rmtree(visit.fit_root(number), ignore_errors=True)


def earlier(visit: Visit, now: Fit, replaced: bool) -> list[Fit]:
    """The fits whose figures are kept beside that of ``now``: the last few, and those that stand on the background.

    Args:
        visit: whose.
        now: the fit that has just ended.
        replaced: it takes the place of the one before, which is not kept then.
    """
    before = visit.fit
    found = [*visit.earlier, *((before,) if before and not replaced else ())]
    placed = {entry["figure"] for entry in visit.arrangement["figures"]} if visit.arrangement else set()
    spare = [fit for fit in found if fit.number not in placed]
    gone = spare[: max(0, len(found) + 1 - KEPT)]
    return [fit for fit in found if fit not in gone and fit.number != now.number]


def prune(visit: Visit) -> None:
    """Remove what nothing refers to any more: all fits but the last, of which the figures of some are kept, uploads
    that were replaced, old previews."""
    number = visit.fit.number if visit.fit else 0
    for fit in visit.earlier:
        source, target = visit.figure_file(fit.number), visit.kept_figure_file(fit.number)
        if source != target and source.is_file():
            make_folder(target.parent)
            source.replace(target)
    visit.stood = {at: entry for at, entry in visit.stood.items() if entry["figure"] in visit.known_fits}
    _remove(visit.root / "fits", {f"{number:04d}"})
    _remove(visit.root / "figures", {f"{fit.number:04d}.png" for fit in visit.earlier})
    digests = {upload.digest[:16] for upload in visit.uploads.values()}
    _remove(visit.root / "cuts", digests)
    layers = {edit.get("layer") for edit in visit.edits.values()}
    for file in _files(visit.root / "uploads"):
        if not any(digest in file.name for digest in digests):
            file.unlink(missing_ok=True)
    wanted = {stage.preview for stage in visit.fit.stages} if visit.fit else set()
    wanted |= {fit.figure.preview for fit in visit.known_fits.values()}
    wanted |= {visit.arrangement["occluder"]} if visit.arrangement else set()
    for file in _files(visit.root / "previews"):
        of_slot = file.name.startswith(SLOTS) and not any(digest in file.name for digest in digests)
        of_scene = file.name.startswith(("fit-", "figure-", "occluder-")) and file.name not in wanted
        of_edit = file.name.startswith("edit-") and not file.name.startswith(f"edit-{number:04d}-")
        of_layer = file.name.startswith("layer-") and file.name not in layers
        if of_slot or of_scene or of_edit or of_layer:
            file.unlink(missing_ok=True)


def _files(folder: Path) -> list[Path]:
    return list(folder.iterdir()) if folder.is_dir() else []


def _remove(folder: Path, wanted: Set[str]) -> None:
    for file in _files(folder):
        if file.name not in wanted:
            # A job may still write there: what stays goes the next time.
            shutil.rmtree(file, ignore_errors=True) if file.is_dir() else file.unlink(missing_ok=True)
