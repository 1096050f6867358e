"""What training loops have in common."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

__all__ = ["average_into", "save_whole", "warm_cosine"]


def warm_cosine(done: int, warmup: int, batches: int, peak: float) -> float:
    """The learning rate after ``done`` batches: linear warm-up, then half a cosine to a hundredth."""
    if done < warmup:
        return peak * (done + 1) / warmup
    progress = (done - warmup) / max(1, batches - warmup)
    return peak * (0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * min(progress, 1.0))))


def average_into(average: dict[str, Tensor], net: nn.Module, most: float, done: int) -> None:
    """Move averaged weights, in place, towards a network's after ``done`` batches; the decay rises to ``most``."""
    decay = min(most, (1 + done) / (10 + done))
    with torch.no_grad():
        for name, value in net.state_dict().items():
            if value.is_floating_point():
                average[name].lerp_(value, 1 - decay)
            else:
                average[name].copy_(value)


def save_whole(state: dict[str, Any], path: Path) -> None:
    """Write a checkpoint, whole or not at all."""
    torch.save(state, path.with_suffix(".part"))
    path.with_suffix(".part").replace(path)
