"""The encoder of BlazePose: a small network that has seen very many people.

Inverted residuals after Sandler et al., "MobileNetV2" (CVPR 2018); the layout is that of MediaPipe's full pose landmark
network (Bazarevsky et al., "BlazePose", 2020), whose published weights (Apache-2.0) fit it, batch norms folded in.
"""

from __future__ import annotations

from typing import Final

from torch import Tensor, nn

__all__ = ["CHANNELS", "BlazePoseEncoder"]

CHANNELS: Final = (16, 24, 32, 88, 144)
"""Channels of the features at strides 2, 4, 8, 16 and 32."""

# Expansion, outputs, kernel and stride of each inverted residual; inputs follow from the block before.
_BLOCKS: Final = (
    (64, 24, 3, 2),
    (144, 24, 3, 1),
    (144, 32, 5, 2),
    (192, 32, 5, 1),
    (192, 64, 3, 2),
    (384, 64, 3, 1),
    (384, 64, 3, 1),
    (384, 88, 5, 1),
    (528, 88, 5, 1),
    (528, 88, 5, 1),
    (528, 144, 5, 2),
    (864, 144, 5, 1),
    (864, 144, 5, 1),
    (864, 144, 5, 1),
)


class _InvertedResidual(nn.Module):
    def __init__(self, inputs: int, expanded: int, outputs: int, kernel: int, stride: int) -> None:
        super().__init__()
        self.expand = nn.Conv2d(inputs, expanded, 1)
        self.depthwise = nn.Conv2d(expanded, expanded, kernel, stride, kernel // 2, groups=expanded)
        self.project = nn.Conv2d(expanded, outputs, 1)
        self.relu = nn.ReLU6(inplace=True)
        self.residual = stride == 1 and inputs == outputs

    def forward(self, x: Tensor) -> Tensor:
        y: Tensor = self.project(self.relu(self.depthwise(self.relu(self.expand(x)))))
        return x + y if self.residual else y


class BlazePoseEncoder(nn.Module):
    """Features of a photo at five strides."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(3, 24, 3, 2, 1)
        self.depthwise = nn.Conv2d(24, 24, 3, 1, 1, groups=24)
        self.project = nn.Conv2d(24, 16, 1)
        self.relu = nn.ReLU6(inplace=True)
        inputs = (16, *(block[1] for block in _BLOCKS))
        self.blocks = nn.ModuleList(_InvertedResidual(n, *block) for n, block in zip(inputs, _BLOCKS, strict=False))

    def freeze_first(self, blocks: int) -> None:
        """Keep the stem and the first ``blocks`` blocks out of the training: edges and colours need no relearning."""
        for part in (self.stem, self.depthwise, self.project, *self.blocks[:blocks]):
            part.requires_grad_(False)

    def convolutions(self) -> list[nn.Conv2d]:
        """Every convolution, in the order of the computation."""
        return [module for module in self.modules() if isinstance(module, nn.Conv2d)]

    def forward(self, photo: Tensor) -> tuple[Tensor, ...]:
        """Features at strides 2, 4, 8, 16 and 32.

        Args:
            photo: ``float (N, 3, H, W)``, RGB in [0, 1]; H and W multiples of 32.

        Returns:
            ``float (N, C, H / s, W / s)`` for C and s of :data:`CHANNELS` and the strides.
        """
        x = self.project(self.relu(self.depthwise(self.relu(self.stem(photo)))))
        levels = [x]
        for block in self.blocks:
            x = block(x)
            if x.shape[-1] == levels[-1].shape[-1]:
                levels[-1] = x
            else:
                levels.append(x)
        return tuple(levels)
