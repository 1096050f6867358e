"""ALIAS normalisation: modulation by the region map, statistics apart inside and outside the misaligned part."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.functional import instance_norm

from vton_core.networks.viton_hd.sparse import Places, Taps, modulate

__all__ = ["EPSILON", "ALIASNorm", "draw_noise", "mask_norm"]

EPSILON = 1e-5


def draw_noise(x: Tensor, generator: torch.Generator | None) -> Tensor:
    """One normal number a pixel, ``(B, 1, H, W)``, like ``x`` in type and device.

    Drawn column by column, as the published code does, so that equal seeds give equal pictures; on the generator's
    device, so that the CPU's numbers serve any other.
    """
    device = x.device if generator is None else generator.device
    shape = (x.shape[0], x.shape[3], x.shape[2], 1)
    return torch.randn(shape, generator=generator, device=device).to(x).transpose(1, 3)


def _part(x: Tensor, mask: Tensor) -> tuple[Tensor, Tensor]:
    """Mean and gain, each ``(B, C, 1, 1)``, of the masked part: paper's equation for misalignment-aware normalisation.

    The published code fills the rest with the part's mean, normalises the whole and scales by the square root of the
    part's share; since a filled pixel adds nothing to the variance, that is this closed form.
    """
    pixels = mask.sum(dim=(2, 3), keepdim=True)
    pixels = pixels.where(pixels != 0, 1)
    mean = (x * mask).sum(dim=(2, 3), keepdim=True) / pixels
    variance = ((x - mean) * mask).square().mean(dim=(2, 3), keepdim=True)
    share = pixels / (x.shape[2] * x.shape[3])
    return mean, (share / (variance + EPSILON)).sqrt()


def mask_norm(x: Tensor, mask: Tensor) -> Tensor:
    """Normalise the masked part and the rest apart.

    Args:
        x: ``float (B, C, H, W)``.
        mask: ``float (B, 1, H, W)`` in [0, 1]; nothing flows back through it.

    Returns:
        ``float (B, C, H, W)``.
    """
    mask = mask.detach()
    inside_mean, inside_gain = _part(x, mask)
    outside_mean, outside_gain = _part(x, 1 - mask)
    inside = (x - inside_mean) * (inside_gain * mask)
    return inside + (x - outside_mean) * (outside_gain * (1 - mask))


class ALIASNorm(nn.Module):
    """Adds scaled noise, normalises, and modulates by the region map."""

    def __init__(self, channels: int, regions: int, hidden: int) -> None:
        super().__init__()
        self.noise_scale = nn.Parameter(torch.zeros(channels))
        self.conv_shared = nn.Sequential(nn.Conv2d(regions, hidden, 3, padding=1), nn.ReLU(inplace=True))
        self.conv_gamma = nn.Conv2d(hidden, channels, 3, padding=1)
        self.conv_beta = nn.Conv2d(hidden, channels, 3, padding=1)

    def _noisy(self, x: Tensor, generator: torch.Generator | None) -> Tensor:
        return x + draw_noise(x, generator) * self.noise_scale.to(x.dtype)[:, None, None]

    def forward(
        self, x: Tensor, regions: Tensor, mask: Tensor | None = None, generator: torch.Generator | None = None
    ) -> Tensor:
        """Normalise and modulate.

        Args:
            x: ``float (B, C, H, W)``.
            regions: ``float (B, R, H, W)``: the region map at the same size.
            mask: ``float (B, 1, H, W)``: the misaligned part; ``None`` for plain instance normalisation.
            generator: draws the noise; PyTorch's own if ``None``.

        Returns:
            ``float (B, C, H, W)``.
        """
        x = self._noisy(x, generator)
        x = instance_norm(x, eps=EPSILON) if mask is None else mask_norm(x, mask)
        hidden = self.conv_shared(regions)
        gamma: Tensor = self.conv_gamma(hidden)
        beta: Tensor = self.conv_beta(hidden)
        return x * (1 + gamma) + beta

    def sparse(self, x: Tensor, places: Places, generator: torch.Generator | None = None) -> Tensor:
        """The same without a mask, for inference, by :mod:`vton_core.networks.viton_hd.sparse`."""
        x = self._noisy(x, generator).contiguous(memory_format=torch.channels_last)
        pixels = x.permute(0, 2, 3, 1).flatten(1, 2)
        variance, mean = torch.var_mean(pixels, dim=1, correction=0)
        taps = Taps(self.conv_shared[0], self.conv_gamma, self.conv_beta)  # type: ignore[arg-type]
        modulate(pixels.flatten(0, 1), mean, (variance + EPSILON).rsqrt(), taps, places)
        return x
