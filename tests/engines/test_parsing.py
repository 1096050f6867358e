"""The shipped parser on figures whose every pixel is known."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image as Pillow
from safetensors.torch import save_file

from vton_core import weights
from vton_core.engines.parsing.parser import Parser
from vton_core.errors import EngineError
from vton_core.images import read_image
from vton_core.labels import COUNT, Label, swap_sides
from vton_core.networks.parser import ParserNet
from vton_core.types import Image, Joint, Mask, ParseMap, Pose

_ARMS = (Label.LEFT_ARM, Label.RIGHT_ARM)
_LEGS = (Label.LEFT_LEG, Label.RIGHT_LEG)
_TOP = (Label.UPPER_CLOTHES, Label.COAT, Label.DRESS)
_LOWER = (Label.PANTS, Label.SKIRT)


@pytest.fixture(scope="module")
def parser() -> Parser:
    return Parser()


def _figure(examples: Path, name: str) -> tuple[Image, Pose, Mask, ParseMap]:
    """Photo, joints, mask and labels at half the size."""
    people = json.loads((examples / f"model_{name}_keypoints.json").read_text())["people"]
    pose = Pose(np.array(people[0]["pose_keypoints_2d"], np.float32).reshape(25, 3)).mapped(0.5, (0.0, 0.0))
    photo = np.ascontiguousarray(read_image(examples / f"model_{name}.png")[::2, ::2])
    mask = read_image(examples / f"model_{name}_alpha.png")[::2, ::2, 0] > 127
    with Pillow.open(examples / f"model_{name}_parse.png") as picture:
        return photo, pose, mask, np.asarray(picture, np.uint8)[::2, ::2]


def _iou(a: ParseMap, b: ParseMap, labels: tuple[Label, ...]) -> float:
    here, there = np.isin(a, labels), np.isin(b, labels)
    return float((here & there).sum() / (here | there).sum())


@pytest.mark.parametrize("name", ["woman", "man"])
def test_labels_lie_where_they_are(parser: Parser, examples: Path, name: str) -> None:
    photo, pose, mask, truth = _figure(examples, name)
    parse = parser.parse(photo, pose, mask)
    assert parse.dtype == np.uint8
    assert parse.shape == truth.shape
    assert parse.max() < COUNT
    assert not parse[~mask].any()
    for labels, least in ((_TOP, 0.7), (_LOWER, 0.5), ((Label.FACE,), 0.5), ((Label.HAIR, Label.HAT), 0.5)):
        assert _iou(parse, truth, labels) > least, labels
    assert (parse == truth)[mask].mean() > 0.65


def test_a_mirrored_photo_has_its_sides_exchanged(parser: Parser, examples: Path) -> None:
    """The labels of the mirrored photo, mirrored back, but for the few pixels that rounding moves."""
    photo, pose, mask, _ = _figure(examples, "woman")
    mirrored = pose.keypoints.copy()
    mirrored[mirrored[:, 2] > 0, 0] = photo.shape[1] - 1 - mirrored[mirrored[:, 2] > 0, 0]
    names = {joint.name: joint for joint in Joint}
    order = [names[j.name.replace("LEFT", "x").replace("RIGHT", "LEFT").replace("x", "RIGHT")] for j in Joint]
    flipped = parser.parse(np.ascontiguousarray(photo[:, ::-1]), Pose(mirrored[order]), mask[:, ::-1])
    plain = parser.parse(photo, pose, mask)
    assert (swap_sides(flipped)[:, ::-1] == plain).mean() > 0.99


def test_without_a_mask_the_background_is_found(parser: Parser, examples: Path) -> None:
    photo, pose, mask, _ = _figure(examples, "man")
    shown = parser.parse(photo, pose) > 0
    assert (shown & mask).sum() / (shown | mask).sum() > 0.85


def test_the_same_bytes_again(parser: Parser, examples: Path) -> None:
    photo, pose, mask, _ = _figure(examples, "woman")
    first = parser.probabilities(photo, pose, mask.astype(np.float32))
    np.testing.assert_array_equal(first, parser.probabilities(photo, pose, mask.astype(np.float32)))
    assert np.abs(first.sum(axis=0) - 1).max() < 1e-3
    assert first.min() >= 0


@pytest.mark.parametrize("size", [(40, 60), (9, 300), (257, 31)])
def test_odd_sizes_and_no_pose_give_labels(parser: Parser, size: tuple[int, int]) -> None:
    parse = parser.parse(np.full((*size, 3), 90, np.uint8), Pose(np.zeros((25, 3), np.float32)))
    assert parse.shape == size


def test_a_part_of_the_photo_is_judged_as_within_the_whole(parser: Parser, examples: Path) -> None:
    photo, pose, mask, _ = _figure(examples, "man")
    box = (slice(40, 331), slice(7, 250))
    whole = parser.probabilities(photo, pose, mask.astype(np.float32))
    part = parser.probabilities(photo, pose, mask.astype(np.float32), box)
    np.testing.assert_allclose(part, whole[:, box[0], box[1]], atol=0.02)


def test_a_network_that_is_given_stays_as_it_is() -> None:
    nets = ParserNet(), ParserNet()
    before = [list(net.state_dict()) for net in nets]
    Parser(nets)
    assert [list(net.state_dict()) for net in nets] == before
    assert all(net.training for net in nets)


def test_one_network_sees_the_photo_and_the_other_its_mirror_image(examples: Path) -> None:
    photo, pose, mask, _ = _figure(examples, "woman")
    torch.manual_seed(3)
    first, second = ParserNet(), ParserNet()
    known = mask.astype(np.float32)
    both = Parser((first, second)).probabilities(photo, pose, known)
    turned = Parser((second, first)).probabilities(photo, pose, known)
    alone = [Parser((net, net)).probabilities(photo, pose, known) for net in (first, second)]
    assert np.abs(both - turned).max() > 1e-3
    np.testing.assert_allclose(both + turned, alone[0] + alone[1], atol=1e-4)


def test_another_networks_weights_are_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "manifest.json").write_bytes((weights.FOLDER / "manifest.json").read_bytes())
    save_file({"head.weight": torch.zeros(2, 3)}, tmp_path / "parser.safetensors")
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    weights.manifest.cache_clear()
    try:
        with pytest.raises(EngineError, match=r"parser\.safetensors does not fit the network"):
            Parser()
    finally:
        weights.manifest.cache_clear()
