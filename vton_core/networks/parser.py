"""The human parser: EfficientNet's encoder and a decoder that also sees where the person and the limbs are.

The decision which labels the picture holds at all is after Zhang et al., "Context Encoding for Semantic Segmentation"
(CVPR 2018).
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate

from vton_core.networks.decoder import Context, Up, conv
from vton_core.networks.efficientnet import CHANNELS, EfficientNetLite1

__all__ = ["CLASSES", "PRIOR_CHANNELS", "PRIOR_STRIDE", "STRIDE", "ParserNet"]

CLASSES: Final = 21
"""The 20 CIHP labels, and what the person carries."""
STRIDE: Final = 32
"""Height and width of the input must be multiples of this."""
PRIOR_STRIDE: Final = 4
"""The prior maps are this much smaller than the photo."""
PRIOR_CHANNELS: Final = 11
"""One person mask and ten body parts."""

_WIDTHS: Final = (32, 48, 80, 112, 160)


class _Presence(nn.Module):
    """Which labels the picture holds: one score a label, from the deep features' mean and maximum."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.score = nn.Linear(2 * channels, CLASSES)

    def forward(self, x: Tensor) -> Tensor:
        scores: Tensor = self.score(torch.cat([x.mean(dim=(2, 3)), x.amax(dim=(2, 3))], dim=1))
        return scores


class ParserNet(nn.Module):
    """Labels a person's pixels."""

    def __init__(self) -> None:
        super().__init__()
        self.encoder = EfficientNetLite1()
        half, quarter, eighth, sixteenth, deepest = _WIDTHS
        self.top = conv(CHANNELS[4], deepest, size=1)
        self.context = Context(deepest)
        self.up16 = Up(deepest, CHANNELS[3], sixteenth, PRIOR_CHANNELS)
        self.refine16 = conv(sixteenth, sixteenth)
        self.up8 = Up(sixteenth, CHANNELS[2], eighth, PRIOR_CHANNELS)
        self.refine8 = conv(eighth, eighth)
        self.up4 = Up(eighth, CHANNELS[1], quarter, PRIOR_CHANNELS)
        self.up2 = Up(quarter, CHANNELS[0], half)
        self.head = nn.Conv2d(half, CLASSES, 1)
        self.coarse_head = nn.Conv2d(eighth, CLASSES, 1)
        self.presence = _Presence(sixteenth)

    def _decode(self, photo: Tensor, prior: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Decoder features at strides 2, 8 and 16; see :meth:`forward` for the arguments."""
        e2, e4, e8, e16, e32 = self.encoder(photo)
        d16 = self.refine16(self.up16(self.context(self.top(e32)), e16, prior))
        d8 = self.refine8(self.up8(d16, e8, prior))
        return self.up2(self.up4(d8, e4, prior), e2), d8, d16

    def forward(self, photo: Tensor, prior: Tensor) -> Tensor:
        """Label scores.

        Args:
            photo: ``float (N, 3, H, W)``, RGB in [0, 1]; H and W multiples of :data:`STRIDE`.
            prior: ``float (N, 11, H / 4, W / 4)`` in [0, 1] (person mask, ten body parts).

        Returns:
            ``float (N, 21, H, W)`` logits.
        """
        fine, _, deep = self._decode(photo, prior)
        scores = self.head(fine) + self.presence(deep)[..., None, None]
        return interpolate(scores, photo.shape[-2:], mode="bilinear", align_corners=False)

    def training_scores(self, photo: Tensor, prior: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Logits at strides 2 and 8, and of each label's presence; see :meth:`forward` for the arguments."""
        fine, eighth, deep = self._decode(photo, prior)
        present = self.presence(deep)
        return self.head(fine) + present[..., None, None], self.coarse_head(eighth), present
