"""The encoder: EfficientNet-Lite1, a small network that knows the thousand things of ImageNet.

Architecture after Tan and Le, "EfficientNet" (ICML 2019), in the form that its authors published for phones (no squeeze
and excitation, ReLU6); the blocks are the inverted residuals of Sandler et al., "MobileNetV2" (CVPR 2018).
"""

from __future__ import annotations

from typing import Final

from torch import Tensor, nn
from torch.nn.functional import pad

__all__ = ["CHANNELS", "EfficientNetLite1"]

CHANNELS: Final = (16, 24, 40, 112, 320)
"""Channels of the features at strides 2, 4, 8, 16 and 32."""

_STEM: Final = 32
# Expansion, outputs, kernel, stride of the first block, blocks.
_STAGES: Final = (
    (1, 16, 3, 1, 1),
    (6, 24, 3, 2, 3),
    (6, 40, 5, 2, 3),
    (6, 80, 3, 2, 4),
    (6, 112, 5, 1, 4),
    (6, 192, 5, 2, 5),
    (6, 320, 3, 1, 1),
)
_MEAN, _SPREAD = 127 / 255, 128 / 255


def _shrinking(size: int) -> tuple[int, int, int, int]:
    """TensorFlow's "same" padding for a stride of 2 and an even length: one less before than after."""
    return ((size - 2) // 2, (size - 1) // 2) * 2


class _Convolution(nn.Module):
    """A convolution with its batch norm, whose statistics stay the published ones."""

    def __init__(self, inputs: int, outputs: int, size: int = 1, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        padding = size // 2 if stride == 1 else 0
        self.convolve = nn.Conv2d(inputs, outputs, size, stride, padding, groups=groups, bias=False)
        self.norm = nn.BatchNorm2d(outputs, eps=1e-3)
        self.before = _shrinking(size) if stride == 2 else None

    def train(self, mode: bool = True) -> _Convolution:
        """As PyTorch's, but the statistics are never estimated anew: a batch here is too small for that."""
        super().train(mode)
        self.norm.eval()
        return self

    def forward(self, x: Tensor) -> Tensor:
        result: Tensor = self.norm(self.convolve(x if self.before is None else pad(x, self.before)))
        return result


class _InvertedResidual(nn.Module):
    def __init__(self, inputs: int, expansion: int, outputs: int, size: int, stride: int) -> None:
        super().__init__()
        inner = inputs * expansion
        self.expand = _Convolution(inputs, inner) if expansion > 1 else None
        self.depthwise = _Convolution(inner, inner, size, stride, groups=inner)
        self.project = _Convolution(inner, outputs)
        self.relu = nn.ReLU6(inplace=True)
        self.shrinks = stride == 2
        self.residual = not self.shrinks and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = x if self.expand is None else self.relu(self.expand(x))
        y = self.relu(self.depthwise(y))
        y = self.project(y)
        return x + y if self.residual else y


class EfficientNetLite1(nn.Module):
    """Features of a photo at five strides."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = _Convolution(3, _STEM, 3, 2)
        self.relu = nn.ReLU6(inplace=True)
        blocks, inputs = [], _STEM
        for expansion, outputs, size, stride, count in _STAGES:
            for index in range(count):
                blocks.append(_InvertedResidual(inputs, expansion, outputs, size, stride if index == 0 else 1))
                inputs = outputs
        self.blocks = nn.ModuleList(blocks)

    def freeze_first(self, blocks: int) -> None:
        """Keep the stem and the first ``blocks`` blocks out of the training: edges and colours need no relearning."""
        for part in (self.stem, *self.blocks[:blocks]):
            part.requires_grad_(False)

    def forward(self, photo: Tensor) -> tuple[Tensor, ...]:
        """Features at strides 2, 4, 8, 16 and 32.

        Args:
            photo: ``float (N, 3, H, W)``, RGB in [0, 1]; H and W multiples of 32.

        Returns:
            ``float (N, C, H / s, W / s)`` for C and s of :data:`CHANNELS` and the strides.
        """
        x = self.relu(self.stem((photo - _MEAN) / _SPREAD))
        levels = []
        for block in self.blocks:
            if block.shrinks:
                levels.append(x)
            x = block(x)
        return (*levels, x)
