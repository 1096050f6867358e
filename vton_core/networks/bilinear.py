"""Bilinear resampling as the first TensorFlow defined it: corners first, not centres.

A row (or column) ``i`` of the result lies at ``i * inputs / outputs`` of the input; beyond the last one the last is
repeated. Both directions are linear maps, so a resampling is two products with small matrices.
"""

from __future__ import annotations

import torch
from torch import Tensor

__all__ = ["resample", "resampling_matrix"]


def resampling_matrix(inputs: int, outputs: int) -> Tensor:
    """The map along one side.

    Args:
        inputs: pixels that there are.
        outputs: pixels that are wanted.

    Returns:
        ``float32 (outputs, inputs)``, rows that sum to 1.
    """
    place = torch.arange(outputs, dtype=torch.float32) * (inputs / outputs)
    below = place.floor().clamp(max=inputs - 1)
    share = (place - below).unsqueeze(1)
    below = below.long().unsqueeze(1)
    above = (below + 1).clamp(max=inputs - 1)
    matrix = torch.zeros(outputs, inputs)
    matrix.scatter_add_(1, below, 1 - share)
    matrix.scatter_add_(1, above, share)
    return matrix


def resample(x: Tensor, height: int, width: int) -> Tensor:
    """Bring a picture to another size.

    Args:
        x: ``float32 (..., H, W)``.
        height: rows that are wanted.
        width: columns that are wanted.

    Returns:
        ``float32 (..., height, width)``; the input itself where the size is the same.
    """
    if x.shape[-2:] == (height, width):
        return x
    rows = resampling_matrix(x.shape[-2], height).to(x)
    columns = resampling_matrix(x.shape[-1], width).to(x)
    return torch.matmul(rows, torch.matmul(x, columns.T))
