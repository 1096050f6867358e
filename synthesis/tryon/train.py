"""Trains on the examples: ``python -m synthesis.tryon.train seg --examples DIR --out DIR``, then ``gmm``.

It goes on from the last checkpoint, and takes in examples that were made meanwhile.
"""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import cv2
import numpy as np
import torch
from torch import Tensor, nn
from torch.nn.functional import l1_loss, one_hot

from synthesis.tryon.examples import Worn, read
from synthesis.tryon.vary import given
from vton_core.networks.viton_hd import GMM, GROUPS, SMALL
from vton_core.networks.viton_hd.chain import warp
from vton_core.networks.viton_hd.noise import speckle
from vton_core.networks.viton_hd.seg import SegGenerator
from vton_core.training.loop import Trainer
from vton_core.training.viton_hd.keep import checkpoint_of, export
from vton_core.training.viton_hd.losses import group_entropy, second_difference

__all__ = ["PLANS", "Plan", "Wardrobe", "losses", "main", "train"]

Batch = dict[str, Tensor]
_UPPER: Final = 3
_BLIND: Final = 10
"""Every simulation whose number this divides is for validation."""
_ARMS_AND_HAIR: Final = (1, 5, 6)
_DECAY: Final = 0.995
_LOG: Final = 50
_JUDGED: Final = 64


@dataclass(frozen=True)
class Plan:
    """How a network is trained.

    Attributes:
        batches: how many.
        batch: examples in each.
        rate: Adam's, until half of the batches are done; then it falls in a straight line to nothing.
        half: at half the size, a quarter of the work.
    """

    batches: int
    batch: int
    rate: float
    half: bool = False

    @property
    def size(self) -> tuple[int, int]:
        """``(h, w)`` of what the network sees."""
        shrink = 2 if self.half else 1
        return SMALL.coarse_height // shrink, SMALL.coarse_width // shrink


PLANS: Final = {"seg": Plan(1500, 8, 1e-3, half=True), "gmm": Plan(700, 8, 5e-4)}


class Wardrobe:
    """Examples by simulation; those of files that come later are there when they are asked for.

    Args:
        folder: of the examples.
        blind: those for validation, else those for training.
    """

    def __init__(self, folder: Path, *, blind: bool) -> None:
        self._folder, self._blind = folder, blind
        self._known: dict[str, list[Worn]] = {}

    def look(self) -> int:
        """Read what is new; returns how many examples there are."""
        for path in sorted(self._folder.glob("[0-9]*.npz")):
            if path.name not in self._known and (int(path.stem.split("-")[1]) % _BLIND == 0) == self._blind:
                self._known[path.name] = read(path)
        return sum(map(len, self._known.values()))

    def batch(self, count: int, rng: np.random.Generator, size: tuple[int, int], *, smooth: bool) -> Batch:
        """Some of them, every simulation as likely as the others, each in one of many ways; see :func:`given`.

        Returns:
            person, pose, cloth: ``float (B, 3, h, w)`` in [-1, 1]; mask: ``float (B, 1, h, w)``; groups, agnostic:
            ``int64 (B, h, w)``; places: ``float (B, h, w, 2)``.
        """
        there = [examples for examples in self._known.values() if examples]
        chosen = [there[k] for k in rng.integers(len(there), size=count)]
        rows = [given(examples[rng.integers(len(examples))], rng, size, smooth=smooth) for examples in chosen]
        found = {name: torch.from_numpy(np.array([row[name] for row in rows])) for name in rows[0]}
        pictures = {name: found[name].movedim(3, 1).float() / 127.5 - 1 for name in ("person", "pose", "cloth")}
        maps = {name: found[name].long() for name in ("groups", "agnostic")}
        return pictures | maps | {"mask": found["mask"][:, None].float(), "places": found["places"]}


def losses(network: nn.Module, batch: Batch) -> dict[str, Tensor]:
    """What the layout or the matching network has to make small."""
    if isinstance(network, SegGenerator):
        return _layout_losses(network, batch)
    assert isinstance(network, GMM)
    return _matching_losses(network, batch)


def _layout_losses(seg: SegGenerator, batch: Batch) -> dict[str, Tensor]:
    size = batch["mask"].shape[2:]
    noise = speckle((len(batch["mask"]), 1, size[0], size[1]), torch.default_generator)
    parts = [batch["mask"], batch["cloth"] * batch["mask"], _planes(batch["agnostic"]), batch["pose"], noise]
    return {"entropy": group_entropy(seg.logits(torch.cat(parts, dim=1)), _planes(batch["groups"]))}


def _planes(groups: Tensor) -> Tensor:
    return one_hot(groups, GROUPS).movedim(3, 1).float()


def _matching_losses(gmm: GMM, batch: Batch) -> dict[str, Tensor]:
    mask, places = batch["mask"], batch["places"]
    upper = (batch["groups"] == _UPPER)[:, None].float()
    size = (mask.shape[2], mask.shape[3])
    theta, grid = gmm(torch.cat([upper, batch["pose"], batch["person"]], dim=1), batch["cloth"], size)
    known = ~places[..., 0].isnan()
    # What is behind an arm or hair is garment all the same.
    open_to_view = ~torch.isin(batch["groups"], torch.tensor(_ARMS_AND_HAIR))[:, None]
    points = theta.reshape(len(theta), 2, -1).mT + gmm.gridGen.base
    side = SMALL.grid_size
    return {
        "places": 2 * (grid - places)[known].abs().mean(),
        "mask": 0.5 * l1_loss(warp(mask, grid)[open_to_view], upper[open_to_view]),
        "bend": 0.02 * second_difference(points.reshape(-1, side, side, 2)),
    }


class _Training(Trainer[nn.Module]):
    def __init__(self, name: str, plan: Plan, seed: int) -> None:
        torch.manual_seed(seed)
        self.name, self.plan = name, plan
        kind = {"seg": SegGenerator, "gmm": GMM}[name]
        net = kind(SMALL)
        adam = torch.optim.Adam(net.parameters(), lr=plan.rate, betas=(0.5, 0.999))
        super().__init__(lambda: kind(SMALL), net, adam, _DECAY, clip=10.0)

    def step(self, batch: Batch) -> dict[str, float]:
        share = self.done / self.plan.batches
        for group in self.optimizer.param_groups:
            group["lr"] = self.plan.rate * min(1.0, 2 * (1 - share))
        found = losses(self.net, batch)
        self.learn(torch.stack(list(found.values())).sum())
        return {key: float(value.detach()) for key, value in found.items()}

    def judged(self, batch: Batch) -> dict[str, float]:
        """The averaged network's losses on a batch that it has not learned from."""
        with torch.inference_mode():
            return {key: float(value) for key, value in losses(self.averaged(), batch).items()}


def train(
    name: str, examples: Path, out: Path, plan: Plan, *, seed: int = 0, minutes: float = float("inf")
) -> dict[str, float]:
    """Train ``seg`` or ``gmm``; writes a checkpoint and averaged weights.

    Returns:
        the averaged network's losses on simulations that it was not trained on.
    """
    training = _Training(name, plan, seed)
    if checkpoint_of(out, name).is_file():
        training.load(checkpoint_of(out, name))
    seen, blind = (Wardrobe(examples, blind=flag) for flag in (False, True))
    deadline = time.monotonic() + 60 * minutes
    recent: list[dict[str, float]] = []
    while training.done < plan.batches and time.monotonic() < deadline:
        if training.done % 200 == 0 or not recent:
            count = seen.look()
        random = _random(seed, training.done)
        batch = seen.batch(plan.batch, random, plan.size, smooth=name == "seg")
        recent = [*recent[-_LOG + 1 :], training.step(batch)]
        if training.done % _LOG == 0:
            print(training.done, count, _mean(recent), flush=True)
        if training.done % (2 * _LOG) == 0:
            training.save(checkpoint_of(out, name))
    training.save(checkpoint_of(out, name))
    export(training.average, out, name)
    blind.look()
    judged = training.judged(blind.batch(_JUDGED, _random(seed, -1), plan.size, smooth=name == "seg"))
    print("not seen in training:", judged, flush=True)
    return judged


def _random(seed: int, number: int) -> np.random.Generator:
    torch.manual_seed(seed * 1_000_003 + number)
    return np.random.default_rng((seed, number + 1))


def _mean(rows: Sequence[dict[str, float]]) -> dict[str, float]:
    return {key: round(float(np.mean([row[key] for row in rows])), 4) for key in rows[0]}


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="synthesis.tryon.train", description="Train a network on the wardrobe.")
    parser.add_argument("network", choices=sorted(PLANS))
    parser.add_argument("--examples", type=Path, required=True, help="what synthesis.tryon.examples wrote")
    parser.add_argument("--out", type=Path, required=True, help="a folder for checkpoint and weights")
    parser.add_argument("--batches", type=int, help="instead of the plan's")
    parser.add_argument("--minutes", type=float, default=float("inf"), help="stop after so many, with a checkpoint")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args(arguments)
    torch.set_num_threads(1)
    cv2.setNumThreads(1)
    plan = PLANS[options.network]
    plan = replace(plan, batches=options.batches or plan.batches)
    train(options.network, options.examples, options.out, plan, seed=options.seed, minutes=options.minutes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
