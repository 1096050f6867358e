"""What training loops have in common."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

import torch
from torch import Tensor, nn

from vton_core.errors import InputError
from vton_core.training.viton_hd.keep import misfit_told, save_checkpoint

__all__ = ["FineTuner", "OneCycle", "Trainer", "as_photo", "at_least", "warm_cosine"]

Network = TypeVar("Network", bound=nn.Module)

# How fast an encoder that has learned before moves, as a share of the rest's rate.
_ENCODER: Final = 0.25


def at_least(settings: object, **least: int) -> None:
    """See that settings are not too small.

    Args:
        settings: a dataclass of them.
        least: for some of them, by name.

    Raises:
        InputError: one is smaller than that.
    """
    for name, number in least.items():
        value = getattr(settings, name)
        if value < number:
            raise InputError("'{name}' must be at least {least}, not {value}.", name=name, least=number, value=value)


def warm_cosine(done: int, warmup: int, batches: int, peak: float) -> float:
    """The learning rate after ``done`` batches: linear warm-up, then half a cosine to a hundredth."""
    if done < warmup:
        return peak * (done + 1) / warmup
    progress = (done - warmup) / max(1, batches - warmup)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0))))


def as_photo(rgb: Tensor) -> Tensor:
    """Pictures ``uint8 (N, H, W, 3)`` as networks take them: ``float (N, 3, H, W)`` in [0, 1], channels last."""
    return rgb.permute(0, 3, 1, 2).float().div_(255).contiguous(memory_format=torch.channels_last)


class OneCycle:
    """AdamW whose learning rate rises to its peak and falls to nothing (Smith and Topin, "Super-Convergence", 2018).

    Args:
        network: the one that learns.
        rate: the peak.
        decay: of the weights.
        batches: how many there will be, at least one.
        rise: the share of them before the peak.
    """

    def __init__(self, network: nn.Module, rate: float, decay: float, batches: int, rise: float) -> None:
        self._optimizer = torch.optim.AdamW(network.parameters(), rate, weight_decay=decay)
        # PyTorch divides by the length of the rise, in batches after the first.
        share = rise if rise * batches != 1 else rise / 2
        self._schedule = torch.optim.lr_scheduler.OneCycleLR(
            self._optimizer, rate, total_steps=batches, pct_start=share
        )

    def learn(self, loss: Tensor) -> float:
        """Take the step that a batch's loss asks for; returns the loss."""
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        self._optimizer.step()
        self._schedule.step()
        return float(loss.detach())


class Trainer(Generic[Network]):
    """A network in training: its averaged weights, its optimizer, and how many batches are done.

    All of it stays on the device on which the network is.

    Args:
        blank: makes a network of the kind.
        net: the one that learns.
        optimizer: of its weights.
        ema: decay of the averaged weights; it rises to that.
        clip: the longest step that the gradients may ask for.
    """

    def __init__(
        self,
        blank: Callable[[], Network],
        net: Network,
        optimizer: torch.optim.Optimizer,
        ema: float,
        clip: float = 5.0,
    ) -> None:
        self._blank, self.net, self.optimizer, self._ema, self._clip = blank, net, optimizer, ema, clip
        self.device = next(net.parameters()).device
        self.average = {name: value.detach().clone() for name, value in net.state_dict().items()}
        self.done = 0

    def learn(self, loss: Tensor) -> float:
        """Take the step that a batch's loss asks for; returns the loss."""
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        nn.utils.clip_grad_norm_(self.net.parameters(), self._clip)
        self.optimizer.step()
        self.done += 1
        self._average()
        return float(loss.detach())

    def _average(self) -> None:
        decay = min(self._ema, (1 + self.done) / (10 + self.done))
        with torch.no_grad():
            for name, value in self.net.state_dict().items():
                if value.is_floating_point():
                    self.average[name].lerp_(value, 1 - decay)
                else:
                    self.average[name].copy_(value)

    def averaged(self) -> Network:
        """A network with the averaged weights, for use."""
        net = self._blank()
        net.load_state_dict(self.average)
        return net.eval().to(self.device)

    def save(self, path: Path) -> None:
        """Write all that an unbroken run has in hand.

        Raises:
            StorageError: the disk is full, or the folder may not be written.
        """
        state = {
            "net": self.net.state_dict(),
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "done": self.done,
        }
        save_checkpoint(state, path)

    def load(self, path: Path) -> None:
        """Go on where :meth:`save` left off.

        Raises:
            InputError: the file is damaged, or of another training.
        """
        with misfit_told(path):
            state: dict[str, Any] = torch.load(path, map_location=self.device, weights_only=True)
            self.net.load_state_dict(state["net"])
            self.average = state["average"]
            self.optimizer.load_state_dict(state["optimizer"])
            self.done = int(state["done"])


class FineTuner(Trainer[Network]):
    """A network in training whose encoder has learned before: it moves slower than the rest.

    AdamW's rate rises and falls as :func:`warm_cosine` says.

    Args:
        blank: makes a network of the kind.
        net: the one that learns.
        encoder: its part that has learned before; what is frozen of it stays as it is.
        rate: the peak, of the rest.
        decay: of the weights.
        warmup: batches until the peak.
        batches: how many there will be.
        ema: decay of the averaged weights; it rises to that.
    """

    def __init__(
        self,
        blank: Callable[[], Network],
        net: Network,
        encoder: nn.Module,
        *,
        rate: float,
        decay: float,
        warmup: int,
        batches: int,
        ema: float,
    ) -> None:
        learned = {id(p) for p in encoder.parameters()}
        groups = [
            {"params": [p for p in net.parameters() if id(p) not in learned], "share": 1.0},
            {"params": [p for p in encoder.parameters() if p.requires_grad], "share": _ENCODER},
        ]
        super().__init__(blank, net, torch.optim.AdamW(groups, lr=rate, weight_decay=decay), ema)
        self._rate, self._warmup, self._batches = rate, warmup, batches

    def learn(self, loss: Tensor) -> float:
        """See :meth:`Trainer.learn`; the rate is that of the batch."""
        rate = warm_cosine(self.done, self._warmup, self._batches, self._rate)
        for group in self.optimizer.param_groups:
            group["lr"] = rate * group["share"]
        return super().learn(loss)
