"""Lace, mesh and tulle: told from prints, and worn over skin."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.drawing import DRAWN, SIZE
from tests.garment.mannequin import SKIN, TOP, mannequin
from vton_core.garment.mask import garment_from_image
from vton_core.garment.matte import garment_from_mask
from vton_core.garment.shrink import shrunk
from vton_core.labels import Label
from vton_core.steps.garments import cut_garment
from vton_core.steps.tryon import try_on
from vton_core.types import Cutout, Garment, Image, Joint, Mask

FABRIC, BACKGROUND = np.array([34, 30, 40]), 246
ROWS, COLUMNS = np.indices(SIZE[::-1])
MASK = DRAWN["spread sleeves"].mask()
SLEEVES = MASK & (np.abs(COLUMNS - 300) > 150)
YOKE = MASK & (ROWS < 190)


def _mesh(seed: int = 0) -> NDArray[np.float64]:
    """Shares of thread as in lace, ``(H, W)`` in [0.1, 1]."""
    noise = np.random.default_rng(seed).standard_normal(MASK.shape)
    fine = cv2.GaussianBlur(noise, (0, 0), 2.0)
    return np.asarray((0.55 + 0.3 * fine / fine.std()).clip(0.1, 1), np.float64)


def _photo(threads: NDArray[np.float64], mask: Mask = MASK) -> Image:
    """A shop photo of a garment that covers its background by so much."""
    share = (cv2.GaussianBlur(mask.astype(np.float64), (0, 0), 0.7) * threads)[..., None]
    return np.asarray((share * FABRIC + (1 - share) * BACKGROUND).round(), np.uint8)


def _lace_in(region: Mask) -> Image:
    return _photo(np.where(region, _mesh(), 1.0))


@pytest.mark.parametrize("region", [SLEEVES, YOKE], ids=["sleeves", "yoke"])
def test_lace_is_seen_through_where_the_background_was_and_its_threads_are_the_fabrics(region: Mask) -> None:
    garment = cut_garment(_lace_in(region))
    assert garment.lace is not None
    inside = cv2.erode(region.astype(np.uint8), np.ones((25, 25))) > 0
    solid = garment.lace[..., 3] / 255
    assert np.corrcoef(solid[inside], _mesh()[inside])[0, 1] > 0.95
    assert 0.4 < solid[inside].mean() < 0.8
    assert np.abs(garment.lace[inside & (solid < 1)][:, :3].astype(int) - FABRIC).max() < 12
    away = MASK & (cv2.dilate(region.astype(np.uint8), np.ones((71, 71))) == 0)
    assert solid[away].min() == 1
    # For all else the garment is solid.
    assert garment.alpha[inside].min() > 0.97


def _stripes() -> NDArray[np.float64]:
    return np.where(SLEEVES & (ROWS // 9 % 2 == 0), 0.0, 1.0)


def _letters() -> NDArray[np.float64]:
    ink = np.zeros(MASK.shape, np.uint8)
    for row, text in enumerate(("NORTHERN", "RAILWAYS", "1931-64")):
        cv2.putText(ink, text, (205, 240 + 36 * row), cv2.FONT_HERSHEY_DUPLEX, 1.1, 1, 3)
    return np.where(ink > 0, 0.03, 1.0)


def _patch() -> NDArray[np.float64]:
    ink = np.zeros(MASK.shape, np.uint8)
    cv2.rectangle(ink, (90, 150), (190, 250), 1, -1)
    return np.where((ink > 0) & SLEEVES, 0.05, 1.0)


@pytest.mark.parametrize(
    "threads",
    [
        _stripes(), _letters(), _patch(),
        np.where(SLEEVES, 0.6, 1.0),
        np.where(SLEEVES, (ROWS - 100) / 300, 1.0).clip(0.2, 1),
        np.where(SLEEVES & (COLUMNS > 300), _mesh(), 1.0), _mesh(),
    ],
    ids=[
        "stripes", "letters", "white patch", "grey sleeves", "shaded sleeves", "one sleeve", "all over"
    ],
)  # fmt: skip
def test_what_may_be_a_print_or_another_fabric_is_not_seen_through(threads: NDArray[np.float64]) -> None:
    assert garment_from_mask(_photo(threads), MASK.astype(np.float32)).lace is None


def test_a_lace_of_another_colour_than_the_body_is_not_taken_for_its_threads_over_the_background() -> None:
    photo = _lace_in(SLEEVES)
    red = np.asarray(photo * np.array([1.0, 0.45, 0.45]), np.uint8)
    assert garment_from_mask(np.where(SLEEVES[..., None], red, photo), MASK.astype(np.float32)).lace is None


def test_a_garment_like_its_background_or_before_a_scene_has_no_lace() -> None:
    photo = _lace_in(YOKE)
    scene = np.random.default_rng(1).integers(0, 255, photo.shape, np.uint8)
    for picture in (np.where(MASK[..., None], photo, scene), np.full_like(photo, 240)):
        assert garment_from_mask(np.asarray(picture, np.uint8), MASK.astype(np.float32)).lace is None


def test_a_transparent_picture_tells_by_its_own_alpha() -> None:
    alpha = (255 * np.where(MASK, np.where(YOKE, _mesh(), 1.0), 0)).astype(np.uint8)
    rgba = np.dstack([np.full((*MASK.shape, 3), FABRIC, np.uint8), alpha])
    assert garment_from_image(rgba).lace is None
    assert cut_garment(rgba).lace is None


@pytest.mark.parametrize("scale", [0.4, 1.0])
def test_a_smaller_garment_lets_as_much_through(scale: float) -> None:
    garment = cut_garment(_lace_in(YOKE))
    small = shrunk(garment, scale)
    assert garment.lace is not None
    assert small.lace is not None
    assert small.lace.shape[:2] == small.alpha.shape
    assert small.lace[..., 3].mean() == pytest.approx(garment.lace[..., 3].mean(), abs=1)


def test_lace_of_another_size_is_refused() -> None:
    with pytest.raises(ValueError, match="lace"):
        Garment(np.zeros((4, 5, 3), np.uint8), np.zeros((4, 5), np.float32), lace=np.zeros((4, 4, 4), np.uint8))


@pytest.mark.parametrize("bare", [False, True], ids=["hidden arms", "bare arms"])
def test_arms_show_through_sleeves_of_lace_and_the_figure_stays_whole(bare: bool) -> None:
    person = mannequin()
    rgb, parse = person.cutout.rgb.copy(), person.parse.copy()
    arms = np.isin(parse, (Label.LEFT_ARM, Label.RIGHT_ARM))
    upper = arms & (np.indices(parse.shape)[0] < 300)
    if not bare:
        rgb[upper], parse[upper] = TOP, Label.UPPER_CLOTHES
    long = DRAWN["spread long sleeves"].mask()
    lace = np.where(np.abs(COLUMNS - 300) > 104, _mesh(), 1.0)
    garments = [cut_garment(_photo(threads, long)) for threads in (lace, np.ones(long.shape))]
    cutout = Cutout(rgb, person.cutout.alpha)
    worn = [try_on(cutout, person.canvas, person.pose, parse, garment).figure for garment in garments]
    place = person.near(person.point(Joint.RIGHT_ELBOW), 7)
    loose, solid = (figure.rgb[place].mean(axis=0) for figure in worn)
    assert np.abs(solid - FABRIC).max() < 15
    assert 0.2 < (loose - solid)[0] / (SKIN[0] - solid[0]) < 0.7
    assert loose[0] > loose[1] > loose[2]
    assert worn[0].alpha[place].min() > 0.98


def test_no_gap_is_left_between_torso_and_sleeves_of_lace() -> None:
    person = mannequin()
    rgb, parse = person.cutout.rgb.copy(), person.parse.copy()
    # Shoulders and arms are bare, and farther out than their joints were found.
    shown = (parse == Label.UPPER_CLOTHES) & (np.indices(parse.shape)[0] < 230)
    rgb[shown], parse[shown] = SKIN, Label.TORSO_SKIN
    names = ("SHOULDER", "ELBOW", "WRIST")
    moved = {
        Joint[f"{side}_{name}"]: (float(x) + way * 12, float(y))
        for side, way in (("RIGHT", 1), ("LEFT", -1))
        for name in names
        for x, y in [person.point(Joint[f"{side}_{name}"])]
    }
    region = MASK & (ROWS < 300)
    garments = [cut_garment(_photo(np.where(region, threads, 1.0))) for threads in (_mesh(), np.ones(MASK.shape))]
    cutout, pose = Cutout(rgb, person.cutout.alpha), person.posed(moved).pose
    loose, solid = (try_on(cutout, person.canvas, pose, parse, garment).figure for garment in garments)
    for shoulder in (person.point(Joint.RIGHT_SHOULDER), person.point(Joint.LEFT_SHOULDER)):
        x, y = shoulder.round().astype(int)
        zone = np.s_[y : y + 40, x - 30 : x + 30]
        covered = (np.abs(solid.rgb[zone].astype(int) - FABRIC).max(axis=2) < 20).astype(np.uint8)
        threads = np.abs(loose.rgb[zone].astype(np.float32) - np.float32(SKIN)).sum(axis=2)
        inside = cv2.erode(covered, np.ones((5, 5), np.uint8)) > 0
        assert inside.sum() > 300
        assert cv2.blur(threads, (3, 9))[inside].min() > 60
