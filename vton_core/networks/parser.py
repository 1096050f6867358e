"""The human parser: EfficientNet's encoder and a decoder that also sees where the person and the limbs are.

The decoder's skips are after Ronneberger et al., "U-Net" (2015), its laterals after Lin et al., "Feature Pyramid
Networks" (CVPR 2017), the pooled context after Zhao et al., "Pyramid Scene Parsing Network" (CVPR 2017), the decision
which labels the picture holds at all after Zhang et al., "Context Encoding for Semantic Segmentation" (CVPR 2018).
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import adaptive_avg_pool2d, interpolate

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


def _conv(inputs: int, outputs: int, size: int = 3) -> nn.Sequential:
    return nn.Sequential(
        nn.Conv2d(inputs, outputs, size, padding=size // 2, bias=False),
        nn.BatchNorm2d(outputs),
        nn.ReLU(inplace=True),
    )


class _Context(nn.Module):
    """What the whole picture, and its quarters and ninths, hold."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.bins = (1, 2, 3)
        self.reduce = nn.ModuleList(
            nn.Sequential(nn.Conv2d(channels, channels // 4, 1), nn.ReLU(inplace=True)) for _ in self.bins
        )
        self.fuse = _conv(channels + len(self.bins) * (channels // 4), channels, size=1)

    def forward(self, x: Tensor) -> Tensor:
        pooled = [
            interpolate(reduce(adaptive_avg_pool2d(x, size)), x.shape[-2:], mode="bilinear", align_corners=False)
            for size, reduce in zip(self.bins, self.reduce, strict=True)
        ]
        fused: Tensor = self.fuse(torch.cat([x, *pooled], dim=1))
        return fused


class _Up(nn.Module):
    """Joins a deeper level, brought up, with a lateral one (and the prior)."""

    def __init__(self, deep: int, lateral: int, outputs: int, prior: int = 0) -> None:
        super().__init__()
        self.lateral = _conv(lateral, outputs, size=1)
        self.fuse = _conv(deep + outputs + prior, outputs)

    def forward(self, deep: Tensor, lateral: Tensor, *prior: Tensor) -> Tensor:
        deep = interpolate(deep, lateral.shape[-2:], mode="bilinear", align_corners=False)
        resized = [interpolate(p, lateral.shape[-2:], mode="area") for p in prior]
        fused: Tensor = self.fuse(torch.cat([deep, self.lateral(lateral), *resized], dim=1))
        return fused


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
        self.top = _conv(CHANNELS[4], deepest, size=1)
        self.context = _Context(deepest)
        self.up16 = _Up(deepest, CHANNELS[3], sixteenth, PRIOR_CHANNELS)
        self.refine16 = _conv(sixteenth, sixteenth)
        self.up8 = _Up(sixteenth, CHANNELS[2], eighth, PRIOR_CHANNELS)
        self.refine8 = _conv(eighth, eighth)
        self.up4 = _Up(eighth, CHANNELS[1], quarter, PRIOR_CHANNELS)
        self.up2 = _Up(quarter, CHANNELS[0], half)
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
