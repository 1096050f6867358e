"""Weights and inputs that a seed makes, the same for any module with the same tensor names."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import normalize, one_hot


def fill(module: nn.Module, seed: int) -> None:
    """Fill every tensor of a module's state, in the order of their names, so that signals neither die nor explode."""
    generator = torch.Generator().manual_seed(seed)
    state = module.state_dict()
    for name in sorted(state):
        tensor = state[name]
        if not tensor.is_floating_point():
            continue
        drawn = torch.randn(tensor.shape, generator=generator)
        if name.endswith("running_var"):
            drawn = 0.5 + drawn.abs()
        elif tensor.ndim > 1:
            drawn *= (2 / tensor[0].numel()) ** 0.5
        elif name.endswith("weight"):
            drawn = 1 + 0.1 * drawn
        else:
            drawn *= 0.1
        tensor.copy_(drawn)
    for name in [name for name in state if name.endswith("weight_u")]:
        _settle(state, name.removesuffix("_u"))


def _settle(state: dict[str, Tensor], name: str) -> None:
    """Singular vectors that power iteration could have left, so that the spectral norm is a sensible one."""
    matrix = state[f"{name}_orig"].flatten(1)
    left = normalize(state[f"{name}_u"], dim=0)
    for _ in range(3):
        right = normalize(matrix.T @ left, dim=0)
        left = normalize(matrix @ right, dim=0)
    state[f"{name}_u"].copy_(left)
    state[f"{name}_v"].copy_(right)


def pictures(count: int, channels: int, size: tuple[int, int], seed: int) -> Tensor:
    """``float (count, channels, *size)`` in [-1, 1], smooth with some grain."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(count, channels, 5, 4, generator=generator) * 2 - 1
    smooth = nn.functional.interpolate(coarse, size, mode="bilinear", align_corners=False)
    return (smooth + 0.1 * torch.randn(smooth.shape, generator=generator)).clamp(-1, 1)


def label_maps(count: int, labels: int, size: tuple[int, int], seed: int) -> Tensor:
    """``float (count, labels, *size)``, one-hot, in patches."""
    generator = torch.Generator().manual_seed(seed)
    coarse = torch.rand(count, labels, 6, 5, generator=generator)
    smooth = nn.functional.interpolate(coarse, size, mode="bicubic", align_corners=False)
    return one_hot(smooth.argmax(dim=1), labels).movedim(-1, 1).float()
