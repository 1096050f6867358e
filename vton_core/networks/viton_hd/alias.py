"""VITON-HD's ALIAS generator (its blocks after Park et al., "SPADE", CVPR 2019)."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, leaky_relu, leaky_relu_
from torch.nn.utils import remove_spectral_norm, spectral_norm

from vton_core.networks.viton_hd.alias_norm import ALIASNorm
from vton_core.networks.viton_hd.config import REGIONS, VitonHdConfig
from vton_core.networks.viton_hd.sparse import Places

__all__ = ["ALIAS_CHANNELS", "ALIASGenerator", "ALIASResBlock", "fold_spectral_norm", "stage_sizes"]

ALIAS_CHANNELS = 9
"""Agnostic person 3, rendered pose 3, warped cloth 3; in this order."""
SLOPE = 0.2


def fold_spectral_norm(module: nn.Module) -> None:
    """Replace spectrally normalised weights by their values, in place: same output in ``eval``, less work a call."""
    for part in module.modules():
        if hasattr(part, "weight_orig"):
            remove_spectral_norm(part)


class ALIASResBlock(nn.Module):
    """Two modulated convolutions beside a shortcut."""

    def __init__(self, inputs: int, outputs: int, hidden: int, masked: bool) -> None:
        super().__init__()
        middle = min(inputs, outputs)
        regions = REGIONS + int(masked)
        self.masked = masked
        self.learned_shortcut = inputs != outputs
        self.conv_0: nn.Module = spectral_norm(nn.Conv2d(inputs, middle, 3, padding=1))
        self.conv_1: nn.Module = spectral_norm(nn.Conv2d(middle, outputs, 3, padding=1))
        self.norm_0 = ALIASNorm(inputs, regions, hidden)
        self.norm_1 = ALIASNorm(middle, regions, hidden)
        if self.learned_shortcut:
            self.conv_s: nn.Module = spectral_norm(nn.Conv2d(inputs, outputs, 1, bias=False))
            self.norm_s = ALIASNorm(inputs, regions, hidden)

    def forward(
        self, x: Tensor, regions: Tensor, mask: Tensor | None = None, generator: torch.Generator | None = None
    ) -> Tensor:
        """One level.

        Args:
            x: ``float (B, C, H, W)``.
            regions: ``float (B, 7, H, W)``, or 8 with the misaligned part for a masked block; at the same size.
            mask: ``float (B, 1, H, W)``: the misaligned part, for a masked block.
            generator: draws the noise; PyTorch's own if ``None``.

        Returns:
            ``float (B, C', H, W)``.
        """
        places = None if self.masked or torch.is_grad_enabled() else Places.of(regions)

        def modulated(norm: nn.Module, value: Tensor) -> Tensor:
            assert isinstance(norm, ALIASNorm)
            return norm(value, regions, mask, generator) if places is None else norm.sparse(value, places, generator)

        short = self.conv_s(modulated(self.norm_s, x)) if self.learned_shortcut else x
        x = self.conv_0(leaky_relu_(modulated(self.norm_0, x), SLOPE))
        residual: Tensor = self.conv_1(leaky_relu_(modulated(self.norm_1, x), SLOPE))
        return residual.add_(short)


def stage_sizes(config: VitonHdConfig) -> list[tuple[int, int]]:
    """``(height, width)`` of every level, the smallest first; the last is the result's."""
    exponents = range(config.upsamplings, -1, -1)
    return [(config.height >> shift, config.width >> shift) for shift in exponents]


class ALIASGenerator(nn.Module):
    """Paints the person in the warped cloth."""

    def __init__(self, config: VitonHdConfig) -> None:
        super().__init__()
        self.config = config
        side, hidden, deep = config.alias_side, config.alias_hidden, 16 * config.alias_width
        self.conv_0 = nn.Conv2d(ALIAS_CHANNELS, deep, 3, padding=1)
        for level in range(1, config.upsamplings + 1):
            self.add_module(f"conv_{level}", nn.Conv2d(ALIAS_CHANNELS, side, 3, padding=1))
        self.head_0 = ALIASResBlock(deep, deep, hidden, masked=True)
        self.G_middle_0 = ALIASResBlock(deep + side, deep, hidden, masked=True)
        self.G_middle_1 = ALIASResBlock(deep + side, deep, hidden, masked=True)
        width = deep
        for level in range(config.upsamplings - 2):
            self.add_module(f"up_{level}", ALIASResBlock(width + side, width // 2, hidden, masked=level < 2))
            width //= 2
        self.conv_img = nn.Conv2d(width, 3, 3, padding=1)

    def blocks(self) -> list[ALIASResBlock]:
        """The blocks from the smallest level to the largest."""
        ups = (self.get_submodule(f"up_{level}") for level in range(self.config.upsamplings - 2))
        return [self.head_0, self.G_middle_0, self.G_middle_1, *(up for up in ups if isinstance(up, ALIASResBlock))]

    def forward(
        self,
        x: Tensor,
        regions: Tensor,
        divided: Tensor,
        misaligned: Tensor,
        generator: torch.Generator | None = None,
    ) -> Tensor:
        """The picture.

        Args:
            x: ``float (B, 9, H, W)`` in [-1, 1], see :data:`ALIAS_CHANNELS`; H, W the configuration's.
            regions: ``float (B, 7, H, W)``, one-hot.
            divided: ``float (B, 8, H, W)``: the regions with the misaligned part cut from upper and put last.
            misaligned: ``float (B, 1, H, W)`` in [0, 1]: upper that the warped cloth leaves bare.
            generator: draws the noise; PyTorch's own if ``None``.

        Returns:
            ``float (B, 3, H, W)`` in (-1, 1).
        """
        y: Tensor | None = None
        for level, (size, block) in enumerate(zip(stage_sizes(self.config), self.blocks(), strict=True)):
            taken = self.get_submodule(f"conv_{level}")(interpolate(x, size, mode="nearest"))
            y = taken if y is None else torch.cat([interpolate(y, scale_factor=2, mode="nearest"), taken], dim=1)
            seen = interpolate(divided if block.masked else regions, size, mode="nearest")
            mask = interpolate(misaligned, size, mode="nearest") if block.masked else None
            y = block(y, seen, mask, generator)
        assert y is not None
        return torch.tanh(self.conv_img(leaky_relu(y, SLOPE)))
