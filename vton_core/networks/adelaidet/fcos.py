"""FCOS' head: at every place of every pyramid level a class, a box and how central the place is in it.

Tian et al., "FCOS: Fully Convolutional One-Stage Object Detection" (ICCV 2019), in the form of AdelaiDet: group
normalisation, and a ReLU on the distances to the box's sides.
"""

from __future__ import annotations

from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.functional import relu_

from vton_core.networks.adelaidet.backbone import CHANNELS, STRIDES

__all__ = ["CLASSES", "PERSON", "FCOSHead", "LevelOutput"]

CLASSES = 80
"""COCO's classes of things."""
PERSON = 0
"""The person's place among them."""


@dataclass(frozen=True)
class LevelOutput:
    """What the head says on one pyramid level.

    Attributes:
        logits: ``(N, classes, H, W)``.
        sides: ``(N, 4, H, W)``: distances to the box's left, top, right and bottom, in units of the level's stride.
        centreness: ``(N, 1, H, W)`` logits.
        tower: ``(N, 256, H, W)``: the features of the box, from which a mask's parameters are computed.
    """

    logits: Tensor
    sides: Tensor
    centreness: Tensor
    tower: Tensor


class _Scale(nn.Module):
    """One learnt factor."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.ones(1))

    def forward(self, x: Tensor) -> Tensor:
        return x * self.scale


def _tower() -> nn.Sequential:
    layers: list[nn.Module] = []
    for _ in range(4):
        layers += [nn.Conv2d(CHANNELS, CHANNELS, 3, padding=1), nn.GroupNorm(32, CHANNELS), nn.ReLU(inplace=True)]
    return nn.Sequential(*layers)


class FCOSHead(nn.Module):
    """The head that all pyramid levels share.

    Args:
        scaled: each level's distances have a learnt factor.
        classes: how many classes there are.
    """

    def __init__(self, scaled: bool, classes: int = CLASSES) -> None:
        super().__init__()
        self.cls_tower = _tower()
        self.bbox_tower = _tower()
        self.cls_logits = nn.Conv2d(CHANNELS, classes, 3, padding=1)
        self.bbox_pred = nn.Conv2d(CHANNELS, 4, 3, padding=1)
        self.ctrness = nn.Conv2d(CHANNELS, 1, 3, padding=1)
        self.scales = nn.ModuleList(_Scale() for _ in STRIDES) if scaled else None

    def forward(self, features: list[Tensor]) -> list[LevelOutput]:
        """Judge the pyramid's levels.

        Args:
            features: ``(N, 256, H, W)`` for each of :data:`~vton_core.networks.adelaidet.backbone.STRIDES`.

        Returns:
            One answer a level.
        """
        outputs = []
        for level, feature in enumerate(features):
            tower = self.bbox_tower(feature)
            sides = self.bbox_pred(tower)
            if self.scales is not None:
                sides = self.scales[level](sides)
            logits = self.cls_logits(self.cls_tower(feature))
            outputs.append(LevelOutput(logits, relu_(sides), self.ctrness(tower), tower))
        return outputs
