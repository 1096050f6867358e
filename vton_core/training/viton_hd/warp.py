"""Writes the warped clothes that the ALIAS generator learns from."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from vton_core.export.formats import write_image
from vton_core.images import write_png
from vton_core.networks.viton_hd import GMM
from vton_core.networks.viton_hd.chain import warp
from vton_core.training.viton_hd.batches import Pairs, read_batches
from vton_core.training.viton_hd.keep import load_weights
from vton_core.training.viton_hd.layout import DataFolder, Pair
from vton_core.training.viton_hd.settings import Settings
from vton_core.training.viton_hd.tasks import Batch, as_floats, matching_inputs
from vton_core.training.viton_hd.world import World

__all__ = ["write_warped"]


def write_warped(folder: Path, data: DataFolder, pairs: Sequence[Pair], settings: Settings, world: World) -> None:
    """Write ``warped_cloth/PERSON.jpg`` and ``warped_cloth-mask/PERSON.png`` of each pair into the data set.

    Args:
        folder: the training's, where ``gmm_final.pth`` is.
        data: the data set.
        pairs: which.
        settings: the training's.
        world: the processes, which share the work.

    Raises:
        InputError: there are no weights, or they do not fit the settings.
        StorageError: the disk is full, or the data set may not be written.
    """
    from tqdm import tqdm

    gmm = load_weights(GMM(settings.network), folder, "gmm").to(world.device)
    share = list(pairs[world.rank :: world.size])
    size = settings.gmm.batch
    numbers = [list(range(start, min(start + size, len(share)))) for start in range(0, len(share), size)]
    batches = read_batches(Pairs(data, share, "warp", settings), numbers, settings.workers)
    with tqdm(total=len(share), desc="warp", unit="pair", disable=not world.first) as bar:
        for chosen, batch in zip(numbers, batches, strict=True):
            cloth, mask = _warped(gmm, as_floats(batch, world.device), settings)
            for place, index in enumerate(chosen):
                _write(data, share[index], cloth[place], mask[place])
            bar.update(len(chosen))
    for part in ("warped", "warped_mask"):
        data.forget(part)


def _warped(gmm: GMM, batch: Batch, settings: Settings) -> tuple[Tensor, Tensor]:
    """The cloth at full size, ``(B, 3, H, W)`` in [-1, 1], and its mask, ``(B, 1, H, W)``."""
    with torch.inference_mode():
        person, shop = matching_inputs(batch, settings.network.coarse_size)
        _, grid = gmm(person, shop, settings.network.size)
        return warp(batch["cloth"], grid).cpu(), warp(batch["mask"], grid).cpu()


def _write(data: DataFolder, pair: Pair, cloth: Tensor, mask: Tensor) -> None:
    rgb = ((cloth.clamp(-1, 1) + 1) * 127.5).round().byte().permute(1, 2, 0).numpy()
    write_image(data.folder_of("warped") / f"{pair.stem}.jpg", np.ascontiguousarray(rgb))
    cover = (mask[0] * 255).round().byte().numpy()
    write_png(data.folder_of("warped_mask") / f"{pair.stem}.png", np.ascontiguousarray(cover))
