"""BlendMask: an instance's mask is a blend of a few maps that the whole picture shares, by attention over its box.

Chen et al., "BlendMask: Top-Down Meets Bottom-Up for Instance Segmentation" (CVPR 2020), as AdelaiDet's ``R_50_*`` and
``R_101_3x`` configurations set it up; the shared maps after Bolya et al., "YOLACT" (ICCV 2019).
"""

from __future__ import annotations

from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import grid_sample, interpolate

from vton_core.networks.adelaidet.backbone import CHANNELS, Depth
from vton_core.networks.adelaidet.detections import THRESHOLD, parameters_at
from vton_core.networks.adelaidet.fcos import CLASSES
from vton_core.networks.adelaidet.instances import Detector, Instances, on_picture
from vton_core.networks.adelaidet.layers import conv_block

__all__ = ["BlendMask", "blend", "crop", "paste"]

_BASES: Final = 4
_ATTENTION: Final = 14
_SIDE: Final = 56
_BASIS_STRIDE: Final = 4


class _ProtoNet(nn.Module):
    """Four basis maps at stride 4. ``seg_head`` serves training alone."""

    def __init__(self) -> None:
        super().__init__()
        width = 128
        self.refine = nn.ModuleList(conv_block(CHANNELS, width) for _ in range(3))
        self.tower = nn.Sequential(
            *(conv_block(width, width) for _ in range(3)),
            nn.Upsample(scale_factor=2, mode="bilinear", align_corners=False),
            conv_block(width, width),
            nn.Conv2d(width, _BASES, 1),
        )
        self.seg_head = nn.Sequential(
            *conv_block(CHANNELS, width), *conv_block(width, width), nn.Conv2d(width, CLASSES + 1, 1)
        )

    def forward(self, features: list[Tensor]) -> Tensor:
        joined: Tensor = self.refine[0](features[0])
        for level in (1, 2):
            deeper = self.refine[level](features[level])
            joined = joined + interpolate(deeper, joined.shape[-2:], mode="bilinear", align_corners=False)
        bases: Tensor = self.tower(joined)
        return bases


def crop(bases: Tensor, boxes: Tensor) -> Tensor:
    """Sample the bases over each box, once in the middle of each of 56×56 bins (RoIAlign, aligned, one sample a bin).

    He et al., "Mask R-CNN" (ICCV 2017), with the half-pixel shift of detectron2.

    Args:
        bases: ``float32 (4, h, w)`` at stride 4.
        boxes: ``float32 (n, 4)``: left, top, right, bottom, in pixels of the network's input.

    Returns:
        ``float32 (n, 4, 56, 56)``; zero more than a pixel outside the bases, which repeat up to there.
    """
    height, width = bases.shape[-2:]
    scaled = boxes / _BASIS_STRIDE - 0.5
    bins = (torch.arange(_SIDE, dtype=boxes.dtype) + 0.5) / _SIDE
    x, y = (scaled[:, axis, None] + bins * (scaled[:, axis + 2] - scaled[:, axis])[:, None] for axis in (0, 1))
    inside = ((y >= -1) & (y <= height))[:, :, None] & ((x >= -1) & (x <= width))[:, None, :]
    across = (2 * x / max(width - 1, 1) - 1)[:, None, :].expand(-1, _SIDE, -1)
    down = (2 * y / max(height - 1, 1) - 1)[:, :, None].expand(-1, -1, _SIDE)
    grid = torch.stack([across, down], dim=3).flatten(0, 1)[None]
    values = grid_sample(bases[None], grid, mode="bilinear", padding_mode="border", align_corners=True)[0]
    return values.view(_BASES, len(boxes), _SIDE, _SIDE).transpose(0, 1) * inside[:, None]


def blend(crops: Tensor, attention: Tensor) -> Tensor:
    """Mix each box's four crops by its attention maps.

    Args:
        crops: ``float32 (n, 4, 56, 56)``.
        attention: ``float32 (n, 784)``: four maps of 14×14.

    Returns:
        ``float32 (n, 56, 56)`` in [0, 1].
    """
    maps = attention.view(-1, _BASES, _ATTENTION, _ATTENTION)
    shares = interpolate(maps, (_SIDE, _SIDE), mode="bilinear", align_corners=False).softmax(dim=1)
    return (crops * shares).sum(dim=1).sigmoid()


def _tents(low: float, high: float, pixels: range, cells: int) -> Tensor:
    """``float32 (len(pixels), cells)``: how much of each cell between two edges shows at each pixel; none beyond."""
    middles = torch.arange(pixels.start, pixels.stop, dtype=torch.float32) + 0.5
    places = (middles - low) / (high - low) * cells - 0.5
    return (1 - (places[:, None] - torch.arange(cells)).abs()).clamp_(min=0)


def paste(mask: Tensor, box: Tensor, size: tuple[int, int]) -> Tensor:
    """Lay a box's mask into a picture.

    Args:
        mask: ``float32 (s, s)`` in [0, 1].
        box: ``float32 (4,)``: left, top, right, bottom in the picture's pixels (edges), not empty.
        size: height and width of the picture.

    Returns:
        ``float32 size`` in [0, 1]: bilinear inside, fading over half a cell outside, zero more than about a pixel
        outside.
    """
    left, top, right, bottom = box.tolist()
    picture = mask.new_zeros(size)
    rows = range(max(int(top // 1) - 1, 0), min(int(-(-bottom // 1)) + 1, size[0]))
    columns = range(max(int(left // 1) - 1, 0), min(int(-(-right // 1)) + 1, size[1]))
    if not rows or not columns:
        return picture
    down, across = _tents(top, bottom, rows, len(mask)), _tents(left, right, columns, len(mask))
    picture[rows.start : rows.stop, columns.start : columns.stop] = down @ mask @ across.T
    return picture


class BlendMask(Detector):
    """See :class:`~vton_core.networks.adelaidet.instances.InstanceNet`.

    Args:
        depth: layers of the ResNet: 50 or 101.
    """

    def __init__(self, depth: Depth = 101) -> None:
        super().__init__(depth, scaled=False)
        self.basis_module = _ProtoNet()
        self.top_layer = nn.Conv2d(CHANNELS, _BASES * _ATTENTION**2, 3, padding=1)

    def forward(self, photo: Tensor, threshold: float = THRESHOLD, label: int | None = None) -> Instances:
        """Find things; the masks are 56×56 over their boxes."""
        features, outputs, found = self.detect(photo, threshold, label)
        crops = crop(self.basis_module(features)[0], found.boxes)
        masks = blend(crops, parameters_at(self.top_layer, outputs, found))
        return Instances(found, masks, (photo.shape[-2], photo.shape[-1]))

    def render(self, instances: Instances, size: tuple[int, int]) -> Tensor:
        """The masks over the view at another size; published masks are where they are at least 0.5."""
        boxes, there = on_picture(instances, size)
        pictures = instances.masks.new_zeros((len(instances), *size))
        for index in there.nonzero().flatten().tolist():
            pictures[index] = paste(instances.masks[index], boxes[index], size)
        return pictures
