"""A workspace as one file: photos, garments, what was corrected by hand, points, finishes and settings.

A project is a zip of the folder contract: ``inputs/`` whole, and of ``output/`` what the steps before the last have
made, which may have been edited. ``project.json`` says the version and the settings.
"""

from __future__ import annotations

import json
import re
import shutil
import stat
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Mapping
from dataclasses import asdict, fields
from itertools import chain
from pathlib import Path, PurePosixPath
from typing import Any, Final

from vton_core.errors import ProjectError, VtonError, WorkspaceError
from vton_core.export.archive import entry
from vton_core.progress import STEPS, Settings, StepName
from vton_core.storage import make_folder, replacing, storage_error
from vton_core.workspace import Workspace

__all__ = ["VERSION", "pack", "steps_left", "unpack"]

VERSION: Final = 1
"""Of the project file's layout."""
_ABOUT: Final = "project.json"
_KIND: Final = "VirtualTryOn project"
_FOLDERS: Final = (
    "inputs",
    "output/background_step1",
    "output/cihp_parsing",
    "output/cloth-landmarks",
    "output/viton-hd",
    "output/figure",
)
"""What a project keeps."""
_TEXTS: Final = (".txt", ".json")
_MOST_FILES: Final = 5000
_MOST_BYTES: Final = 2 << 30
_LONGEST_ABOUT: Final = 1 << 16
_CHUNK: Final = 1 << 20
_STRANGE: Final = re.compile("[\x00-\x1f\x7f\\\\\ud800-\udfff]")
"""Control characters, backslashes, and what is no Unicode."""


def pack(workspace: Workspace, settings: Settings, file: Path) -> None:
    """Write a workspace and its settings as a project file; the same files give the same bytes.

    Args:
        workspace: what is to be kept; hidden files are left out.
        settings: engines, wishes, canvas and format.
        file: where to.

    Raises:
        ProjectError: there is nothing to keep, or too much, or a link leads out of the workspace.
        StorageError: the disk is full, or the folder may not be written.
    """
    found = {name: path for name, path in _files(workspace).items() if path.resolve() != file.resolve()}
    if not found:
        raise ProjectError("There is nothing in {folder} to keep. Put photos into it first.", folder=workspace.inputs)
    if len(found) > _MOST_FILES or sum(path.stat().st_size for path in found.values()) > _MOST_BYTES:
        raise _too_much(file)
    about = {"kind": _KIND, "version": VERSION, "settings": asdict(settings)}
    with replacing(file) as target, zipfile.ZipFile(target, "w") as archive:
        archive.writestr(entry(_ABOUT, packed=True), json.dumps(about, indent=1, sort_keys=True) + "\n")
        for name, path in sorted(found.items()):
            info = entry(name, packed=path.suffix.lower() in _TEXTS)
            info.file_size = path.stat().st_size
            with path.open("rb") as source, archive.open(info, "w") as sink:
                shutil.copyfileobj(source, sink, _CHUNK)


def _files(workspace: Workspace) -> dict[str, Path]:
    """What a project keeps, by its name in the archive."""
    found = {}
    for folder in _FOLDERS:
        for path in (workspace.root / folder).rglob("*"):
            name = workspace.relative(path)
            if any(part.startswith(".") for part in PurePosixPath(name).parts) or not path.is_file():
                continue
            if not workspace.is_inside(path):
                raise WorkspaceError(
                    "{file} is a link to a place outside the workspace. Copy the picture instead.", file=name
                )
            if not _belongs(name):
                raise ProjectError("{file} has a name that a project cannot hold. Rename it.", file=ascii(name)[1:-1])
            found[name] = path
    return found


def unpack(file: Path, workspace: Workspace) -> Settings:
    """Read a project file into a workspace: all of it, or nothing.

    Args:
        file: what :func:`pack` wrote; it may come from anybody.
        workspace: where to; it holds nothing yet.

    Returns:
        The settings.

    Raises:
        ProjectError: it is no project file, damaged, of another version, or holds what no project does; or the
            workspace holds something.
        InputError: its settings are out of range.
        StorageError: the disk is full, or the folder may not be written.
    """
    make_folder(workspace.root)
    try:
        if any(folder.exists() and any(folder.iterdir()) for folder in (workspace.inputs, workspace.output)):
            raise ProjectError("{folder} holds pictures already. Choose an empty folder.", folder=workspace.root)
        with tempfile.TemporaryDirectory(prefix=".project-", dir=workspace.root) as partial:
            settings = _extract(file, Path(partial))
            for folder in (workspace.inputs, workspace.output):
                made = Path(partial) / folder.name
                if made.is_dir():
                    made.replace(folder)
            return settings
    except OSError as error:
        raise storage_error(workspace.root, error) from error


def _extract(file: Path, folder: Path) -> Settings:
    try:
        source = file.open("rb")
    except FileNotFoundError:
        raise ProjectError("{file} does not exist.", file=file.name) from None
    except OSError as error:
        raise ProjectError(
            "{file} cannot be read ({reason}). Replace it, or allow reading it.",
            file=file.name,
            reason=error.strerror or error,
        ) from None
    try:
        with source, zipfile.ZipFile(source) as archive:
            entries = archive.infolist()
            settings = _settings(file, archive)
            if len(entries) > _MOST_FILES or sum(info.file_size for info in entries) > _MOST_BYTES:
                raise _too_much(file)
            for info in entries:
                if info.filename != _ABOUT:
                    _copy(archive, info, folder, file)
            return settings
    except (VtonError, OSError):
        raise
    except Exception as error:
        # zipfile raises almost anything on damaged files (BadZipFile, zlib.error, struct.error, RuntimeError …).
        raise _damaged(file) from error


def _copy(archive: zipfile.ZipFile, info: zipfile.ZipInfo, folder: Path, file: Path) -> None:
    """Write an entry below ``folder``: no more bytes than the archive says, as it may say less than it holds."""
    if not _belongs(info.filename) or stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG):
        raise _foreign(file, info)
    target, left = folder / info.filename, info.file_size
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        sink = target.open("xb")
    except (FileExistsError, NotADirectoryError):
        # Two entries of one name, or one that differs by capitals only where the disk does not tell them apart.
        raise _foreign(file, info) from None
    with sink, archive.open(info) as source:
        while data := source.read(_CHUNK):
            left -= len(data)
            if left < 0:
                raise zipfile.BadZipFile("more bytes than it says")
            sink.write(data)


def _belongs(name: str) -> bool:
    """A project keeps files at this place."""
    path = PurePosixPath(name)
    return (
        name == str(path)
        and any(path.is_relative_to(folder) and name != folder for folder in _FOLDERS)
        and not any(part.startswith(".") for part in path.parts)
        and not _STRANGE.search(name)
    )


def _foreign(file: Path, info: zipfile.ZipInfo) -> ProjectError:
    return ProjectError(
        "{file} holds '{name}', which no project has. Choose a file that this program saved.",
        file=file.name,
        name=info.filename[:200],
    )


def _too_much(file: Path) -> ProjectError:
    return ProjectError(
        "{file} would hold more than {count} files or {size} GiB. Leave out what is not needed.",
        file=file.name,
        count=_MOST_FILES,
        size=_MOST_BYTES >> 30,
    )


def _damaged(file: Path) -> ProjectError:
    return ProjectError(
        "{file} is not a project of this program, or it is damaged. Choose a file that this program saved.",
        file=file.name,
    )


def _settings(file: Path, archive: zipfile.ZipFile) -> Settings:
    """What ``project.json`` says."""
    try:
        with archive.open(_ABOUT) as source:
            about = json.loads(source.read(_LONGEST_ABOUT))
    except (KeyError, ValueError, RecursionError):
        raise _damaged(file) from None
    if not isinstance(about, dict) or about.get("kind") != _KIND:
        raise _damaged(file)
    if about.get("version") != VERSION:
        raise ProjectError(
            "{file} was saved by another version of this program ({found} instead of {known}). Use that version, or "
            "save the project again.",
            file=file.name,
            found=str(about.get("version"))[:20],
            known=VERSION,
        )
    told = about.get("settings")
    if not isinstance(told, dict) or not all(map(_fits, told, told.values())):
        raise ProjectError(
            "{file} has settings that this version of the program does not know. Use a newer version.", file=file.name
        )
    return Settings(**told)


def _fits(name: str, value: Any) -> bool:
    """There is such a setting, and the value is of its kind."""
    known = {field.name: field for field in fields(Settings)}
    if name not in known:
        return False
    default = known[name].default
    match default:
        case bool():
            return isinstance(value, bool)
        case int():
            return isinstance(value, int) and not isinstance(value, bool)
        case float():
            return isinstance(value, (int, float)) and not isinstance(value, bool)
        case str():
            return isinstance(value, str)
    return value is None or isinstance(value, int if name == "quality" else str)


def steps_left(workspace: Workspace) -> tuple[StepName, ...]:
    """The steps that a workspace still needs: from the first whose results are not all there, and the last at any rate.

    What was edited by hand is among the results, so it is not made anew.

    Raises:
        WorkspaceError: two pictures have one name, or a link leads out of the workspace.
    """
    photos, cutouts = _named(workspace.photos), _named(workspace.cutouts)
    if not cutouts or photos - cutouts:
        return STEPS
    drawn = _named(workspace.canvas_images)
    if cutouts - drawn or not _there(map(workspace.canvas_file, drawn), map(workspace.pose_file, drawn)):
        return STEPS[1:]
    if not _there(map(workspace.parse_file, drawn)):
        return STEPS[2:]
    return STEPS[4:] if _there(map(workspace.figure_file, workspace.pairs())) else STEPS[3:]


def _named(pictures: Callable[[], Mapping[str, Path]]) -> set[str]:
    try:
        return set(pictures())
    except WorkspaceError:
        return set()


def _there(*files: Iterable[Path]) -> bool:
    return all(path.is_file() for path in chain(*files))
