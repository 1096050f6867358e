"""Training of the try-on's networks on made-up examples: what they are given, and that they learn from it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from synthesis.correspondence import correspondence
from synthesis.shade import Shot, shade
from synthesis.tryon import examples as making
from synthesis.tryon import train as training
from synthesis.tryon.examples import SIZE, Worn, examples_of, read, write
from synthesis.tryon.shops import lay
from synthesis.tryon.train import Plan, Wardrobe, losses, main, train
from synthesis.tryon.vary import given, mirrored, varied
from synthesis.views import Simulation
from tests.synthesis.conftest import sheet
from vton_core.labels import Label
from vton_core.networks.viton_hd import SMALL
from vton_core.networks.viton_hd.gmm import GMM
from vton_core.networks.viton_hd.seg import SegGenerator
from vton_core.types import Joint, Pose

_JOINTS = {
    Joint.NOSE: (96, 50),
    Joint.NECK: (96, 80),
    Joint.RIGHT_SHOULDER: (66, 82),
    Joint.LEFT_SHOULDER: (126, 82),
    Joint.RIGHT_HIP: (76, 176),
    Joint.LEFT_HIP: (116, 176),
}


@pytest.fixture
def worn() -> Worn:
    """A square shirt on a square body; in its shop photo it lies 10 pixels lower and is marked on the left."""
    height, width = SIZE
    labels = np.zeros(SIZE, np.uint8)
    labels[30:70, 80:112] = Label.FACE
    labels[180:256, 64:128] = Label.PANTS
    labels[76:180, 60:132] = Label.UPPER_CLOTHES
    joints = np.zeros((25, 3), np.float32)
    for joint, at in _JOINTS.items():
        joints[joint] = (*at, 1)
    mask = np.zeros(SIZE, np.uint8)
    mask[86:190, 60:132] = 1
    cloth = np.full((*SIZE, 3), 255, np.uint8)
    cloth[86:190, 60:132] = (200, 60, 60)
    cloth[100:120, 60:80] = (0, 0, 250)
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    places = np.stack([x, y + 10], axis=2)
    places[labels != Label.UPPER_CLOTHES] = np.nan
    image = np.full((*SIZE, 3), 255, np.uint8)
    image[labels > 0] = 90
    return Worn(image, labels, joints, places, cloth, mask)


def _seen_at(picture: NDArray[np.uint8], places: NDArray[np.float32]) -> NDArray[np.uint8]:
    x, y = (np.nan_to_num(places[..., axis], nan=-9).astype(np.float32) for axis in (0, 1))
    return np.asarray(cv2.remap(picture, x, y, cv2.INTER_NEAREST, borderValue=(255, 255, 255)), np.uint8)


def test_what_is_written_is_read(worn: Worn, tmp_path: Path) -> None:
    write(tmp_path / "a.npz", [worn, worn])
    first, second = read(tmp_path / "a.npz")
    np.testing.assert_array_equal(first.labels, worn.labels)
    np.testing.assert_allclose(second.places, worn.places, atol=0.1)


def test_mirrored_twice_is_the_same(worn: Worn) -> None:
    once = mirrored(worn)
    assert once.joints[Joint.LEFT_HIP, 0] == SIZE[1] - 1 - worn.joints[Joint.RIGHT_HIP, 0]
    again = mirrored(once)
    np.testing.assert_array_equal(again.labels, worn.labels)
    np.testing.assert_array_equal(again.joints, worn.joints)
    np.testing.assert_allclose(again.places, worn.places)


@pytest.mark.parametrize("seed", range(3))
def test_places_go_along_with_the_garment(worn: Worn, seed: int) -> None:
    changed = varied(worn, np.random.default_rng(seed))
    inside = ~np.isnan(worn.places[..., 0])
    laid = _seen_at(np.repeat(changed.mask[..., None], 3, axis=2), changed.places)
    assert (laid[..., 0] == 1)[inside].mean() > 0.97
    # The mark stays where it was on the person, whatever its colour.
    marks = [np.ptp(_seen_at(changed.cloth, changed.places)[row, 65:125], axis=0).max() for row in (100, 150)]
    assert marks[0] > 40 > marks[1]


def test_the_old_top_is_hidden_and_the_new_one_is_wanted(worn: Worn) -> None:
    told = given(worn, np.random.default_rng(0), SMALL.coarse_size, smooth=True)
    upper = 3
    assert (told["groups"] == upper).sum() > 2000
    assert not (told["agnostic"] == upper).any()
    assert told["person"].shape == (*SMALL.coarse_size, 3)
    known = ~np.isnan(told["places"][..., 0])
    assert known[told["groups"] == upper].all()
    assert np.abs(told["places"][known]).max() <= 1


def test_the_lower_garment_does_not_always_tell_the_hem(worn: Worn) -> None:
    bottom = 4
    begins = set()
    for seed in range(12):
        agnostic = given(worn, np.random.default_rng(seed), SIZE, smooth=True)["agnostic"]
        begins.add(int(np.nonzero((agnostic == bottom).any(axis=1))[0][0]) // 8)
    assert len(begins) > 2


def _large(shot: Shot) -> Shot:
    """Each pixel as six by six: the garment shall be laid smaller than it was rendered."""
    planes = ("image", "alpha", "foreground", "label", "garment", "uv")
    return replace(shot, **{name: getattr(shot, name).repeat(6, axis=0).repeat(6, axis=1) for name in planes})


def test_some_wear_their_hair_long(worn: Worn) -> None:
    hair = 1
    told = [given(worn, np.random.default_rng(seed), SIZE, smooth=True) for seed in range(12)]
    covered = [(each["groups"] == hair).sum() for each in told]
    assert min(covered) == 0 < max(covered)
    for each in told:
        # It stays when the garment is taken off, and the parser sees its outline not quite where it is.
        kept = (each["agnostic"] == hair)[each["groups"] == hair]
        assert kept.mean() > 0.7 if len(kept) else True


def test_a_garment_fills_its_new_picture(simulation: Simulation) -> None:
    example = shade(simulation, 0, 0)
    shop = _large(example.shops[0])
    places = 6 * correspondence(example.worn, example.shops[0]) + 2.5
    cloth, mask, there = lay(shop, simulation.sheets[0], places, SIZE, np.random.default_rng(0))
    rows, columns = np.nonzero(mask)
    assert np.ptp(rows) > 0.7 * SIZE[0] or np.ptp(columns) > 0.8 * SIZE[1]
    assert (cloth[mask == 0] == 255).all()
    x, y = np.round(there[~np.isnan(there[..., 0])]).astype(int).T
    assert mask[y, x].all()
    assert mask.sum() > 0.99 * (np.ptp(rows) + 1) * (np.ptp(columns) + 1)


def test_long_sleeves_hang_down(simulation: Simulation) -> None:
    shop = shade(simulation, 0, 0).shops[0]
    shop.garment[30:40, 4:60] = 1
    shop.alpha[30:40, 4:60] = 1
    shop.uv[30:40, 4:16], shop.uv[30:40, 48:60] = (0.95, 0.2), (0.95, 0.8)
    panels = (
        ("front", (0.0, 0.0), (0.0, 0.0, 0.9, 0.5)),
        ("left sleeve", (0.0, 0.0), (0.91, 0.0, 1.0, 0.49)),
        ("right sleeve", (0.0, 0.0), (0.91, 0.51, 1.0, 1.0)),
    )
    shop = _large(shop)
    nowhere = np.full((*shop.garment.shape, 2), np.nan, np.float32)
    straight = _proportions(lay(shop, sheet(), nowhere, SIZE, np.random.default_rng(3))[1])
    hung = _proportions(lay(shop, sheet(panels=panels), nowhere, SIZE, np.random.default_rng(3))[1])
    assert hung < 0.9 * straight


def _proportions(mask: NDArray[np.uint8]) -> float:
    rows, columns = np.nonzero(mask)
    return float(np.ptp(columns) / np.ptp(rows))


def test_of_a_dress_nothing_is_learned(simulation: Simulation) -> None:
    dress = Simulation(simulation.seed, {}, (sheet(label=int(Label.DRESS)),), simulation.views, simulation.shops[:1])
    assert examples_of(dress) == []


def test_every_appearance_is_another_picture_of_the_same_person(
    simulation: Simulation, monkeypatch: pytest.MonkeyPatch
) -> None:
    pose = np.zeros((25, 3), np.float32)
    for joint, (x, y) in _JOINTS.items():
        pose[joint] = (x / 3, y / 3, 1)
    monkeypatch.setattr(making, "_found_pose", lambda worn: Pose(pose))
    once, thrice = examples_of(simulation), examples_of(simulation, 3)
    assert len(thrice) == 3 * len(once)
    np.testing.assert_array_equal(thrice[0].image, once[0].image)
    assert len({example.cloth.tobytes() for example in thrice}) == len(thrice)


def test_a_set_that_cannot_be_read_is_an_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert making.main(["--set", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert "holds no simulations" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["seg", "gmm"])
def test_a_training_goes_on_and_ends(name: str, worn: Worn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for file in ("0000-000000", "0000-000001"):
        write(tmp_path / f"{file}.npz", [worn])
    write(tmp_path / "0000-000002.npz", [])
    monkeypatch.setattr(training, "_JUDGED", 2)
    plan = Plan(4, 2, 1e-3, half=name == "seg")
    begun = train(name, tmp_path, tmp_path / "out", plan, minutes=0)
    ended = train(name, tmp_path, tmp_path / "out", plan)
    assert sum(ended.values()) != sum(begun.values())
    assert (tmp_path / "out" / f"{name}.safetensors").is_file()
    assert train(name, tmp_path, tmp_path / "out", plan) == ended


def test_the_layout_is_learned(worn: Worn, tmp_path: Path) -> None:
    write(tmp_path / "0000-000001.npz", [worn])
    wardrobe = Wardrobe(tmp_path, blind=False)
    wardrobe.look()
    batch = wardrobe.batch(1, np.random.default_rng(0), (96, 64), smooth=True)
    seg = SegGenerator(SMALL)
    adam = torch.optim.Adam(seg.parameters(), lr=3e-3)
    values = []
    for _ in range(8):
        loss = losses(seg, batch)["entropy"]
        adam.zero_grad()
        loss.backward()
        adam.step()
        values.append(float(loss.detach()))
    assert values[-1] < 0.8 * values[0]


def test_the_true_warp_has_no_loss(worn: Worn, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path / "0000-000001.npz", [worn])
    wardrobe = Wardrobe(tmp_path, blind=False)
    assert wardrobe.look() == 1
    batch = wardrobe.batch(1, np.random.default_rng(1), SMALL.coarse_size, smooth=False)
    gmm = GMM(SMALL)
    true = torch.nan_to_num(batch["places"], nan=-1.0)
    monkeypatch.setattr(gmm, "forward", lambda *_: (torch.zeros(1, 2 * SMALL.grid_size**2), true))
    found = losses(gmm, batch)
    assert found["places"] == 0
    assert found["mask"] < 0.1


def test_the_command_says_what_it_needs(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        main(["seg"])
    assert "--examples" in capsys.readouterr().err
