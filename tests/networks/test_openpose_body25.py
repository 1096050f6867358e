"""OpenPose's network, against figures of the published one."""

from __future__ import annotations

import copy

import cv2
import numpy as np
import pytest
import skimage.data
import torch

from tests.networks.random_weights import seeded
from vton_core.networks.openpose_body25 import JOINT_MAPS, LIMB_MAPS, OpenPoseBody25
from vton_core.networks.winograd import with_winograd


@pytest.fixture(scope="module")
def net() -> OpenPoseBody25:
    with torch.device("meta"):
        net = OpenPoseBody25()
    arrays = seeded({key: tuple(value.shape) for key, value in net.state_dict().items()})
    net.load_state_dict({key: torch.from_numpy(array) for key, array in arrays.items()}, assign=True)
    return net.eval()


@pytest.mark.parametrize("quick", [False, True], ids=["plain", "as the engine runs it"])
def test_the_published_network_gives_the_same_maps(net: OpenPoseBody25, quick: bool) -> None:
    """The published prototxt, with the same seeded weights, run by OpenCV on the same photo."""
    if quick:
        net = with_winograd(copy.deepcopy(net))
    photo = cv2.resize(skimage.data.astronaut()[..., ::-1], (128, 96), interpolation=cv2.INTER_AREA)
    with torch.inference_mode():
        maps = net(torch.from_numpy(np.ascontiguousarray(photo)).permute(2, 0, 1)[None].float() / 256 - 0.5)[0]
    assert maps.shape == (JOINT_MAPS + LIMB_MAPS, 12, 16)
    means = maps.abs().mean(dim=(1, 2))[[0, 10, 25, 26, 50, 77]].tolist()
    assert means == pytest.approx([1.36704, 1.10765, 1.00029, 0.743988, 1.22057, 0.570693], rel=1e-3)
    values = [float(maps[place]) for place in ((0, 5, 7), (25, 0, 0), (26, 11, 15), (77, 6, 3))]
    assert values == pytest.approx([1.50525, 0.956235, 0.0206992, -0.50891], abs=1e-3)


def test_layers_bear_their_published_names(net: OpenPoseBody25) -> None:
    layers = net.published_layers()
    assert len(layers) == 213
    assert list(layers)[:2] == ["conv1_1", "conv1_2"]
    assert list(layers)[-1] == "Mconv7_stage1_L1"
    assert len(layers["Mprelu3_stage2_L2_1"]) == 1
    assert [key.rsplit(".", 1)[1] for key in layers["conv4_3_CPM"]] == ["weight", "bias"]


def test_each_photo_of_a_batch_is_judged_alone(net: OpenPoseBody25) -> None:
    photos = torch.rand(2, 3, 32, 48, generator=torch.Generator().manual_seed(0)) - 0.5
    with torch.inference_mode():
        together, alone = net(photos), torch.cat([net(photos[:1]), net(photos[1:])])
    torch.testing.assert_close(together, alone, rtol=1e-4, atol=1e-4)
