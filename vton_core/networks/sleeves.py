"""What tells a top's sleeves by what the garment network has seen of its photo."""

from __future__ import annotations

from typing import Final

from torch import Tensor, nn

from vton_core.networks.cloth import FEATURES

__all__ = ["SLEEVES", "SleevesNet"]

SLEEVES: Final = ("none", "short", "half", "long")
"""What it tells apart; half-long ones end between the elbow and the middle of the forearm."""


class SleevesNet(nn.Module):
    """One layer on the garment network's features, whose normalisation is part of it."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(FEATURES, len(SLEEVES))

    def forward(self, features: Tensor) -> Tensor:
        """``float (N, 512)`` of :class:`vton_core.networks.cloth.ClothNet` to ``float (N, 4)`` logits."""
        logits: Tensor = self.layer(features)
        return logits
