"""Each network, and the three in a row, against what the published code gave for the same weights and inputs."""

from __future__ import annotations

from functools import cache

import pytest
import torch
from torch import Tensor

from tests.networks.viton_hd.cases import CONFIG, SEEDS, alias_inputs, chain_inputs, gmm_inputs, probes, seg_input
from tests.networks.viton_hd.filling import fill
from vton_core.networks.viton_hd import VitonHd, fold_spectral_norm

# Mean, deviation and seven values, to six digits.
SEG = (0.526884, 0.213094, 0.715247, 0.462685, 0.438223, 0.367003, 0.838128, 0.35558, 0.26279)
THETA = (0.011176, 0.17357, 0.216187, -0.080527, 0.210941, 0.234771, -0.199036, 0.128909, -0.306465)
GRID = (0.003498, 0.526027, -0.683815, -0.003661, -0.408818, 0.39014, -0.473946, 0.647447, -0.061554)
ALIAS = (0.120669, 0.657662, -0.498841, -0.441374, 0.076163, 0.165032, 0.999451, 0.330306, 0.22953)
CHAIN = {
    "picture": (0.05262, 0.724105, -0.610766, -0.926586, -0.357642, -0.998365, 0.999829, -0.304242, -0.37222),
    "groups": (3.241089, 4.639784, 0.0, 0.0, 0.0, 8.0, 0.0, 8.0, 0.0),
    "theta": (0.010959, 0.173187, 0.214916, -0.078542, 0.210287, 0.231476, -0.198417, 0.13052, -0.306715),
    "cloth": (0.028479, 0.401304, -0.086979, 0.097184, 0.083185, 0.092149, -0.08638, 0.368105, 0.125988),
    "mask": (0.790923, 0.389174, 1.0, 1.0, 1.0, 0.484924, 1.0, 1.0, 1.0),
}


@cache
def networks() -> VitonHd:
    """All three, with the weights that the published code was given."""
    chain = VitonHd(CONFIG).eval()
    for name, seed in SEEDS.items():
        fill(chain.get_submodule(name), seed)
    return chain


def close(values: Tensor, golden: tuple[float, ...], tolerance: float = 1e-4) -> None:
    assert probes(values) == pytest.approx(golden, abs=tolerance)


def test_segmentation() -> None:
    seg = networks().seg
    with torch.inference_mode():
        close(seg(seg_input()), SEG)


def test_matching() -> None:
    gmm = networks().gmm
    with torch.inference_mode():
        theta, grid = gmm(*gmm_inputs())
    close(theta, THETA, 1e-5)
    close(grid, GRID)


def test_alias_as_trained_and_as_used() -> None:
    """With gradients the modulation is convolved everywhere, without them along edges only: the same picture."""
    alias, inputs = networks().alias, alias_inputs()
    torch.manual_seed(3)
    trained = alias(*inputs)
    torch.manual_seed(3)
    with torch.inference_mode():
        used = alias(*inputs)
    close(trained, ALIAS)
    close(used, ALIAS)
    assert (used - trained).abs().max() < 1e-4


def test_chain() -> None:
    chain = networks()
    torch.manual_seed(4)
    with torch.inference_mode():
        result = chain(*chain_inputs(40))
    for name, golden in CHAIN.items():
        close(getattr(result, name), golden)


def test_folding_the_spectral_norm_changes_nothing() -> None:
    inputs = alias_inputs()
    folded = VitonHd(CONFIG).alias.eval()
    fill(folded, SEEDS["alias"])
    fold_spectral_norm(folded)
    assert not [name for name in folded.state_dict() if name.endswith(("_u", "_v", "_orig"))]
    generator = torch.Generator().manual_seed(3)
    with torch.inference_mode():
        close(folded.to(memory_format=torch.channels_last)(*inputs, generator), ALIAS)
