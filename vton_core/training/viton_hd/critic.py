"""The discriminators: patches at two scales (Wang et al., "pix2pixHD", CVPR 2018).

Spectrally normalised, as in SPADE (Park et al., CVPR 2019).
"""

from __future__ import annotations

from itertools import pairwise
from typing import Final

from torch import Tensor, nn
from torch.nn.functional import avg_pool2d
from torch.nn.utils import spectral_norm

__all__ = ["Critic"]

_SLOPE: Final = 0.2


class _Patches(nn.Module):
    """A verdict a patch, from four layers of convolutions."""

    def __init__(self, inputs: int, width: int) -> None:
        super().__init__()
        widths = [inputs, width, 2 * width, 4 * width, 8 * width]
        self.layers = nn.ModuleList()
        for level, (before, after) in enumerate(pairwise(widths)):
            stride = 2 if level < 3 else 1
            if level == 0:
                layers: list[nn.Module] = [nn.Conv2d(before, after, 4, stride, 2)]
            else:
                conv = spectral_norm(nn.Conv2d(before, after, 4, stride, 2, bias=False))
                layers = [conv, nn.InstanceNorm2d(after)]
            self.layers.append(nn.Sequential(*layers, nn.LeakyReLU(_SLOPE)))
        self.layers.append(nn.Conv2d(8 * width, 1, 4, 1, 2))

    def forward(self, x: Tensor) -> list[Tensor]:
        features: list[Tensor] = []
        for layer in self.layers:
            x = layer(x)
            features.append(x)
        return features


class Critic(nn.Module):
    """Tells real from made, at full and at half size.

    Args:
        inputs: channels of the condition and of what is judged, together.
        width: channels of the first layer.
        scales: how many sizes.
    """

    def __init__(self, inputs: int, width: int, scales: int = 2) -> None:
        super().__init__()
        self.scales = nn.ModuleList(_Patches(inputs, width) for _ in range(scales))

    def forward(self, x: Tensor) -> list[list[Tensor]]:
        """What each scale's layers say.

        Args:
            x: ``float (B, inputs, H, W)``.

        Returns:
            A list a scale, each of five tensors, the verdict ``(B, 1, h, w)`` last.
        """
        said = []
        for patches in self.scales:
            said.append(patches(x))
            x = avg_pool2d(x, 3, stride=2, padding=1, count_include_pad=False)
        return said
