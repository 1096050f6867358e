"""The processes that train together: one, or those that ``torchrun`` started."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeVar

import torch
from torch import distributed, nn
from torch.nn.parallel import DistributedDataParallel

from vton_core.errors import InputError

__all__ = ["World", "join"]

T = TypeVar("T")
# One process may read much longer than another while the data is checked.
_PATIENCE = timedelta(hours=2)


@dataclass(frozen=True)
class World:
    """Which process this is.

    Attributes:
        rank: its number.
        size: how many there are.
        device: what it computes on.
    """

    rank: int
    size: int
    device: torch.device

    @property
    def first(self) -> bool:
        """This process is the one that writes."""
        return self.rank == 0

    def wrap(self, module: nn.Module) -> nn.Module:
        """The module, its gradients averaged over the processes."""
        if self.size == 1:
            return module
        ids = [self.device.index] if self.device.type == "cuda" else None
        return DistributedDataParallel(module, device_ids=ids)

    def gather(self, value: T) -> list[T]:
        """What each process says, in their order; every process must call it."""
        if self.size == 1:
            return [value]
        said: list[Any] = [None] * self.size
        distributed.all_gather_object(said, value)
        return said

    def average(self, values: dict[str, float]) -> dict[str, float]:
        """The mean over the processes of numbers that all of them have."""
        said = self.gather(values)
        return {name: sum(each[name] for each in said) / len(said) for name in values}


def _device(name: str, local: int) -> torch.device:
    if name == "auto":
        if torch.cuda.is_available():
            return torch.device("cuda", local)
        return torch.device("mps" if torch.backends.mps.is_available() else "cpu")
    try:
        device = torch.device(name)
        torch.empty(1, device=device)
    except (RuntimeError, AssertionError):
        raise InputError("The device '{device}' is not there. Choose cpu, cuda or mps.", device=name) from None
    return torch.device("cuda", local) if name == "cuda" else device


@contextmanager
def join(device: str = "auto") -> Iterator[World]:
    """Take a place among the processes, and leave it at the end.

    Args:
        device: ``auto``, ``cpu``, ``cuda`` or ``mps``.

    Raises:
        InputError: no such device.
    """
    size, local = int(os.environ.get("WORLD_SIZE", "1")), int(os.environ.get("LOCAL_RANK", "0"))
    chosen = _device(device, local)
    if chosen.type == "cuda":
        # All batches have one size; the losses do not need float32's last bits.
        torch.backends.cudnn.benchmark = True
        torch.set_float32_matmul_precision("high")
    if size == 1:
        yield World(0, 1, chosen)
        return
    if chosen.type == "cuda":
        torch.cuda.set_device(chosen)
    # What processes tell one another besides gradients goes over gloo.
    distributed.init_process_group("cuda:nccl,cpu:gloo" if chosen.type == "cuda" else "gloo", timeout=_PATIENCE)
    try:
        yield World(distributed.get_rank(), size, chosen)
    finally:
        distributed.destroy_process_group()
