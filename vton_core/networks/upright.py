"""What tells whether a garment stands upright by what the garment network has seen of its photo."""

from __future__ import annotations

from torch import Tensor, nn

from vton_core.networks.cloth import FEATURES

__all__ = ["UprightNet"]


class UprightNet(nn.Module):
    """One layer on the garment network's features, whose normalisation is part of it."""

    def __init__(self) -> None:
        super().__init__()
        self.layer = nn.Linear(FEATURES, 1)

    def forward(self, features: Tensor) -> Tensor:
        """``float (N, 512)`` of :class:`vton_core.networks.cloth.ClothNet` to ``float (N,)`` logits."""
        logits: Tensor = self.layer(features)
        return logits[:, 0]
