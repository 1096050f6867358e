"""What belongs to which part of the figure."""

from __future__ import annotations

import numpy as np

from tests.garment.drawing import DRAWN
from tests.garment.mannequin import SKIN, mannequin
from vton_core.garment.body import measure_body, right_first
from vton_core.garment.regions import find_regions
from vton_core.labels import Label
from vton_core.steps.tryon import try_on


def test_hair_that_shows_through_a_keyhole_goes_with_the_top_and_a_lock_stays() -> None:
    person = mannequin()
    rows, columns = np.indices(person.parse.shape)
    keyhole = (abs(columns - 210) < 4) & (abs(rows - 200) < 8)
    lock = (abs(columns - 180) < 6) & (rows > 90) & (rows < 230)
    person = person.labelled(lock | keyhole, Label.HAIR, (60, 40, 30))
    body = measure_body(person.pose, person.parse)
    regions = find_regions(person.cutout.rgb, person.parse, body, right_first(person.pose))
    assert regions.old_top[keyhole].all()
    assert not regions.head[keyhole].any()
    assert regions.head[lock].all()


def test_nothing_of_a_tucked_garment_shows_round_a_hand_on_the_trousers() -> None:
    person = mannequin()
    hand = person.near(np.array([190.0, 360.0]), 12)
    person = person.labelled(hand, Label.RIGHT_ARM, SKIN)
    garment = DRAWN["spread sleeves"].garment()
    result = try_on(person.cutout, person.canvas, person.pose, person.parse, garment)
    around = person.near(np.array([190.0, 360.0]), 18)
    np.testing.assert_array_equal(result.figure.rgb[around], person.cutout.rgb[around])
