"""The network that points at a top's landmarks.

A small U-Net (Ronneberger et al., MICCAI 2015) with batch normalisation (Ioffe and Szegedy, 2015); its levels are added
as in feature pyramids (Lin et al., CVPR 2017). For each landmark it also says that there is none.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

__all__ = ["LandmarkNet"]

_LANDMARKS: Final = 12
_WIDTHS: Final = (12, 24, 40, 64, 96)
_WIDE: Final = 32


def _layers(inputs: int, *outputs: int) -> nn.Sequential:
    """Convolutions of 3 × 3, the first of stride 2 where there are two."""
    layers: list[nn.Module] = []
    for number, count in enumerate(outputs):
        stride = 2 if number == 0 and len(outputs) > 1 else 1
        layers += [
            nn.Conv2d(inputs, count, 3, stride, 1, bias=False),
            nn.BatchNorm2d(count),
            nn.ReLU(inplace=True),
        ]
        inputs = count
    return nn.Sequential(*layers)


class LandmarkNet(nn.Module):
    """Sees a garment's silhouette."""

    def __init__(self) -> None:
        super().__init__()
        a, b, c, d, e = _WIDTHS
        self.first = _layers(1 + 2, a)
        self.down1, self.down2 = _layers(a, b, b), _layers(b, c, c)
        self.down3, self.down4 = _layers(c, d, d), _layers(d, e, e)
        self.over1, self.over2, self.over3, self.over4 = (nn.Conv2d(n, _WIDE, 1) for n in (b, c, d, e))
        self.up3, self.up2, self.up1 = _layers(_WIDE, _WIDE), _layers(_WIDE, _WIDE), _layers(_WIDE, _WIDE)
        self.last = nn.Conv2d(_WIDE, _LANDMARKS, 1)
        self.absent = nn.Linear(e, _LANDMARKS)

    def forward(self, x: Tensor) -> Tensor:
        """Where each landmark is.

        Args:
            x: ``float (B, S, S)`` in [0, 1] as of :func:`vton_core.garment.landmark_net.framed`; S a multiple of 16.

        Returns:
            ``float (B, 12, (S / 2)² + 1)``: logits of the places, row by row, and of its not being there.
        """
        x = torch.cat([x[:, None], _places(x)], dim=1)
        second = self.down1(self.first(x))
        third = self.down2(second)
        fourth = self.down3(third)
        fifth = self.down4(fourth)
        x = self.over4(fifth)
        for over, level, up in (
            (self.over3, fourth, self.up3),
            (self.over2, third, self.up2),
            (self.over1, second, self.up1),
        ):
            x = up(interpolate(x, scale_factor=2.0, mode="nearest") + over(level))
        return torch.cat([self.last(x).flatten(2), self.absent(fifth.mean(dim=(2, 3)))[..., None]], dim=2)


def _places(x: Tensor) -> Tensor:
    """How far right and how far down each pixel is, ``(B, 2, S, S)``."""
    side = x.shape[-1]
    along = torch.linspace(-1, 1, side, dtype=x.dtype, device=x.device)
    planes = torch.stack([along.expand(side, side), along[:, None].expand(side, side)])
    return planes.expand(len(x), 2, side, side)
