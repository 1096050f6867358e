"""Trains the human parser on Clothing Co-Parsing, and on rendered photos where there are some."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import avg_pool2d, binary_cross_entropy_with_logits, cross_entropy, one_hot
from torch.utils.data import DataLoader

from vton_core.errors import InputError
from vton_core.networks.parser import CLASSES, PRIOR_STRIDE, STRIDE, ParserNet
from vton_core.training.ccp import IGNORED, split
from vton_core.training.efficientnet import load_pretrained
from vton_core.training.export import export_half
from vton_core.training.loop import FineTuner, as_photo, at_least
from vton_core.training.parser_data import Batch, RandomBatches, build_cache, crop, full_frame, load_photo
from vton_core.training.rendered import build_rendered, mixed

__all__ = ["PLANS", "ParserSettings", "confusion", "loss_of", "train_parser", "validate"]


# A label on less than this share of a picture counts as absent.
_SPECK = 0.001


@dataclass(frozen=True)
class ParserSettings:
    """How the parser is trained.

    Attributes:
        stages: how many batches at which root of a picture's area in pixels.
        balance: exponent of the class weights, at the beginning and at the end: 1 makes all classes count the same, 0
            all pixels; rare classes are learned first, then the frequent ones are put right.
        batch: pictures a batch.
        learning_rate: the decoder's peak; the pretrained encoder gets a quarter of it.
        weight_decay: AdamW's.
        warmup: batches until the peak.
        ema: decay of the averaged weights.
        rendered_share: of the pictures that are rendered, where such are given.
        seed: of all randomness.
        save_every: batches between checkpoints.

    Raises:
        InputError: there is nothing to learn from, or pictures are too small.
    """

    stages: tuple[tuple[int, int], ...] = ((2400, 192), (1600, 256), (900, 320))
    balance: tuple[float, float] = (0.4, 0.1)
    batch: int = 12
    learning_rate: float = 2e-3
    weight_decay: float = 0.02
    warmup: int = 150
    ema: float = 0.998
    rendered_share: float = 0.25
    seed: int = 1
    save_every: int = 50

    def __post_init__(self) -> None:
        at_least(self, batch=1, warmup=0, seed=0, save_every=1)
        if not self.stages or any(count < 1 or side < 2 * STRIDE for count, side in self.stages):
            raise InputError("A stage has at least one batch, and sides of at least {side} pixels.", side=2 * STRIDE)

    @property
    def batches(self) -> int:
        """All batches of all stages."""
        return sum(count for count, _ in self.stages)


PLANS: Final = {
    "processor": ParserSettings(),
    "graphics": ParserSettings(
        stages=((1700, 224), (1200, 288), (1000, 320)), batch=32, warmup=300, ema=0.9995, save_every=300
    ),
}
"""What two cores do in some two hours, and a large graphics card beside eight cores in eight minutes."""


class _Trainer(FineTuner[ParserNet]):
    def __init__(self, settings: ParserSettings, shares: NDArray[np.float64], device: torch.device) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        self.shares = shares
        net = ParserNet()
        load_pretrained(net.encoder)
        net.encoder.freeze_first(1)
        net.to(device=device, memory_format=torch.channels_last)  # type: ignore[call-overload]
        super().__init__(
            ParserNet,
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
        rgb, prior, labels = (part.to(self.device) for part in (batch.rgb, batch.prior, batch.labels))
        photo = as_photo(rgb)
        with torch.autocast(self.device.type, torch.bfloat16, enabled=self.device.type == "cuda"):
            fine, coarse, present = self.net.training_scores(photo, prior)
        weights = torch.from_numpy(class_weights(self.shares, _balance(self.done, self.settings))).to(self.device)
        return self.learn(loss_of(fine.float(), coarse.float(), present.float(), labels.long(), weights))


def loss_of(fine: Tensor, coarse: Tensor, present: Tensor, labels: Tensor, weights: Tensor) -> Tensor:
    """Class-balanced cross-entropy at strides 2 and 8, soft Dice (Milletari et al., "V-Net", 2016) at 2, and whether
    each label is in the picture at all.

    Args:
        fine: ``float (N, 21, H / 2, W / 2)`` logits.
        coarse: ``float (N, 21, H / 8, W / 8)`` logits.
        present: ``float (N, 21)`` logits.
        labels: ``int64 (N, H, W)``; :data:`IGNORED` carries no loss.
        weights: ``float (21,)`` of the classes.

    Returns:
        The scalar loss.
    """
    half, eighth = labels[:, ::2, ::2], labels[:, 4::8, 4::8]
    entropy, rough = _entropy(fine, half, weights, 0.03), _entropy(coarse, eighth, weights, 0.0)
    known = (half != IGNORED)[:, None]
    truth = one_hot(half.clamp(max=CLASSES - 1), CLASSES).permute(0, 3, 1, 2) * known
    guess = fine.softmax(dim=1) * known
    shared, total = (guess * truth).sum(dim=(0, 2, 3)), (guess + truth).sum(dim=(0, 2, 3))
    somewhere = truth.sum(dim=(0, 2, 3)) > 0
    dice = 1 - (2 * shared[somewhere] + 1) / (total[somewhere] + 1)
    held = (truth.float().mean(dim=(2, 3)) > _SPECK).float()
    return entropy + 0.4 * rough + 0.5 * dice.mean() + 0.3 * binary_cross_entropy_with_logits(present, held)


def _entropy(scores: Tensor, labels: Tensor, weights: Tensor, smoothing: float) -> Tensor:
    """Mean cross-entropy over what is not ignored; 0 where all is."""
    if not bool((labels != IGNORED).any()):
        return scores.sum() * 0
    return cross_entropy(scores, labels, weights, ignore_index=IGNORED, label_smoothing=smoothing)


def _class_shares(cache: Path, ids: list[str]) -> NDArray[np.float64]:
    """How much of all pixels each class has."""
    counts = sum(np.bincount(np.ravel(load_photo(cache, i).labels[::4, ::4]), minlength=256)[:CLASSES] for i in ids)
    return np.asarray(np.maximum(np.asarray(counts, np.float64), 1) / np.sum(counts))


def class_weights(shares: NDArray[np.float64], balance: float) -> NDArray[np.float32]:
    """``float32 (21,)``: weights that fall with a class's share, the more so the larger ``balance`` is."""
    return np.asarray((np.median(shares) / shares).clip(0.02, 16) ** balance, np.float32)


def _balance(done: int, settings: ParserSettings) -> float:
    first, last = settings.balance
    # The first stage is for the rare classes alone.
    start = settings.stages[0][0]
    progress = (done - start) / max(1, settings.batches - start)
    return first + (last - first) * min(1.0, max(0.0, progress))


def confusion(truth: NDArray[np.uint8], guess: NDArray[np.uint8]) -> NDArray[np.int64]:
    """``int64 (21, 21)``: pixels by true and guessed label; :data:`IGNORED` is left out."""
    known = truth != IGNORED
    pairs = truth[known].astype(np.int64) * CLASSES + guess[known]
    return np.bincount(pairs, minlength=CLASSES**2).reshape(CLASSES, CLASSES)


def validate(net: ParserNet, cache: Path, ids: list[str], side: int) -> NDArray[np.int64]:
    """The confusion of whole persons, each framed in about ``side`` × ``side`` pixels, told MediaPipe's mask."""
    from vton_core.engines.parsing.prior import prior_maps

    device = next(net.parameters()).device
    total = np.zeros((CLASSES, CLASSES), np.int64)
    for photo_id in ids:
        photo = load_photo(cache, photo_id)
        matrix, size = full_frame(photo, side)
        rgb, labels, mask, pose = crop(photo, matrix, size)
        known = torch.from_numpy(mask)[None, None]
        quarter = avg_pool2d(known, PRIOR_STRIDE)[0, 0].numpy()
        with torch.inference_mode():
            scores = net(
                torch.from_numpy(rgb).to(device).permute(2, 0, 1)[None].float() / 255,
                torch.from_numpy(prior_maps(pose, quarter)).to(device)[None],
            )
        total += confusion(labels, scores[0].argmax(dim=0).cpu().numpy().astype(np.uint8))
    return total


def _loader(cache: Path, ids: list[str], settings: ParserSettings, first: int, workers: int) -> Iterator[Batch]:
    batches = RandomBatches(cache, ids, settings.batch, settings.stages, first, settings.seed)
    return iter(DataLoader(batches, batch_size=None, num_workers=workers, prefetch_factor=4))


def _device() -> torch.device:
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def train_parser(
    data: Path, out: Path, settings: ParserSettings, *, rendered: Path | None = None, resume: bool = True
) -> Path:
    """Train to the end, or go on with what an interrupted run left in ``out``; on CUDA where it is there.

    Args:
        data: the Clothing Co-Parsing folder.
        out: where the cache, ``checkpoint.pt``, ``log.jsonl`` and ``parser.safetensors`` go.
        settings: see :class:`ParserSettings`.
        rendered: a folder of rendered photos that are learned from too (:mod:`vton_core.training.rendered`).
        resume: go on from ``checkpoint.pt`` if it is there.

    Returns:
        The path of the averaged weights, ``float16`` safetensors.

    Raises:
        InputError: the checkpoint is damaged, or of another training; or there are fewer photos than a batch has.
        StorageError: the disk is full, or the folder may not be written.
    """
    from tqdm import tqdm

    out.mkdir(parents=True, exist_ok=True)
    train, held = split(build_cache(data, out / "cache"))
    device = _device()
    trainer = _Trainer(settings, _class_shares(out / "cache", train), device)
    checkpoint = out / "checkpoint.pt"
    if resume and checkpoint.exists():
        trainer.load(checkpoint)
    (out / "settings.json").write_text(json.dumps(asdict(settings)))
    # Beside a processor that learns, one more draws; a graphics card asks for all of them.
    drawers = 1 if device.type == "cpu" else os.cpu_count() or 1
    drawn = (
        train if rendered is None else mixed(train, build_rendered(rendered, out / "cache"), settings.rendered_share)
    )
    batches = _loader(out / "cache", drawn, settings, trainer.done, drawers)
    recent: list[float] = []
    started = time.monotonic()
    for batch in tqdm(batches, initial=trainer.done, total=settings.batches, desc="parser", unit="batch"):
        recent.append(trainer.step(batch))
        if trainer.done % settings.save_every == 0 or trainer.done == settings.batches:
            trainer.save(checkpoint)
            _log(out, trainer, held, float(np.mean(recent)), time.monotonic() - started)
            recent.clear()
    return export_half(trainer.averaged().state_dict(), out / "parser.safetensors")


def _log(out: Path, trainer: _Trainer, held: list[str], loss: float, seconds: float) -> None:
    """Loss, and every fifth time the accuracy on a part of the validation photos."""
    entry: dict[str, float] = {"batch": trainer.done, "loss": round(loss, 4), "seconds": round(seconds)}
    if trainer.done % (5 * trainer.settings.save_every) == 0:
        counts = validate(trainer.averaged(), out / "cache", held[::3], trainer.settings.stages[-1][1])
        entry["pixel_accuracy"] = round(float(np.trace(counts) / counts.sum()), 4)
        export_half(trainer.averaged().state_dict(), out / "parser.safetensors")
    with (out / "log.jsonl").open("a") as log:
        log.write(json.dumps(entry) + "\n")
