"""Garments on any background, as the garment network sees them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
import torch
from numpy.typing import NDArray

from vton_core.networks.cloth import STRIDE, ClothNet
from vton_core.types import Image

__all__ = ["Look", "look"]

# The root of the area in pixels at which the network looks at a photo.
_SIDE: Final = 288


@dataclass(frozen=True)
class Look:
    """What the network says of a photo.

    Attributes:
        probability: ``float32 (h, w)`` in [0, 1]: that a pixel shows the garment; all of the photo, smaller.
        sorts: ``float32 (5,)``: how likely the garment is of each of :data:`vton_core.networks.cloth.SORTS`.
        features: ``float32 (512,)``, numbers that sum up what is seen of the garment.
    """

    probability: NDArray[np.float32]
    sorts: NDArray[np.float32]
    features: NDArray[np.float32]


def look(rgb: Image, net: ClothNet) -> Look:
    """Look at a garment's photo, as it is and mirrored.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        net: in evaluation mode.
    """
    height, width = rgb.shape[:2]
    scale = _SIDE / (height * width) ** 0.5
    size = tuple(max(STRIDE, STRIDE * round(side * scale / STRIDE)) for side in (width, height))
    view = cv2.resize(rgb, size, interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR)
    photo = torch.from_numpy(view).permute(2, 0, 1)[None].float() / 255
    with torch.inference_mode():
        scores, sorts, features = net(torch.cat([photo, photo.flip(3)]).contiguous(memory_format=torch.channels_last))
        mean = (scores[0, 0].sigmoid() + scores[1, 0].flip(1).sigmoid()) / 2
        likely = sorts.softmax(dim=1).mean(dim=0)
    return Look(mean.numpy(), likely.numpy(), features.mean(dim=0).numpy())
