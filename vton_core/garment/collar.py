"""Where a shop photo shows the inner side of a garment's back, behind the collar's front edge.

A small network has learnt it from collars that are drawn and from those of photos (:mod:`vton_core.training.collars`).
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.resampling import warp_affine
from vton_core.types import Image, Mask

if TYPE_CHECKING:
    from vton_core.networks.collar import CollarNet

__all__ = ["ABOVE", "SIDE", "SPAN", "collar_input", "collar_square", "inner_back"]

_Float = NDArray[np.float32]
SIDE: Final = 96
"""Side of the square that the network sees."""
SPAN: Final = 1.1
"""Side of that square in widths of the chest."""
ABOVE: Final = 0.2
"""How much of it lies above the collar's corners, in widths of the chest."""

_NEVER: Final = -8.0
# No chest is narrower, in pixels.
_NARROWEST: Final = 8.0


def collar_input(rgb: Image, mask: _Float) -> _Float:
    """What the network is given: Lab and mask, each in [0, 1]; the garment's own colours where the mask is.

    Args:
        rgb: ``uint8 (SIDE, SIDE, 3)``.
        mask: ``float32 (SIDE, SIDE)`` in [0, 1].

    Returns:
        ``float32 (SIDE, SIDE, 4)``.
    """
    lab = cv2.cvtColor(rgb.astype(np.float32) / np.float32(255), cv2.COLOR_RGB2LAB)
    scaled = lab * np.array([0.01, 0.005, 0.005], np.float32) + np.array([0, 0.5, 0.5], np.float32)
    return np.dstack([scaled.clip(0, 1) * mask[..., None], mask]).astype(np.float32)


def collar_square(
    middle: NDArray[np.float32], chest: float, side: int, span: float, above: float
) -> NDArray[np.float64]:
    """Where the square around a collar lies.

    Args:
        middle: ``(2,)``, between the collar's corners, in the garment's pixels.
        chest: the garment's width between the armpits, in pixels.
        side: of the square, in its own pixels.
        span: of the square, in widths of the chest.
        above: how much of it lies above the corners, in the same.

    Returns:
        ``float64 (2, 3)``: from the garment's pixels to the square's.
    """
    scale = side / (span * max(chest, _NARROWEST))
    corner = middle.astype(np.float64) - np.array([span / 2, above]) * chest
    return np.column_stack([np.eye(2) * scale, -scale * corner + (scale - 1) / 2])


def inner_back(rgb: Image, mask: Mask, middle: NDArray[np.float32], chest: float) -> _Float:
    """How likely each pixel shows the inner side of the back.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        mask: ``bool (H, W)``.
        middle: ``(2,)``, between the collar's corners.
        chest: the garment's width between the armpits, in pixels.

    Returns:
        ``float32 (H, W)``: log-odds, the mean of what is told of the picture and of its mirror image; strongly negative
        outside the mask and far from the collar.
    """
    import torch

    matrix = collar_square(middle, chest, SIDE, SPAN, ABOVE)
    planes = warp_affine(np.dstack([rgb, 255 * mask]).astype(np.float32), matrix, (SIDE, SIDE)).clip(0, 255)
    seen = collar_input(np.round(planes[..., :3]).astype(np.uint8), planes[..., 3] / np.float32(255))
    given = torch.from_numpy(np.ascontiguousarray(seen.transpose(2, 0, 1)))
    with torch.inference_mode():
        told, mirrored = _network()(torch.stack([given, given.flip(-1)]))
        logits = ((told + mirrored.flip(-1)) / 2).numpy()
    here = cv2.warpAffine(
        logits,
        matrix,
        (mask.shape[1], mask.shape[0]),
        flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(_NEVER,),
    )
    return np.where(mask, here, np.float32(_NEVER)).astype(np.float32)


@cache
def _network() -> CollarNet:
    from vton_core.checkpoints import load_shipped
    from vton_core.networks.collar import CollarNet
    from vton_core.networks.folding import folded

    return folded(load_shipped(CollarNet, "collar")).requires_grad_(False)
