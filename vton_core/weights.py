"""Weight files: where they are, whether they are whole, and what may be done with them."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from vton_core.errors import EngineError, MissingWeightsError
from vton_core.storage import write_text

if TYPE_CHECKING:
    import torch

__all__ = ["FOLDER", "WeightFile", "entry", "load_tensors", "manifest", "path_of", "record", "verify"]

FOLDER: Final = Path(__file__).resolve().parents[1] / "weights"


@dataclass(frozen=True)
class WeightFile:
    """One weight file of the manifest.

    Attributes:
        name: what engines call it.
        file: its name in the folder of weights.
        step: the step it serves.
        size: bytes.
        sha256: of its content, hexadecimal.
        licence: SPDX name.
        source: where it comes from.
        command: what makes or gets it.
    """

    name: str
    file: str
    step: str
    size: int
    sha256: str
    licence: str
    source: str
    command: str

    @property
    def path(self) -> Path:
        """Where the file is, or would be."""
        return FOLDER / self.file


@cache
def manifest() -> tuple[WeightFile, ...]:
    """Every weight file that is known."""
    entries = json.loads((FOLDER / "manifest.json").read_text("utf-8"))
    return tuple(WeightFile(**fields) for fields in entries)


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
    entries = [asdict(weights) | (found if weights.name == name else {}) for weights in manifest()]
    write_text(FOLDER / "manifest.json", json.dumps(entries, indent=2) + "\n")
    manifest.cache_clear()
    return entry(name)


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
