"""Quicker convolutions, against plain ones."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from vton_core.networks.winograd import WinogradConv2d, suits, with_winograd


def _random(*shape: int, seed: int) -> Tensor:
    return torch.randn(shape, generator=torch.Generator().manual_seed(seed))


def _conv(inputs: int, outputs: int, bias: bool = True) -> nn.Conv2d:
    conv = nn.Conv2d(inputs, outputs, 3, padding=1, bias=bias).requires_grad_(False)
    conv.weight.copy_(_random(*conv.weight.shape, seed=1))
    if conv.bias is not None:
        conv.bias.copy_(_random(outputs, seed=2))
    return conv


@pytest.mark.parametrize("bias", [True, False])
@pytest.mark.parametrize(
    ("count", "height", "width"),
    # Whole tiles, parts of tiles, several photos, less than a tile, and more than one strip holds.
    [(1, 8, 12), (1, 9, 14), (2, 7, 5), (1, 1, 2), (1, 33, 402)],
)
def test_the_sums_are_those_of_the_plain_convolution(count: int, height: int, width: int, bias: bool) -> None:
    conv, x = _conv(96, 104, bias), _random(count, 96, height, width, seed=3)
    with torch.inference_mode():
        got = WinogradConv2d(conv)(x)
        same = WinogradConv2d(conv)(x.contiguous(memory_format=torch.channels_last))
    exact = conv.double()(x.double())
    assert got.shape == exact.shape
    assert float((got - exact).abs().max() / exact.abs().max()) < 3e-5
    assert torch.equal(got, same)


@pytest.mark.parametrize(
    "conv",
    [
        nn.Conv2d(3, 96, 3, padding=1),
        nn.Conv2d(96, 96, 1),
        nn.Conv2d(96, 96, 3, stride=2, padding=1),
        nn.Conv2d(96, 96, 3, padding=2, dilation=2),
        nn.Conv2d(96, 96, 3),
        nn.Conv2d(96, 96, 3, padding=1, groups=2),
        nn.Conv2d(96, 96, 3, padding=1, padding_mode="reflect"),
        nn.Linear(96, 96),
    ],
    ids=["few channels", "1×1", "stride", "dilation", "no padding", "groups", "other padding", "no convolution"],
)
def test_other_layers_are_left_as_they_are(conv: nn.Module) -> None:
    assert not suits(conv)
    net = nn.Sequential(conv)
    assert with_winograd(net)[0] is conv


def test_every_layer_that_suits_is_replaced_wherever_it_lies() -> None:
    net = nn.Sequential(_conv(96, 96), nn.ModuleDict({"deep": nn.Sequential(nn.ReLU(), _conv(96, 128))}))
    assert with_winograd(net) is net
    assert not any(isinstance(module, nn.Conv2d) for module in net.modules())
    assert sum(isinstance(module, WinogradConv2d) for module in net.modules()) == 2
