"""The layers that detectron2 and AdelaiDet share, and how the bilinear grids lie."""

from __future__ import annotations

from typing import TypeVar, cast

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, pad

from vton_core.networks import folding
from vton_core.networks.folding import fold_into
from vton_core.networks.winograd import with_winograd

__all__ = ["Conv", "FrozenBatchNorm2d", "aligned_bilinear", "conv_block", "folded", "for_inference"]

_Module = TypeVar("_Module", bound=nn.Module)


class FrozenBatchNorm2d(nn.Module):
    """Batch normalisation whose statistics and affine never change: four buffers of ``float32 (C,)``."""

    weight: Tensor
    bias: Tensor
    running_mean: Tensor
    running_var: Tensor

    def __init__(self, channels: int, eps: float = 1e-5) -> None:
        super().__init__()
        self.eps = eps
        self.register_buffer("weight", torch.ones(channels))
        self.register_buffer("bias", torch.zeros(channels))
        self.register_buffer("running_mean", torch.zeros(channels))
        self.register_buffer("running_var", torch.ones(channels))

    def forward(self, x: Tensor) -> Tensor:
        """``(N, C, H, W)`` to the same shape."""
        scale = self.weight * (self.running_var + self.eps).rsqrt()
        return x * scale[:, None, None] + (self.bias - self.running_mean * scale)[:, None, None]


class Conv(nn.Conv2d):
    """A convolution that keeps the frozen norm that follows it as its child ``norm``, as detectron2 names it."""

    def __init__(self, inputs: int, outputs: int, size: int, stride: int = 1) -> None:
        super().__init__(inputs, outputs, size, stride, size // 2, bias=False)
        self.norm: nn.Module = FrozenBatchNorm2d(outputs)

    def forward(self, input: Tensor) -> Tensor:
        """``(N, inputs, H, W)`` to ``(N, outputs, ceil(H / stride), ceil(W / stride))``."""
        return cast(Tensor, self.norm(super().forward(input)))


def conv_block(inputs: int, outputs: int) -> nn.Sequential:
    """A 3×3 convolution without bias, batch normalisation and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)
    )


def aligned_bilinear(x: Tensor, factor: int) -> Tensor:
    """Enlarge so that pixel ``i`` of the input lies at ``factor * i + factor // 2`` of the output.

    Between such points the values run linearly, beyond the outermost they repeat. This is the sampling of Tian et al.,
    "Conditional Convolutions for Instance Segmentation" (ECCV 2020).

    Args:
        x: ``(N, C, H, W)``.
        factor: at least 1.

    Returns:
        ``(N, C, factor * H, factor * W)``.
    """
    if factor == 1:
        return x
    height, width = (factor * side for side in x.shape[-2:])
    grown = interpolate(
        pad(x, (0, 1, 0, 1), mode="replicate"), size=(height + 1, width + 1), mode="bilinear", align_corners=True
    )
    lead = factor // 2
    return pad(grown, (lead, 0, lead, 0), mode="replicate")[..., :height, :width]


def folded(net: _Module) -> _Module:
    """Work every batch normalisation into the convolution before it; see :func:`vton_core.networks.folding.folded`."""
    for module in net.modules():
        if isinstance(module, Conv) and isinstance(module.norm, FrozenBatchNorm2d | nn.BatchNorm2d):
            fold_into(module, module.norm)
            module.norm = nn.Identity()
    return folding.folded(net)


def for_inference(net: _Module) -> _Module:
    """Make a detector quicker, in place: norms folded, fewer multiplications, channels last in memory.

    Args:
        net: in evaluation mode, with its weights loaded. Convolutions that are its direct children are left as they
            are: they run only where boxes are.

    Returns:
        ``net``.
    """
    folded(net)
    for part in net.children():
        with_winograd(part)
    return net.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]
