"""The workspaces of a visit's fits: what goes into one before its run, and what the page shows of it afterwards."""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

from components import engines, wearing
from components.previews import Figure, figure_preview
from components.visit import SLOTS, Fit, Stage, Visit
from vton_core.engines import registry
from vton_core.positions import format_position
from vton_core.progress import StepName
from vton_core.steps.compose import figure_geometry
from vton_core.storage import make_folder, write_text
from vton_core.types import Placement
from vton_core.workspace import Pair, Workspace

__all__ = [
    "FIT_STEPS",
    "PAIR",
    "SCENE",
    "changed_step",
    "discard",
    "figure_view",
    "kept",
    "made_so",
    "prepare",
    "prune",
    "set_scene",
    "worn_so",
]

FIT_STEPS: Final[tuple[StepName, ...]] = ("step1", "step2", "step3", "step4")
PAIR: Final = Pair("model", "garment")
SCENE: Final = "background"
_OF_THE_GARMENT: Final = ("cloth", "cloth-mask", "test_pairs.txt", "bg_images", "backgrounds.txt")
_OF_STEPS: Final = (
    ("background_step1",),
    ("image", "openpose-json", "openpose-img"),
    ("cihp_parsing",),
    ("viton-hd", "figure", "final"),
)


def _link(source: str, target: str) -> str:
    """Share a file instead of copying it: every step replaces its files whole, so a shared one never changes."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


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
    return changed_step(fit.engines, now) == len(FIT_STEPS)


def worn_so(visit: Visit, wishes: Mapping[str, Any]) -> bool:
    """The garment of the fit that is there is worn so; a fit from before there were wishes had none."""
    return visit.fit is not None and {**wearing.AS_IT_COMES, **visit.fit.wearing} == dict(wishes)


def prepare(visit: Visit, number: int, reused: Fit | None, changed: int) -> int:
    """Lay out the workspace of a fit: the model and the garment, and what an earlier fit knows of the same model.

    Args:
        visit: whose.
        number: the fit's number.
        reused: a finished fit of the same model.
        changed: the index in ``FIT_STEPS`` of the first step that has to be done otherwise than in that fit.

    Returns:
        The index in ``FIT_STEPS`` of the first step that has to run.
    """
    root = visit.fit_root(number)
    if reused and changed and visit.fit_root(reused.number).is_dir():
        first = min(changed, FIT_STEPS.index("step4"))
        later = [name for names in _OF_STEPS[first:] for name in names]
        skipped = shutil.ignore_patterns(*_OF_THE_GARMENT, *later)
        shutil.copytree(visit.fit_root(reused.number), root, copy_function=_link, ignore=skipped)
    else:
        first = 0
        _put(visit.upload_file("model"), root / "inputs" / "org_img", PAIR.model)
    _put(visit.upload_file("garment"), root / "inputs" / "cloth", PAIR.cloth)
    return first


def _put(source: Path, folder: Path, stem: str) -> Path:
    make_folder(folder)
    target = folder / f"{stem}{source.suffix}"
    partial = folder / f".{stem}.part"
    partial.unlink(missing_ok=True)
    _link(str(source), str(partial))
    partial.replace(target)
    for other in folder.glob(f"{stem}.*"):
        if other != target:
            other.unlink()
    return target


def set_scene(workspace: Workspace, background: Path, placement: Placement) -> None:
    """Write the background, the position file and ``backgrounds.txt`` of a composite."""
    folder = workspace.inputs / "bg_images"
    picture = _put(background, folder, SCENE)
    write_text(folder / "position.txt", format_position(placement))
    write_text(workspace.inputs / "backgrounds.txt", f"bg_images/{picture.name} bg_images/position.txt\n")


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


def prune(visit: Visit) -> None:
    """Remove what nothing refers to any more: all fits but the last, uploads that were replaced, old previews.

    A composite that is under way works in the fit it began with: then the next call removes what is left.
    """
    if visit.composing:
        return
    fit = visit.fit.number if visit.fit else 0
    for folder in (visit.root / "fits").iterdir():
        if folder.name != f"{fit:04d}":
            shutil.rmtree(folder, ignore_errors=True)
    digests = {upload.digest[:16] for upload in visit.uploads.values()}
    wanted = {stage.preview for stage in visit.fit.stages} if visit.fit else set()
    for file in (visit.root / "uploads").iterdir():
        if not any(digest in file.name for digest in digests):
            file.unlink(missing_ok=True)
    for file in (visit.root / "previews").iterdir():
        of_slot = file.name.startswith(SLOTS) and not any(digest in file.name for digest in digests)
        of_fit = file.name.startswith("fit-") and file.name not in wanted
        of_figure = file.name.startswith("figure-") and file.name != f"figure-{fit:04d}.webp"
        if of_slot or of_fit or of_figure:
            file.unlink(missing_ok=True)
