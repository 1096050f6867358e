"""Finds everything that is wrong with training data before training starts, in one report."""

from __future__ import annotations

import hashlib
import json
import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from vton_core.errors import InputError, WorkspaceError
from vton_core.labels import COUNT, Label
from vton_core.storage import write_text
from vton_core.training.viton_hd.layout import DataFolder, Pair
from vton_core.training.viton_hd.poses import read_pose
from vton_core.training.viton_hd.sample import PARTS, read_parse, read_rgb
from vton_core.types import Joint

__all__ = ["Fault", "check", "faults_of", "fingerprint", "parts_of", "recall", "refuse", "remember", "report"]

REPORT: Final = "data_report.txt"
_UPPER: Final = (Label.UPPER_CLOTHES, Label.DRESS, Label.COAT)
_PERSON_PARTS: Final = ("image", "parse", "pose_picture")
_THREADS: Final = 8


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong.

    Attributes:
        pair: the pair that cannot be used for it.
        file: the file, from its data set's folder on.
        what: what is wrong with it.
    """

    pair: Pair
    file: str
    what: str

    def __str__(self) -> str:
        return f"{self.file}: {self.what}"


def parts_of(data: DataFolder, network: str, *, draw_poses: bool) -> tuple[str, ...]:
    """The files that a network's training reads of each pair."""
    drawn = draw_poses or not data.has("pose_picture")
    return PARTS[network] if drawn else (*PARTS[network], "pose_picture")


def faults_of(data: DataFolder, parts: Sequence[str], size: tuple[int, int], pair: Pair) -> list[Fault]:
    """What is wrong with the files of one pair.

    Args:
        data: the folder.
        parts: the files to look at, see :func:`parts_of`.
        size: ``(H, W)`` of the training, whose shape the pictures must have.
        pair: which.
    """
    found: list[Fault] = []
    sizes: dict[str, tuple[int, int]] = {}
    for part in parts:
        path = data.path(part, pair)
        if path is None:
            found.append(Fault(pair, data.expected(part, pair), "is missing"))
            continue
        name = f"{path.parent.name}/{path.name}"
        try:
            shape = _look(data, part, path)
        except WorkspaceError:
            found.append(Fault(pair, name, "holds no person of 25 or 18 joints"))
        except _UnfitError as fault:
            found.append(Fault(pair, name, str(fault)))
        except Exception as error:
            # Decoders raise almost anything on damaged files.
            found.append(Fault(pair, name, f"is damaged ({error})"))
        else:
            if shape is not None:
                sizes[part] = shape
    return [*found, *_odd_sizes(data, pair, sizes, size)]


class _UnfitError(Exception):
    """A file that can be read but not used."""


def _look(data: DataFolder, part: str, path: Path) -> tuple[int, int] | None:
    """Read a file to its end; its height and width if it is a picture."""
    if part == "pose":
        pose = read_pose(path.read_text("utf-8"), path.name)
        missing = [j for j in (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER) if pose.point(j) is None]
        if missing:
            raise _UnfitError("does not show both shoulders")
        return None
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        if part != "parse":
            shape = read_rgb(path).shape
            return shape[0], shape[1]
        parse = read_parse(path, data.layout)
    if parse.max() >= COUNT:
        raise _UnfitError(f"has the label {parse.max()}; labels go from 0 to {COUNT - 1}")
    if not np.isin(parse, _UPPER).any():
        raise _UnfitError("shows no upper garment")
    return parse.shape[0], parse.shape[1]


def _odd_sizes(
    data: DataFolder, pair: Pair, sizes: dict[str, tuple[int, int]], size: tuple[int, int]
) -> Iterator[Fault]:
    """Pictures of another shape than the training's, or than the person's photo."""
    first = sizes.get("image")
    for part, (height, width) in sizes.items():
        path = data.path(part, pair)
        name = data.expected(part, pair) if path is None else f"{path.parent.name}/{path.name}"
        if abs(height * size[1] - width * size[0]) > 0.02 * height * size[1]:
            yield Fault(pair, name, f"is {height} × {width} pixels, not in the shape of {size[0]} × {size[1]}")
        elif first and part in _PERSON_PARTS and (height, width) != first:
            yield Fault(pair, name, f"is {height} × {width} pixels, its person {first[0]} × {first[1]}")


def _other_garments(data: DataFolder, pairs: Sequence[Pair]) -> list[Fault]:
    """Pairs whose person's own garment is there under the person's name, but another is listed."""
    if data.split != "train":
        return []
    folder = data.folder_of("cloth")
    names = f"{data.split}_pairs.txt"
    return [
        Fault(pair, names, f"{pair.person} is given {pair.cloth}, but cloth/{own} is its own")
        for pair in pairs
        if (own := data.own_garment(pair.person)) != pair.cloth and (folder / own).is_file()
    ]


def check(
    data: DataFolder,
    pairs: Sequence[Pair],
    parts: Sequence[str],
    size: tuple[int, int],
    progress: Callable[[int], object] = int,
) -> list[Fault]:
    """Look at every file of every pair.

    Args:
        data: the folder.
        pairs: which.
        parts: see :func:`parts_of`.
        size: ``(H, W)`` of the training.
        progress: is told of each pair that was looked at.
    """
    found = _other_garments(data, pairs)
    with ThreadPoolExecutor(min(_THREADS, os.cpu_count() or 1)) as pool:
        for faults in pool.map(partial(faults_of, data, parts, size), pairs):
            found += faults
            progress(1)
    return found


def fingerprint(data: DataFolder, pairs: Sequence[Pair], parts: Sequence[str], size: tuple[int, int]) -> str:
    """Changes whenever a file that :func:`check` looks at does: SHA-256 of names, sizes and times."""
    digest = hashlib.sha256(repr((data.layout, tuple(parts), size)).encode())
    for pair in pairs:
        for part in parts:
            path = data.path(part, pair)
            stat = None if path is None else path.stat()
            digest.update(repr((part, path, stat and (stat.st_size, stat.st_mtime_ns))).encode())
    return digest.hexdigest()


def remember(path: Path, mark: str, faults: Sequence[Fault]) -> None:
    """Keep what was found, under the data's :func:`fingerprint`."""
    found = [(fault.pair.person, fault.pair.cloth, fault.file, fault.what) for fault in faults]
    write_text(path, json.dumps({"mark": mark, "faults": found}))


def recall(path: Path, mark: str) -> list[Fault] | None:
    """What was found before, if the data are the same still."""
    try:
        kept = json.loads(path.read_text("utf-8"))
        return [Fault(Pair(*row[:2]), *row[2:]) for row in kept["faults"]] if kept["mark"] == mark else None
    except (OSError, ValueError, KeyError, TypeError):
        return None


def report(faults: Sequence[Fault], wrong_lines: Sequence[str], folder: Path) -> None:
    """Write what is wrong, a line each; nothing if nothing is."""
    lines = [*wrong_lines, *map(str, faults)]
    if lines:
        write_text(folder / REPORT, "\n".join(lines) + "\n")
    else:
        (folder / REPORT).unlink(missing_ok=True)


def refuse(faults: Sequence[Fault], wrong_lines: Sequence[str], folder: Path) -> None:
    """Stop if anything is wrong.

    Raises:
        InputError: something is; the message names the report.
    """
    lines = [*wrong_lines, *map(str, faults)]
    if not lines:
        return
    raise InputError(
        "The training data has {count} faults, all listed in {report}; the first: {first}. "
        "Put them right, or leave those pairs out with --skip_bad.",
        count=len(lines),
        report=folder / REPORT,
        first=lines[0],
    )
