"""Trains the network that points at a top's landmarks, on drawn tops."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from vton_core.garment.landmark_net import GRID, NAMES, SIDE, framed, located
from vton_core.networks.landmarks import LandmarkNet
from vton_core.training.export import export_half
from vton_core.training.loop import Trainer, at_least, warm_cosine
from vton_core.training.silhouettes.marked import draw_top

__all__ = ["LandmarkSettings", "Tops", "drawn_tops", "measure", "train_landmarks"]

# How far the truth is spread, in places: a landmark is not known to the pixel.
_SPREAD = 0.8
# From the training's tops to those that are measured on.
_APART = 1_000_003


@dataclass(frozen=True)
class LandmarkSettings:
    """How the network is trained.

    Attributes:
        batches: how many; every top is drawn anew and seen once.
        batch: tops in each.
        held: how many further tops are drawn to measure on.
        learning_rate: AdamW's, at its peak.
        weight_decay: AdamW's.
        warmup: batches until the peak.
        ema: decay of the averaged weights.
        seed: of all randomness.
        save_every: batches between checkpoints.

    Raises:
        InputError: there is nothing to learn from, or to measure on.
    """

    batches: int = 2000
    batch: int = 32
    held: int = 600
    learning_rate: float = 4e-3
    weight_decay: float = 0.02
    warmup: int = 200
    ema: float = 0.998
    seed: int = 3
    save_every: int = 100

    def __post_init__(self) -> None:
        at_least(self, batches=1, batch=1, held=1, warmup=0, seed=0, save_every=1)


@dataclass(frozen=True)
class Tops:
    """Examples.

    Attributes:
        pictures: ``float32 (N, SIDE, SIDE)`` in [0, 1].
        marks: ``float64 (N, 2, 6, 2)``: sides, landmarks, x and y in the picture's pixels; NaN for those that are not
            there.
    """

    pictures: NDArray[np.float32]
    marks: NDArray[np.float64]


def drawn_tops(first: int, count: int, seed: int) -> Tops:
    """Drawn tops by number, either way round; the same seed and number give the same top."""
    pictures, marks = np.zeros((count, SIDE, SIDE), np.float32), np.zeros((count, 2, len(NAMES), 2))
    for place in range(count):
        rng = np.random.default_rng((seed, first + place))
        top = draw_top(rng)
        picture, frame = framed(top.mask)
        points = frame.into(top.marks)
        if rng.random() < 0.5:
            picture, points = picture[:, ::-1], points[::-1] * (-1, 1) + (SIDE - 1, 0)
        pictures[place], marks[place] = picture, points
    return Tops(pictures, marks)


def targets(marks: NDArray[np.float64]) -> NDArray[np.float32]:
    """What the network should say.

    Args:
        marks: ``float64 (N, 2, 6, 2)`` as of :class:`Tops`.

    Returns:
        ``float32 (N, 12, GRID² + 1)``, the likelihood of each place and of none.
    """
    at = (marks.reshape(len(marks), -1, 2) - 0.5) / 2
    there = ~np.isnan(at[..., 0])
    along = np.exp(-0.5 * np.square((np.arange(GRID) - np.where(there[..., None], at, 0)[..., None]) / _SPREAD))
    along /= np.maximum(along.sum(axis=-1, keepdims=True), 1e-12)
    places = along[:, :, 1, :, None] * along[:, :, 0, None, :] * there[..., None, None]
    return np.asarray(np.concatenate([places.reshape(*there.shape, -1), ~there[..., None]], axis=2), np.float32)


class _Trainer(Trainer[LandmarkNet]):
    def __init__(self, settings: LandmarkSettings) -> None:
        torch.manual_seed(settings.seed)
        self.settings = settings
        net = LandmarkNet().to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        optimizer = torch.optim.AdamW(net.parameters(), settings.learning_rate, weight_decay=settings.weight_decay)
        super().__init__(LandmarkNet, net, optimizer, settings.ema)

    def step(self) -> float:
        """The next batch; returns its loss."""
        settings = self.settings
        for group in self.optimizer.param_groups:
            group["lr"] = warm_cosine(self.done, settings.warmup, settings.batches, settings.learning_rate)
        tops = drawn_tops(self.done * settings.batch, settings.batch, settings.seed)
        guess = self.net(torch.from_numpy(tops.pictures)).log_softmax(dim=2)
        return self.learn(-(torch.from_numpy(targets(tops.marks)) * guess).sum(dim=2).mean())


def train_landmarks(out: Path, settings: LandmarkSettings | None = None, *, resume: bool = True) -> Path:
    """Train to the end, or go on with what an interrupted run left in ``out``.

    Args:
        out: where ``checkpoint.pt``, ``log.jsonl``, ``settings.json`` and ``landmarks.safetensors`` go.
        settings: how; the usual ones if ``None``.
        resume: go on from ``checkpoint.pt`` if it is there.

    Returns:
        The path of the averaged weights, ``float16`` safetensors.

    Raises:
        InputError: the checkpoint is damaged, or of another training.
        StorageError: the disk is full, or the folder may not be written.
    """
    from tqdm import tqdm

    settings = settings or LandmarkSettings()
    out.mkdir(parents=True, exist_ok=True)
    trainer = _Trainer(settings)
    checkpoint = out / "checkpoint.pt"
    if resume and checkpoint.exists():
        trainer.load(checkpoint)
    (out / "settings.json").write_text(json.dumps(asdict(settings)))
    held = drawn_tops(0, settings.held, settings.seed + _APART)
    recent: list[float] = []
    for _ in tqdm(range(trainer.done, settings.batches), desc="landmarks", unit="batch"):
        recent.append(trainer.step())
        if trainer.done % settings.save_every == 0 or trainer.done == settings.batches:
            trainer.save(checkpoint)
            line = {
                "batch": trainer.done,
                "loss": round(float(np.mean(recent)), 4),
                **measure(trainer.averaged(), held),
            }
            with (out / "log.jsonl").open("a") as log:
                log.write(json.dumps(line) + "\n")
            export_half(trainer.averaged().state_dict(), out / "landmarks.safetensors")
            recent.clear()
    return out / "landmarks.safetensors"


def measure(net: LandmarkNet, tops: Tops) -> dict[str, float]:
    """The median error of each landmark, in shares of the square's side, on tops that the network has not seen."""
    with torch.inference_mode():
        parts: list[Tensor] = [net(part).softmax(dim=2) for part in torch.split(torch.from_numpy(tops.pictures), 100)]
    shares = torch.cat(parts)[..., :-1].double().numpy()
    found = located(shares.reshape(-1, GRID, GRID))[0].reshape(tops.marks.shape)
    errors = np.linalg.norm(found - tops.marks, axis=-1) / SIDE
    medians = np.nanmedian(errors.transpose(2, 0, 1).reshape(len(NAMES), -1), axis=1)
    return {name: round(float(error), 4) for name, error in zip(NAMES, medians, strict=True)}
