"""The network that tells sorts of garments by their silhouette, as it is trained.

Four convolutions that halve the picture, with batch normalisation (Ioffe and Szegedy, 2015), and two dense layers.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn

from vton_core.garment.kind_net import LAYERS

__all__ = ["KindNet"]


class KindNet(nn.Module):
    """What :func:`vton_core.garment.kind_net.scores` computes, before its normalisation is folded into its weights."""

    def __init__(self, dropout: float = 0.3) -> None:
        super().__init__()
        shapes = [shape for name, shape in LAYERS.items() if name.startswith("conv")]
        self.convs = nn.ModuleList(nn.Conv2d(s[1], s[0], 3, stride=2, padding=1, bias=False) for s in shapes)
        self.norms = nn.ModuleList(nn.BatchNorm2d(shape[0]) for shape in shapes)
        hidden, features = LAYERS["dense1.weight"]
        self.dense1, self.dense2 = nn.Linear(features, hidden), nn.Linear(hidden, LAYERS["dense2.weight"][0])
        self.dropout = nn.Dropout(dropout)

    def forward(self, pictures: Tensor) -> Tensor:
        """``float (N, 64, 64)`` in [0, 1] to ``float (N, 6)`` logits."""
        x = pictures[:, None]
        for conv, norm in zip(self.convs, self.norms, strict=True):
            x = norm(conv(x)).relu()
        hidden = self.dense1(self.dropout(x.flatten(1))).relu()
        found: Tensor = self.dense2(hidden)
        return found

    def folded(self) -> dict[str, Tensor]:
        """The weights as :data:`vton_core.garment.kind_net.LAYERS` names them, ``float32``, for use."""
        found: dict[str, Tensor] = {}
        for number, (conv, norm) in enumerate(zip(self.convs, self.norms, strict=True), start=1):
            state = {name: value.detach() for name, value in norm.state_dict().items()}
            gain = state["weight"] / torch.sqrt(state["running_var"] + norm.eps)
            found[f"conv{number}.weight"] = conv.state_dict()["weight"] * gain[:, None, None, None]
            found[f"conv{number}.bias"] = state["bias"] - state["running_mean"] * gain
        for name in ("dense1", "dense2"):
            found |= {f"{name}.{key}": value.detach() for key, value in getattr(self, name).state_dict().items()}
        return found
