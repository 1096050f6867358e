"""What a training tells: a line of numbers, TensorBoard's files, grids of pictures."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vton_core.images import write_png
from vton_core.storage import write_text
from vton_core.training.viton_hd.events import EventFile

__all__ = ["Journal", "grid_of"]

_ROWS = 4


class Journal:
    """The records of one network's training.

    Args:
        folder: the training's.
        network: whose.
        done: batches that count; lines of the log beyond them, from a run that was killed, are taken out.
    """

    def __init__(self, folder: Path, network: str, done: int) -> None:
        self._folder, self._network = folder, network
        self._log = folder / f"{network}_log.jsonl"
        self._events = EventFile(folder / "tensorboard" / network)
        lines = self._log.read_text("utf-8").splitlines() if self._log.is_file() else []
        write_text(self._log, "".join(f"{line}\n" for line in lines if _number(line) <= done))

    def numbers(self, values: Mapping[str, float], done: int) -> None:
        """Write numbers that hold after ``done`` batches."""
        entry = {"batch": done} | {name: float(f"{value:.5g}") for name, value in values.items()}
        with self._log.open("a", encoding="utf-8") as log:
            log.write(json.dumps(entry) + "\n")
        self._events.scalars({f"{self._network}/{name}": value for name, value in values.items()}, done)

    def pictures(self, columns: Sequence[Tensor], done: int) -> None:
        """Write a grid; see :func:`grid_of`."""
        grid = grid_of(columns)
        write_png(self._folder / "pictures" / f"{self._network}_{done:07d}.png", grid)
        self._events.picture(self._network, grid, done)


def _number(line: str) -> float:
    """The batch that a line of the log is about; a half-written one goes."""
    try:
        return float(json.loads(line)["batch"])
    except (ValueError, KeyError, TypeError):
        return float("inf")


def grid_of(columns: Sequence[Tensor]) -> NDArray[np.uint8]:
    """The first pairs of a batch, a row each.

    Args:
        columns: ``float (B, 3, h, w)`` in [-1, 1], all of one size.

    Returns:
        ``uint8``, at most four rows.
    """
    rows = torch.cat([column[:_ROWS].float() for column in columns], dim=3)
    stacked = torch.cat(list(rows), dim=1).permute(1, 2, 0)
    return np.asarray(((stacked.clamp(-1, 1) + 1) * 127.5).round().byte().cpu().numpy(), np.uint8)
