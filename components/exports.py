"""What can be taken away of a picture: other formats, its layers, its figures alone, the whole project."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Final

from components import fits, jobs, notes, scene
from components.i18n import Message
from components.visit import Visit
from vton_core.errors import InputError
from vton_core.export.formats import encode
from vton_core.export.project import pack
from vton_core.images import read_picture
from vton_core.progress import OUTPUT_FORMATS, PictureFormat, Settings
from vton_core.storage import make_folder, write_bytes
from vton_core.workers.protocol import JobRunner
from vton_core.workspace import Workspace

__all__ = ["FORMATS", "begin", "begin_project"]

FORMATS: Final = OUTPUT_FORMATS
"""In which a picture can be saved."""

_ENDINGS: Final[Mapping[str, str]] = {"jpeg": "jpg", "tiff": "tif"}


def _target(visit: Visit, name: str) -> Path:
    """Where a file that is about to be taken away lies; what was taken before goes."""
    folder = visit.root / "saved"
    make_folder(folder)
    for file in folder.iterdir():
        if file.is_file() and file.name != name:
            file.unlink(missing_ok=True)
    return folder / name


def begin(
    runner: JobRunner, settings: Settings, visit: Visit, number: int, what: str, done: Callable[[Path], None]
) -> bool:
    """Begin to make a file of a finished picture; whether it began: not where one is being made.

    Another format is made of the picture's own pixels. Layers and the figures alone need the picture composed again,
    in the background.

    Args:
        runner: composes.
        settings: the format and its quality among them.
        visit: whose picture it is; its lock is held.
        number: the picture's number.
        what: ``composite`` or ``placed``, its figures alone.
        done: takes the file.

    Raises:
        InputError: only the newest picture can be composed again.
    """
    if visit.saving:
        return False
    if what == "composite" and settings.format != "ora":
        name = f"tryon-{number}.{_ENDINGS.get(settings.format, settings.format)}"
        _follow(visit, "here", name, partial(_convert, visit, number, settings.format, settings.quality), done)
        return True
    if visit.pictured != number or visit.composing:
        raise InputError("Only the newest picture can be taken apart. Compose this one again first.")
    root = _emptied(visit)
    fits.share_all(visit.scene_root("picture"), root)
    wanted = settings if what == "composite" else replace(settings, format="png", placed=True)
    job = runner.submit(root, ("step5",), wanted)
    name = f"tryon-{number}.ora" if what == "composite" else f"figures-{number}.png"
    _follow(visit, job, name, partial(_compose, runner, job, Workspace(root), what), done)
    return True


def begin_project(settings: Settings, visit: Visit, done: Callable[[Path], None]) -> bool:
    """Begin to keep the workspace of the last fit and the scene of the last picture in one project file; whether it
    began: not where a file is being made.

    Args:
        settings: the canvas and what else was not chosen for the fit.
        visit: whose; its lock is held.
        done: takes the file.

    Raises:
        InputError: there is nothing to keep yet.
        StorageError: the disk is full.
    """
    arrangement = visit.here
    if visit.fit is None or arrangement is None:
        raise InputError("There is no {what} to download yet. Press Fit first.", what="project")
    if visit.saving:
        return False
    workspace = scene.write(visit, arrangement, _emptied(visit))
    fits.share_all(visit.fit_root(visit.fit.number), workspace.root)
    fits.under_own_name(workspace)
    notes.write(visit, workspace, arrangement)
    chosen: dict[str, Any] = {**visit.fit.engines, **visit.fit.wearing}
    work = partial(pack, workspace, replace(settings, **chosen))
    _follow(visit, "here", f"project-{visit.fit.number}.zip", work, done)
    return True


def _emptied(visit: Visit) -> Path:
    root = visit.scene_root("saved")
    shutil.rmtree(root, ignore_errors=True)
    return root


def _follow(visit: Visit, job: str, name: str, work: Callable[[Path], None], done: Callable[[Path], None]) -> None:
    """Let ``work`` write the file of that name beside the page, then hand it to ``done``."""
    visit.saving = job
    visit.changed()

    def save() -> None:
        target = _target(visit, name)
        work(target)
        _emptied(visit)
        with visit.lock:
            done(target)
            visit.saving = None  # last: who sees that nothing is being made any more finds the file

    def failed(_: str, said: Message) -> None:
        with visit.lock:
            visit.fail("result", said)
            visit.saving = None

    jobs.follow(f"save-{job}", save, failed)


def _convert(visit: Visit, number: int, kind: PictureFormat, quality: int | None, target: Path) -> None:
    """With the same pixels, colour profile and resolution."""
    write_bytes(target, encode(read_picture(visit.composite_file(number)), kind, quality))


def _compose(runner: JobRunner, job: str, workspace: Workspace, what: str, target: Path) -> None:
    jobs.wait(runner, job)
    made = workspace.placed_file(scene.NAME) if what == "placed" else workspace.result_file(scene.NAME, "ora")
    write_bytes(target, made.read_bytes())
