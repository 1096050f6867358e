"""Batch normalisation worked into the convolutions before it."""

from __future__ import annotations

from itertools import pairwise
from typing import TypeVar, cast

from torch import Tensor, nn
from torch.nn.utils.fusion import fuse_conv_bn_weights

__all__ = ["fold_into", "folded"]

_Module = TypeVar("_Module", bound=nn.Module)


def fold_into(conv: nn.Conv2d, norm: nn.Module) -> None:
    """Give a convolution, in place, the weights with which it does the work of both.

    Args:
        conv: a convolution.
        norm: what follows it, in evaluation mode: ``weight``, ``bias``, ``running_mean`` and ``running_var``
            ``float (C,)``, and ``eps``.
    """
    mean, variance = cast(Tensor, norm.running_mean), cast(Tensor, norm.running_var)
    weight, bias = cast(Tensor, norm.weight), cast(Tensor, norm.bias)
    conv.weight, conv.bias = fuse_conv_bn_weights(
        conv.weight, conv.bias, mean, variance, cast(float, norm.eps), weight, bias
    )


def folded(net: _Module) -> _Module:
    """Work batch normalisations into the convolutions before them, in place: the same results up to rounding.

    Args:
        net: in evaluation mode, with its weights loaded; its tensors' names change. A norm that its parent registers
            right after a convolution is taken to follow it.

    Returns:
        ``net``.
    """
    for parent in net.modules():
        for (_, conv), (name, norm) in pairwise(list(parent.named_children())):
            if isinstance(conv, nn.Conv2d) and isinstance(norm, nn.BatchNorm2d):
                fold_into(conv, norm)
                setattr(parent, name, nn.Identity())
    return net
