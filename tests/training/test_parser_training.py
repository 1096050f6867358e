"""The parser's training, on a data set of two photos."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file
from scipy.io import savemat
from torch.utils.data import DataLoader

from tests.training.ccp_layout import lay_out
from vton_core.errors import InputError
from vton_core.labels import Label
from vton_core.networks.parser import CLASSES, ParserNet
from vton_core.training.augment import cast_shadow, degrade, recolour, replace_background, stand_behind
from vton_core.training.ccp import IGNORED
from vton_core.training.cli import main
from vton_core.training.parser import ParserSettings, confusion, loss_of, train_parser
from vton_core.training.parser_data import RandomBatches, build_cache, crop, load_photo
from vton_core.types import Joint

_EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
_TAGS = ["null", "hair", "t-shirt", "jeans", "skin"]
_TAG_OF = {Label.HAIR: 1, Label.UPPER_CLOTHES: 2, Label.PANTS: 3}
_SETTINGS = ParserSettings(stages=((2, 96), (1, 128)), batch=2, warmup=1, save_every=1)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Clothing Co-Parsing's layout, filled with the two rendered models at half their size."""
    folder = lay_out(tmp_path_factory.mktemp("ccp"), _TAGS)
    for number, name in (("0001", "woman"), ("0002", "man"), ("0005", "man")):
        photo = cv2.imread(str(_EXAMPLES / f"model_{name}.png"))[::2, ::2]
        parse = cv2.imread(str(_EXAMPLES / f"model_{name}_parse.png"), cv2.IMREAD_UNCHANGED)[::2, ::2]
        tags = np.full(parse.shape, 4, np.uint8)
        tags[parse == Label.BACKGROUND] = 0
        for label, tag in _TAG_OF.items():
            tags[parse == label] = tag
        cv2.imwrite(str(folder / "photos" / f"{number}.jpg"), photo)
        savemat(folder / "annotations" / f"{number}.mat", {"groundtruth": tags})
    return folder


@pytest.fixture(scope="module")
def cache(data: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run") / "cache"
    assert build_cache(data, folder) == ["0001", "0002", "0005"]
    return folder


def test_cached_skin_agrees_with_the_exact_parse_map(cache: Path) -> None:
    """Face, neck and each arm of the rendered woman, divided by the estimated pose: IoU of at least 0.8, 0.6, 0.8."""
    truth = cv2.imread(str(_EXAMPLES / "model_woman_parse.png"), cv2.IMREAD_UNCHANGED)[::2, ::2]
    labels = load_photo(cache, "0001").labels
    floors = {Label.FACE: 0.8, Label.TORSO_SKIN: 0.6, Label.LEFT_ARM: 0.8, Label.RIGHT_ARM: 0.8}
    for label, floor in floors.items():
        both, either = (truth == label) & (labels == label), (truth == label) | (labels == label)
        assert both.sum() / either.sum() > floor, label.name


def test_a_mirrored_crop_swaps_labels_and_joints(cache: Path) -> None:
    photo = load_photo(cache, "0001")
    height, width = photo.labels.shape
    mirror = np.array([[-1.0, 0, width - 1], [0, 1, 0]])
    rgb, labels, mask, pose = crop(photo, mirror, (height, width))
    np.testing.assert_array_equal(rgb, photo.rgb[:, ::-1])
    np.testing.assert_array_equal(labels == Label.LEFT_ARM, (photo.labels == Label.RIGHT_ARM)[:, ::-1])
    np.testing.assert_allclose(mask, photo.mask[:, ::-1] / 255, atol=1e-6)
    expected = width - 1 - photo.pose.keypoints[Joint.RIGHT_WRIST, 0]
    assert pose.keypoints[Joint.LEFT_WRIST, 0] == pytest.approx(expected)


def test_batches_follow_from_their_number(cache: Path) -> None:
    first = list(RandomBatches(cache, ["0001", "0002"], 2, ((3, 96),), 0, seed=7))
    later = list(RandomBatches(cache, ["0001", "0002"], 2, ((3, 96),), 2, seed=7))
    assert len(first) == 3
    np.testing.assert_array_equal(first[2].rgb, later[0].rgb)
    np.testing.assert_array_equal(first[2].prior, later[0].prior)
    assert not np.array_equal(first[0].rgb[0, :64, :64], first[1].rgb[0, :64, :64])


def test_several_processes_draw_the_same_batches(cache: Path) -> None:
    batches = RandomBatches(cache, ["0001", "0002"], 2, ((3, 96),), 0, seed=7)
    shared = DataLoader(batches, batch_size=None, num_workers=2)
    for alone, together in zip(batches, shared, strict=True):
        np.testing.assert_array_equal(alone.rgb, together.rgb)
        np.testing.assert_array_equal(alone.labels, together.labels)


def test_a_shadow_and_a_passer_by_stay_behind_the_figure(cache: Path) -> None:
    photo, other = load_photo(cache, "0001"), load_photo(cache, "0002")
    rgb, figure = np.asarray(photo.rgb), np.asarray(photo.labels != Label.BACKGROUND)
    inner = cv2.erode(figure.astype(np.uint8), np.ones((7, 7))) > 0
    shaded = cast_shadow(np.random.default_rng(3), rgb, figure)
    assert np.abs(shaded[inner].astype(int) - rgb[inner]).max() <= 1
    assert (shaded <= rgb).all()
    assert (rgb.astype(int) - shaded)[~figure].mean() > 5
    passer_by = np.roll(other.labels != Label.BACKGROUND, figure.shape[1] // 3, axis=1)
    there = np.roll(other.rgb, figure.shape[1] // 3, axis=1)
    crowded = stand_behind(rgb, figure, there, passer_by)
    assert np.abs(crowded[inner].astype(int) - rgb[inner]).max() <= 1
    behind = cv2.erode((passer_by & ~figure).astype(np.uint8), np.ones((7, 7))) > 0
    assert behind.any()
    assert np.abs(crowded[behind].astype(int) - there[behind]).max() <= 1


def test_changing_the_background_leaves_the_figure(cache: Path) -> None:
    photo = load_photo(cache, "0001")
    figure = np.asarray(photo.labels != Label.BACKGROUND)
    rng = np.random.default_rng(3)
    changed = replace_background(rng, np.asarray(photo.rgb), figure, photo.rgb)
    inner = cv2.erode(figure.astype(np.uint8), np.ones((13, 13))) > 0
    assert np.abs(changed[inner].astype(int) - photo.rgb[inner]).max() <= 1
    assert degrade(rng, changed).shape == changed.shape
    skin = photo.labels == Label.FACE
    np.testing.assert_array_equal(recolour(rng, changed, photo.labels)[skin], changed[skin])


def test_the_loss_prefers_the_truth_and_skips_what_is_ignored() -> None:
    labels = torch.randint(0, CLASSES, (1, 32, 32), generator=torch.Generator().manual_seed(1))
    weights = torch.ones(CLASSES)

    def scores(truth: torch.Tensor, step: int, offset: int) -> torch.Tensor:
        shown = truth[:, offset::step, offset::step].clamp(max=CLASSES - 1)
        return 8.0 * torch.nn.functional.one_hot(shown, CLASSES).permute(0, 3, 1, 2).float()

    def loss(guess: torch.Tensor, truth: torch.Tensor) -> torch.Tensor:
        present = torch.nn.functional.one_hot(guess[:, ::2, ::2], CLASSES).amax(dim=(1, 2)).float()
        return loss_of(scores(guess, 2, 0), scores(guess, 8, 4), 16 * present - 8, truth, weights)

    assert loss(labels, labels) < 0.5 < loss((labels + 1) % CLASSES, labels)
    hidden = labels.clone()
    hidden[:, ::2, ::2] = IGNORED
    hidden[0, 0, 0] = labels[0, 0, 0]
    assert torch.isfinite(loss(labels, hidden))


def test_confusion_counts_pixels() -> None:
    truth = np.array([[0, 5, IGNORED], [5, 13, 13]], np.uint8)
    guess = np.array([[0, 5, 9], [7, 13, 13]], np.uint8)
    counts = confusion(truth, guess)
    assert (counts[0, 0], counts[5, 5], counts[5, 7], counts[13, 13], counts.sum()) == (1, 1, 1, 2, 5)


def test_an_interrupted_run_ends_with_the_same_weights(data: Path, cache: Path, tmp_path: Path) -> None:
    runs = {}
    for name in ("whole", "broken"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "cache").symlink_to(cache)
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        runs["whole"] = load_file(train_parser(data, tmp_path / "whole", _SETTINGS))
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("vton_core.training.parser._Trainer.step", _stop_after(2))
            with pytest.raises(KeyboardInterrupt):
                train_parser(data, tmp_path / "broken", _SETTINGS)
        runs["broken"] = load_file(train_parser(data, tmp_path / "broken", _SETTINGS))
    finally:
        torch.set_num_threads(threads)
    _usable(runs["whole"])
    for name, value in runs["whole"].items():
        torch.testing.assert_close(runs["broken"][name], value, rtol=0, atol=0, msg=name)


def _usable(weights: dict[str, torch.Tensor]) -> None:
    net = ParserNet()
    net.load_state_dict({name: value.float() for name, value in weights.items()})
    assert all(value.isfinite().all() for value in net.state_dict().values())


def _stop_after(batches: int):  # type: ignore[no-untyped-def]
    from vton_core.training.parser import _Trainer

    step, calls = _Trainer.step, []

    def stepping(self, batch):  # type: ignore[no-untyped-def]
        if len(calls) == batches:
            raise KeyboardInterrupt
        calls.append(1)
        return step(self, batch)

    return stepping


def test_the_command_trains(data: Path, cache: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "cache").symlink_to(cache)
    code = main(["parser", "--data", str(data), "--out", str(tmp_path), "--stages", "1x96", "--batch", "2"])
    assert code == 0
    assert capsys.readouterr().out.strip() == str(tmp_path / "parser.safetensors")
    assert replace(_SETTINGS).batches == 3


def test_what_cannot_be_learned_from_is_one_sentence(cache: Path) -> None:
    with pytest.raises(InputError, match="A batch of 3 is more than the 2 photos"):
        RandomBatches(cache, ["0001", "0002"], 3, ((3, 96),), 0, seed=7)
    for stages in ((), ((0, 96),), ((1, 32),)):
        with pytest.raises(InputError, match="at least one batch, and sides of at least 64 pixels"):
            ParserSettings(stages=stages)


def test_rendered_photos_are_learned_from_too(data: Path, cache: Path, tmp_path: Path) -> None:
    (tmp_path / "cache").symlink_to(cache)
    (tmp_path / "rendered").mkdir()
    shown = cv2.imread(str(_EXAMPLES / "model_woman.png"))[::4, ::4]
    labels = cv2.imread(str(_EXAMPLES / "model_woman_parse.png"), cv2.IMREAD_UNCHANGED)[::4, ::4]
    cv2.imwrite(str(tmp_path / "rendered" / "1.webp"), shown)
    cv2.imwrite(str(tmp_path / "rendered" / "1.labels.png"), labels)
    settings = replace(_SETTINGS, stages=((1, 96),), batch=3)  # the data set has two to draw from
    path = train_parser(data, tmp_path, settings, rendered=tmp_path / "rendered")
    _usable(load_file(path))
