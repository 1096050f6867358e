"""The losses of VITON-HD's three networks."""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor
from torch.nn.functional import binary_cross_entropy_with_logits, l1_loss, relu

__all__ = [
    "Features",
    "critic_hinge",
    "critic_squares",
    "feature_matching",
    "generator_hinge",
    "generator_squares",
    "group_entropy",
    "second_difference",
]

Features = list[list[Tensor]]
"""What a discriminator says at each scale: the features of its layers, its verdict last."""


def group_entropy(logits: Tensor, truth: Tensor) -> Tensor:
    """Cross-entropy of the segmentation generator's outputs, which are one sigmoid a group.

    Args:
        logits: ``float (B, C, h, w)``, before the sigmoid.
        truth: ``float (B, C, h, w)``, one-hot.

    Returns:
        Summed over the groups, averaged over the pixels.
    """
    return binary_cross_entropy_with_logits(logits.float(), truth, reduction="none").sum(dim=1).mean()


def second_difference(grid: Tensor) -> Tensor:
    """Second-order difference constraint on a grid of control points (Yang et al., "ACGPN", CVPR 2020, eq. 3–4).

    A point's neighbours left and right, and above and below, shall lie at the same distance and on one line. Slopes are
    compared crosswise, so that an upright line does not divide by zero.

    Args:
        grid: ``float (B, n, n, 2)``.

    Returns:
        Averaged over the inner points.
    """
    centre = grid[:, 1:-1, 1:-1]
    pairs = (
        (grid[:, :-2, 1:-1] - centre, grid[:, 2:, 1:-1] - centre),
        (grid[:, 1:-1, :-2] - centre, grid[:, 1:-1, 2:] - centre),
    )
    total = grid.new_zeros(())
    for before, after in pairs:
        lengths = [(side.square().sum(dim=-1) + 1e-8).sqrt() for side in (before, after)]
        crossed = before[..., 1] * after[..., 0] - before[..., 0] * after[..., 1]
        total = total + ((lengths[0] - lengths[1]).abs() + crossed.abs()).mean()
    return total


def _each(features: Features) -> list[Tensor]:
    return [scale[-1].float() for scale in features]


def _mean(values: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(values)).mean()


def generator_squares(fake: Features) -> Tensor:
    """The generator's least-squares loss (Mao et al., ICCV 2017): fakes shall be taken for real."""
    return _mean([(verdict - 1).square().mean() for verdict in _each(fake)])


def critic_squares(fake: Features, real: Features) -> Tensor:
    """The discriminator's least-squares loss."""
    return _mean(
        [(a.square().mean() + (b - 1).square().mean()) / 2 for a, b in zip(_each(fake), _each(real), strict=True)]
    )


def generator_hinge(fake: Features) -> Tensor:
    """The generator's hinge loss (Lim and Ye, 2017): its target is real."""
    return _mean([-verdict.mean() for verdict in _each(fake)])


def critic_hinge(fake: Features, real: Features) -> Tensor:
    """The discriminator's hinge loss."""
    return _mean([relu(1 + a).mean() + relu(1 - b).mean() for a, b in zip(_each(fake), _each(real), strict=True)])


def feature_matching(fake: Features, real: Features) -> Tensor:
    """L1 between what the discriminator's layers make of fakes and of reals (Wang et al., "pix2pixHD", CVPR 2018).

    Returns:
        Summed over the layers, averaged over the scales; nothing flows back through ``real``.
    """
    return _mean(
        [
            torch.stack([l1_loss(a.float(), b.detach().float()) for a, b in zip(f[:-1], r[:-1], strict=True)]).sum()
            for f, r in zip(fake, real, strict=True)
        ]
    )
