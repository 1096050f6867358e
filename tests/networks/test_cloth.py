"""The garment network's shapes."""

from __future__ import annotations

import torch

from vton_core.networks.cloth import FEATURES, SORTS, ClothNet
from vton_core.networks.sleeves import SLEEVES, SleevesNet


def test_scores_have_the_photos_size() -> None:
    torch.manual_seed(1)
    net = ClothNet().eval()
    with torch.inference_mode():
        where, sorts, features = net(torch.rand(2, 3, 96, 64))
        sleeves = SleevesNet()(features)
        fine, coarse, same = net.training_scores(torch.rand(1, 3, 64, 96))
    assert where.shape == (2, 1, 96, 64)
    assert sorts.shape == (2, len(SORTS))
    assert features.shape == (2, FEATURES)
    assert sleeves.shape == (2, len(SLEEVES))
    assert (fine.shape, coarse.shape, same.shape) == ((1, 1, 32, 48), (1, 1, 8, 12), (1, len(SORTS)))
