"""The garment network's training, on a data set of the example garments."""

from __future__ import annotations

import json
import zipfile
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from safetensors.torch import load_file

from vton_core.errors import InputError, WorkspaceError
from vton_core.garment.mask import garment_from_image
from vton_core.images import read_image
from vton_core.networks.cloth import SORTS, ClothNet
from vton_core.training import cli
from vton_core.training.cloth import ClothSettings, train_cloth
from vton_core.training.cloth_data import RandomBatches
from vton_core.training.cloth_photos import labelled_photos
from vton_core.training.cloth_views import draw, ground_of, laid_on

_EXAMPLES = Path(__file__).parents[2] / "assets" / "examples"
_GARMENTS = {"a": ("tee_striped", "T-Shirt"), "b": ("tee_green", "Undershirt"), "c": ("longsleeve", "Dress")}
_SETTINGS = ClothSettings(batches=3, batch=2, warmup=1, save_every=2)


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The data set's layout: three garments, of which one is to measure on, and a hat."""
    folder = tmp_path_factory.mktemp("clothing")
    (folder / "images").mkdir()
    lines = ["image,sender_id,label,kids"]
    with zipfile.ZipFile(folder / "labels.zip", "w") as archive:
        for name, (garment, label) in _GARMENTS.items():
            photo = cv2.resize(
                read_image(_EXAMPLES / f"garment_{garment}.png"), (180, 240), interpolation=cv2.INTER_AREA
            )
            cv2.imwrite(str(folder / "images" / f"{name}.jpg"), photo[..., ::-1])
            mask = (255 * (garment_from_image(photo).alpha > 0.5)).astype(np.uint8)
            archive.writestr(
                f"{'validation' if name == 'c' else 'train'}/{name}.png", cv2.imencode(".png", mask)[1].tobytes()
            )
            lines.append(f"{name},1,{label},False")
        cv2.imwrite(str(folder / "images" / "h.jpg"), photo)
        archive.writestr("train/h.png", cv2.imencode(".png", mask)[1].tobytes())
        lines.append("h,1,Hat,False")
    (folder / "images.csv").write_text("\n".join(lines) + "\n")
    return folder


def test_photos_that_have_a_mask_and_a_sort_are_learned_from(data: Path) -> None:
    train = labelled_photos(data, "train", data / "labels.zip")
    assert [(one.photo.stem, SORTS[one.sort]) for one in train] == [("a", "top"), ("b", "top")]
    (held,) = labelled_photos(data, "validation", data / "labels.zip")
    assert SORTS[held.sort] == "dress"
    rgb, mask = held.load()
    assert mask.shape == rgb.shape[:2]
    assert 0.2 < mask.mean() < 0.6


@pytest.mark.parametrize("lines", [None, "name,label\na,Dress\n", "image,sender_id,label,kids\nz,1,Dress,False\n"])
def test_another_folder_is_refused(tmp_path: Path, data: Path, lines: str | None) -> None:
    if lines is not None:
        (tmp_path / "images.csv").write_text(lines)
    with pytest.raises(WorkspaceError, match="holds no photos of clothing-dataset"):
        labelled_photos(tmp_path, "train", data / "labels.zip")


def test_what_is_drawn_shows_the_garment_where_its_alpha_says(data: Path) -> None:
    """The striped shirt's darkest navy is found under a large alpha only, wherever it was laid."""
    (one, other) = labelled_photos(data, "train", data / "labels.zip")
    shares = []
    for seed in range(24):
        rgb, alpha, known = draw(np.random.default_rng(seed), one, other, 128, 96)
        assert (rgb.shape, alpha.shape, known.shape) == ((128, 96, 3), (128, 96), (128, 96))
        shares.append(float((alpha > 127).mean()))
        again = draw(np.random.default_rng(seed), one, other, 128, 96)
        np.testing.assert_array_equal(rgb, again[0])
        inside, outside = rgb[(alpha > 250) & known], rgb[(alpha == 0) & known]
        assert len(inside)
        # Stripes vary more than any of the two plain backgrounds do.
        if len(outside) > 200 and inside.std() > 25:
            assert inside.std() > 0.5 * outside.std()
    assert min(shares) > 0.02
    assert max(shares) > 0.35


def test_a_background_has_the_colours_of_what_lies_beside_the_garment() -> None:
    photo = np.full((90, 60, 3), (200, 40, 90), np.uint8)
    mask = np.zeros((90, 60), np.bool_)
    mask[30:60, 20:40] = True
    photo[mask] = (0, 255, 0)
    ground = ground_of(np.random.default_rng(1), photo, mask, 50, 70)
    assert ground.shape == (50, 70, 3)
    assert (ground == (200, 40, 90)).all()


def test_a_garment_covers_what_it_is_laid_on() -> None:
    alpha = np.zeros((40, 40), np.float32)
    alpha[10:30, 10:30] = 1
    view, ground = np.full((40, 40, 3), 30, np.uint8), np.full((40, 40, 3), 220, np.uint8)
    plain = laid_on(np.random.default_rng(0), view, alpha, ground, shadow=False)
    np.testing.assert_array_equal(plain, np.where(alpha[..., None] > 0, view, ground))
    shaded = [laid_on(np.random.default_rng(seed), view, alpha, ground, shadow=True) for seed in range(6)]
    assert all((one[alpha > 0] == 30).all() for one in shaded)
    assert min(int(one[alpha == 0].min()) for one in shaded) < 215


def test_a_seed_says_what_is_in_a_batch(data: Path) -> None:
    photos = labelled_photos(data, "train", data / "labels.zip")
    first, again, other = (next(iter(RandomBatches(photos, 2, 4, 0, seed))) for seed in (1, 1, 2))
    assert torch.equal(first.rgb, again.rgb)
    assert first.rgb.shape != other.rgb.shape or not torch.equal(first.rgb, other.rgb)
    resumed = list(RandomBatches(photos, 2, 4, 3, 1))
    assert len(resumed) == 1
    assert torch.equal(resumed[0].alpha, list(RandomBatches(photos, 2, 4, 0, 1))[3].alpha)


def test_training_goes_on_where_it_stopped_and_writes_halves(data: Path, tmp_path: Path) -> None:
    weights = train_cloth(data, tmp_path, _SETTINGS, labels=data / "labels.zip")
    lines = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [line["batch"] for line in lines] == [2, 3]
    assert all(0 <= line["iou"] <= 1 for line in lines)
    tensors = load_file(weights)
    assert {value.dtype for value in tensors.values()} == {torch.float16}
    net = ClothNet()
    net.load_state_dict({name: value.float() for name, value in tensors.items()}, strict=False)
    before = weights.read_bytes()
    train_cloth(data, tmp_path, _SETTINGS, labels=data / "labels.zip")
    assert weights.read_bytes() == before


def test_it_goes_on_from_what_the_shipped_weights_have_learned(data: Path, tmp_path: Path) -> None:
    settings = replace(ClothSettings.going_on(), batches=1, batch=2, warmup=0)
    train_cloth(data, tmp_path, settings, labels=data / "labels.zip")
    assert json.loads((tmp_path / "log.jsonl").read_text())["iou"] > 0.9


@pytest.mark.parametrize(("name", "least"), [("batches", 1), ("batch", 2), ("seed", 0)])
def test_numbers_that_are_too_small_are_said_to_be(tmp_path: Path, name: str, least: int) -> None:
    words = ["cloth", "--data", str(tmp_path), "--out", str(tmp_path), f"--{name}", str(least - 1)]
    with pytest.raises(InputError, match=f"'{name}' must be at least {least}, not {least - 1}"):
        cli.main(words)
