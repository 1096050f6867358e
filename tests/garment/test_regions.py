"""What belongs to which part of the figure."""

from __future__ import annotations

import numpy as np
import pytest

from tests.garment.drawing import DRAWN
from tests.garment.mannequin import SKIN, TROUSERS, Mannequin, mannequin
from vton_core.garment.measure import measure_body
from vton_core.garment.regions import Regions, find_regions
from vton_core.garment.skeleton import right_first
from vton_core.labels import Label
from vton_core.steps.tryon import try_on
from vton_core.types import Joint, Mask

GREEN = (40, 120, 60)


def _regions(person: Mannequin) -> Regions:
    body = measure_body(person.pose, person.parse)
    return find_regions(person.cutout.rgb, person.parse, body, right_first(person.pose))


def test_hair_that_shows_through_a_keyhole_goes_with_the_top_and_a_lock_stays() -> None:
    person = mannequin()
    rows, columns = np.indices(person.parse.shape)
    keyhole = (abs(columns - 210) < 4) & (abs(rows - 200) < 8)
    lock = (abs(columns - 180) < 6) & (rows > 90) & (rows < 230)
    person = person.labelled(lock | keyhole, Label.HAIR, (60, 40, 30))
    regions = _regions(person)
    assert regions.old_top[keyhole].all()
    assert not regions.head[keyhole].any()
    assert regions.head[lock].all()


def test_a_speck_of_one_arm_within_the_other_is_the_others() -> None:
    person = mannequin()
    arm = person.parse == Label.RIGHT_ARM
    rows, columns = np.nonzero(arm)
    speck = arm & person.near(np.array([columns.mean(), rows.mean()]), 4)
    regions = _regions(person.labelled(speck, Label.LEFT_ARM, SKIN))
    assert regions.arms[0][speck].all()
    assert not regions.arms[1][speck].any()


def test_what_lies_in_the_light_on_an_arm_is_not_taken_for_a_pink_top() -> None:
    pink, lit = (240, 218, 214), (238, 219, 204)
    person = mannequin()
    person = person.labelled(person.parse == Label.UPPER_CLOTHES, Label.UPPER_CLOTHES, pink)
    arm = person.parse == Label.RIGHT_ARM
    _, columns = np.nonzero(arm)
    light = arm & (abs(np.indices(arm.shape)[1] - np.median(columns)) < 3)
    regions = _regions(person.labelled(light, Label.RIGHT_ARM, lit))
    assert regions.arms[0][light].mean() > 0.99


def test_a_sleeve_that_is_taken_for_the_arm_is_the_tops() -> None:
    pink = (240, 218, 214)
    person = mannequin()
    person = person.labelled(person.parse == Label.UPPER_CLOTHES, Label.UPPER_CLOTHES, pink)
    arm = person.parse == Label.RIGHT_ARM
    rows, _ = np.nonzero(arm)
    sleeve = arm & (np.indices(arm.shape)[0] < np.quantile(rows, 0.3))
    regions = _regions(person.labelled(sleeve, Label.RIGHT_ARM, pink))
    assert regions.old_top[sleeve].mean() > 0.9


def test_nothing_of_a_tucked_garment_shows_round_a_hand_on_the_trousers() -> None:
    person = mannequin()
    hand = person.near(np.array([190.0, 360.0]), 12)
    person = person.labelled(hand, Label.RIGHT_ARM, SKIN)
    garment = DRAWN["spread sleeves"].garment()
    result = try_on(person.cutout, person.canvas, person.pose, person.parse, garment)
    around = person.near(np.array([190.0, 360.0]), 18)
    np.testing.assert_array_equal(result.figure.rgb[around], person.cutout.rgb[around])


def in_a_long_coat() -> tuple[Mannequin, Mask, Mask]:
    """A figure in a coat that hangs open down to the ankles, what is seen of the trousers, and the coat."""
    person = mannequin()
    rows, columns = np.indices(person.parse.shape)
    trousers = (person.parse == Label.PANTS) & (abs(columns - 210) < 34) & (rows < 700)
    coat = (abs(columns - 210) < 90) & (rows > 170) & (rows < 690)
    coat &= abs(columns - 210) >= 34
    return person.labelled(coat, Label.COAT, (150, 120, 80)), trousers, coat


def test_trousers_within_an_open_coat_are_no_print() -> None:
    person, trousers, coat = in_a_long_coat()
    regions = _regions(person)
    assert regions.lower[trousers].mean() > 0.95
    assert regions.old_top[coat].mean() > 0.95


def test_the_hem_of_a_tucked_top_is_even_where_an_open_jacket_hid_the_waistband() -> None:
    person = mannequin()
    rows, columns = np.indices(person.parse.shape)
    waist = (person.parse == Label.UPPER_CLOTHES) & (rows > 320) & (abs(columns - 210) < 60)
    person = person.labelled(waist, Label.PANTS, TROUSERS)
    jacket = (rows > 170) & (rows < 400) & (abs(columns - 210) > 16) & (abs(columns - 210) < 62)
    person = person.labelled(jacket & (person.parse > 0), Label.COAT, (150, 120, 80))
    garment = DRAWN["spread sleeves"].garment()
    shown = try_on(person.cutout, person.canvas, person.pose, person.parse, garment).figure.rgb
    trousers = np.abs(shown.astype(int) - TROUSERS).sum(axis=-1) < 60
    starts = [int(trousers[:380, column].argmax()) for column in range(175, 246, 5)]
    assert np.ptp(starts) <= 6
    assert np.median(starts) == pytest.approx(322, abs=6)


def test_a_print_on_the_chest_is_the_tops() -> None:
    person = mannequin()
    patch = person.near(np.array([210.0, 240.0]), 18)
    regions = _regions(person.labelled(patch, Label.SKIRT, (200, 30, 40)))
    assert regions.old_top[patch].all()
    assert not regions.lower[patch].any()


def test_nothing_of_a_long_coat_stays() -> None:
    person, trousers, coat = in_a_long_coat()
    garment = DRAWN["spread sleeves"].garment()
    result = try_on(person.cutout, person.canvas, person.pose, person.parse, garment)
    rows, columns = np.indices(coat.shape)
    beside = coat & (rows > 560) & (abs(columns - 210) > 75)
    assert result.figure.alpha[beside].max() < 0.05
    shown = result.figure.rgb[coat & (result.figure.alpha > 0.5) & (rows > 400)]
    assert np.median(np.abs(shown.astype(int) - (150, 120, 80)).sum(axis=-1)) > 60
    kept = trousers & (rows > 500)
    assert np.mean(result.figure.alpha[kept] > 0.9) > 0.9


def _in_a_playsuit() -> Mannequin:
    """Somebody whose long top, with sleeves to the wrists, ends on the thighs; below are legs."""
    person = mannequin(lower="shorts")
    lower = person.parse == Label.PANTS
    sleeves = np.isin(person.parse, (Label.LEFT_ARM, Label.RIGHT_ARM)) & (np.arange(900)[:, None] < 345)
    return person.labelled(lower | sleeves, Label.UPPER_CLOTHES, GREEN)


def test_of_a_long_top_over_bare_legs_the_lower_part_stays_and_its_sleeves_go() -> None:
    person = _in_a_playsuit()
    regions = _regions(person)
    assert not regions.dress.any()
    assert regions.as_dress.any()
    garment = DRAWN["spread sleeves"].garment(colour=(200, 40, 40))
    figure = try_on(person.cutout, person.canvas, person.pose, person.parse, garment).figure
    green = np.abs(figure.rgb.astype(int) - GREEN).sum(axis=-1) < 60
    hem = int(np.flatnonzero((np.abs(figure.rgb.astype(int) - (200, 40, 40)).sum(axis=-1) < 120).any(axis=1))[-1])
    legs = (person.parse == Label.UPPER_CLOTHES) & (np.arange(900)[:, None] > max(hem, 380) + 8)
    assert green[legs].mean() > 0.95
    forearms = person.near(person.point(Joint.RIGHT_WRIST) - (0, 40), 6)
    assert not green[forearms].any()


def test_a_long_top_over_a_lower_garment_is_no_dress() -> None:
    assert not _regions(mannequin()).as_dress.any()
    # Nor is one that ends where the picture does.
    assert not _regions(_in_a_playsuit().upto(430)).as_dress.any()
