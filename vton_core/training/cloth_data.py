"""Batches of varied pictures for the garment network."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.utils.data import IterableDataset

from vton_core.networks.cloth import SORTS, STRIDE
from vton_core.training.cloth_photos import LabelledPhoto
from vton_core.training.cloth_views import draw

__all__ = ["Batch", "RandomBatches"]

# Heights and widths of the pictures of a batch, in the network's strides: garments are photographed upright
# for the most part.
_SHAPES: Final = (((8, 6), (8, 6), (7, 7), (6, 8)), ((11, 8), (10, 8), (10, 8), (9, 9), (8, 10)))
"""In the first and in the second half of the training: what is small is learned fast."""


@dataclass(frozen=True)
class Batch:
    """What is learned from at once.

    Attributes:
        rgb: ``uint8 (N, H, W, 3)``.
        alpha: ``uint8 (N, H, W)``, how much of a pixel the garment covers.
        known: ``bool (N, H, W)``, where that is known.
        sorts: ``int64 (N,)``.
    """

    rgb: Tensor
    alpha: Tensor
    known: Tensor
    sorts: Tensor


class RandomBatches(IterableDataset[Batch]):
    """Batches without end, the same for the same seed, each from a number of its own.

    Args:
        photos: what they are made of; each sort comes as often as the square root of its number.
        batch: pictures in each.
        count: how many batches.
        first: the number of the first.
        seed: of all randomness.
    """

    def __init__(self, photos: list[LabelledPhoto], batch: int, count: int, first: int, seed: int) -> None:
        self.photos, self.batch, self.count, self.first, self.seed = photos, batch, count, first, seed
        sorts = np.array([photo.sort for photo in photos])
        share = np.bincount(sorts, minlength=len(SORTS))[sorts] ** -0.5
        self._share = share / share.sum()

    def __iter__(self) -> Iterator[Batch]:
        worker = torch.utils.data.get_worker_info()
        skip, step = (worker.id, worker.num_workers) if worker else (0, 1)
        cv2.setNumThreads(1)
        for number in range(self.first + skip, self.count, step):
            shapes = _SHAPES[2 * number >= self.count]
            yield self._make(np.random.default_rng((self.seed, number)), shapes)

    def _make(self, rng: np.random.Generator, shapes: tuple[tuple[int, int], ...]) -> Batch:
        height, width = (STRIDE * side for side in shapes[rng.integers(len(shapes))])
        chosen = rng.choice(len(self.photos), self.batch, p=self._share)
        others = rng.integers(len(self.photos), size=self.batch)
        drawn = [draw(rng, self.photos[a], self.photos[b], height, width) for a, b in zip(chosen, others, strict=True)]
        rgb, alpha, known = (torch.from_numpy(np.stack(part)) for part in zip(*drawn, strict=True))
        return Batch(rgb, alpha, known, torch.tensor([self.photos[number].sort for number in chosen]))
