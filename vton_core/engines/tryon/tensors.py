"""Between pictures and VITON-HD's tensors: what the networks are given, and the garment under the warp they find."""

from __future__ import annotations

from typing import Any, Final, NamedTuple

import cv2
import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.nn.functional import one_hot

from vton_core.engines.tryon.conditions import Conditions
from vton_core.engines.tryon.repaint import Sampler
from vton_core.networks.viton_hd import GROUPS, VitonHdConfig
from vton_core.networks.viton_hd.chain import warp
from vton_core.networks.viton_hd.noise import speckle
from vton_core.networks.viton_hd.tps import REACH, ThinPlateGrid
from vton_core.types import Alpha, Image

__all__ = ["DETAIL", "Inputs", "array", "inputs_of", "sampler_of"]

DETAIL: Final = 1.5
"""How much larger than it is shown the garment's picture may be: the warp enlarges in places."""

_Float = NDArray[np.float32]


class Inputs(NamedTuple):
    """What :meth:`vton_core.networks.viton_hd.VitonHd.forward` is given, in its order; see there."""

    person: Tensor
    agnostic: Tensor
    pose: Tensor
    cloth: Tensor
    mask: Tensor
    noise: Tensor

    def to(self, device: torch.device) -> Inputs:
        """The same on a device."""
        return Inputs(*(x.to(device) for x in self))


def inputs_of(
    told: Conditions, cloth: tuple[Image, Alpha], config: VitonHdConfig, generator: torch.Generator
) -> Inputs:
    """What the networks are given.

    Args:
        told: of the person, at the configuration's size.
        cloth: ``uint8 (H, W, 3)`` over white and ``float32 (H, W)`` in [0, 1], of the configuration's proportions.
        config: the networks' sizes.
        generator: draws the noise.
    """
    size = (config.width, config.height)
    shrunk = np.asarray(cv2.resize(cloth[0], size, interpolation=cv2.INTER_AREA), np.uint8)
    solid = np.asarray(cv2.resize(cloth[1], size, interpolation=cv2.INTER_AREA) >= 0.5, np.float32)
    return Inputs(
        *(_picture(told.person), _groups(told.agnostic), _picture(told.pose), _picture(shrunk)),
        *(torch.from_numpy(solid)[None, None], speckle((1, 1, *config.coarse_size), generator)),
    )


def sampler_of(spline: ThinPlateGrid, theta: Tensor, config: VitonHdConfig, cloth: tuple[Image, Alpha]) -> Sampler:
    """The garment at its own resolution under the networks' warp, which is smooth and so serves any size.

    Args:
        spline: the matching network's.
        theta: the displacements that it found.
        config: the networks' sizes.
        cloth: as for :func:`inputs_of`.
    """
    layers = np.dstack([cloth[0], cloth[1] * 255]).astype(np.float32)
    picture = torch.from_numpy(layers).movedim(2, 0)[None].to(theta.device)

    def sample(columns: _Float, rows: _Float) -> _Float:
        steps = [
            torch.from_numpy((REACH * (2 * at / (count - 1) - 1)).astype(np.float32)).to(theta.device)
            for at, count in ((columns, config.width), (rows, config.height))
        ]
        with torch.inference_mode():
            return np.asarray(array(warp(picture, spline.at(theta, *steps))), np.float32)

    return sample


def array(x: Tensor) -> Any:
    """``(1, C, H, W)`` → ``float32 (H, W, C)``."""
    return x[0].movedim(0, 2).float().cpu().numpy()


def _picture(rgb: Image) -> Tensor:
    """``uint8 (H, W, 3)`` → ``float32 (1, 3, H, W)`` in [-1, 1]."""
    return torch.from_numpy(np.ascontiguousarray(rgb)).movedim(2, 0)[None].float() / 127.5 - 1


def _groups(groups: NDArray[np.uint8]) -> Tensor:
    """``uint8 (H, W)`` → ``float32 (1, 13, H, W)``."""
    return one_hot(torch.from_numpy(groups).long(), GROUPS).movedim(2, 0)[None].float()
