"""CondInst: every instance has a small mask network of its own, whose parameters FCOS' head predicts.

Tian, Shen and Chen, "Conditional Convolutions for Instance Segmentation" (ECCV 2020), as AdelaiDet's ``MS_R_50_*`` and
``MS_R_101_*`` configurations set it up.
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import interpolate, relu_

from vton_core.networks.adelaidet.backbone import CHANNELS, STRIDES, Depth
from vton_core.networks.adelaidet.detections import THRESHOLD, Detections, parameters_at
from vton_core.networks.adelaidet.fcos import CLASSES
from vton_core.networks.adelaidet.instances import Detector, Instances
from vton_core.networks.adelaidet.layers import aligned_bilinear, conv_block

__all__ = ["PARAMETERS", "CondInst", "dynamic_masks"]

_FEATURES: Final = 8
_HIDDEN: Final = 8
_WEIGHTS: Final = ((_FEATURES + 2) * _HIDDEN, _HIDDEN * _HIDDEN, _HIDDEN)
_BIASES: Final = (_HIDDEN, _HIDDEN, 1)
PARAMETERS: Final = sum(_WEIGHTS) + sum(_BIASES)
"""Parameters of one instance's mask network: three 1×1 convolutions, the weights first."""

_MASK_STRIDE: Final = STRIDES[0]
_OUTPUT_STRIDE: Final = 4
_SIZES: Final = (64.0, 128.0, 256.0, 512.0, 1024.0)
"""The size of things that each pyramid level is for: the unit of its relative coordinates."""


class _MaskBranch(nn.Module):
    """Eight feature maps at stride 8 that all instances' mask networks share.

    ``seg_head`` and ``logits`` serve training alone; the checkpoints with ``_sem`` in their names hold them.
    """

    def __init__(self, semantic: bool) -> None:
        super().__init__()
        width = 128
        self.refine = nn.ModuleList(conv_block(CHANNELS, width) for _ in range(3))
        self.tower = nn.Sequential(*(conv_block(width, width) for _ in range(4)), nn.Conv2d(width, _FEATURES, 1))
        if semantic:
            self.seg_head = nn.Sequential(conv_block(CHANNELS, width), conv_block(width, width))
            self.logits = nn.Conv2d(width, CLASSES, 1)

    def forward(self, features: list[Tensor]) -> Tensor:
        joined: Tensor = self.refine[0](features[0])
        for level in (1, 2):
            joined = joined + aligned_bilinear(self.refine[level](features[level]), 2**level)
        maps: Tensor = self.tower(joined)
        return maps


def dynamic_masks(features: Tensor, found: Detections, parameters: Tensor) -> Tensor:
    """Run each instance's own mask network.

    Args:
        features: ``float32 (8, H, W)``: the shared maps, at stride 8.
        found: the instances.
        parameters: ``float32 (n, 169)``: weights of the three layers, then their biases.

    Returns:
        ``float32 (n, H, W)`` logits.
    """
    height, width = features.shape[-2:]
    count = len(found)
    *weights, first, second, third = torch.split(parameters, [*_WEIGHTS, *_BIASES], dim=1)
    unit = features.new_tensor(_SIZES)[found.levels, None]
    columns, rows = (torch.arange(side) * _MASK_STRIDE + _MASK_STRIDE // 2 for side in (width, height))
    across = ((found.locations[:, :1] - columns) / unit)[:, None, :].expand(-1, height, -1)
    down = ((found.locations[:, 1:] - rows) / unit)[:, :, None].expand(-1, -1, width)
    inputs = torch.cat([torch.stack([across, down], dim=1), features.expand(count, -1, -1, -1)], dim=1).flatten(2)
    hidden = relu_(torch.baddbmm(first[..., None], weights[0].view(count, _HIDDEN, _FEATURES + 2), inputs))
    hidden = relu_(torch.baddbmm(second[..., None], weights[1].view(count, _HIDDEN, _HIDDEN), hidden))
    return torch.baddbmm(third[..., None], weights[2].view(count, 1, _HIDDEN), hidden).view(count, height, width)


class CondInst(Detector):
    """See :class:`~vton_core.networks.adelaidet.instances.InstanceNet`.

    Args:
        depth: layers of the ResNet: 50 or 101.
        semantic: also hold the tensors of the ``_sem`` checkpoints' training head.
    """

    def __init__(self, depth: Depth = 101, semantic: bool = False) -> None:
        super().__init__(depth, scaled=True)
        self.mask_branch = _MaskBranch(semantic)
        self.controller = nn.Conv2d(CHANNELS, PARAMETERS, 3, padding=1)

    def forward(self, photo: Tensor, threshold: float = THRESHOLD, label: int | None = None) -> Instances:
        """Find things; the masks have a quarter of the filled-up input's size."""
        features, outputs, found = self.detect(photo, threshold, label)
        logits = dynamic_masks(self.mask_branch(features)[0], found, parameters_at(self.controller, outputs, found))
        masks = aligned_bilinear(logits[:, None], _MASK_STRIDE // _OUTPUT_STRIDE).sigmoid()
        return Instances(found, masks[:, 0], (photo.shape[-2], photo.shape[-1]))

    def render(self, instances: Instances, size: tuple[int, int]) -> Tensor:
        """The masks over the view at another size; published masks are where they are above 0.5."""
        if not len(instances):
            return instances.masks.new_zeros((0, *size))
        height, width = instances.size
        full = aligned_bilinear(instances.masks[:, None], _OUTPUT_STRIDE)[..., :height, :width]
        return interpolate(full, size, mode="bilinear", align_corners=False)[:, 0]
