"""ResNet-50 and ResNet-101 with a feature pyramid, as detectron2's ``R_50_FPN`` and ``R_101_FPN`` name their tensors.

He et al., "Deep Residual Learning for Image Recognition" (CVPR 2016), in MSRA's form (a stage's stride lies in its
first 1×1 convolution); Lin et al., "Feature Pyramid Networks for Object Detection" (CVPR 2017), with the two levels
that Tian et al., "FCOS" (ICCV 2019), add on top.
"""

from __future__ import annotations

from typing import Final, Literal, TypeAlias, cast

from torch import Tensor, nn
from torch.nn.functional import interpolate, max_pool2d, relu, relu_

from vton_core.networks.adelaidet.layers import Conv

__all__ = ["CHANNELS", "STRIDES", "Backbone", "Depth"]

Depth: TypeAlias = Literal[50, 101]
CHANNELS: Final = 256
"""Channels of every pyramid level."""
STRIDES: Final = (8, 16, 32, 64, 128)
"""Input pixels a pixel of each pyramid level, ``p3`` to ``p7``."""

_BLOCKS: Final[dict[Depth, tuple[int, int, int, int]]] = {50: (3, 4, 6, 3), 101: (3, 4, 23, 3)}


class _Bottleneck(nn.Module):
    """1×1, 3×3 and 1×1 convolution beside a shortcut."""

    def __init__(self, inputs: int, inner: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.shortcut = Conv(inputs, outputs, 1, stride) if inputs != outputs else None
        self.conv1 = Conv(inputs, inner, 1, stride)
        self.conv2 = Conv(inner, inner, 3)
        self.conv3 = Conv(inner, outputs, 1)

    def forward(self, x: Tensor) -> Tensor:
        beside = x if self.shortcut is None else self.shortcut(x)
        deep = self.conv3(relu_(self.conv2(relu_(self.conv1(x)))))
        deep += beside
        return relu_(deep)


class _Stem(nn.Module):
    """A quarter of the input's size, 64 channels."""

    def __init__(self) -> None:
        super().__init__()
        self.conv1 = Conv(3, 64, 7, 2)

    def forward(self, x: Tensor) -> Tensor:
        return max_pool2d(relu_(self.conv1(x)), 3, 2, 1)


def _stage(count: int, inputs: int, inner: int, stride: int) -> nn.Sequential:
    outputs = 4 * inner
    first = _Bottleneck(inputs, inner, outputs, stride)
    return nn.Sequential(first, *(_Bottleneck(outputs, inner, outputs, 1) for _ in range(count - 1)))


class _ResNet(nn.Module):
    """The features after the last three stages, at strides 8, 16 and 32."""

    def __init__(self, depth: Depth) -> None:
        super().__init__()
        blocks = _BLOCKS[depth]
        self.stem = _Stem()
        self.res2 = _stage(blocks[0], 64, 64, 1)
        self.res3 = _stage(blocks[1], 256, 128, 2)
        self.res4 = _stage(blocks[2], 512, 256, 2)
        self.res5 = _stage(blocks[3], 1024, 512, 2)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        third = self.res3(self.res2(self.stem(x)))
        fourth = self.res4(third)
        return third, fourth, self.res5(fourth)


class _TopBlock(nn.Module):
    """Two more levels, each half the size of the one before."""

    def __init__(self) -> None:
        super().__init__()
        self.p6 = nn.Conv2d(CHANNELS, CHANNELS, 3, 2, 1)
        self.p7 = nn.Conv2d(CHANNELS, CHANNELS, 3, 2, 1)

    def forward(self, p5: Tensor) -> tuple[Tensor, Tensor]:
        p6 = self.p6(p5)
        return p6, self.p7(relu(p6))


class Backbone(nn.Module):
    """From a photo to five pyramid levels.

    Args:
        depth: 50 or 101 layers.
    """

    def __init__(self, depth: Depth) -> None:
        super().__init__()
        self.bottom_up = _ResNet(depth)
        self.fpn_lateral3 = nn.Conv2d(512, CHANNELS, 1)
        self.fpn_lateral4 = nn.Conv2d(1024, CHANNELS, 1)
        self.fpn_lateral5 = nn.Conv2d(2048, CHANNELS, 1)
        self.fpn_output3 = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
        self.fpn_output4 = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
        self.fpn_output5 = nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1)
        self.top_block = _TopBlock()

    def forward(self, x: Tensor) -> list[Tensor]:
        """Look at a batch.

        Args:
            x: ``float32 (N, 3, H, W)``, normalised BGR; ``H`` and ``W`` multiples of 32.

        Returns:
            ``p3`` to ``p7``: ``(N, 256, ceil(H / s), ceil(W / s))`` for each ``s`` of :data:`STRIDES`.
        """
        third, fourth, fifth = self.bottom_up(x)
        deep = self.fpn_lateral5(fifth)
        middle = self.fpn_lateral4(fourth) + interpolate(deep, scale_factor=2.0, mode="nearest")
        fine = self.fpn_lateral3(third) + interpolate(middle, scale_factor=2.0, mode="nearest")
        p5 = cast(Tensor, self.fpn_output5(deep))
        return [self.fpn_output3(fine), self.fpn_output4(middle), p5, *self.top_block(p5)]
