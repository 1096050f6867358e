"""The order in which pairs are read: each batch follows from its number alone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, Sampler

from vton_core.training.viton_hd.layout import DataFolder, Pair
from vton_core.training.viton_hd.sample import load_sample
from vton_core.training.viton_hd.settings import Settings

__all__ = ["BatchOrder", "Pairs", "read_batches"]


class Pairs(Dataset[dict[str, Tensor]]):
    """Checked pairs, by their index.

    Args:
        data: the folder.
        pairs: which.
        network: what is trained.
        settings: say the size, and how poses are had.
    """

    def __init__(self, data: DataFolder, pairs: Sequence[Pair], network: str, settings: Settings) -> None:
        self.data, self.pairs, self.network, self.settings = data, pairs, network, settings

    def __len__(self) -> int:
        return len(self.pairs)

    def __getitem__(self, index: int) -> dict[str, Tensor]:
        size, draw = self.settings.network.size, self.settings.draw_poses
        sample = load_sample(self.data, self.pairs[index], self.network, size, draw_poses=draw)
        return {name: torch.from_numpy(np.array(value)) for name, value in sample.items()}


class BatchOrder(Sampler[list[int]]):
    """Indices of a process' part of each batch: all pairs in a new order each time, those of all processes apart.

    Args:
        pairs: how many there are.
        batch: pairs in a batch on each process.
        rank: this process.
        size: how many processes.
        first: the number of the first batch.
        last: the number after the last one.
        seed: of the order.
    """

    def __init__(self, pairs: int, batch: int, rank: int, size: int, first: int, last: int, seed: int) -> None:
        self.pairs, self.batch, self.rank, self.size = pairs, batch, rank, size
        self.first, self.last, self.seed = first, last, seed

    def __len__(self) -> int:
        return max(0, self.last - self.first)

    def __iter__(self) -> Iterator[list[int]]:
        rounds: dict[int, np.ndarray[tuple[int, ...], np.dtype[np.int64]]] = {}
        for number in range(self.first, self.last):
            start = (number * self.size + self.rank) * self.batch
            chosen = []
            for place in range(start, start + self.batch):
                turn, index = divmod(place, self.pairs)
                if turn not in rounds:
                    rounds = {turn - 1: rounds[turn - 1]} if turn - 1 in rounds else {}
                    rounds[turn] = np.random.default_rng((self.seed, turn)).permutation(self.pairs)
                chosen.append(int(rounds[turn][index]))
            yield chosen


def _quiet(_: int) -> None:
    """Readers use one thread each; there are several of them."""
    cv2.setNumThreads(1)
    torch.set_num_threads(1)


def read_batches(
    pairs: Pairs, order: Iterable[list[int]], workers: int, *, pin: bool = False
) -> DataLoader[dict[str, Tensor]]:
    """Read the batches in their order.

    Args:
        pairs: where from.
        order: the indices of each batch, see :class:`BatchOrder`.
        workers: processes that read; 0 reads in this one.
        pin: for a CUDA device.
    """
    return DataLoader(
        pairs,
        batch_sampler=order,
        num_workers=workers,
        prefetch_factor=4 if workers else None,
        pin_memory=pin,
        worker_init_fn=_quiet if workers else None,
        # Of its own, so that reading takes nothing from the training's random numbers.
        generator=torch.Generator(),
    )
