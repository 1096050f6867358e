"""Garments on backgrounds that are not plain, found by the network, and what is no garment."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from skimage import data
from sklearn.datasets import load_sample_image

from tests.garment.drawing import overlap
from vton_core.errors import NoGarmentError
from vton_core.garment.cutting import cut_out
from vton_core.garment.mask import garment_from_image
from vton_core.images import read_image
from vton_core.steps.garments import cut_garment
from vton_core.types import Garment, Image

NAMES = ("garment_tee_striped", "garment_tee_green", "garment_longsleeve")
SIZE = (420, 560)
BACKGROUNDS = ("planks", "checks", "two sheets", "terrace")


@pytest.fixture(scope="module")
def garments(examples: Path) -> dict[str, Garment]:
    """The example garments at a moderate size, as their plain background tells them."""
    return {
        name: garment_from_image(cv2.resize(read_image(examples / f"{name}.png"), SIZE, interpolation=cv2.INTER_AREA))
        for name in NAMES
    }


def _background(kind: str, examples: Path) -> Image:
    width, height = SIZE
    y, x = np.mgrid[:height, :width].astype(np.float32)
    rng = np.random.default_rng(2)
    if kind == "planks":
        grain = cv2.resize(rng.normal(0, 1, (8, width)).astype(np.float32), SIZE, interpolation=cv2.INTER_CUBIC)
        tone = rng.uniform(0.75, 1.0, width // 50 + 1)[(x // 50).astype(int)] * (x % 50 > 2)
        return np.asarray(((190, 140, 95) * (tone + 0.04 * grain)[..., None]).clip(0, 255), np.uint8)
    if kind == "checks":
        square = ((x // 24 + y // 24) % 2)[..., None]
        return np.asarray(square * (225, 220, 205) + (1 - square) * (150, 60, 70), np.uint8)
    if kind == "two sheets":
        fold = 8 * np.sin(x / 17 + 3 * np.sin(y / 60))
        sheet = np.where((x + 0.3 * y > 260)[..., None], (205, 190, 170), (96, 112, 138))
        return np.asarray((sheet + fold[..., None]).clip(0, 255), np.uint8)
    place = read_image(examples / "background_terrace.png")
    return np.asarray(cv2.resize(place, SIZE, interpolation=cv2.INTER_AREA), np.uint8)


def _laid(garment: Garment, background: Image) -> Image:
    """The garment with a soft shadow on the background."""
    alpha = garment.alpha[..., None]
    shade = cv2.GaussianBlur(np.roll(garment.alpha, (4, 5), (0, 1)), (0, 0), 5)[..., None]
    return np.round(garment.rgb * alpha + background * (1 - 0.35 * shade) * (1 - alpha)).astype(np.uint8)


@pytest.mark.parametrize("kind", BACKGROUNDS)
@pytest.mark.parametrize("name", NAMES)
def test_a_garment_is_found_on_any_background(
    garments: dict[str, Garment], examples: Path, name: str, kind: str
) -> None:
    photo = _laid(garments[name], _background(kind, examples))
    found = cut_garment(photo)
    assert found.alpha.shape == photo.shape[:2]
    assert overlap(found.alpha, garments[name].alpha) > 0.92


def test_large_photos_have_the_same_garment(garments: dict[str, Garment], examples: Path) -> None:
    """Twice the size, twice as fine an outline: no steps of what the network saw."""
    photo = _laid(garments["garment_tee_green"], _background("planks", examples))
    large = cv2.resize(photo, None, fx=3, fy=3, interpolation=cv2.INTER_CUBIC)
    alpha = cut_garment(large).alpha
    truth = cv2.resize(garments["garment_tee_green"].alpha, alpha.shape[::-1], interpolation=cv2.INTER_LINEAR)
    assert overlap(alpha, truth) > 0.95


def test_a_plain_background_decides_where_the_network_agrees(garments: dict[str, Garment]) -> None:
    garment = garments["garment_longsleeve"]
    photo = _laid(garment, np.full((*garment.alpha.shape, 3), 240, np.uint8))
    cut = cut_out(photo)
    np.testing.assert_array_equal(cut.garment.alpha, garment_from_image(photo).alpha)
    assert cut.photo is None


def test_a_joint_of_the_floor_is_not_taken_along(garments: dict[str, Garment]) -> None:
    """A thin dark line that runs from the hem to the picture's border, on tiles that are plain otherwise."""
    garment = garments["garment_tee_green"]
    tiles = np.full((*garment.alpha.shape, 3), (196, 188, 176), np.uint8)
    tiles[:, 208:211] = (92, 84, 74)
    photo = _laid(garment, tiles)
    alpha = cut_garment(photo).alpha
    assert overlap(alpha, garment.alpha) > 0.97
    assert alpha[-3:].max() == 0


def test_between_the_straps_of_a_coloured_top_is_nothing() -> None:
    top = np.zeros((560, 420), np.uint8)
    bodice = [(105, 150), (150, 185), (210, 195), (270, 185), (315, 150)]
    cv2.fillPoly(top, [np.array([*bodice, (325, 240), (350, 520), (70, 520), (95, 240)])], (1.0,))
    for start, end in (
        ((108, 152), (118, 30)),
        ((312, 152), (302, 30)),
        ((118, 30), (302, 30)),
        ((210, 30), (210, 195)),
    ):
        cv2.line(top, start, end, (1.0,), 5)
    alpha = cv2.GaussianBlur(top.astype(np.float32), (0, 0), 0.8)[..., None]
    y, x = np.mgrid[:560, :420]
    fabric = np.array([225, 90, 110]) * (1 + 0.06 * np.sin(x / 23 + y / 90))[..., None]
    found = cut_out(np.round(fabric * alpha + 255 * (1 - alpha)).astype(np.uint8)).garment.alpha
    between = top == 0
    between[:36] = between[190:] = between[:, :125] = between[:, 295:] = False
    assert (found[between] > 0.5).mean() < 0.02
    assert (found[top > 0] > 0.5).mean() > 0.98


def test_a_hanger_is_left_out_and_the_rest_is_as_the_background_tells(garments: dict[str, Garment]) -> None:
    garment = garments["garment_tee_green"]
    plain = np.full((*garment.alpha.shape, 3), (178, 160, 140), np.uint8)
    hook = np.zeros(garment.alpha.shape, np.uint8)
    top = int(np.flatnonzero((garment.alpha > 0.5).any(axis=1))[0])
    cv2.ellipse(hook, (SIZE[0] // 2, max(24, top - 22)), (14, 20), 0, 140, 450, (1,), 7)
    cv2.line(hook, (SIZE[0] // 2, top - 4), (SIZE[0] // 2, top + 20), (1,), 7)
    plain[hook > 0] = (40, 38, 42)
    alpha = garment.alpha[..., None]
    photo = np.round(garment.rgb * alpha + plain * (1 - alpha)).astype(np.uint8)
    told = garment_from_image(photo).alpha
    above = (hook > 0) & (np.arange(len(hook))[:, None] < top - 2)
    assert told[above].mean() > 0.9
    found = cut_garment(photo).alpha
    assert found[above].mean() < 0.2
    below = np.arange(len(hook)) > top + 60
    assert np.abs(found - told)[below].mean() < 0.002


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("name", NAMES)
def test_a_garment_that_lies_on_its_side_is_turned_upright(
    garments: dict[str, Garment], examples: Path, name: str, turns: int
) -> None:
    photo = _laid(garments[name], _background("planks", examples))
    assert cut_out(photo).garment.turns == 0
    turned = np.ascontiguousarray(np.rot90(photo, turns))
    assert cut_out(turned).garment.turns == turns
    found = cut_garment(turned)
    np.testing.assert_array_equal(found.rgb.shape, photo.shape)
    assert overlap(found.alpha, garments[name].alpha) > 0.92
    assert found.turns == 0


def test_a_shops_photo_is_not_turned(garments: dict[str, Garment]) -> None:
    garment = garments["garment_tee_green"]
    photo = _laid(garment, np.full((*garment.alpha.shape, 3), 255, np.uint8))
    assert cut_out(np.ascontiguousarray(np.rot90(photo))).garment.turns == 0


def test_sorts_are_told(garments: dict[str, Garment]) -> None:
    for garment in garments.values():
        sorts = cut_out(_laid(garment, np.full((*garment.alpha.shape, 3), 235, np.uint8))).garment.sorts
        assert abs(sum(sorts.values()) - 1) < 1e-3
        assert max(sorts, key=lambda sort: sorts[sort]) == "top"


def test_sleeves_are_told(garments: dict[str, Garment]) -> None:
    for name, garment in garments.items():
        sleeves = cut_out(_laid(garment, np.full((*garment.alpha.shape, 3), 235, np.uint8))).garment.sleeves
        assert abs(sum(sleeves.values()) - 1) < 1e-3
        assert max(sleeves, key=lambda kind: sleeves[kind]) == ("long" if "longsleeve" in name else "short")


def _noise() -> NDArray[np.uint8]:
    return np.random.default_rng(1).integers(0, 255, (300, 240, 3)).astype(np.uint8)


@pytest.mark.parametrize(
    "picture",
    [load_sample_image("china.jpg"), data.chelsea(), data.coffee(), data.astronaut(), _noise()],
    ids=["temple", "cat", "cup", "astronaut", "noise"],
)
def test_pictures_of_other_things_are_refused(picture: Image) -> None:
    with pytest.raises(NoGarmentError):
        cut_garment(np.ascontiguousarray(picture))
