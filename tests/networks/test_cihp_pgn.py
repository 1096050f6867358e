"""CIHP_PGN's network, against figures of the published one, and against plainer ways to the same numbers."""

from __future__ import annotations

import copy

import cv2
import numpy as np
import pytest
import skimage.data
import torch
from torch.nn.functional import relu

from tests.networks.random_weights import seeded
from vton_core.networks.bilinear import resample
from vton_core.networks.cihp_pgn import CihpPgn, PgnOutput

THIN = 16


def thin_net() -> CihpPgn:
    """A sixteenth of the published channels, with seeded weights."""
    net = CihpPgn(THIN)
    shapes = {key: tuple(value.shape) for key, value in net.state_dict().items() if "num_batches" not in key}
    net.load_state_dict({key: torch.from_numpy(array) for key, array in seeded(shapes).items()}, strict=False)
    return net.eval()


@pytest.fixture(scope="module")
def net() -> CihpPgn:
    return thin_net()


def _photo() -> torch.Tensor:
    """The astronaut and its mirror image, as the network takes them: 104 high, 120 wide."""
    bgr = cv2.resize(skimage.data.astronaut()[..., ::-1], (120, 104), interpolation=cv2.INTER_AREA)
    photo = torch.from_numpy((bgr - np.float32([125.0, 114.4, 107.9])).transpose(2, 0, 1)[None].copy())
    return torch.cat([photo, photo.flip(3)])


@pytest.fixture(scope="module")
def found(net: CihpPgn) -> PgnOutput:
    with torch.inference_mode():
        return net(_photo(), edges=True)


def test_the_published_network_gives_the_same_scores(found: PgnOutput) -> None:
    """The published code's layers, a sixteenth as wide, with the same seeded weights, run by TensorFlow."""
    assert found.refined.shape == (2, 20, 13, 15)
    assert found.edges is not None
    means = [scores.abs().mean(dim=(0, 2, 3))[[0, 7, 19]].tolist() for scores in (found.parsing, found.refined)]
    assert means[0] == pytest.approx([218.134, 410.306, 253.719], rel=1e-3)
    assert means[1] == pytest.approx([77.1494, 259.48, 82.3472], rel=1e-3)
    parsing = [float(found.parsing[place]) for place in ((0, 0, 0, 0), (1, 19, 12, 14))]
    assert parsing == pytest.approx([89.5777, -311.66], rel=1e-3)
    refined = [float(found.refined[place]) for place in ((0, 0, 0, 0), (0, 5, 6, 7), (1, 19, 12, 14))]
    assert refined == pytest.approx([81.8925, 37.0028, -6.21867], abs=0.1)
    edges = [float(found.edges.abs().mean()), float(found.edges[0, 0, 0, 0]), float(found.edges[1, 0, 6, 7])]
    assert edges == pytest.approx([370.339, 3.31327, -516.251], rel=1e-3, abs=0.1)


def test_edges_are_made_when_they_are_asked_for(net: CihpPgn, found: PgnOutput) -> None:
    with torch.inference_mode():
        without = net(_photo())
    assert without.edges is None
    torch.testing.assert_close(without.refined, found.refined)


def test_fusing_the_norms_changes_nothing(net: CihpPgn, found: PgnOutput) -> None:
    fused = copy.deepcopy(net).fuse()
    with torch.inference_mode():
        refined = fused(_photo()).refined
    assert not any(isinstance(layer, torch.nn.BatchNorm2d) for layer in fused.modules())
    assert float((refined - found.refined).abs().max()) < 1e-4 * float(found.refined.abs().max())


@pytest.mark.parametrize("size", [(13, 15), (64, 64), (61, 97)])
def test_mixing_before_enlarging_gives_the_same_sums(net: CihpPgn, size: tuple[int, int]) -> None:
    """The published order: enlarge all the means, put them beside the features, and mix."""
    layers, x = net.layers, torch.rand(2, 512 // THIN, *size, generator=torch.Generator().manual_seed(0))
    parts = [x]
    for number, pool in enumerate((60, 30, 20, 10), start=1):
        around = [-side % pool for side in size]
        before = [side // 2 for side in around]
        pads = (before[1], around[1] - before[1], before[0], around[0] - before[0])
        sums, counts = (
            torch.nn.functional.avg_pool2d(torch.nn.functional.pad(plane, pads), pool)
            for plane in (x, torch.ones_like(x))
        )
        parts.append(resample(relu(layers[f"parsing_rf_pp{number}"](sums / counts)), *size))
    with torch.inference_mode():
        expected = relu(layers["parsing_rf_conv"](torch.cat(parts, dim=1)))
        got = net._pyramid(x, "parsing_rf_pp", "parsing_rf_conv")
    torch.testing.assert_close(got, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(("height", "width"), [(8, 8), (9, 16), (17, 33), (40, 23)])
def test_sizes_are_rounded_up(net: CihpPgn, height: int, width: int) -> None:
    with torch.inference_mode():
        found = net(torch.zeros(1, 3, height, width), edges=True)
    for scores, channels in ((found.parsing, 20), (found.refined, 20), (found.edges, 1)):
        assert scores.shape == (1, channels, -(-height // 8), -(-width // 8))
