"""Weight files: where they are, whether they are whole, and what may be done with them."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vton_core.errors import EngineError, MissingWeightsError, StorageError
from vton_core.licences import commercial
from vton_core.storage import write_text
from vton_core.weights_records import Record, has_digests, read_record, write_record

if TYPE_CHECKING:
    import numpy as np
    import torch
    from numpy.typing import NDArray

__all__ = [
    "FOLDER",
    "VARIABLE",
    "WeightFile",
    "entry",
    "load_arrays",
    "load_tensors",
    "manifest",
    "path_of",
    "record",
    "user_folder",
    "verify",
]

FOLDER: Final = Path(__file__).resolve().parents[1] / "weights"
"""The repository's own folder: the manifest, what is shipped, and, unless :data:`VARIABLE` is set, what is fetched."""

VARIABLE: Final = "VTON_WEIGHTS"
"""The environment variable that names another folder for what is fetched, converted or put there by hand."""


@dataclass(frozen=True)
class WeightFile:
    """One weight file: an entry of ``weights/manifest.json``.

    Attributes:
        name: what engines and the command line call it.
        file: its name in the folder of weights.
        step: the step it serves.
        licence: SPDX name where there is one; otherwise the publisher's words, short.
        source: one human sentence: who published it, where.
        command: what gets or makes it, as the user types it.
        size: bytes; ``None`` where it was not published.
        sha256: of its content, hexadecimal; ``None`` where it was not published: then that of the first file that is
            fetched or found is recorded on the user's side, and every later one checked against it.
        md5: of its content, hexadecimal, where the publisher gives that: the first file must have it too.
        urls: addresses of the file itself, the publisher's first, then mirrors; none where it cannot be fetched as it
            is.
        also: other names under which a file put there by hand may lie, relative to the folder of weights
            (``body_25/pose_iter_584000.caffemodel``).
        converter: the converter that makes it from what was published (``weights convert CONVERTER SOURCE``).
        shipped: it is part of the repository.
    """

    name: str
    file: str
    step: str
    licence: str
    source: str
    command: str
    size: int | None = None
    sha256: str | None = None
    md5: str | None = None
    urls: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    converter: str | None = None
    shipped: bool = False

    @property
    def path(self) -> Path:
        """Where the file is, under whichever of its names; where it belongs, if it is nowhere."""
        folders = (FOLDER,) if self.shipped else tuple(dict.fromkeys((user_folder(), FOLDER)))
        places = [folder / name for folder in folders for name in (self.file, *self.also)]
        return next((place for place in places if place.is_file()), places[0])

    @property
    def commercial(self) -> bool:
        """Its licence is one of those known to allow commercial use."""
        return commercial(self.licence)


def user_folder() -> Path:
    """Where weights that are not shipped are fetched to and first looked for."""
    named = os.environ.get(VARIABLE)
    return Path(named).expanduser().absolute() if named else FOLDER


@cache
def manifest() -> tuple[WeightFile, ...]:
    """Every weight file that is known."""
    entries = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    return tuple(_weight_file(fields) for fields in entries)


def _weight_file(fields: dict[str, Any]) -> WeightFile:
    lists: dict[str, Any] = {name: tuple(fields[name]) for name in ("urls", "also") if name in fields}
    return WeightFile(**(fields | lists))


def entry(name: str) -> WeightFile:
    """Look a weight file up.

    Raises:
        EngineError: no such name; the message lists those that exist.
    """
    for weights in manifest():
        if weights.name == name:
            return weights
    raise EngineError(
        "There are no weights called '{name}'. Choose one of: {known}.",
        name=name,
        known=", ".join(weights.name for weights in manifest()),
    )


def path_of(name: str) -> Path:
    """The path of a weight file that is there; one that is not shipped has been checked.

    Its content is read the first time that this computer sees it and after every change, not each time.

    Raises:
        MissingWeightsError: it is not there; the message says where it comes from and what gets it.
        EngineError: it is not the file that was published, or that was there at first.
    """
    weights = entry(name)
    if not weights.path.is_file():
        raise _missing(weights)
    if not weights.shipped:
        _vouch_for(weights)
    return weights.path


def _vouch_for(weights: WeightFile) -> None:
    known = read_record(user_folder(), weights.name)
    pinned = weights.sha256 or (known and known.sha256)
    if known and known.sha256 == pinned and known.still(weights.path):
        return
    if not verify(weights):
        raise _other(weights)


def _missing(weights: WeightFile) -> MissingWeightsError:
    return MissingWeightsError(
        "The weights {file} are missing (from {source}, licence {licence}). Get them with: {command}",
        file=weights.path,
        source=weights.source,
        licence=weights.licence,
        command=weights.command,
    )


def _other(weights: WeightFile) -> EngineError:
    return EngineError(
        "The weights {file} are not those that were published, or have changed since they were first seen here. "
        "Delete them and get them again with: {command}",
        file=weights.path,
        command=weights.command,
    )


def load_tensors(name: str) -> dict[str, torch.Tensor]:
    """The tensors of a safetensors file of the manifest, as ``float32``.

    Raises:
        MissingWeightsError: it is not there.
        EngineError: it is damaged.
    """
    from safetensors.torch import load_file

    with _damage_told(name):
        return {key: value.float() for key, value in load_file(path_of(name)).items()}


def load_arrays(name: str, shapes: Mapping[str, tuple[int, ...]]) -> dict[str, NDArray[np.float32]]:
    """The same without PyTorch, for a network that is too small to load it for.

    Args:
        name: the file's in the manifest.
        shapes: of every array that it must hold, and of no other.

    Raises:
        MissingWeightsError: it is not there.
        EngineError: it is damaged, or not of these shapes.
    """
    from safetensors.numpy import load_file

    with _damage_told(name):
        arrays = {key: value.astype("float32") for key, value in load_file(path_of(name)).items()}
    if {key: value.shape for key, value in arrays.items()} != shapes:
        raise _damaged(name)
    return arrays


@contextmanager
def _damage_told(name: str) -> Iterator[None]:
    from safetensors import SafetensorError

    try:
        yield
    except (SafetensorError, OSError):
        raise _damaged(name) from None


def _damaged(name: str) -> EngineError:
    return EngineError(
        "The weights {file} are damaged. Get them again with: {command}",
        file=entry(name).path,
        command=entry(name).command,
    )


def verify(weights: WeightFile) -> bool:
    """A file that is there has the size and SHA-256 that the manifest says, or, where it says none, the recorded ones.

    The first file of which nothing is known is recorded, and counts as whole.
    """
    known = read_record(user_folder(), weights.name)
    pinned = weights.sha256 or (known.sha256 if known and not weights.shipped else None)
    found = Record.of(weights.path, known.origin if known else "put there by hand")
    if pinned not in (None, found.sha256) or not _as_published(weights, found):
        return False
    if not weights.shipped and found != known:
        with suppress(StorageError):  # a folder that cannot be written only means that it is read again next time
            write_record(user_folder(), weights.name, found)
    return True


def _as_published(weights: WeightFile, found: Record) -> bool:
    """The file has the size and the digests that its publisher gives, where there are any."""
    told = (weights.size, found.size), (weights.sha256, found.sha256)
    return all(said in (None, seen) for said, seen in told) and has_digests(weights.path, md5=weights.md5)


def record(name: str) -> str:
    """Take a file that is there as the right one from now on; returns its SHA-256.

    What is shipped is written into the manifest, what is not into the record of this computer.

    Raises:
        MissingWeightsError: it is not there.
        EngineError: another one was published.
        StorageError: it cannot be recorded.
    """
    weights = entry(name)
    if not weights.path.is_file():
        raise _missing(weights)
    found = Record.of(weights.path, "recorded by hand")
    if not weights.shipped:
        if not _as_published(weights, found):
            raise _other(weights)
        write_record(user_folder(), name, found)
        return found.sha256
    new = {"size": found.size, "sha256": found.sha256}
    listed = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    entries = [fields | (new if fields["name"] == name else {}) for fields in listed]
    write_text(FOLDER / "manifest.json", json.dumps(entries, indent=2, ensure_ascii=False) + "\n")
    manifest.cache_clear()
    return found.sha256
