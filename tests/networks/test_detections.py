"""From dense answers to boxes."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from vton_core.networks.adelaidet.backbone import STRIDES
from vton_core.networks.adelaidet.detections import detect, non_maximum_suppression, parameters_at
from vton_core.networks.adelaidet.fcos import LevelOutput


def greedy(boxes: Tensor, scores: Tensor, labels: Tensor, limit: float) -> list[int]:
    """The definition, one box at a time."""
    kept: list[int] = []
    for index in sorted(range(len(scores)), key=lambda i: (-float(scores[i]), i)):
        left, top, right, bottom = boxes[index].tolist()
        for other in kept:
            if labels[other] != labels[index]:
                continue
            l2, t2, r2, b2 = boxes[other].tolist()
            shared = max(0.0, min(right, r2) - max(left, l2)) * max(0.0, min(bottom, b2) - max(top, t2))
            union = (right - left) * (bottom - top) + (r2 - l2) * (b2 - t2) - shared
            if shared > limit * union:
                break
        else:
            kept.append(index)
    return kept


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 70), st.integers(1, 4), st.integers(0, 10**6))
def test_suppression_is_the_greedy_choice(count: int, classes: int, seed: int) -> None:
    generator = torch.Generator().manual_seed(seed)
    # Sixteenths are exact, and no ratio of theirs comes near 0.55, which is not one.
    corners = torch.randint(0, 32, (count, 2), generator=generator) / 16
    sides = torch.randint(4, 24, (count, 2), generator=generator) / 16
    boxes = torch.cat([corners, corners + sides], dim=1)
    scores = torch.randint(1, 40, (count,), generator=generator) / 40
    labels = torch.randint(0, classes, (count,), generator=generator)
    kept = non_maximum_suppression(boxes, scores, labels, 0.5501)
    assert kept.tolist() == greedy(boxes, scores, labels, 0.5501)


def test_a_box_that_falls_takes_no_other_with_it() -> None:
    boxes = torch.tensor([[0.0, 0, 10, 10], [3, 0, 13, 10], [6, 0, 16, 10]])
    scores = torch.tensor([0.9, 0.8, 0.7])
    assert non_maximum_suppression(boxes, scores, torch.zeros(3, dtype=torch.long), 0.4).tolist() == [0, 2]
    assert non_maximum_suppression(boxes, scores, torch.arange(3), 0.4).tolist() == [0, 1, 2]


def silent_levels(classes: int = 3) -> list[LevelOutput]:
    """Five levels of a 256×256 picture where nothing is."""
    sizes = [256 // stride for stride in STRIDES]
    return [
        LevelOutput(
            torch.full((1, classes, size, size), -20.0),
            torch.ones(1, 4, size, size),
            torch.zeros(1, 1, size, size),
            torch.zeros(1, 256, size, size),
        )
        for size in sizes
    ]


def test_one_cell_gives_the_box_round_its_middle() -> None:
    levels = silent_levels()
    levels[1].logits[0, 2, 3, 5] = 2.0
    levels[1].centreness[0, 0, 3, 5] = 1.0
    levels[1].sides[0, :, 3, 5] = torch.tensor([1.0, 2.0, 3.0, 0.5])
    found = detect(levels)
    assert found.labels.tolist() == [2]
    assert found.levels.tolist() == [1]
    assert found.cells.tolist() == [[3, 5]]
    assert found.locations.tolist() == [[5 * 16 + 8, 3 * 16 + 8]]
    assert found.boxes.tolist() == [[88 - 16, 56 - 32, 88 + 48, 56 + 8]]
    probability = torch.sigmoid(torch.tensor(2.0)) * torch.sigmoid(torch.tensor(1.0))
    assert float(found.scores[0]) == pytest.approx(float(probability.sqrt()))
    assert len(detect(levels, float(probability) + 1e-4)) == 0


def test_no_more_than_a_hundred_and_the_best_of_them() -> None:
    levels = silent_levels()
    levels[0].logits[0, 0] = torch.linspace(0, 4, 32 * 32).view(32, 32)
    levels[0].sides[:] = 0.4  # boxes that do not touch
    found = detect(levels)
    assert len(found) == 100
    assert sorted(map(tuple, found.cells.tolist())) == [(i // 32, i % 32) for i in range(32 * 32 - 100, 32 * 32)]
    assert (found.scores.diff() <= 0).all()


def test_parameters_are_those_of_the_convolution_everywhere() -> None:
    generator = torch.Generator().manual_seed(1)
    levels = silent_levels()
    for level in levels:
        level.tower.normal_(generator=generator)
    for level, row, column in [(0, 0, 0), (0, 31, 31), (0, 7, 20), (2, 0, 7), (4, 1, 1)]:
        levels[level].logits[0, 1, row, column] = 3.0
    levels[0].sides[:] = 0.4
    found = detect(levels)
    conv = nn.Conv2d(256, 11, 3, padding=1)
    with torch.inference_mode():
        everywhere = [conv(level.tower) for level in levels]
        wanted = [
            everywhere[level][0, :, row, column]
            for level, (row, column) in zip(found.levels, found.cells.tolist(), strict=True)
        ]
        torch.testing.assert_close(parameters_at(conv, levels, found), torch.stack(wanted), rtol=1e-5, atol=1e-5)
    assert len(wanted) == 5
