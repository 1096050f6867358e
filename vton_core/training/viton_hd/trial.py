"""Dresses test pairs with the trained networks, for a look and for ``python -m vton_core evaluate``."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch

from vton_core.images import write_png
from vton_core.networks.viton_hd import VitonHd
from vton_core.networks.viton_hd.noise import speckle
from vton_core.training.viton_hd.batches import Pairs, read_batches
from vton_core.training.viton_hd.keep import load_weights
from vton_core.training.viton_hd.layout import DataFolder, Pair
from vton_core.training.viton_hd.settings import NETWORKS, Settings
from vton_core.training.viton_hd.tasks import Batch, as_floats
from vton_core.training.viton_hd.world import World

__all__ = ["write_results"]


def write_results(folder: Path, data: DataFolder, pairs: Sequence[Pair], settings: Settings, world: World) -> None:
    """Write ``test/PERSON_GARMENT.png`` of each pair into the training's folder.

    Args:
        folder: the training's, where the three networks' weights are.
        data: the data set's test split.
        pairs: which.
        settings: the training's.
        world: the processes, which share the work.

    Raises:
        InputError: a network's weights are not there, or do not fit the settings.
        StorageError: the disk is full, or the folder may not be written.
    """
    from tqdm import tqdm

    chain = VitonHd(settings.network)
    for network in NETWORKS:
        load_weights(chain.get_submodule(network), folder, network)
    chain.eval().to(world.device)
    share = list(pairs[world.rank :: world.size])
    batches = read_batches(Pairs(data, share, "test", settings), [[n] for n in range(len(share))], settings.workers)
    with tqdm(total=len(share), desc="test", unit="pair", disable=not world.first) as bar:
        for pair, batch in zip(share, batches, strict=True):
            write_png(folder / "test" / f"{pair.key}.png", _dress(chain, as_floats(batch, world.device), settings))
            bar.update()


def _dress(chain: VitonHd, batch: Batch, settings: Settings) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    """``uint8 (H, W, 3)``; every pair is given the same noise."""
    random = torch.Generator().manual_seed(settings.seed)
    noise = speckle((1, 1, *settings.network.coarse_size), random).to(batch["image"].device)
    inputs = (batch[name] for name in ("person", "agnostic", "pose", "cloth", "mask"))
    with torch.inference_mode():
        picture = chain(*inputs, noise, random).picture[0]
    return np.asarray(((picture + 1) * 127.5).round().byte().permute(1, 2, 0).cpu().numpy(), np.uint8)
