"""Trains the network that tells sorts of garments by their silhouette."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch.nn.functional import cross_entropy

from vton_core.errors import InputError
from vton_core.garment.kind_net import SIDE, SORTS, silhouette
from vton_core.networks.kind import KindNet
from vton_core.training.export import export_half
from vton_core.training.loop import OneCycle, at_least
from vton_core.training.silhouettes import draw, varied
from vton_core.training.worn import worn_garments

__all__ = ["KindSettings", "Silhouettes", "confusion", "drawn", "train_kind"]


@dataclass(frozen=True)
class KindSettings:
    """How the network is trained.

    Attributes:
        drawn: how many silhouettes are drawn, as many of each sort.
        worn: how many worn garments come to them, each sort as often as any other, so each garment several times.
        held: how many further silhouettes are drawn to measure on.
        epochs: how often all are seen, either way round.
        batch: silhouettes a batch.
        learning_rate: AdamW's, at its peak; it rises over a tenth of the batches and falls to nothing.
        weight_decay: AdamW's.
        smoothing: of the labels: short dresses and long tops, bandeaus and short skirts can look the same.
        seed: of all randomness.

    Raises:
        InputError: there is nothing to learn from, or to measure on, or not enough for a batch.
    """

    drawn: int = 30_000
    worn: int = 4_000
    held: int = 3_000
    epochs: int = 5
    batch: int = 128
    learning_rate: float = 3e-3
    weight_decay: float = 0.03
    smoothing: float = 0.03
    seed: int = 12

    def __post_init__(self) -> None:
        at_least(self, drawn=1, worn=1, held=1, epochs=1, batch=1, seed=0)
        if self.batch > self.drawn + self.worn:
            raise InputError(
                "A batch of {batch} is more than the {count} silhouettes that there will be. Choose a smaller batch.",
                batch=self.batch,
                count=self.drawn + self.worn,
            )


@dataclass(frozen=True)
class Silhouettes:
    """Examples.

    Attributes:
        pictures: ``uint8 (N, 64, 64)``.
        sorts: ``int64 (N,)``, indices into :data:`SORTS`.
    """

    pictures: NDArray[np.uint8]
    sorts: NDArray[np.int64]

    def joined(self, other: Silhouettes) -> Silhouettes:
        """Both."""
        return Silhouettes(np.concatenate([self.pictures, other.pictures]), np.concatenate([self.sorts, other.sorts]))


def _seen(mask: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """As the network sees a mask, in 256 steps."""
    return np.asarray(np.round(255 * silhouette(mask.astype(np.float32))), np.uint8)


def drawn(count: int, seed: int) -> Silhouettes:
    """So many drawn silhouettes, as many of each sort; the same seed gives the same."""
    from tqdm import tqdm

    rng = np.random.default_rng(seed)
    found = Silhouettes(np.zeros((count, SIDE, SIDE), np.uint8), np.arange(count) % len(SORTS))
    for number in tqdm(range(count), desc="drawing", unit="garment"):
        found.pictures[number] = _seen(draw(SORTS[found.sorts[number]], rng))
    return found


def _worn(data: Path, count: int, rng: np.random.Generator) -> Silhouettes:
    """So many garments of the training photos, each sort as frequent; what comes several times is varied."""
    garments = list(worn_garments(data, validation=False))
    sorts = np.array([SORTS.index(garment.sort) for garment in garments])
    share = 1 / np.bincount(sorts, minlength=len(SORTS))[sorts]
    chosen = rng.choice(len(garments), count, p=share / share.sum())
    pictures = np.stack([_seen(varied(garments[number].mask, rng)) for number in chosen])
    return Silhouettes(pictures, sorts[chosen])


def train_kind(data: Path, out: Path, settings: KindSettings, told: Callable[[str], None] = print) -> Path:
    """Draw, cut out and train, from the beginning to the end.

    Args:
        data: the Clothing Co-Parsing folder.
        out: where ``kind.safetensors``, ``log.jsonl`` and ``settings.json`` go.
        settings: see :class:`KindSettings`.
        told: gets a line after each epoch.

    Returns:
        The path of the weights, ``float16`` safetensors.

    Raises:
        WorkspaceError: the data cannot be used.
    """
    out.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(settings.seed)
    torch.manual_seed(settings.seed)
    examples = _worn(data, settings.worn, rng).joined(drawn(settings.drawn, settings.seed))
    held = drawn(settings.held, settings.seed + 1)
    (out / "settings.json").write_text(json.dumps(asdict(settings)))
    net = KindNet().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    batches = settings.epochs * (len(examples.sorts) // settings.batch)
    cycle = OneCycle(net, settings.learning_rate, settings.weight_decay, batches, rise=0.1)
    with (out / "log.jsonl").open("w") as log:
        for epoch in range(settings.epochs):
            loss = _epoch(net, cycle, examples, rng, settings)
            counts = confusion(net, held)
            line = {
                "epoch": epoch + 1,
                "loss": round(loss, 4),
                "right": round(float(np.trace(counts) / counts.sum()), 4),
            }
            log.write(json.dumps(line) + "\n")
            told(json.dumps(line))
    return export_half(net.folded(), out / "kind.safetensors")


def _epoch(
    net: KindNet, cycle: OneCycle, examples: Silhouettes, rng: np.random.Generator, settings: KindSettings
) -> float:
    """All examples once in random order, each either way round; returns the mean loss."""
    net.train()
    order = rng.permutation(len(examples.sorts))
    losses = []
    for first in range(0, len(order) - settings.batch + 1, settings.batch):
        chosen = order[first : first + settings.batch]
        pictures = torch.from_numpy(examples.pictures[chosen]).float() / 255
        turned = torch.from_numpy(rng.random(len(chosen)) < 0.5)
        pictures[turned] = pictures[turned].flip(2)
        sorts = torch.from_numpy(examples.sorts[chosen])
        losses.append(cycle.learn(cross_entropy(net(pictures), sorts, label_smoothing=settings.smoothing)))
    return float(np.mean(losses))


def confusion(net: KindNet, examples: Silhouettes) -> NDArray[np.int64]:
    """``int64 (6, 6)``: examples by true and guessed sort."""
    net.eval()
    with torch.inference_mode():
        scores = [net(part.float() / 255) for part in torch.split(torch.from_numpy(examples.pictures), 500)]
    pairs = examples.sorts * len(SORTS) + torch.cat(scores).argmax(dim=1).numpy()
    return np.bincount(pairs, minlength=len(SORTS) ** 2).reshape(len(SORTS), len(SORTS))
