"""Trains the network that finds garments on any background, on photos of clothing-dataset (CC0)."""

from __future__ import annotations

import json
import time
from dataclasses import asdict, dataclass
from pathlib import Path

import cv2
import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import avg_pool2d, binary_cross_entropy_with_logits, cross_entropy
from torch.utils.data import DataLoader

from vton_core.checkpoints import load_shipped
from vton_core.networks.cloth import ClothNet
from vton_core.networks.parser import ParserNet
from vton_core.training.cloth_data import Batch, RandomBatches
from vton_core.training.cloth_photos import LABELS, LabelledPhoto, labelled_photos
from vton_core.training.export import export_half
from vton_core.training.loop import FineTuner, as_photo, at_least

__all__ = ["ClothSettings", "measure", "train_cloth"]


@dataclass(frozen=True)
class ClothSettings:
    """How the network is trained.

    Attributes:
        batches: how many.
        batch: pictures in each.
        learning_rate: the decoder's peak; the encoder, which is the parser's, gets a quarter of it.
        weight_decay: AdamW's.
        warmup: batches until the peak.
        ema: decay of the averaged weights.
        seed: of all randomness.
        save_every: batches between checkpoints.
        onward: start from the shipped weights, not from the parser's encoder.

    Raises:
        InputError: there is nothing to learn from.
    """

    batches: int = 2000
    batch: int = 12
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: int = 100
    ema: float = 0.998
    seed: int = 1
    save_every: int = 100
    onward: bool = False

    def __post_init__(self) -> None:
        at_least(self, batches=1, batch=2, warmup=0, seed=0, save_every=1)

    @classmethod
    def going_on(cls) -> ClothSettings:
        """Fewer and smaller steps from the shipped weights, which have learned most already."""
        return cls(batches=600, learning_rate=6e-4, warmup=30, ema=0.99, onward=True)


class _Trainer(FineTuner[ClothNet]):
    def __init__(self, settings: ClothSettings) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        net = ClothNet()
        if settings.onward:
            net.load_state_dict(load_shipped(ClothNet, "cloth").state_dict())
        else:
            net.encoder.load_state_dict(load_shipped(ParserNet, "parser").encoder.state_dict())
        net.encoder.freeze_first(4)
        net.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        super().__init__(
            ClothNet,
            net,
            net.encoder,
            rate=settings.learning_rate,
            decay=settings.weight_decay,
            warmup=settings.warmup,
            batches=settings.batches,
            ema=settings.ema,
        )

    def step(self, batch: Batch) -> float:
        """One batch; returns its loss."""
        return self.learn(loss_of(*self.net.training_scores(as_photo(batch.rgb)), batch))


def loss_of(fine: Tensor, coarse: Tensor, sorts: Tensor, batch: Batch) -> Tensor:
    """Cross-entropy at strides 2 and 8, soft Dice at 2, and cross-entropy of the sort.

    Args:
        fine: ``float (N, 1, H / 2, W / 2)`` logits.
        coarse: ``float (N, 1, H / 8, W / 8)`` logits.
        sorts: ``float (N, 5)`` logits.
        batch: the truth.

    Returns:
        The scalar loss.
    """
    alpha, known = batch.alpha[:, None].float() / 255, batch.known[:, None].float()
    half, seen = avg_pool2d(alpha, 2), avg_pool2d(known, 2)
    entropy = _entropy(fine, half, seen) + 0.4 * _entropy(coarse, avg_pool2d(alpha, 8), avg_pool2d(known, 8))
    guess, truth = fine.sigmoid() * seen, half * seen
    shared, total = (guess * truth).sum(dim=(1, 2, 3)), (guess + truth).sum(dim=(1, 2, 3))
    dice = 1 - (2 * shared + 1) / (total + 1)
    return entropy + 0.5 * dice.mean() + 0.2 * cross_entropy(sorts, batch.sorts, label_smoothing=0.05)


def _entropy(scores: Tensor, truth: Tensor, known: Tensor) -> Tensor:
    return (binary_cross_entropy_with_logits(scores, truth, reduction="none") * known).sum() / known.sum()


def measure(net: ClothNet, photos: list[LabelledPhoto]) -> tuple[float, float, float]:
    """Mean and worst intersection over union, and the share of the sorts that are right.

    Args:
        net: in evaluation mode.
        photos: what it was not trained on.
    """
    from vton_core.garment.anywhere import look

    overlaps, right = [], 0
    for one in photos:
        rgb, mask = one.load()
        seen = look(rgb, net)
        found = cv2.resize(seen.probability, mask.shape[::-1], interpolation=cv2.INTER_LINEAR) > 0.5
        overlaps.append(float((found & mask).sum() / max(1, (found | mask).sum())))
        right += int(np.argmax(seen.sorts)) == one.sort
    return float(np.mean(overlaps)), min(overlaps), right / len(photos)


def train_cloth(data: Path, out: Path, settings: ClothSettings, *, labels: Path = LABELS, resume: bool = True) -> Path:
    """Train to the end, or go on with what an interrupted run left in ``out``.

    Args:
        data: the folder of clothing-dataset.
        out: where ``checkpoint.pt``, ``log.jsonl`` and ``cloth.safetensors`` go.
        settings: see :class:`ClothSettings`.
        labels: the archive of masks.
        resume: go on from ``checkpoint.pt`` if it is there.

    Returns:
        The path of the averaged weights, ``float16`` safetensors.

    Raises:
        InputError: the checkpoint is damaged, or of another training.
        WorkspaceError: the data cannot be used.
        StorageError: the disk is full, or the folder may not be written.
    """
    from tqdm import tqdm

    out.mkdir(parents=True, exist_ok=True)
    train, held = (labelled_photos(data, split, labels) for split in ("train", "validation"))
    trainer = _Trainer(settings)
    checkpoint = out / "checkpoint.pt"
    if resume and checkpoint.exists():
        trainer.load(checkpoint)
    (out / "settings.json").write_text(json.dumps(asdict(settings)))
    drawn = RandomBatches(train, settings.batch, settings.batches, trainer.done, settings.seed)
    batches = DataLoader(drawn, batch_size=None, num_workers=1, prefetch_factor=4)
    recent: list[float] = []
    started = time.monotonic()
    for batch in tqdm(batches, initial=trainer.done, total=settings.batches, desc="cloth", unit="batch"):
        recent.append(trainer.step(batch))
        if trainer.done % settings.save_every == 0 or trainer.done == settings.batches:
            trainer.save(checkpoint)
            overlap, worst, right = measure(trainer.averaged(), held)
            line = {
                "batch": trainer.done,
                "loss": round(float(np.mean(recent)), 4),
                "iou": round(overlap, 4),
                "worst": round(worst, 4),
                "sort": round(right, 4),
                "seconds": round(time.monotonic() - started),
            }
            with (out / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            recent.clear()
    return export_half(trainer.averaged().state_dict(), out / "cloth.safetensors")
