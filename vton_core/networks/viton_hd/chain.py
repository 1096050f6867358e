"""The three networks in a row, as published: groups, warp, picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import conv2d, grid_sample, interpolate

from vton_core.networks.viton_hd.alias import ALIASGenerator
from vton_core.networks.viton_hd.config import GROUPS, REGIONS, VitonHdConfig
from vton_core.networks.viton_hd.gmm import GMM
from vton_core.networks.viton_hd.seg import SegGenerator

__all__ = ["REGION_GROUPS", "Matching", "VitonHd", "VitonHdResult", "blur", "divide", "regions_of", "warp"]

REGION_GROUPS: Final[tuple[tuple[int, ...], ...]] = ((0,), (2, 4, 7, 8, 9, 10, 11), (3,), (1,), (5,), (6,), (12,))
"""Which groups make each of the seven regions: background, paste, upper, hair, left arm, right arm, noise."""

_BLUR: Final = 15
_SIGMA: Final = 3.0


@dataclass(frozen=True)
class VitonHdResult:
    """What the chain gives.

    Attributes:
        picture: ``float (B, 3, H, W)`` in (-1, 1).
        groups: ``int64 (B, H, W)``: the predicted group of every pixel.
        theta: ``float (B, 2 n²)``: the warp's displacements.
        cloth: ``float (B, 3, H, W)``: the warped cloth.
        mask: ``float (B, 1, H, W)``: the warped cloth's mask.
    """

    picture: Tensor
    groups: Tensor
    theta: Tensor
    cloth: Tensor
    mask: Tensor


def blur(x: Tensor) -> Tensor:
    """Gaussian blur, 15 taps, sigma 3, zeros outside; ``(B, C, H, W)``."""
    offsets = torch.arange(_BLUR, device=x.device, dtype=x.dtype) - _BLUR // 2
    taps = torch.exp(-offsets.square() / (2 * _SIGMA**2))
    kernel = (taps / taps.sum()).expand(x.shape[1], 1, 1, _BLUR)
    x = conv2d(x, kernel, padding=(0, _BLUR // 2), groups=x.shape[1])
    return conv2d(x, kernel.mT, padding=(_BLUR // 2, 0), groups=x.shape[1])


def regions_of(groups: Tensor) -> Tensor:
    """``int64 (B, H, W)`` of groups → ``float32 (B, 7, H, W)`` one-hot regions."""
    table = torch.zeros(GROUPS, dtype=torch.int64)
    for region, members in enumerate(REGION_GROUPS):
        table[list(members)] = region
    wanted = torch.arange(REGIONS, device=groups.device)[:, None, None]
    return (table.to(groups.device)[groups][:, None] == wanted).float()


def warp(x: Tensor, grid: Tensor) -> Tensor:
    """Sample ``(B, C, H, W)`` bilinearly at a grid ``(B, H', W', 2)``, the border repeated outside."""
    return grid_sample(x, grid, padding_mode="border", align_corners=False)


def divide(regions: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Cut what the warped cloth leaves bare from the region upper.

    Args:
        regions: ``float (B, 7, H, W)``.
        mask: ``float (B, 1, H, W)``: the warped cloth's mask.

    Returns:
        divided: ``float (B, 8, H, W)``.
        misaligned: ``float (B, 1, H, W)``.
    """
    upper = regions[:, 2:3]
    misaligned = (upper - mask).clamp(min=0)
    return torch.cat([regions[:, :2], upper - misaligned, regions[:, 3:], misaligned], dim=1), misaligned


def _like(network: nn.Module, x: Tensor) -> Tensor:
    """In the type of a network's weights."""
    return x.to(next(network.parameters()).dtype)


class Matching(nn.Module):
    """The first two networks: what the person will show, and the warp that lays the cloth there."""

    def __init__(self, config: VitonHdConfig) -> None:
        super().__init__()
        self.config = config
        self.seg = SegGenerator(config)
        self.gmm = GMM(config)

    def predict_groups(self, cloth: Tensor, mask: Tensor, agnostic: Tensor, pose: Tensor, noise: Tensor) -> Tensor:
        """The group of every pixel, ``int64 (B, H, W)``; see :meth:`VitonHd.forward` for the arguments."""
        size = self.config.coarse_size
        coarse = interpolate(torch.cat([mask, cloth * mask, agnostic, pose], dim=1), size, mode="bilinear")
        scores = self.seg(_like(self.seg, torch.cat([coarse, noise], dim=1))).float()
        return blur(interpolate(scores, self.config.size, mode="bilinear")).argmax(dim=1)

    def predict_warp(self, upper: Tensor, pose: Tensor, person: Tensor, cloth: Tensor) -> Tensor:
        """The warp's displacements, ``float (B, 2 n²)``.

        Args:
            upper: ``float (B, 1, H, W)``: where the cloth shall lie; for the rest see :meth:`VitonHd.forward`.
        """
        size = self.config.coarse_size
        seen = interpolate(torch.cat([upper, pose, person], dim=1), size, mode="nearest")
        small = interpolate(cloth, size, mode="nearest")
        return self.gmm.displacements(_like(self.gmm, seen), _like(self.gmm, small)).float()


class VitonHd(Matching):
    """All three networks; each may be used alone, and have a type of its own."""

    def __init__(self, config: VitonHdConfig) -> None:
        super().__init__(config)
        self.alias = ALIASGenerator(config)

    def forward(
        self,
        person: Tensor,
        agnostic: Tensor,
        pose: Tensor,
        cloth: Tensor,
        mask: Tensor,
        noise: Tensor,
        generator: torch.Generator | None = None,
    ) -> VitonHdResult:
        """Everything; all in and all out is ``float32``.

        Args:
            person: ``float (B, 3, H, W)`` in [-1, 1]: the photo without what the new cloth may touch.
            agnostic: ``float (B, 13, H, W)``: its groups, one-hot, without the same.
            pose: ``float (B, 3, H, W)`` in [-1, 1]: the rendered pose.
            cloth: ``float (B, 3, H, W)`` in [-1, 1].
            mask: ``float (B, 1, H, W)`` of 0 and 1: the cloth's mask.
            noise: ``float (B, 1, h, w)`` of 0 and 1, see :func:`vton_core.networks.viton_hd.noise.speckle`.
            generator: draws the ALIAS generator's noise; PyTorch's own if ``None``.
        """
        groups = self.predict_groups(cloth, mask, agnostic, pose, noise)
        regions = regions_of(groups)
        theta = self.predict_warp(regions[:, 2:3], pose, person, cloth)
        grid = self.gmm.gridGen(theta, self.config.size)
        laid, laid_mask = warp(cloth, grid), warp(mask, grid)
        divided, misaligned = divide(regions, laid_mask)
        inputs = (torch.cat([person, pose, laid], dim=1), regions, divided, misaligned)
        picture = self.alias(*(_like(self.alias, x) for x in inputs), generator)
        return VitonHdResult(picture.float(), groups, theta, laid, laid_mask)
