"""Trains the network that finds the inner side of a garment's back, on drawn collars and on those of photos."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits
from torch.utils.data import DataLoader, Dataset

from vton_core.checkpoints import load_shipped
from vton_core.networks.collar import CollarNet
from vton_core.training.collars import EDGES, RealCollar, draw_collar, real_collars, vary
from vton_core.training.export import export_half
from vton_core.training.loop import OneCycle, at_least

__all__ = ["CollarSettings", "ManyCollars", "train_collar"]

# One photo's collar of so many is to measure on.
_HELD: Final = 8


@dataclass(frozen=True)
class CollarSettings:
    """How the network is trained.

    Attributes:
        batches: how many; every collar is drawn or dyed anew and seen once.
        batch: collars in each.
        held: how many further collars are drawn to measure on.
        learning_rate: AdamW's, at its peak; it rises over a twentieth of the batches and falls to nothing.
        weight_decay: AdamW's.
        workers: processes that draw.
        seed: of all randomness.
        photos: how many of the collars are of photos, from 0 to 1, where there are photos.
        onward: start from the shipped weights.

    Raises:
        InputError: there is nothing to learn from, or to measure on.
    """

    batches: int = 1800
    batch: int = 24
    held: int = 600
    learning_rate: float = 3e-3
    weight_decay: float = 0.01
    workers: int = 1
    seed: int = 1
    photos: float = 0.5
    onward: bool = False

    def __post_init__(self) -> None:
        at_least(self, batches=1, batch=1, held=1, workers=0, seed=0)

    @classmethod
    def going_on(cls) -> CollarSettings:
        """Fewer and smaller steps from the shipped weights, which have learned most already."""
        return cls(batches=800, learning_rate=1.5e-3, seed=3, onward=True)


class ManyCollars(Dataset[tuple[Tensor, Tensor]]):
    """So many collars, each from a number of its own.

    Args:
        count: how many.
        seed: the same seed gives the same collars.
        real: those of photos; none: all are drawn.
        share: how many are of photos, from 0 to 1.
    """

    def __init__(self, count: int, seed: int, real: Sequence[RealCollar] = (), share: float = 0.0) -> None:
        self.count, self.seed, self.real, self.share = count, seed, real, share if real else 0.0

    def __len__(self) -> int:
        return self.count

    def __getitem__(self, index: int) -> tuple[Tensor, Tensor]:
        rng = np.random.default_rng((self.seed, index))
        dyed = self.share > 0 and rng.random() < self.share
        collar = vary(self.real[int(rng.integers(len(self.real)))], rng) if dyed else draw_collar(rng)
        return torch.from_numpy(collar.seen.transpose(2, 0, 1).copy()), torch.from_numpy(collar.inner)


def train_collar(
    out: Path, settings: CollarSettings | None = None, data: Path | None = None, edges: Path = EDGES
) -> Path:
    """Train, from the start or from the shipped weights.

    Args:
        out: where ``collar.safetensors`` and ``collar.json``, its figures, go.
        settings: how; the usual ones if ``None``.
        data: the folder of clothing-dataset; ``None``: from drawn collars alone.
        edges: see :data:`vton_core.training.collars.photos.EDGES`.

    Returns:
        The weights' file, in 16-bit floats.

    Raises:
        WorkspaceError: none of the photos is there.
    """
    from tqdm import tqdm

    settings = settings or CollarSettings()
    out.mkdir(parents=True, exist_ok=True)
    torch.manual_seed(settings.seed)
    network = CollarNet()
    if settings.onward:
        network.load_state_dict(load_shipped(CollarNet, "collar").state_dict())
    cycle = OneCycle(network, settings.learning_rate, settings.weight_decay, settings.batches, rise=0.05)
    real = real_collars(data, edges) if data else []
    held, rest = real[::_HELD], [collar for index, collar in enumerate(real) if index % _HELD]
    many = ManyCollars(settings.batches * settings.batch, settings.seed, rest, settings.photos)
    curve: list[float] = []
    loader = DataLoader(many, settings.batch, num_workers=settings.workers)
    for seen, inner in tqdm(loader, desc="collar", unit="batch"):
        curve.append(cycle.learn(binary_cross_entropy_with_logits(network(seen.float() / 255), inner.float() / 255)))
    network.eval()
    figures: dict[str, object] = {"iou": _overlap(network, settings, ManyCollars(settings.held, _fresh(settings)))}
    if held:
        figures["iou_photos"] = _overlap(network, settings, ManyCollars(settings.held, _fresh(settings), held, 1.0))
    figures |= {"loss": [round(x, 4) for x in _means(curve)]}
    (out / "collar.json").write_text(json.dumps({"settings": asdict(settings), **figures}, indent=2) + "\n")
    return export_half(network.state_dict(), out / "collar.safetensors")


def _means(curve: list[float], parts: int = 20) -> list[float]:
    return [float(np.mean(part)) for part in np.array_split(curve, min(parts, len(curve)))]


def _fresh(settings: CollarSettings) -> int:
    """A seed that nothing was learned from."""
    return settings.seed + 1_000_003


def _overlap(network: CollarNet, settings: CollarSettings, collars: ManyCollars) -> float:
    """Intersection over union on collars that it was not trained on."""
    both = either = 0
    with torch.inference_mode():
        for seen, inner in DataLoader(collars, settings.batch):
            found, true = network(seen.float() / 255) > 0, inner > 127
            both, either = both + int((found & true).sum()), either + int((found | true).sum())
    return both / max(either, 1)
