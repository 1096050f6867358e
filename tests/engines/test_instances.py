"""CondInst and BlendMask as background engines: from the photo to the network, and from its masks to a cutout."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from torch import Tensor

from tests.networks.seeded import tensors
from vton_core import weights
from vton_core.engines.background import blendmask, instances
from vton_core.engines.background.instances import InstanceBackground, load_published, network_input
from vton_core.errors import EngineError, MissingWeightsError, NoPersonError
from vton_core.images import read_image
from vton_core.matting.sampling import reduced, resized
from vton_core.networks.adelaidet.condinst import CondInst
from vton_core.networks.adelaidet.detections import Detections
from vton_core.networks.adelaidet.instances import Instances
from vton_core.types import Alpha, Cutout, Image


class Known:
    """A network that knows where everyone is, a little roughly."""

    def __init__(self, *people: Alpha) -> None:
        self.people = people
        self.asked: list[tuple[float, int | None]] = []

    def __call__(self, photo: Tensor, threshold: float = 0.05, label: int | None = None) -> Instances:
        self.asked.append((threshold, label))
        count, size = len(self.people), (photo.shape[1], photo.shape[2])
        rough = [cv2.GaussianBlur(resized(p, (size[0] // 4, size[1] // 4)), (0, 0), 1) for p in self.people]
        masks = torch.from_numpy(np.array(rough, np.float32).reshape(count, size[0] // 4, size[1] // 4))
        none = torch.zeros(count, dtype=torch.long)
        return Instances(Detections(torch.zeros(count, 4), torch.ones(count), none, none, none[:, None]), masks, size)

    def render(self, found: Instances, size: tuple[int, int]) -> Tensor:
        return torch.from_numpy(np.array([resized(mask, size) for mask in found.masks.numpy()]).reshape(-1, *size))


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> dict[str, Alpha | int]:
    """What the contour's correction is told, instead of correcting."""
    heard: dict[str, Alpha | int] = {}

    def matte(image: Image, probability: Alpha, hair: Alpha, people: int) -> Cutout:
        heard.update(probability=probability, hair=hair, people=people)
        return Cutout(image, probability, people)

    monkeypatch.setattr(instances, "matte", matte)
    return heard


@pytest.fixture(scope="module")
def two(examples: Path) -> tuple[Image, Alpha, Alpha]:
    """The man and, half as large, the woman beside him; where each of them is."""
    man, woman = (np.asarray(reduced(read_image(examples / f"model_{n}.png"), 200_000)) for n in ("man", "woman"))
    his, hers = (
        np.asarray(reduced(read_image(examples / f"model_{n}_alpha.png")[..., 0], 200_000)) for n in ("man", "woman")
    )
    small = [resized(a, (a.shape[0] // 2, a.shape[1] // 2)) for a in (woman, hers)]
    height, width = man.shape[0], man.shape[1] + small[0].shape[1]
    photo = np.full((height, width, 3), man[0, 0], np.uint8)
    masks = np.zeros((2, height, width), np.float32)
    photo[:, : man.shape[1]], masks[0, :, : man.shape[1]] = man, his / np.float32(255)
    photo[: small[0].shape[0], man.shape[1] :] = small[0]
    masks[1, : small[0].shape[0], man.shape[1] :] = small[1] / np.float32(255)
    return photo, masks[0], masks[1]


def test_a_rough_mask_becomes_a_clean_cutout(woman: Image, woman_cutout: Cutout) -> None:
    view, alpha = np.asarray(reduced(woman, 200_000), np.uint8), np.asarray(reduced(woman_cutout.alpha, 200_000))
    net = Known(alpha)
    cutout = InstanceBackground(net).cut_out(view)
    assert net.asked == [(0.3, 0)]
    ours, truth = cutout.alpha > 0.5, alpha > 0.5
    assert (ours & truth).sum() / (ours | truth).sum() > 0.98
    assert cutout.people == 1
    solid = cutout.alpha == 1
    assert solid.any()
    np.testing.assert_array_equal(cutout.rgb[solid], view[solid])


def test_hair_is_sought_round_the_head_alone(woman: Image, woman_cutout: Cutout, told: dict[str, Alpha | int]) -> None:
    view, alpha = np.asarray(reduced(woman, 300_000)), np.asarray(reduced(woman_cutout.alpha, 300_000))
    InstanceBackground(Known(alpha)).cut_out(view)
    hair = told["hair"]
    assert isinstance(hair, np.ndarray)
    assert hair.shape == alpha.shape
    rows = np.flatnonzero((alpha > 0.5).any(axis=1))
    assert hair[rows[0] : rows[0] + 20][alpha[rows[0] : rows[0] + 20] > 0.5].mean() > 0.9
    assert not hair[rows[0] + len(rows) // 2 :].any()


def test_the_largest_is_kept_and_the_others_are_counted(
    two: tuple[Image, Alpha, Alpha], told: dict[str, Alpha | int]
) -> None:
    photo, his, hers = two
    speck = np.zeros_like(his)
    speck[:12, :12] = 1
    # She is also seen a second time, worse.
    InstanceBackground(Known(speck, hers, his, hers * (np.arange(len(hers))[:, None] > 40))).cut_out(photo)
    probability = told["probability"]
    assert isinstance(probability, np.ndarray)
    assert told["people"] == 2
    assert probability[his > 0.99].mean() > 0.95
    assert probability[hers > 0.99].max() < 0.05


def test_everyone_is_kept_on_request(two: tuple[Image, Alpha, Alpha], told: dict[str, Alpha | int]) -> None:
    photo, his, hers = two
    InstanceBackground(Known(hers, his), everyone=True).cut_out(photo)
    probability = told["probability"]
    assert isinstance(probability, np.ndarray)
    assert probability[(his > 0.99) | (hers > 0.99)].mean() > 0.95
    assert told["people"] == 1


def test_nobody_is_one_sentence(woman: Image) -> None:
    small = np.asarray(reduced(woman, 20_000))
    with pytest.raises(NoPersonError, match="No person could be told"):
        InstanceBackground(Known()).cut_out(small)
    with pytest.raises(NoPersonError, match="No person could be told"):
        InstanceBackground(Known(np.zeros(small.shape[:2], np.float32))).cut_out(small)


@pytest.mark.parametrize(
    ("size", "wanted"),
    [((100, 100), (800, 800)), ((600, 900), (800, 1200)), ((1000, 400), (1333, 533)), ((9, 1), (1333, 148))],
)
def test_the_network_sees_the_published_sizes_in_bgr(size: tuple[int, int], wanted: tuple[int, int]) -> None:
    photo = network_input(np.full((*size, 3), (10, 20, 30), np.uint8))
    assert tuple(photo.shape) == (3, *wanted)
    assert photo.dtype == torch.float32
    assert photo[:, 0, 0].tolist() == [30, 20, 10]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the user's weights."""
    weights.manifest()
    monkeypatch.setattr(weights, "FOLDER", tmp_path / "none")
    monkeypatch.setenv(weights.VARIABLE, str(tmp_path))
    return tmp_path


def test_a_published_file_is_read_with_its_old_names(folder: Path) -> None:
    plain = CondInst(50, semantic=True).eval()
    plain.load_state_dict(tensors(plain))
    content = {name.replace("ctrness", "centerness"): value for name, value in plain.state_dict().items()}
    content["mask_head.sizes_of_interest"] = torch.tensor([64, 128, 256, 512, 1024])
    torch.save({"model": content, "iteration": 269_999}, folder / "CondInst_MS_R_50_3x_sem.pth")
    net = load_published("condinst_r50_sem", lambda: CondInst(50, semantic=True))
    photo = 255 * torch.rand(3, 96, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        ours, wanted = net(photo), plain(photo)
    assert len(ours) == len(wanted) > 0
    torch.testing.assert_close(ours.found.scores, wanted.found.scores, rtol=1e-4, atol=1e-6)


def test_every_tensor_that_does_not_fit_is_named(folder: Path) -> None:
    with torch.device("meta"):
        state = CondInst(50).state_dict()
    content = {name: torch.zeros(()).expand(value.shape) for name, value in state.items()}
    del content["controller.bias"]
    content["backbone.fpn_lateral3.weight"] = torch.zeros(256, 256, 1, 1)
    content["proposal_generator.fcos_head.iou.bias"] = torch.zeros(1)
    torch.save({"model": content}, folder / "CondInst_MS_R_50_3x.pth")
    with pytest.raises(EngineError) as caught:
        load_published("condinst_r50", lambda: CondInst(50))
    for part in (
        "CondInst_MS_R_50_3x.pth",
        "controller.bias",
        "backbone.fpn_lateral3.weight",
        "256×512×1×1",
        "proposal_generator.fcos_head.iou.bias",
    ):
        assert part in str(caught.value)


def test_weights_that_are_not_there_say_how_to_get_them(folder: Path) -> None:
    with pytest.raises(MissingWeightsError) as caught:
        blendmask.largest()
    for part in ("BlendMask_R_101_3x.pth", "licence AdelaiDet", "python -m vton_core weights fetch blendmask"):
        assert part in str(caught.value)
