"""3×3 convolutions with a quarter of the multiplications.

Source: Lavin and Gray, "Fast Algorithms for Convolutional Neural Networks" (CVPR 2016), F(4×4, 3×3): each tile of 4×4
outputs, and the 6×6 inputs that it sees, become 36 products a pair of channels instead of 144.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, TypeVar

import torch
from torch import Tensor, nn

__all__ = ["WinogradConv2d", "suits", "with_winograd"]

_Module = TypeVar("_Module", bound=nn.Module)

_TILE: Final = 4
_SEEN: Final = 6
# What a tap adds to each of the six: its values at the points 0, 1, -1, 2, -2 and infinity, scaled.
_TAPS: Final = (
    *((1 / 4, 0, 0), (-1 / 6, -1 / 6, -1 / 6), (-1 / 6, 1 / 6, -1 / 6)),
    *((1 / 24, 1 / 12, 1 / 6), (1 / 24, -1 / 12, 1 / 6), (0, 0, 1)),
)
# Below so many channels the transforms cost what the products save.
_FEWEST: Final = 96
# Numbers that the tiles of one strip may have, so that they stay in the processor's cache.
_STRIP: Final = 1 << 21


class WinogradConv2d(nn.Module):
    """The same sums as a 3×3 convolution's, up to rounding (about 1e-5 of the largest), for inference.

    Args:
        conv: the convolution, for which see :func:`suits`. Four numbers are kept for each of its weights.
    """

    weight: Tensor
    bias: Tensor

    def __init__(self, conv: nn.Conv2d) -> None:
        super().__init__()
        taps = torch.tensor(_TAPS, dtype=torch.float64)
        spread = torch.kron(taps, taps).to(conv.weight.dtype)
        kernel = conv.weight.detach().permute(3, 2, 1, 0).reshape(9, -1)
        self.register_buffer("weight", (spread @ kernel).view(_SEEN**2, conv.in_channels, conv.out_channels))
        bias = conv.weight.new_zeros(conv.out_channels) if conv.bias is None else conv.bias.detach()
        self.register_buffer("bias", bias)

    def forward(self, x: Tensor) -> Tensor:
        """``float32 (N, inputs, H, W)`` to ``(N, outputs, H, W)``, channels last in memory."""
        count, inputs, height, width = x.shape
        outputs = self.weight.shape[2]
        down, across = -(-height // _TILE), -(-width // _TILE)
        padded = x.new_zeros((count, _TILE * down + 2, _TILE * across + 2, inputs))
        padded[:, 1 : height + 1, 1 : width + 1] = x.permute(0, 2, 3, 1)
        result = x.new_empty((count, _TILE * down, _TILE * across, outputs))
        strip = max(1, _STRIP // (_SEEN**2 * count * across * max(inputs, outputs)))
        for top in range(0, down, strip):
            rows = slice(_TILE * top, _TILE * min(top + strip, down))
            self._fill(result[:, rows], padded[:, rows.start : rows.stop + 2])
        return result[:, :height, :width].permute(0, 3, 1, 2)

    def _fill(self, result: Tensor, padded: Tensor) -> None:
        """Convolve one strip."""
        count, height, width, outputs = result.shape
        down, across, inputs = height // _TILE, width // _TILE, padded.shape[3]
        rows = padded.new_empty((_SEEN, count, down, padded.shape[2], inputs))
        _spread([padded[:, at : at + height - 3 : _TILE] for at in range(_SEEN)], rows.unbind())
        tiles = padded.new_empty((_SEEN, _SEEN, count, down, across, inputs))
        _spread([rows[..., at : at + width - 3 : _TILE, :] for at in range(_SEEN)], tiles.unbind())
        products = torch.bmm(tiles.view(_SEEN**2, -1, inputs), self.weight)
        products = products.view(_SEEN, _SEEN, count, down, across, outputs)
        products[1, 1] += self.bias  # which all outputs of a tile see once
        columns = padded.new_empty((_TILE, _SEEN, count, down, across, outputs))
        _gather(products.unbind(), columns.unbind())
        _gather(columns.unbind(1), result.view(count, down, _TILE, across, _TILE, outputs).permute(2, 4, 0, 1, 3, 5))


def suits(conv: nn.Module) -> bool:
    """Whether a layer is a 3×3 convolution of stride 1 that keeps the size, with channels enough to gain."""
    return (
        isinstance(conv, nn.Conv2d)
        and (conv.kernel_size, conv.stride, conv.padding, conv.dilation) == ((3, 3), (1, 1), (1, 1), (1, 1))
        and (conv.groups, conv.padding_mode) == (1, "zeros")
        and min(conv.in_channels, conv.out_channels) >= _FEWEST
    )


def with_winograd(net: _Module) -> _Module:
    """Replace every convolution that :func:`suits`, in place; the results are the same up to rounding.

    Args:
        net: in evaluation mode, with its weights loaded.

    Returns:
        ``net``.
    """
    for parent in list(net.modules()):
        for name, child in parent.named_children():
            if isinstance(child, nn.Conv2d) and suits(child):
                setattr(parent, name, WinogradConv2d(child))
    return net


def _spread(seen: Sequence[Tensor], out: Sequence[Tensor]) -> None:
    """Six inputs in a row, to the six numbers that are multiplied."""
    odd = torch.sub(seen[3], seen[1])
    even = torch.sub(seen[4], seen[2])
    torch.add(even, odd, alpha=2, out=out[3])
    torch.sub(even, odd, alpha=2, out=out[4])
    torch.sub(seen[0], seen[2], out=out[0])
    torch.add(even, out[0], alpha=4, out=out[0])
    torch.sub(seen[5], seen[3], out=out[5])
    out[5].sub_(odd, alpha=4)
    torch.sub(seen[3], seen[1], alpha=4, out=odd)
    torch.sub(seen[4], seen[2], alpha=4, out=even)
    torch.add(even, odd, out=out[1])
    torch.sub(even, odd, out=out[2])


def _gather(products: Sequence[Tensor], out: Tensor | Sequence[Tensor]) -> None:
    """Six sums of products, to four outputs in a row."""
    even, odd = products[1] + products[2], products[1] - products[2]
    far_even, far_odd = products[3] + products[4], products[3] - products[4]
    torch.add(even, far_even, alpha=4, out=out[2])
    torch.add(odd, far_odd, alpha=2, out=out[1])
    torch.add(even.add_(far_even), products[0], out=out[0])
    torch.add(odd.add_(far_odd, alpha=8), products[5], out=out[3])
