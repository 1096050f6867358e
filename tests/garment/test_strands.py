"""Hair before the old top takes nothing of it along."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.drawing import DRAWN
from tests.garment.mannequin import mannequin
from vton_core.garment.strands import find_strands
from vton_core.labels import Label
from vton_core.steps.tryon import try_on
from vton_core.types import Canvas, Cutout, Image, Mask, ParseMap, Pose

HAIR, RED = np.array([90.0, 60.0, 35.0]), np.array([205.0, 25.0, 60.0])
UNIT = 120.0
SHAPE = (160, 200)


@pytest.fixture(autouse=True)
def _worn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawn top hangs as if it was photographed on somebody: the figures here were drawn for one that does."""
    monkeypatch.setattr("vton_core.garment.upper.laid_flat", lambda landmarks, home: 0.0)


def _wisps(shape: tuple[int, int], end: int) -> NDArray[np.float64]:
    """Alpha of hair that hangs down from above and ends in wisps about a row."""
    rng = np.random.default_rng(3)
    ends = end + cv2.GaussianBlur(rng.uniform(-40, 40, (1, shape[1])), (0, 0), 1.2)
    rows = np.arange(shape[0])[:, None]
    return np.asarray(cv2.GaussianBlur((rows < ends).astype(np.float64), (0, 0), 0.9), np.float64)


def _photo(alpha: NDArray[np.float64], top: NDArray[np.float64]) -> Image:
    light = 1 + 0.06 * np.random.default_rng(4).standard_normal((*alpha.shape, 1))
    mixed = alpha[..., None] * HAIR * light + (1 - alpha[..., None]) * top
    return np.asarray(mixed.round().clip(0, 255), np.uint8)


def _masks(alpha: NDArray[np.float64]) -> tuple[Mask, Mask, Mask]:
    """Hair as a parser sees it, smooth; the top; all."""
    hair = np.asarray(cv2.GaussianBlur(alpha, (0, 0), 3.0) > 0.5)
    return hair, ~hair, np.ones_like(hair)


def test_wisps_are_found_with_their_own_colour() -> None:
    alpha = _wisps(SHAPE, 70)
    strands = find_strands(_photo(alpha, RED), *_masks(alpha), UNIT)
    assert strands is not None
    place, found = strands.place, strands.hair
    mixed = place & (alpha > 0.02) & (alpha < 0.98)
    assert mixed.sum() > 0.5 * ((alpha > 0.02) & (alpha < 0.98)).sum()
    assert np.abs(found.alpha - alpha)[place].mean() < 0.08
    hairy = place & (alpha > 0.4)
    colour = found.pixels[hairy][:, :3] / np.maximum(found.alpha[hairy][:, None], 1e-3)
    assert np.abs(np.median(colour, axis=0) - HAIR).max() < 12
    assert not found.pixels[~place].any()


@pytest.mark.parametrize("top", [HAIR + 8, HAIR * 0.8], ids=["like it", "its shade"])
def test_hair_before_a_top_like_it_keeps_its_outline(top: NDArray[np.float64]) -> None:
    alpha = _wisps(SHAPE, 70)
    assert find_strands(_photo(alpha, top), *_masks(alpha), UNIT) is None


def test_hair_that_does_not_lie_before_the_top_is_left_alone() -> None:
    alpha = _wisps(SHAPE, 40)
    hair, top, figure = _masks(alpha)
    top[:120] = False
    assert find_strands(_photo(alpha, RED), hair, top, figure, UNIT) is None


def _long_haired(end: int, dress: bool = False) -> tuple[Cutout, Pose, ParseMap, NDArray[np.float64]]:
    """Somebody in red whose hair ends in wisps about a row, twice the mannequin's size; and the hair's alpha."""
    person = mannequin()
    size = (2 * person.parse.shape[1], 2 * person.parse.shape[0])
    parse = cv2.resize(person.parse, size, interpolation=cv2.INTER_NEAREST)
    rgb = cv2.resize(person.cutout.rgb, size, interpolation=cv2.INTER_LINEAR).astype(np.float64)
    if dress:
        parse[np.isin(parse, (Label.UPPER_CLOTHES, Label.PANTS))] = Label.DRESS
    rgb[np.isin(parse, (Label.UPPER_CLOTHES, Label.DRESS))] = RED
    alpha = np.zeros(parse.shape)
    alpha[150:, 320:400] = _wisps((parse.shape[0], 80), end)[150:]
    seen = (alpha > 0) & (parse > 0)
    rgb[seen] = (alpha[..., None] * HAIR + (1 - alpha[..., None]) * rgb)[seen]
    parse[(cv2.GaussianBlur(alpha, (0, 0), 3.0) > 0.5) & (parse > 0)] = Label.HAIR
    keypoints = person.pose.keypoints * np.array([2, 2, 1], np.float32)
    photo = np.asarray(rgb.round().clip(0, 255), np.uint8)
    return Cutout(photo, (parse > 0).astype(np.float32)), Pose(keypoints), parse, alpha


def _in_white(figure: Cutout, pose: Pose, parse: ParseMap) -> Cutout:
    garment = DRAWN["spread sleeves"].garment(colour=(240, 240, 238))
    return try_on(figure, Canvas(1.0, (0.0, 0.0), figure.size, figure.size), pose, parse, garment).figure


def test_nothing_of_a_red_top_stays_in_the_hair_and_the_rest_of_the_head_is_the_photos() -> None:
    figure, pose, parse, _ = _long_haired(470)
    result = _in_white(figure, pose, parse).rgb.astype(int)
    redness, before = (
        rgb[400:560, 310:410, 0] - rgb[400:560, 310:410, 1:].max(axis=-1) for rgb in (result, figure.rgb.astype(int))
    )
    assert np.percentile(before, 90) > 120
    assert np.percentile(redness, 99.5) < 60
    high = np.s_[160:250, 330:390]
    np.testing.assert_array_equal(result[high], figure.rgb[high])


def test_hair_before_a_part_of_a_dress_that_stays_is_left_as_it_is() -> None:
    figure, pose, parse, alpha = _long_haired(860, dress=True)
    result = _in_white(figure, pose, parse)
    # Below the new top's hem, where the dress goes on.
    assert np.all(result.rgb[900:1000, 350] == np.array(RED, np.uint8))
    below = (np.indices(parse.shape)[0] > 730) & (alpha > 0) & (parse > 0)
    np.testing.assert_array_equal(result.rgb[below], figure.rgb[below])
