"""CondInst and BlendMask against the published code.

The golden numbers are what the code that AdelaiDet published, on detectron2, gave for the same seeded weights of full
shape and the same photo.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pytest
import skimage.data
import torch
from PIL import Image
from torch import Tensor

from tests.networks.seeded import seeded
from vton_core.networks.adelaidet.backbone import STRIDES
from vton_core.networks.adelaidet.blendmask import BlendMask
from vton_core.networks.adelaidet.condinst import CondInst
from vton_core.networks.adelaidet.instances import on_picture
from vton_core.networks.adelaidet.layers import for_inference

SIZE = (300, 246)
SCORES = [0.723716, 0.723712, 0.720357, 0.708026, 0.700383, 0.69828]


@dataclass(frozen=True)
class Golden:
    """What the published code gave: how many, the first boxes, the first masks' areas."""

    boxes: list[list[float]]
    areas: list[int]


GOLDEN = {
    "condinst": Golden(
        [[97.199, 118.211, 151.539, 172.204], [149.192, 265.438, 200.635, 300.0], [88.214, 130.456, 141.738, 180.937]],
        [31360, 61307, 47003, 69854, 71939, 43764],
    ),
    "blendmask": Golden(
        [[94.821, 116.475, 153.205, 174.487], [147.022, 263.667, 202.294, 300.0], [85.167, 128.715, 142.675, 182.953]],
        [2242, 1694, 2119, 1882, 1810, 2541],
    ),
}


@pytest.fixture(scope="module")
def photo() -> Tensor:
    """The astronaut, ``float32 (3, 195, 160)`` in BGR."""
    picture = Image.fromarray(skimage.data.astronaut()[:, :420]).resize((160, 195), Image.Resampling.BILINEAR)
    return torch.from_numpy(np.ascontiguousarray(np.asarray(picture)[..., ::-1].transpose(2, 0, 1))).float()


@pytest.fixture(scope="module", params=sorted(GOLDEN))
def case(request: pytest.FixtureRequest) -> tuple[CondInst | BlendMask, Golden]:
    """Each network with ResNet-50 and seeded weights, and what the published code made of them."""
    net = CondInst(50, semantic=True) if request.param == "condinst" else BlendMask(50)
    seeded(net)
    return net, GOLDEN[request.param]


@torch.inference_mode()
def test_it_finds_what_the_published_code_finds(case: tuple[CondInst | BlendMask, Golden], photo: Tensor) -> None:
    net, golden = case
    everything = net(photo)
    boxes, there = on_picture(everything, SIZE)
    assert there.all()
    assert len(everything) == 100
    assert everything.found.labels[:6].tolist() == [6] * 6
    torch.testing.assert_close(everything.found.scores[:6], torch.tensor(SCORES), rtol=1e-4, atol=0)
    torch.testing.assert_close(boxes[:3], torch.tensor(golden.boxes), rtol=1e-4, atol=0.01)
    masks = net.render(everything[torch.arange(6)], SIZE) > 0.5
    assert masks.sum(dim=(1, 2)).tolist() == pytest.approx(golden.areas, rel=1e-3)

    people = net(photo, label=0)
    of_all = everything[everything.found.labels == 0]
    assert len(people) == 20
    assert torch.equal(people.found.cells, of_all.found.cells)
    torch.testing.assert_close(people.masks, of_all.masks, rtol=1e-4, atol=1e-5)


@torch.inference_mode()
def test_the_engines_form_of_it_gives_the_same(case: tuple[CondInst | BlendMask, Golden], photo: Tensor) -> None:
    net, golden = case
    quick = for_inference(net)
    found = quick(photo)
    torch.testing.assert_close(found.found.scores[:6], torch.tensor(SCORES), rtol=1e-4, atol=0)
    masks = quick.render(found[torch.arange(6)], SIZE) > 0.5
    assert masks.sum(dim=(1, 2)).tolist() == pytest.approx(golden.areas, rel=1e-3)

    nobody = quick(photo, threshold=0.99, label=0)
    assert len(nobody) == 0
    assert quick.render(nobody, SIZE).shape == (0, *SIZE)


def test_the_pyramid_of_the_published_code(photo: Tensor) -> None:
    """Means and standard deviations of its levels ``p3``, ``p5`` and ``p7``."""
    net = seeded(CondInst(50))
    means = photo.new_tensor([103.530, 116.280, 123.675])[:, None, None]
    padded = torch.nn.functional.pad(photo - means, (0, 0, 0, 224 - 195))[None]
    with torch.inference_mode():
        levels = net.get_submodule("backbone")(padded)
    assert [tuple(level.shape) for level in levels] == [
        (1, 256, -(-224 // stride), -(-160 // stride)) for stride in STRIDES
    ]
    golden = {0: (-0.942923, 14.317345), 2: (0.470356, 9.288177), 4: (0.383016, 8.513766)}
    for level, (mean, spread) in golden.items():
        assert float(levels[level].mean()) == pytest.approx(mean, abs=1e-3 * spread)
        assert float(levels[level].std()) == pytest.approx(spread, rel=1e-3)


@pytest.mark.parametrize(
    ("make", "parameters"),
    [
        (lambda: CondInst(50, semantic=True), 34_564_379),
        (lambda: CondInst(101, semantic=False), 53_051_083),
        (lambda: BlendMask(50), 35_981_562),
        (lambda: BlendMask(101), 54_921_466),
    ],
)
def test_as_many_parameters_as_published(make: type[CondInst], parameters: int) -> None:
    with torch.device("meta"):
        assert sum(parameter.numel() for parameter in make().parameters()) == parameters
