"""One network in training: its optimisers, averaged weights and random states, and a step."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vton_core.training.viton_hd.settings import Settings, Stage
from vton_core.training.viton_hd.tasks import Batch, Task, as_floats, make_task
from vton_core.training.viton_hd.world import World

__all__ = ["Trainer", "rate_share"]


def rate_share(done: int, stage: Stage) -> float:
    """What part of the learning rate holds after so many batches: all, then a straight line to nothing."""
    start = stage.constant * stage.batches
    return 1.0 if done < start else max(0.0, (stage.batches - done) / max(1.0, stage.batches - start))


class Trainer:
    """Everything that a checkpoint keeps.

    Args:
        network: ``seg``, ``gmm`` or ``alias``.
        settings: the training's.
        world: the processes that train together.
    """

    def __init__(self, network: str, settings: Settings, world: World) -> None:
        torch.manual_seed(settings.seed)
        self.settings, self.world, self.stage = settings, world, settings.stage(network)
        self.task: Task = make_task(network, settings)
        self.task.to(world.device)
        self.average = {name: value.detach().clone() for name, value in self.task.network.state_dict().items()}
        self.optimizer = self._adam(self.task.generator, self.stage.rate)
        self.critic_optimizer = (
            None if self.task.critic is None else self._adam(self.task.critic, self.stage.critic_rate)
        )
        self.precision = _precision(settings.precision, world.device)
        half = self.precision is torch.float16
        self.scaler = torch.amp.GradScaler(world.device.type, enabled=half)
        self.critic_scaler = torch.amp.GradScaler(world.device.type, enabled=half)
        self.generator = world.wrap(self.task.generator)
        self.critic = None if self.task.critic is None else world.wrap(self.task.critic)
        self.done = 0
        torch.manual_seed(settings.seed * 10_007 + world.rank)

    def _adam(self, module: nn.Module, rate: float) -> torch.optim.Adam:
        return torch.optim.Adam(module.parameters(), lr=rate, betas=self.stage.betas)

    def step(self, batch: Batch) -> dict[str, Tensor]:
        """Learn from one batch; returns the losses, still on the device."""
        self._set_rates()
        given = self.task.prepare(as_floats(batch, self.world.device))
        with self._mixed():
            made = self.task.generate(self.generator, given)
            with _frozen(self.task.critic):
                found = self.task.generator_losses(given, made)
                total = torch.stack(list(found.values())).sum()
        if self.critic is not None:
            made = made.detach()
        self._learn(self.optimizer, self.scaler, self.task.generator, total)
        if self.critic is not None and self.critic_optimizer is not None and self.task.critic is not None:
            with self._mixed():
                judged = self.task.critic_losses(given, made, self.critic)
            total = torch.stack(list(judged.values())).sum()
            self._learn(self.critic_optimizer, self.critic_scaler, self.task.critic, total)
            found |= judged
        self.done += 1
        self._average()
        return {name: value.detach() for name, value in found.items()}

    def _learn(
        self, optimizer: torch.optim.Optimizer, scaler: torch.amp.GradScaler, module: nn.Module, loss: Tensor
    ) -> None:
        optimizer.zero_grad(set_to_none=True)
        scaler.scale(loss).backward()  # type: ignore[no-untyped-call]
        scaler.unscale_(optimizer)
        nn.utils.clip_grad_norm_(module.parameters(), self.settings.clip)
        scaler.step(optimizer)
        scaler.update()

    def _mixed(self) -> torch.autocast:
        kind = self.world.device.type
        return torch.autocast(kind, self.precision, enabled=self.precision is not torch.float32)

    def _set_rates(self) -> None:
        share = rate_share(self.done, self.stage)
        for optimizer, rate in ((self.optimizer, self.stage.rate), (self.critic_optimizer, self.stage.critic_rate)):
            for group in optimizer.param_groups if optimizer else ():
                group["lr"] = rate * share

    def _average(self) -> None:
        decay = min(self.settings.ema, (1 + self.done) / (10 + self.done))
        learned = {name for name, _ in self.task.network.named_parameters()}
        with torch.no_grad():
            for name, value in self.task.network.state_dict().items():
                if name in learned:
                    self.average[name].lerp_(value, 1 - decay)
                else:
                    self.average[name].copy_(value)

    @contextmanager
    def averaged(self) -> Iterator[nn.Module]:
        """The network with the averaged weights, for use; it goes back to learning afterwards."""
        kept = {name: value.clone() for name, value in self.task.network.state_dict().items()}
        self.task.network.load_state_dict(self.average)
        self.task.network.eval()
        try:
            with torch.inference_mode():
                yield self.task.network
        finally:
            self.task.network.train()
            self.task.network.load_state_dict(kept)

    def state(self) -> dict[str, Any]:
        """All that an unbroken run has in hand; every process must call it."""
        random = self.world.gather(_random_state(self.world.device))
        critic = self.task.critic
        return {
            "done": self.done,
            "generator": self.task.generator.state_dict(),
            "critic": None if critic is None else critic.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "critic_optimizer": self.critic_optimizer and self.critic_optimizer.state_dict(),
            "scaler": self.scaler.state_dict(),
            "critic_scaler": self.critic_scaler.state_dict(),
            "random": random,
        }

    def restore(self, path: Path) -> None:
        """Go on where :meth:`state` was taken."""
        state: dict[str, Any] = torch.load(path, map_location="cpu", weights_only=True)
        self.task.generator.load_state_dict(state["generator"])
        self.optimizer.load_state_dict(state["optimizer"])
        if self.task.critic is not None and self.critic_optimizer is not None:
            self.task.critic.load_state_dict(state["critic"])
            self.critic_optimizer.load_state_dict(state["critic_optimizer"])
        self.scaler.load_state_dict(state["scaler"])
        self.critic_scaler.load_state_dict(state["critic_scaler"])
        self.average = {name: value.to(self.world.device) for name, value in state["average"].items()}
        self.done = int(state["done"])
        if len(state["random"]) == self.world.size:
            _set_random_state(state["random"][self.world.rank], self.world.device)
        else:
            # Other processes than before: their random numbers are new, and still follow from the seed.
            torch.manual_seed(hash((self.settings.seed, self.done, self.world.rank)) % 2**31)


@contextmanager
def _frozen(module: nn.Module | None) -> Iterator[None]:
    """The module's weights gather no gradients."""
    weights = [] if module is None else list(module.parameters())
    for weight in weights:
        weight.requires_grad_(False)
    try:
        yield
    finally:
        for weight in weights:
            weight.requires_grad_(True)


def _precision(name: str, device: torch.device) -> torch.dtype:
    if name != "auto":
        chosen: torch.dtype = getattr(torch, name)
        return chosen
    if device.type != "cuda":
        return torch.float32
    return torch.bfloat16 if torch.cuda.is_bf16_supported() else torch.float16


def _random_state(device: torch.device) -> dict[str, Tensor]:
    state = {"cpu": torch.get_rng_state()}
    if device.type == "cuda":
        state["cuda"] = torch.cuda.get_rng_state(device)
    return state


def _set_random_state(state: dict[str, Tensor], device: torch.device) -> None:
    torch.set_rng_state(state["cpu"])
    if device.type == "cuda" and "cuda" in state:
        torch.cuda.set_rng_state(state["cuda"], device)
