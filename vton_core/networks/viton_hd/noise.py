"""The noise that VITON-HD's segmentation generator was trained with."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor

__all__ = ["speckle"]

_CUT: Final = 254.5 / 255


def speckle(shape: tuple[int, ...], generator: torch.Generator) -> Tensor:
    """Zeros and, for about every sixth pixel, ones.

    The published code draws numbers of deviation 255 into bytes, which saturate, and divides the bytes by 255 back into
    bytes: 1 is left where the number rounds to 255 or more, else 0.

    Args:
        shape: any.
        generator: draws on its own device.

    Returns:
        ``float32`` of that shape.
    """
    return (torch.randn(shape, generator=generator, device=generator.device) >= _CUT).float()
