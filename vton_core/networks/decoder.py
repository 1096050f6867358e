"""What decoders that bring an encoder's features up to the picture's size are built of.

The skips are after Ronneberger et al., "U-Net" (2015), the laterals after Lin et al., "Feature Pyramid Networks" (CVPR
2017), the pooled context after Zhao et al., "Pyramid Scene Parsing Network" (CVPR 2017).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, interpolate

__all__ = ["Context", "Up", "conv"]


def conv(inputs: int, outputs: int, size: int = 3) -> nn.Sequential:
    """A convolution that keeps height and width, its batch norm and ReLU."""
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, padding=size // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class Context(nn.Module):
    """What the whole picture, and its quarters and ninths, hold."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.bins = (1, 2, 3)
        self.reduce = nn.ModuleList(
            nn.Sequential(nn.Conv2d(channels, channels // 4, 1), nn.ReLU(inplace=True)) for _ in self.bins
        )
        self.fuse = conv(channels + len(self.bins) * (channels // 4), channels, size=1)

    def forward(self, x: Tensor) -> Tensor:
        pooled = [
            interpolate(reduce(adaptive_avg_pool2d(x, size)), x.shape[-2:], mode="bilinear", align_corners=False)
            for size, reduce in zip(self.bins, self.reduce, strict=True)
        ]
        fused: Tensor = self.fuse(torch.cat([x, *pooled], dim=1))
        return fused


class Up(nn.Module):
    """Joins a deeper level, brought up, with a lateral one (and with a prior, of that many channels)."""

    def __init__(self, deep: int, lateral: int, outputs: int, prior: int = 0) -> None:
        super().__init__()
        self.lateral = conv(lateral, outputs, size=1)
        self.fuse = conv(deep + outputs + prior, outputs)

    def forward(self, deep: Tensor, lateral: Tensor, *prior: Tensor) -> Tensor:
        deep = interpolate(deep, lateral.shape[-2:], mode="bilinear", align_corners=False)
        resized = [interpolate(p, lateral.shape[-2:], mode="area") for p in prior]
        fused: Tensor = self.fuse(torch.cat([deep, self.lateral(lateral), *resized], dim=1))
        return fused
