"""What both networks take and give."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Protocol

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from vton_core.networks.adelaidet.backbone import Backbone, Depth
from vton_core.networks.adelaidet.detections import Detections, detect
from vton_core.networks.adelaidet.fcos import FCOSHead, LevelOutput

__all__ = ["Detector", "InstanceNet", "Instances", "is_channels_last", "on_picture", "prepared"]

_MEAN: Final = (103.530, 116.280, 123.675)
_MULTIPLE: Final = 32


@dataclass(frozen=True)
class Instances:
    """The things that were found in one picture, best first.

    Attributes:
        found: their boxes, scores and classes, in the pixels of the network's input.
        masks: ``float32 (n, h, w)`` in [0, 1], in the network's own frame: see its ``render``.
        size: height and width of the network's input.
    """

    found: Detections
    masks: Tensor
    size: tuple[int, int]

    def __len__(self) -> int:
        return len(self.found)

    def __getitem__(self, chosen: Tensor) -> Instances:
        return Instances(self.found[chosen], self.masks[chosen], self.size)


class InstanceNet(Protocol):
    """A network that finds things and their masks."""

    def __call__(self, photo: Tensor, threshold: float = ..., label: int | None = ...) -> Instances:
        """Find things.

        Args:
            photo: ``float32 (3, H, W)``, BGR in [0, 255].
            threshold: class probability times centreness must be above it.
            label: the only class that is kept after the selection; every class if ``None``.
        """

    def render(self, instances: Instances, size: tuple[int, int]) -> Tensor:
        """Masks ``float32 (n, *size)`` in [0, 1] over the same view at another size."""


class Detector(nn.Module):
    """What finds the things whose masks CondInst and BlendMask then make.

    Args:
        depth: layers of the ResNet: 50 or 101.
        scaled: see :class:`~vton_core.networks.adelaidet.fcos.FCOSHead`.
    """

    def __init__(self, depth: Depth, scaled: bool) -> None:
        super().__init__()
        self.backbone = Backbone(depth)
        self.proposal_generator = nn.ModuleDict({"fcos_head": FCOSHead(scaled)})

    def detect(
        self, photo: Tensor, threshold: float, label: int | None
    ) -> tuple[list[Tensor], list[LevelOutput], Detections]:
        """The pyramid's levels, the head's answers to them, and what was found; see :class:`InstanceNet`."""
        features = self.backbone(prepared(photo, is_channels_last(self)))
        outputs = self.proposal_generator["fcos_head"](features)
        found = detect(outputs, threshold)
        return features, outputs, found if label is None else found[found.labels == label]


def prepared(photo: Tensor, channels_last: bool) -> Tensor:
    """Subtract the mean colour of detectron2's models and fill up to multiples of 32 at the right and below.

    Args:
        photo: ``float32 (3, H, W)``, BGR in [0, 255].
        channels_last: the memory format of what comes back.

    Returns:
        ``float32 (1, 3, H', W')``, zero where it is filled up.
    """
    mean = photo.new_tensor(_MEAN)[:, None, None]
    below, right = (-photo.shape[-2] % _MULTIPLE, -photo.shape[-1] % _MULTIPLE)
    filled = pad(photo - mean, (0, right, 0, below))[None]
    return filled.contiguous(memory_format=torch.channels_last if channels_last else torch.contiguous_format)


def is_channels_last(net: nn.Module) -> bool:
    """Whether the net's first convolution lies in memory with its channels last."""
    first = next(p for p in net.parameters() if p.ndim == 4)
    return first.is_contiguous(memory_format=torch.channels_last) and not first.is_contiguous()


def on_picture(instances: Instances, size: tuple[int, int]) -> tuple[Tensor, Tensor]:
    """The boxes on the same view at another size, as detectron2's post-processing leaves them.

    Args:
        instances: what was found.
        size: height and width of the view.

    Returns:
        ``float32 (n, 4)`` of left, top, right, bottom, cut off at the view's edges; ``bool (n,)``: which of them are
        not empty (published results hold those alone).
    """
    height, width = size
    scale = instances.masks.new_tensor([width / instances.size[1], height / instances.size[0]] * 2)
    boxes = (instances.found.boxes * scale).clamp(min=0).minimum(scale.new_tensor([width, height] * 2))
    return boxes, (boxes[:, 2:] > boxes[:, :2]).all(dim=1)
