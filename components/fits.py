"""The workspaces of a visit's fits: what goes into one before its run, and what the page shows of it afterwards."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final

from components.previews import Figure, figure_preview, pose_preview, preview
from components.visit import SLOTS, Fit, Stage, Visit
from vton_core.images import read_image, read_rgba
from vton_core.pipeline import StepName
from vton_core.steps.compose import figure_geometry
from vton_core.types import Placement
from vton_core.workspace import Workspace

__all__ = [
    "FIT_STEPS",
    "composite_file",
    "cutout_file",
    "discard",
    "figure_file",
    "figure_view",
    "kept",
    "prepare",
    "prune",
    "set_scene",
    "stage_preview",
]

FIT_STEPS: Final[tuple[StepName, ...]] = ("step1", "step2", "step3", "step4")
_OF_THE_GARMENT: Final = ("cloth", "cloth-mask", "test_pairs.txt", "bg_images", "backgrounds.txt")
_OF_STEP4: Final = ("viton-hd", "figure", "final")


def _link(source: str, target: str) -> str:
    """Share a file instead of copying it: every step replaces its files whole, so a shared one never changes."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target


def prepare(visit: Visit, number: int, reused: Fit | None) -> int:
    """Lay out the workspace of a fit: the model and the garment, and what an earlier fit knows of the same model.

    Args:
        visit: whose.
        number: the fit's number.
        reused: a finished fit of the same model.

    Returns:
        The index in ``FIT_STEPS`` of the first step that has to run.
    """
    root = visit.fit_root(number)
    if reused and visit.fit_root(reused.number).is_dir():
        skipped = shutil.ignore_patterns(*_OF_THE_GARMENT, *_OF_STEP4)
        shutil.copytree(visit.fit_root(reused.number), root, copy_function=_link, ignore=skipped)
        first = FIT_STEPS.index("step4")
    else:
        first = 0
        _put(visit.upload_file("model"), root / "inputs" / "org_img", "model")
    _put(visit.upload_file("garment"), root / "inputs" / "cloth", "garment")
    return first


def _put(source: Path, folder: Path, stem: str) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    target = folder / f"{stem}{source.suffix}"
    partial = folder / f".{stem}.partial"
    _link(str(source), str(partial))
    os.replace(partial, target)
    for other in folder.glob(f"{stem}.*"):
        if other != target:
            other.unlink()
    return target


def set_scene(workspace: Workspace, background: Path, placement: Placement) -> None:
    """Write the background, the position file and ``backgrounds.txt`` of a composite."""
    inputs = workspace.root / "inputs"
    picture = _put(background, inputs / "bg_images", "background")
    points = (placement.position, placement.top, placement.bottom)
    lines = [" ".join(f"{value:.10g}" for value in point) for point in points] + ["flip"] * placement.flip
    _write(inputs / "bg_images" / "position.txt", "\n".join(lines) + "\n")
    _write(inputs / "backgrounds.txt", f"bg_images/{picture.name} bg_images/position.txt\n")


def _write(target: Path, text: str) -> None:
    partial = target.with_name(f".{target.name}.partial")
    partial.write_text(text, "utf-8")
    os.replace(partial, target)


def cutout_file(workspace: Workspace) -> Path:
    """The model's cutout, RGBA at the source's resolution."""
    return workspace.root / "output" / "background_step1" / "model.png"


def figure_file(workspace: Workspace) -> Path:
    """The dressed figure, RGBA at the source's resolution."""
    return workspace.root / "output" / "figure" / "model_garment.png"


def composite_file(workspace: Workspace) -> Path:
    """The finished picture."""
    return workspace.root / "output" / "final" / "model_garment_background.png"


def stage_preview(visit: Visit, workspace: Workspace, number: int, index: int) -> str:
    """Make the preview of the stage that ``FIT_STEPS[index]`` has just finished, and name it."""
    name = f"fit-{number:04d}-{index + 1}.webp"
    target = visit.preview_file(name)
    inputs, output = workspace.root / "inputs", workspace.root / "output"
    if index == 0:
        preview(read_rgba(cutout_file(workspace)), target, side=960)
    elif index == 1:
        photo, rendered = inputs / "image" / "model.png", inputs / "openpose-img" / "model_rendered.png"
        pose_preview(photo, rendered, target, _photo_box(workspace))
    elif index == 2:
        x0, y0, x1, y1 = _photo_box(workspace)
        parse = read_image(output / "cihp_parsing" / "model_vis.png")
        preview(parse[y0:y1, x0:x1], target, side=960)
    else:
        preview(read_rgba(figure_file(workspace)), target, side=960)
    return name


def _photo_box(workspace: Workspace) -> tuple[int, int, int, int]:
    """Where the source photo lies on the canvas: ``x0, y0, x1, y1``, cut at the canvas."""
    canvas = json.loads((workspace.root / "inputs" / "image" / "model_canvas.json").read_text("utf-8"))
    (ox, oy), (w, h), (sw, sh), scale = canvas["offset"], canvas["size"], canvas["source_size"], canvas["scale"]
    x0, y0 = max(0, round(ox)), max(0, round(oy))
    x1, y1 = min(w, round(ox + scale * sw)), min(h, round(oy + scale * sh))
    return x0, y0, max(x1, x0 + 1), max(y1, y0 + 1)


def figure_view(visit: Visit, workspace: Workspace, number: int) -> Figure:
    """Make the transparent preview that the placement canvas moves about."""
    file = figure_file(workspace)
    geometry = figure_geometry((read_rgba(file)[:, :, 3] / 255.0).astype("float32"))
    return figure_preview(file, visit.preview_file(f"figure-{number:04d}.webp"), geometry.anchor, geometry.height)


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
