"""Trousers, skirts and dresses on a drawn figure: nothing of the old garment stays, nothing else changes."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.drawing import DRAWN
from tests.garment.lower_drawing import DRESSES, LOWER
from tests.garment.mannequin import SKIN, TROUSERS, Lower, Mannequin, mannequin
from vton_core.engines.tryon.garment import GarmentTryOn
from vton_core.errors import NoPersonError
from vton_core.labels import Label
from vton_core.types import Garment, Joint, TryOn, Tuck, Wearing

GREEN = np.array((40, 150, 60))


def _worn(figure: Mannequin, garment: Garment, wearing: Wearing | None = None) -> TryOn:
    return GarmentTryOn().dress(figure.cutout, figure.canvas, figure.pose, figure.parse, garment, wearing or Wearing())


@cache
def _usual(name: str, lower: Lower) -> tuple[Mannequin, TryOn]:
    """A figure in an old lower garment, and as it is in a drawn garment."""
    figure = mannequin(lower=lower)
    return figure, _worn(figure, (LOWER | DRESSES)[name][0])


def _solid(result: TryOn) -> NDArray[np.float64]:
    """The figure on magenta, which nothing else is."""
    alpha = result.figure.alpha[..., None]
    return np.asarray(result.figure.rgb * alpha + np.array((255, 0, 255)) * (1 - alpha), np.float64)


def _of(result: TryOn, colour: NDArray[np.int_] | tuple[int, ...], limit: float) -> NDArray[np.bool_]:
    picture = _solid(result)
    return np.asarray(np.linalg.norm(picture - np.asarray(colour), axis=-1) < limit)


@pytest.mark.parametrize(
    ("name", "lower"),
    [
        ("trousers", "trousers"),
        ("trousers with legs together", "skirt"),
        ("shorts", "trousers"),
        ("shorts", "skirt"),
        ("flared skirt", "trousers"),
        ("flared skirt", "shorts"),
        ("maxi skirt", "skirt"),
    ],
)
def test_nothing_of_the_old_garment_is_left(name: str, lower: Lower) -> None:
    figure, result = _usual(name, lower)
    assert result.garment == "lower"
    # Blue is left nowhere but in the blend of a rim's pixels.
    old = np.isin(figure.parse, (Label.PANTS, Label.SKIRT))
    assert _of(result, TROUSERS, 60).sum() < 0.01 * np.count_nonzero(old) + 60
    kept = ~result.changed
    np.testing.assert_array_equal(result.figure.rgb[kept], figure.cutout.rgb[kept])
    np.testing.assert_array_equal(result.figure.alpha[kept], figure.cutout.alpha[kept])
    assert np.isfinite(result.figure.alpha).all()


@pytest.mark.parametrize("lower", ["trousers", "skirt"])
def test_shorts_bare_the_legs_in_the_figures_own_skin(lower: Lower) -> None:
    figure, result = _usual("shorts", lower)
    for knee, ankle in ((Joint.LEFT_KNEE, Joint.LEFT_ANKLE), (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE)):
        for share in (0.1, 0.5, 0.9):
            place = figure.near((1 - share) * figure.point(knee) + share * figure.point(ankle), 5)
            assert result.figure.alpha[place].min() > 0.97
            assert np.abs(result.figure.rgb[place].mean(axis=0) - SKIN).max() < 45


def test_beside_the_legs_a_skirts_place_becomes_nothing() -> None:
    figure, result = _usual("trousers with legs together", "skirt")
    skirt = figure.near(np.array([126.0, 515.0]), 5)
    assert figure.cutout.alpha[skirt].min() > 0.9
    assert result.figure.alpha[skirt].max() < 0.05


def test_a_flared_skirt_reaches_beyond_the_figure() -> None:
    figure, result = _usual("flared skirt", "shorts")
    assert ((result.figure.alpha > 0.9) & (figure.cutout.alpha < 0.1)).sum() > 1000


@pytest.mark.parametrize("name", ["trousers", "flared skirt"])
def test_head_hands_and_top_stay(name: str) -> None:
    figure, result = _usual(name, "trousers")
    kept = [figure.near(figure.point(Joint.NOSE), 20), figure.near(np.array([210.0, 230.0]), 30)]
    kept += [figure.near(figure.point(joint), 4) for joint in (Joint.LEFT_WRIST, Joint.RIGHT_WRIST)]
    for place in kept:
        assert not result.changed[place].any()


def test_tucked_in_the_waistband_shows_over_the_top() -> None:
    figure = mannequin()
    shirt = np.isin(figure.parse, (Label.UPPER_CLOTHES,))

    def green(tuck: Tuck) -> int:
        result = _worn(figure, LOWER["trousers"][0], Wearing(tuck=tuck))
        return int((_of(result, GREEN, 50) & shirt).sum())

    assert green("in") > 200
    assert green("out") < 20


@pytest.mark.parametrize(
    ("name", "lower"), [("short sleeves", "skirt"), ("sleeveless", "trousers"), ("maxi", "trousers")]
)
def test_a_dress_replaces_top_and_lower_garment(name: str, lower: Lower) -> None:
    figure, result = _usual(name, lower)
    assert result.garment == "dress"
    assert {"left_waist", "left_neck", "right_hem"} <= set(result.landmarks)
    assert _of(result, TROUSERS, 60).sum() < 150
    for y in (240, 330, 430):
        place = figure.near(np.array([210.0, y]), 12)
        assert _of(result, GREEN, 50)[place].mean() > 0.95
    # Nothing of the pale shirt on the chest.
    assert not _of(result, (235, 235, 230), 25)[figure.near(np.array([210.0, 260.0]), 40)].any()


def _low_and_sagging() -> Garment:
    """Trousers that sit low on the hips, with a waistband that hangs down in the middle."""
    points = [
        (165, 60),
        (240, 110),
        (315, 60),
        (345, 170),
        (350, 600),
        (280, 600),
        (240, 190),
        (200, 600),
        (130, 600),
        (135, 170),
    ]
    area = np.zeros((720, 480), np.uint8)
    cv2.fillPoly(area, [np.array(points)], (1.0,))
    return Garment(np.full((720, 480, 3), GREEN, np.uint8), area.astype(np.float32))


def test_above_a_waistband_that_sags_the_figure_has_no_hole() -> None:
    figure = mannequin()
    result = _worn(figure, _low_and_sagging(), Wearing(garment="lower"))
    top = int(np.flatnonzero(_of(result, GREEN, 50)[:, 205:216].any(axis=1))[0])
    assert result.figure.alpha[300:top, 200:221].min() > 0.9


def test_under_a_cropped_top_the_waist_is_bare() -> None:
    figure = mannequin()
    waist = np.zeros(figure.parse.shape, bool)
    waist[285:330, 158:263] = True
    bare = figure.labelled(waist & np.isin(figure.parse, (Label.UPPER_CLOTHES, Label.PANTS)), Label.TORSO_SKIN, SKIN)
    result = _worn(bare, _low_and_sagging(), Wearing(garment="lower"))
    below = figure.near(np.array([210.0, 338.0]), 4)
    assert np.abs(result.figure.rgb[below].mean(axis=0) - SKIN).max() < 45


def test_of_a_long_coat_nothing_is_left_below_a_dress() -> None:
    figure = mannequin()
    coat = np.zeros(figure.parse.shape, np.uint8)
    cv2.fillPoly(coat, [np.array([[150, 180], [270, 180], [290, 620], [130, 620]])], (1.0,))
    head = np.isin(figure.parse, (Label.FACE, Label.TORSO_SKIN, Label.LEFT_ARM, Label.RIGHT_ARM))
    orange = (230, 120, 20)
    worn = _worn(figure.labelled((coat > 0) & ~head, Label.COAT, orange), DRESSES["short sleeves"][0])
    # Below the hem there are two legs and nothing beside or between them.
    assert _of(worn, orange, 60).sum() < 60
    hem = int(np.flatnonzero(_of(worn, GREEN, 50).any(axis=1))[-1])
    for x, inside in ((140, False), (170, True), (210, False), (250, True), (280, False)):
        alpha = worn.figure.alpha[figure.near(np.array([x, hem + 35.0]), 4)]
        assert alpha.min() > 0.9 if inside else alpha.max() < 0.1


def test_a_leg_goes_on_to_the_shoe_where_a_long_skirt_hides_the_ankle() -> None:
    figure = mannequin(lower="skirt")
    skirt = np.zeros(figure.parse.shape, np.uint8)
    cv2.fillPoly(skirt, [np.array([[160, 320], [260, 320], [320, 668], [100, 668]])], (1.0,))
    above = {Joint.RIGHT_ANKLE: (169.0, 600.0), Joint.LEFT_ANKLE: (251.0, 600.0)}
    figure = figure.labelled((skirt > 0) & (figure.parse == 0), Label.SKIRT, TROUSERS).posed(above)
    bare = np.isin(figure.parse, (Label.LEFT_LEG, Label.RIGHT_LEG))
    result = _worn(figure.labelled(bare, Label.SKIRT, TROUSERS), LOWER["mini skirt"][0])
    for x in (169, 251):
        assert result.figure.alpha[560:668, x].min() > 0.9


def test_a_flared_dress_stays_flared() -> None:
    _, result = _usual("maxi", "trousers")
    across = [int(np.count_nonzero(result.figure.alpha[row] > 0.5)) for row in (400, 480, 580)]
    assert across[1] > 1.2 * across[0]
    assert across[2] > 1.2 * across[1]


@pytest.mark.parametrize("name", ["short sleeves", "sleeveless"])
def test_a_dress_laid_flat_and_so_wider_is_hardly_worn_shorter(name: str) -> None:
    figure, usual = _usual(name, "trousers")
    garment = DRESSES[name][0]
    height, width = garment.alpha.shape
    size = (round(1.2 * width), height)
    flat = _worn(
        figure, Garment(cv2.resize(garment.rgb, size), cv2.resize(garment.alpha, size)), Wearing(garment="dress")
    )
    ends = [np.flatnonzero(_of(result, GREEN, 50).any(axis=1))[[0, -1]] for result in (usual, flat)]
    assert np.ptp(ends[1]) > 0.88 * np.ptp(ends[0])


def test_a_dress_with_a_short_bodice_is_hardly_worn_longer() -> None:
    figure, usual = _usual("sleeveless", "trousers")
    garment = DRESSES["sleeveless"][0]
    rows = np.arange(garment.alpha.shape[0], dtype=np.float32)
    # From the neck to the waist all is a third shorter, as if the waist were high or badly found.
    source = np.interp(rows, (0, 50, 167, rows[-1]), (0, 50, 225, rows[-1] + 58)).astype(np.float32)
    x = np.arange(garment.alpha.shape[1], dtype=np.float32)
    grid = np.meshgrid(x, source)
    rgb, alpha = (cv2.remap(plane, grid[0], grid[1], cv2.INTER_LINEAR) for plane in (garment.rgb, garment.alpha))
    worn = _worn(figure, Garment(np.asarray(rgb, np.uint8), np.asarray(alpha, np.float32)), Wearing(garment="dress"))
    ends = [np.flatnonzero(_of(result, GREEN, 50).any(axis=1))[-1] for result in (usual, worn)]
    assert abs(ends[1] - ends[0]) < 35


def test_a_dress_whose_hem_is_an_arc_lay_flat_and_is_worn_longer() -> None:
    figure, level = _usual("sleeveless", "trousers")
    garment = DRESSES["sleeveless"][0]
    alpha = garment.alpha.copy()
    cv2.ellipse(alpha, (240, 478), (168, 16), 0, 0, 180, (1.0,), -1)
    arc = _worn(figure, Garment(garment.rgb, alpha), Wearing(garment="dress"))
    corners = []
    for result in (level, arc):
        green = _of(result, GREEN, 50)
        first = int(np.flatnonzero(green.any(axis=0))[0])
        corners.append(int(np.flatnonzero(green[:, first : first + 12].any(axis=1))[-1]))
    assert corners[1] > corners[0] + 12


def test_a_top_that_is_tucked_in_hangs_out_nowhere_behind_a_scarf() -> None:
    """What hung before the waistband hid its edge, not its place."""
    figure = mannequin(lower="trousers")
    rows, columns = np.nonzero(figure.parse == Label.PANTS)
    edge = int(rows.min())
    y, x = np.mgrid[: figure.parse.shape[0], : figure.parse.shape[1]]
    scarf = (np.abs(x - np.median(columns) + 24) < 14) & (y > edge - 60) & (y < edge + 110)
    draped = figure.labelled(scarf, Label.COAT, (120, 90, 60))
    top = DRAWN["spread sleeves"].garment(colour=(40, 150, 60))
    green = _of(_worn(draped, top, Wearing(garment="upper")), GREEN, 50)
    unit = float(np.linalg.norm(figure.point(Joint.LEFT_SHOULDER) - figure.point(Joint.RIGHT_SHOULDER)))
    assert green[:edge].any()
    assert not green[edge + round(0.3 * unit) :].any()


def test_a_dress_from_home_has_its_own_sleeves() -> None:
    """Half of its girth is seen, which looks narrower on a body: for its chest its sleeves are longer."""
    figure, worn = _usual("short sleeves", "trousers")
    flat = _worn(figure, replace(DRESSES["short sleeves"][0], home=True), Wearing(garment="dress"))
    ends = []
    for result in (worn, flat):
        green = _of(result, GREEN, 50)
        beside = green[:, : int(np.flatnonzero(green.any(axis=0))[0]) + 8]
        ends.append((int(np.flatnonzero(beside.any(axis=1))[-1]), int(np.flatnonzero(green.any(axis=1))[-1])))
    (cuff, hem), (longer_cuff, longer_hem) = ends
    assert longer_cuff > cuff + 8
    assert longer_hem > hem


def test_the_same_inputs_give_the_same_bytes() -> None:
    figure, first = _usual("shorts", "trousers")
    second = _worn(figure, LOWER["shorts"][0])
    np.testing.assert_array_equal(first.figure.rgb, second.figure.rgb)
    np.testing.assert_array_equal(first.figure.alpha, second.figure.alpha)


@pytest.mark.parametrize(("name", "row"), [("trousers", 470), ("trousers", 600), ("shorts", 470), ("maxi skirt", 600)])
def test_a_photo_that_ends_above_the_feet_shows_what_fits(name: str, row: int) -> None:
    figure = mannequin().upto(row)
    result = _worn(figure, LOWER[name][0])
    assert _of(result, GREEN, 60)[figure.near(np.array([180.0, 400.0]), 8)].mean() > 0.9
    if name != "shorts":
        assert (result.figure.alpha[row - 3, 160:200] > 0.9).any()


def test_without_hips_there_is_a_sentence() -> None:
    figure = mannequin().upto(340)
    for garment in (LOWER["trousers"][0], DRESSES["maxi"][0]):
        with pytest.raises(NoPersonError, match="hips cannot be seen"):
            _worn(figure, garment)
