"""The network that finds the inner side of a garment's back in a shop photo.

A small U-Net (Ronneberger et al., MICCAI 2015) with batch normalisation (Ioffe and Szegedy, 2015).
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, max_pool2d

__all__ = ["CollarNet"]

_CHANNELS = 4
_WIDTHS = (12, 24, 40, 56)


def _pair(inputs: int, outputs: int) -> nn.Sequential:
    layers: list[nn.Module] = []
    for count in (inputs, outputs):
        layers += [nn.Conv2d(count, outputs, 3, padding=1, bias=False), nn.BatchNorm2d(outputs), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class CollarNet(nn.Module):
    """Sees a square around a collar."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d = _WIDTHS
        self.down1, self.down2, self.down3 = _pair(_CHANNELS + 2, a), _pair(a, b), _pair(b, c)
        self.deep = _pair(c, d)
        self.up3, self.up2, self.up1 = _pair(d + c, c), _pair(c + b, b), _pair(b + a, a)
        self.last = nn.Conv2d(a, 1, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Log-odds of the inner side.

        Args:
            x: ``float (B, 4, S, S)`` as of :func:`vton_core.garment.collar.collar_input`; S a multiple of 8.

        Returns:
            ``float (B, S, S)``.
        """
        x = torch.cat([x, _places(x)], dim=1)
        first = self.down1(x)
        second = self.down2(max_pool2d(first, 2))
        third = self.down3(max_pool2d(second, 2))
        x = self.deep(max_pool2d(third, 2))
        for level, up in ((third, self.up3), (second, self.up2), (first, self.up1)):
            larger = interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)
            x = up(torch.cat([larger, level], dim=1))
        scores: Tensor = self.last(x)
        return scores[:, 0]


def _places(x: Tensor) -> Tensor:
    """Each pixel's place: how far from the middle line, and how far down; ``(B, 2, S, S)``."""
    side = x.shape[-1]
    along = torch.linspace(-1, 1, side, dtype=x.dtype, device=x.device)
    planes = torch.stack([along.abs().expand(side, side), along[:, None].expand(side, side)])
    return planes.expand(len(x), 2, side, side)
