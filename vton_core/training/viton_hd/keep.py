"""Checkpoints to go on from, and the weights that are used."""

from __future__ import annotations

import os
import pickle
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import torch
from torch import Tensor, nn

from vton_core.errors import InputError, StorageError
from vton_core.storage import make_folder
from vton_core.training.export import export_half

__all__ = ["checkpoint_of", "export", "load_weights", "misfit_told", "save_checkpoint", "weights_of"]

T = TypeVar("T", bound=nn.Module)


def checkpoint_of(folder: Path, network: str) -> Path:
    """Where the checkpoint of a network's training is."""
    return folder / f"{network}_checkpoint.pt"


def weights_of(folder: Path, network: str) -> Path:
    """Where a network's averaged weights are: PyTorch's format, ``float32``, named as the published ones."""
    return folder / f"{network}_final.pth"


def save_checkpoint(state: Mapping[str, Any], path: Path) -> None:
    """Write a checkpoint; the last one stays until this one is whole and on the disk.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    _write(state, path)


def export(average: Mapping[str, Tensor], folder: Path, network: str) -> None:
    """Write averaged weights twice: as published, and in half precision as safetensors.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    plain = {name: value.detach().cpu().contiguous() for name, value in average.items()}
    _write(plain, weights_of(folder, network))
    export_half(plain, folder / f"{network}.safetensors", counts=True)


def load_weights(module: T, folder: Path, network: str) -> T:
    """Fill a module with averaged weights that :func:`export` wrote, for use.

    Raises:
        InputError: there are none, or they do not fit the module.
    """
    path = weights_of(folder, network)
    if not path.exists():
        raise InputError("{file} is not there. Train {network} under this --name first.", file=path, network=network)
    with misfit_told(path):
        module.load_state_dict(torch.load(path, map_location="cpu", weights_only=True))
    return module.eval()


@contextmanager
def misfit_told(file: Path) -> Iterator[None]:
    """While a file of :func:`export` or :func:`save_checkpoint` is loaded: whatever is wrong with it is one sentence.

    Raises:
        InputError: it is damaged, or of a training with other settings.
    """
    try:
        yield
    except (RuntimeError, KeyError, TypeError, ValueError, OSError, EOFError, pickle.UnpicklingError) as error:
        raise InputError(
            "{file} does not fit these settings, or is damaged. Name the settings that it was begun with, or start "
            "anew in another folder.",
            file=file,
        ) from error


def _write(state: Mapping[str, Any], path: Path) -> None:
    make_folder(path.parent)
    part = path.with_suffix(".part")
    try:
        with part.open("wb") as file:
            torch.save(dict(state), file)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    except (OSError, RuntimeError) as error:
        part.unlink(missing_ok=True)
        raise StorageError("{name} could not be written ({reason}).", name=path, reason=error) from error
