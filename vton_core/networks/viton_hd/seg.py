"""VITON-HD's segmentation generator: a U-Net (Ronneberger et al., 2015) with instance normalisation."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import max_pool2d

from vton_core.networks.viton_hd.config import GROUPS, VitonHdConfig

__all__ = ["SEG_CHANNELS", "SegGenerator"]

SEG_CHANNELS = GROUPS + 8
"""Cloth mask 1, masked cloth 3, agnostic groups 13, rendered pose 3, noise 1; in this order."""


def _unit(inputs: int, outputs: int) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, 3, padding=1), nn.InstanceNorm2d(outputs), nn.ReLU(inplace=True)]


def _pair(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(*_unit(inputs, outputs), *_unit(outputs, outputs))


def _up(inputs: int, outputs: int) -> nn.Sequential:
    return nn.Sequential(nn.Upsample(scale_factor=2, mode="nearest"), *_unit(inputs, outputs))


class SegGenerator(nn.Module):
    """Predicts the groups that the person will show in the new garment."""

    def __init__(self, config: VitonHdConfig) -> None:
        super().__init__()
        a, b, c, d, e = (config.seg_width * 2**level for level in range(5))
        self.conv1 = _pair(SEG_CHANNELS, a)
        self.conv2 = _pair(a, b)
        self.conv3 = _pair(b, c)
        self.conv4 = _pair(c, d)
        self.conv5 = _pair(d, e)
        self.up6, self.conv6 = _up(e, d), _pair(e, d)
        self.up7, self.conv7 = _up(d, c), _pair(d, c)
        self.up8, self.conv8 = _up(c, b), _pair(c, b)
        self.up9 = _up(b, a)
        self.conv9 = nn.Sequential(*_pair(b, a), nn.Conv2d(a, GROUPS, 3, padding=1))
        self.drop = nn.Dropout(0.5)

    def forward(self, x: Tensor) -> Tensor:
        """Group scores.

        Args:
            x: ``float (B, 21, h, w)``, see :data:`SEG_CHANNELS`; h and w multiples of 16.

        Returns:
            ``float (B, 13, h, w)`` in (0, 1), one sigmoid a group.
        """
        return torch.sigmoid(self.logits(x))

    def logits(self, x: Tensor) -> Tensor:
        """What :meth:`forward` takes the sigmoid of."""
        c1 = self.conv1(x)
        c2 = self.conv2(max_pool2d(c1, 2))
        c3 = self.conv3(max_pool2d(c2, 2))
        c4 = self.drop(self.conv4(max_pool2d(c3, 2)))
        deep = self.drop(self.conv5(max_pool2d(c4, 2)))
        deep = self.conv6(torch.cat([c4, self.up6(deep)], dim=1))
        deep = self.conv7(torch.cat([c3, self.up7(deep)], dim=1))
        deep = self.conv8(torch.cat([c2, self.up8(deep)], dim=1))
        scores: Tensor = self.conv9(torch.cat([c1, self.up9(deep)], dim=1))
        return scores
