"""Weight files: where they are, whether they are whole, and what may be done with them."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from vton_core.errors import EngineError, MissingWeightsError
from vton_core.licences import commercial
from vton_core.storage import write_text

if TYPE_CHECKING:
    import torch

__all__ = [
    "FOLDER",
    "VARIABLE",
    "WeightFile",
    "entry",
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
    """The path of a weight file that is there.

    Raises:
        MissingWeightsError: it is not there; the message says where it comes from and what gets it.
    """
    weights = entry(name)
    if not weights.path.is_file():
        raise MissingWeightsError(
            "The weights {file} are missing (from {source}, licence {licence}). Get them with: {command}",
            file=weights.path,
            source=weights.source,
            licence=weights.licence,
            command=weights.command,
        )
    return weights.path


def load_tensors(name: str) -> dict[str, torch.Tensor]:
    """The tensors of a safetensors file of the manifest, as ``float32``.

    Raises:
        MissingWeightsError: it is not there.
        EngineError: it is damaged.
    """
    from safetensors import SafetensorError
    from safetensors.torch import load_file

    path = path_of(name)
    try:
        return {key: value.float() for key, value in load_file(path).items()}
    except (SafetensorError, OSError):
        raise EngineError(
            "The weights {file} are damaged. Get them again with: {command}", file=path, command=entry(name).command
        ) from None


def verify(weights: WeightFile) -> bool:
    """The file has the size and SHA-256 that the manifest says."""
    return weights.path.stat().st_size == weights.size and _digest(weights.path) == weights.sha256


def record(name: str) -> WeightFile:
    """Write the size and SHA-256 of a file that is there into the manifest."""
    path = path_of(name)
    found = {"size": path.stat().st_size, "sha256": _digest(path)}
    listed = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    entries = [fields | (found if fields["name"] == name else {}) for fields in listed]
    write_text(FOLDER / "manifest.json", json.dumps(entries, indent=2, ensure_ascii=False) + "\n")
    manifest.cache_clear()
    return entry(name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
