"""CIHP_PGN, the Part Grouping Network: labels and edges of people, each of which refines the other.

Architecture after Gong et al., "Instance-level Human Parsing via Part Grouping Network" (ECCV 2018), as published: a
ResNet-101 with dilated convolutions (Chen et al., "DeepLab"), two branches with pyramid pooling, and their refinement.
Each layer bears the name of its published one. The published network runs on TensorFlow, whose "same" padding and
bilinear resampling are those here.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Final, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, max_pool2d, pad, relu
from torch.nn.utils.fusion import fuse_conv_bn_eval

from vton_core.networks.bilinear import resampling_matrix

__all__ = ["STRIDE", "CihpPgn", "PgnOutput"]

STRIDE: Final = 8
"""Pixels of the photo, across, that one value of a map stands for."""

_CLASSES: Final = 20
_POOLS: Final = (60, 30, 20, 10)
_POOLED: Final = 512
_EPSILON: Final = 1e-3
# Blocks, width, outputs, dilation and the first block's stride.
_STAGES: Final = (
    (("2a", "2b", "2c"), 64, 256, 1, 1),
    (("3a", *(f"3b{n}" for n in range(1, 4))), 128, 512, 1, 2),
    (("4a", *(f"4b{n}" for n in range(1, 23))), 256, 1024, 2, 1),
    (("5a", "5b", "5c"), 512, 2048, 4, 1),
)
# The maps that the branches look at: the results of the last three stages.
_SEEN: Final = (512, 1024, 2048)


class PgnOutput(NamedTuple):
    """What the network says of a photo, at an eighth of its size.

    Attributes:
        parsing: ``float (N, 20, H / 8, W / 8)``: scores of the labels, before any softmax.
        refined: the same, refined.
        edges: ``float (N, 1, H / 8, W / 8)``: scores of the edges between people, refined, before any sigmoid; ``None``
            where they were not asked for.
    """

    parsing: Tensor
    refined: Tensor
    edges: Tensor | None


class CihpPgn(nn.Module):
    """Labels and edges of the people in a photo.

    Args:
        thin: every inner layer has this part of its published channels; 1 for the published network.
    """

    def __init__(self, thin: int = 1) -> None:
        super().__init__()
        self._thin = thin
        self.layers = nn.ModuleDict()
        self._add_unit("conv1", "bn_conv1", 3, 64, 7, stride=2)
        inputs = 64
        for blocks, width, outputs, dilation, stride in _STAGES:
            for block in blocks:
                first = block.endswith("a")
                strides = stride if first else 1
                if first:
                    self._add_unit(f"res{block}_branch1", f"bn{block}_branch1", inputs, outputs, 1, stride=strides)
                branch, norm = f"res{block}_branch2", f"bn{block}_branch2"
                self._add_unit(f"{branch}a", f"{norm}a", inputs, width, 1, stride=strides)
                self._add_unit(f"{branch}b", f"{norm}b", width, width, 3, dilation=dilation)
                self._add_unit(f"{branch}c", f"{norm}c", width, outputs, 1)
                inputs = outputs
        for task, width, outputs in (("parsing", 512, _CLASSES), ("edge", 256, 1)):
            for number, seen in enumerate(_SEEN, start=1):
                self._add(f"{task}_branch{number}", seen, width, 3)
            self._add(f"{task}_branch", 3 * width, width, 3)
            self._add_pyramid(f"{task}_pp", f"{task}_pp_conv", width)
            self._add(f"{task}_fc", 512, outputs, 3)
            self._add(f"{task}_fea", 512, 256, 3)
            self._add(f"{task}_remap", outputs, 128, 1)
            self._add(f"{task}_rf", 768, 512, 3)
            self._add_pyramid(f"{task}_rf_pp", f"{task}_rf_conv", 512)
            self._add(f"{task}_rf_fc", 512, outputs, 3)

    def _add(self, name: str, inputs: int, outputs: int, size: int) -> None:
        self.layers[name] = nn.Conv2d(self._width(inputs), self._width(outputs), size, padding=size // 2)

    def _width(self, channels: int) -> int:
        """What enters and leaves the network keeps its channels."""
        return channels if channels in (1, 3, _CLASSES) else channels // self._thin

    def _add_unit(
        self, name: str, norm: str, inputs: int, outputs: int, size: int, stride: int = 1, dilation: int = 1
    ) -> None:
        around = 0 if stride > 1 else dilation * (size // 2)
        inputs, outputs = self._width(inputs), self._width(outputs)
        self.layers[name] = nn.Conv2d(inputs, outputs, size, stride, around, dilation, bias=False)
        self.layers[norm] = nn.BatchNorm2d(outputs, eps=_EPSILON)

    def _add_pyramid(self, pools: str, mixed: str, inputs: int) -> None:
        for number in range(1, len(_POOLS) + 1):
            self._add(f"{pools}{number}", inputs, _POOLED, 3)
        self._add(mixed, inputs + len(_POOLS) * _POOLED, 512, 3)

    def _convolution(self, name: str) -> nn.Conv2d:
        layer = self.layers[name]
        assert isinstance(layer, nn.Conv2d)
        return layer

    def fuse(self) -> CihpPgn:
        """Take each batch norm into the convolution before it; the network gives the same and is faster.

        Returns:
            The network itself, in evaluation mode.
        """
        self.eval()
        names = list(self.layers)
        for name, norm in pairwise(names):
            statistics = self.layers[norm]
            if isinstance(statistics, nn.BatchNorm2d):
                self.layers[name] = fuse_conv_bn_eval(self._convolution(name), statistics)
                self.layers[norm] = nn.Identity()
        return self

    def forward(self, photo: Tensor, edges: bool = False) -> PgnOutput:
        """Scores of labels, and of edges where they are asked for.

        Args:
            photo: ``float (N, 3, H, W)``, BGR bytes less 125.0, 114.4 and 107.9.
            edges: refine the edges too.

        Returns:
            See :class:`PgnOutput`; sizes are rounded up.
        """
        seen = list(self._residual(photo))[1:]
        parsing = self._pyramid(self._branch("parsing", seen), "parsing_pp", "parsing_pp_conv")
        edge = self._pyramid(self._branch("edge", seen), "edge_pp", "edge_pp_conv")
        labels = self.layers["parsing_fc"](parsing)
        told = {
            "parsing": self._both("parsing", parsing, labels),
            "edge": self._both("edge", edge, self.layers["edge_fc"](edge)),
        }
        refined = self._refine("parsing", told["parsing"] + told["edge"])
        return PgnOutput(labels, refined, self._refine("edge", told["edge"] + told["parsing"]) if edges else None)

    def _residual(self, photo: Tensor) -> Iterator[Tensor]:
        """The results of the four stages."""
        x = relu(self.layers["bn_conv1"](self.layers["conv1"](pad(photo, _around(photo, 7)))))
        x = max_pool2d(pad(x, _around(x, 3), value=-torch.inf), 3, 2)
        for blocks, *_ in _STAGES:
            for block in blocks:
                x = self._block(x, block)
            yield x

    def _unit(self, x: Tensor, name: str) -> Tensor:
        result: Tensor = self.layers[f"bn{name}"](self.layers[f"res{name}"](x))
        return result

    def _block(self, x: Tensor, block: str) -> Tensor:
        y = relu(self._unit(x, f"{block}_branch2a"))
        y = relu(self._unit(y, f"{block}_branch2b"))
        y = self._unit(y, f"{block}_branch2c")
        return relu(y + (self._unit(x, f"{block}_branch1") if block.endswith("a") else x))

    def _branch(self, task: str, seen: list[Tensor]) -> Tensor:
        parts = [relu(self.layers[f"{task}_branch{number}"](x)) for number, x in enumerate(seen, start=1)]
        return relu(self.layers[f"{task}_branch"](torch.cat(parts, dim=1)))

    def _both(self, task: str, features: Tensor, scores: Tensor) -> list[Tensor]:
        return [relu(self.layers[f"{task}_fea"](features)), relu(self.layers[f"{task}_remap"](scores))]

    def _refine(self, task: str, told: list[Tensor]) -> Tensor:
        x = relu(self.layers[f"{task}_rf"](torch.cat(told, dim=1)))
        result: Tensor = self.layers[f"{task}_rf_fc"](self._pyramid(x, f"{task}_rf_pp", f"{task}_rf_conv"))
        return result

    def _pyramid(self, x: Tensor, pools: str, mixed: str) -> Tensor:
        """Means over large squares, each seen through a convolution, enlarged, put beside the features and mixed.

        The published network enlarges the means to the features' size and then mixes all with one convolution.
        Enlarging is linear, so the means are mixed before they are enlarged: the same sums, for a fifth of the
        multiplications.
        """
        height, width = x.shape[2:]
        conv = self._convolution(mixed)
        channels = x.shape[1]
        flat, rows = [], []
        for number, pool in enumerate(_POOLS, start=1):
            means = _pooling_matrix(height, pool).to(x) @ x @ _pooling_matrix(width, pool).to(x).T
            small = relu(self.layers[f"{pools}{number}"](means))
            pooled = small.shape[1]
            begin = channels + (number - 1) * pooled
            weight = conv.weight[:, begin : begin + pooled]
            taps = conv2d(small, weight.permute(0, 2, 3, 1).reshape(-1, pooled, 1, 1))
            down, across = small.shape[2:]
            taps = taps.view(len(x), -1, 3, 3, down, across).permute(0, 1, 2, 4, 3, 5)
            columns = _tap_matrix(across, width).to(x)
            flat.append(taps.reshape(len(x), -1, 3 * down, 3 * across) @ columns)
            rows.append(_tap_matrix(down, height).to(x))
        enlarged = torch.cat(rows).T @ torch.cat(flat, dim=2)
        return relu(conv2d(x, conv.weight[:, :channels], conv.bias, padding=1) + enlarged)


def _around(x: Tensor, size: int) -> tuple[int, int, int, int]:
    """TensorFlow's "same" padding for a stride of 2: what is odd goes to the right and below."""
    width, height = (max((side - 1) // 2 * 2 + size - side, 0) for side in (x.shape[3], x.shape[2]))
    return width // 2, width - width // 2, height // 2, height - height // 2


def _pooling_matrix(side: int, pool: int) -> Tensor:
    """``float32 (ceil(side / pool), side)``: means over squares laid as TensorFlow's "same" padding lays them."""
    count = -(-side // pool)
    begin = torch.arange(count)[:, None] * pool - (count * pool - side) // 2
    place = torch.arange(side)
    inside = ((place >= begin) & (place < begin + pool)).float()
    return inside / inside.sum(dim=1, keepdim=True)


def _tap_matrix(inputs: int, outputs: int) -> Tensor:
    """``float32 (3 * inputs, outputs)``: an enlargement as each of a convolution's three taps sees it."""
    enlarged = pad(resampling_matrix(inputs, outputs).T, (1, 1))
    return torch.cat([enlarged[:, tap : tap + outputs] for tap in range(3)])
