"""The inner side of a garment's back, behind the neck."""

from __future__ import annotations

import numpy as np
import pytest

from tests.garment.drawing import DRAWN, crew_neck
from tests.garment.mannequin import mannequin
from vton_core.labels import Label
from vton_core.steps.garments import cut_garment
from vton_core.steps.tryon import try_on

INNER = (34, 60, 45)


@pytest.mark.parametrize("side", [0, 1])
def test_it_fills_the_collar_beside_the_neck_and_shows_on_nothing(side: int) -> None:
    person = mannequin()
    garment = cut_garment(crew_neck(DRAWN["spread sleeves"], 60))
    result = try_on(person.cutout, person.canvas, person.pose, person.parse, garment).figure
    inner = (np.abs(result.rgb.astype(int) - INNER).max(axis=-1) < 30) & (result.alpha > 0.7)
    beside = (np.indices(inner.shape)[1] > 210) == bool(side)
    assert (inner & beside & (person.cutout.alpha < 0.1)).sum() >= 4
    neck = np.isin(person.parse, (Label.TORSO_SKIN, Label.FACE)) & (person.cutout.alpha == 1)
    high = neck & (np.indices(inner.shape)[0] < 140)
    np.testing.assert_array_equal(result.rgb[high], person.cutout.rgb[high])
