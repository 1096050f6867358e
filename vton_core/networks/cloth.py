"""The garment network: from a photo of one garment to where it is, and of which sort."""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import avg_pool2d, interpolate

from vton_core.networks.decoder import Context, Up, conv
from vton_core.networks.efficientnet import CHANNELS, EfficientNetLite1

__all__ = ["FEATURES", "SORTS", "STRIDE", "ClothNet"]

SORTS: Final = ("top", "dress", "trousers", "shorts", "skirt")
"""What it tells apart."""
STRIDE: Final = 32
"""Height and width of the input must be multiples of this."""

_WIDTHS: Final = (24, 40, 64, 96, 128)
FEATURES: Final = 2 * _WIDTHS[3] + CHANNELS[4]
"""How many numbers it sums up what it sees of a garment in."""


class ClothNet(nn.Module):
    """Finds a garment on any background."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = EfficientNetLite1()
        half, quarter, eighth, sixteenth, deepest = _WIDTHS
        self.top = conv(CHANNELS[4], deepest, size=1)
        self.context = Context(deepest)
        self.up16 = Up(deepest, CHANNELS[3], sixteenth)
        self.refine16 = conv(sixteenth, sixteenth)
        self.up8 = Up(sixteenth, CHANNELS[2], eighth)
        self.refine8 = conv(eighth, eighth)
        self.up4 = Up(eighth, CHANNELS[1], quarter)
        self.up2 = Up(quarter, CHANNELS[0], half)
        self.head = nn.Conv2d(half, 1, 1)
        self.coarse_head = nn.Conv2d(eighth, 1, 1)
        self.sort = nn.Linear(2 * sixteenth, len(SORTS))

    def training_scores(self, photo: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits of the garment at strides 2 and 8, ``float (N, 1, h, w)``, and of its sort, ``float (N, 5)``; see
        :meth:`forward` for the argument."""
        fine, coarse, sorts, _ = self._scores(photo)
        return fine, coarse, sorts

    def _scores(self, photo: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        e2, e4, e8, e16, e32 = self.encoder(photo)
        d16 = self.refine16(self.up16(self.context(self.top(e32)), e16))
        d8 = self.refine8(self.up8(d16, e8))
        coarse = self.coarse_head(d8)
        fine = self.head(self.up2(self.up4(d8, e4), e2))
        # The sort is that of what is found, whatever else the picture shows.
        found = avg_pool2d(coarse.detach().sigmoid(), 2) + 1e-4
        mean = _mean(d16, found)
        seen = torch.cat([mean, (d16 * found).amax(dim=(2, 3))], dim=1)
        return fine, coarse, self.sort(seen), torch.cat([seen, _mean(e32, avg_pool2d(found, 2))], dim=1)

    def forward(self, photo: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Where the garment is, of which sort, and what else may be told of it.

        Args:
            photo: ``float (N, 3, H, W)``, RGB in [0, 1]; H and W multiples of :data:`STRIDE`.

        Returns:
            Logits ``float (N, 1, H, W)`` of the garment and ``float (N, 5)`` of :data:`SORTS`, and ``float (N, 512)``,
            :data:`FEATURES` numbers that sum up what is seen of it.
        """
        fine, _, sorts, features = self._scores(photo)
        return interpolate(fine, photo.shape[-2:], mode="bilinear", align_corners=False), sorts, features


def _mean(features: Tensor, found: Tensor) -> Tensor:
    """``float (N, C)``: the mean of ``(N, C, h, w)``, weighted with ``(N, 1, h, w)``."""
    return (features * found).sum(dim=(2, 3)) / found.sum(dim=(2, 3))
