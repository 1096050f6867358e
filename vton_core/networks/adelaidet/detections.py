"""From FCOS' dense answers to a few boxes: score, the best of each level, non-maximum suppression, the best of all."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Final

import torch
from torch import Tensor, nn
from torch.nn.functional import pad

from vton_core.networks.adelaidet.backbone import STRIDES
from vton_core.networks.adelaidet.fcos import LevelOutput

__all__ = ["THRESHOLD", "Detections", "detect", "non_maximum_suppression", "parameters_at"]

THRESHOLD: Final = 0.05
"""The least class probability times centreness that counts, as published for evaluation."""

_MOST_A_LEVEL: Final = 1000
_MOST: Final = 100
_OVERLAP: Final = 0.6
_ROWS: Final = 512


@dataclass(frozen=True)
class Detections:
    """Boxes of one picture, best first.

    Attributes:
        boxes: ``float32 (n, 4)``: left, top, right, bottom, in pixels of the network's input (edges, not centres).
        scores: ``float32 (n,)`` in (0, 1]: the geometric mean of class probability and centreness.
        labels: ``int64 (n,)``: classes.
        levels: ``int64 (n,)``: the pyramid level, 0 for ``p3``, that saw it.
        cells: ``int64 (n, 2)``: the row and column on that level.
    """

    boxes: Tensor
    scores: Tensor
    labels: Tensor
    levels: Tensor
    cells: Tensor

    def __len__(self) -> int:
        return len(self.scores)

    def __getitem__(self, chosen: Tensor) -> Detections:
        return Detections(*(getattr(self, field.name)[chosen] for field in fields(self)))

    @property
    def locations(self) -> Tensor:
        """``float32 (n, 2)``: x and y of the middle of each cell, in pixels of the network's input."""
        strides = self.scores.new_tensor(STRIDES)[self.levels, None]
        return self.cells.flip(1) * strides + strides.div(2, rounding_mode="floor")


def _overlapping(boxes: Tensor, limit: float) -> Tensor:
    """``bool (n, n)``: intersection over union is above the limit, row before column."""
    areas = (boxes[:, 2:] - boxes[:, :2]).prod(dim=1)
    rows = []
    for part in torch.split(torch.arange(len(boxes)), _ROWS):
        low = torch.maximum(boxes[part, None, :2], boxes[None, :, :2])
        high = torch.minimum(boxes[part, None, 2:], boxes[None, :, 2:])
        shared = (high - low).clamp_(min=0).prod(dim=2)
        rows.append(
            (shared / (areas[part, None] + areas - shared) > limit) & (part[:, None] < torch.arange(len(boxes)))
        )
    return torch.cat(rows)


def _suppressed(boxes: Tensor, limit: float) -> Tensor:
    """``bool (n,)``: which of the boxes, best first, stay."""
    beats = _overlapping(boxes, limit)
    stays = torch.ones(len(boxes), dtype=torch.bool)
    while True:
        # A box falls only to one that itself stays; repeated until nothing changes this is the greedy choice.
        decided = ~(beats & stays[:, None]).any(dim=0)
        if torch.equal(decided, stays):
            return stays
        stays = decided


def non_maximum_suppression(boxes: Tensor, scores: Tensor, labels: Tensor, limit: float) -> Tensor:
    """Drop each box that overlaps a better one of its class that is kept.

    Args:
        boxes: ``float32 (n, 4)``: left, top, right, bottom.
        scores: ``float32 (n,)``.
        labels: ``int64 (n,)``.
        limit: the intersection over union above which the worse box falls, in [0, 1].

    Returns:
        ``int64 (m,)``: the kept ones' places, best first.
    """
    order = scores.argsort(descending=True, stable=True)
    kept = torch.zeros(len(order), dtype=torch.bool)
    for label in torch.unique(labels):
        mine = (labels[order] == label).nonzero().flatten()
        kept[mine] = _suppressed(boxes[order[mine]], limit)
    return order[kept]


def _on_level(level: int, output: LevelOutput, threshold: float) -> Detections:
    """The level's best candidates; the scores are not yet rooted."""
    scores = (output.logits[0].sigmoid() * output.centreness[0].sigmoid()).permute(1, 2, 0)
    chosen = (scores > threshold).nonzero()
    values = scores[tuple(chosen.T)]
    if len(values) > _MOST_A_LEVEL:
        values, best = values.topk(_MOST_A_LEVEL, sorted=False)
        chosen = chosen[best]
    cells, labels = chosen[:, :2], chosen[:, 2]
    stride = STRIDES[level]
    middle = (cells.flip(1) * stride + stride // 2).to(scores.dtype)
    sides = output.sides[0, :, cells[:, 0], cells[:, 1]].T * stride
    boxes = torch.cat([middle - sides[:, :2], middle + sides[:, 2:]], dim=1)
    return Detections(boxes, values.sqrt(), labels, torch.full_like(labels, level), cells)


def detect(outputs: list[LevelOutput], threshold: float = THRESHOLD) -> Detections:
    """Choose boxes as AdelaiDet does with ``THRESH_WITH_CTR``.

    At most 1000 candidates a level, suppression above an intersection over union of 0.6 within each class, at most 100
    boxes in all.

    Args:
        outputs: the head's answers to one picture.
        threshold: class probability times centreness must be above it.

    Returns:
        The chosen ones, best first.
    """
    found = [_on_level(level, output, threshold) for level, output in enumerate(outputs)]
    every = Detections(*(torch.cat([getattr(f, field.name) for f in found]) for field in fields(Detections)))
    kept = every[non_maximum_suppression(every.boxes, every.scores, every.labels, _OVERLAP)]
    if len(kept) > _MOST:
        # Ties with the hundredth stay, as published.
        kept = kept[kept.scores >= kept.scores[_MOST - 1]]
    return kept


def parameters_at(conv: nn.Conv2d, outputs: list[LevelOutput], chosen: Detections) -> Tensor:
    """A 3×3 convolution of the boxes' features, only where boxes were chosen.

    Args:
        conv: from 256 channels, with padding 1.
        outputs: the head's answers.
        chosen: boxes that were chosen from them.

    Returns:
        ``float32 (n, conv.out_channels)``.
    """
    patches = conv.weight.new_zeros((len(chosen), conv.in_channels, 3, 3))
    steps = torch.arange(3)
    for level, output in enumerate(outputs):
        mine = (chosen.levels == level).nonzero().flatten()
        if len(mine):
            rows, columns = chosen.cells[mine].T
            around = pad(output.tower[0], (1, 1, 1, 1))
            near = around[:, rows[:, None, None] + steps[:, None], columns[:, None, None] + steps]
            patches[mine] = near.transpose(0, 1)
    bias = conv.bias if conv.bias is not None else 0
    return patches.flatten(1) @ conv.weight.flatten(1).T + bias
