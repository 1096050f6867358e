"""How long sleeves are worn that a photo shows to be short, half-long or long."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest

from tests.garment.drawing import DRAWN
from tests.garment.test_body import EMPTY, front
from vton_core.garment.cuff import as_told, cuff_share
from vton_core.garment.fit import fit_torso
from vton_core.garment.landmarks import Landmarks, find_landmarks
from vton_core.garment.measure import measure_body
from vton_core.garment.silhouette import measure_silhouette
from vton_core.types import Garment

LONG: Mapping[str, float] = {"none": 0.02, "short": 0.03, "half": 0.05, "long": 0.9}
HALF: Mapping[str, float] = {"none": 0.01, "short": 0.04, "half": 0.9, "long": 0.05}
DOUBT: Mapping[str, float] = {"none": 0.05, "short": 0.05, "half": 0.45, "long": 0.45}


@pytest.fixture
def sweater() -> tuple[Garment, Landmarks]:
    """A wide sweater that lies on the floor."""
    garment = replace(DRAWN["spread sleeves"].garment(), home=True)
    return garment, find_landmarks(garment)


def test_long_sleeves_of_a_wide_garment_reach_the_wrist(sweater: tuple[Garment, Landmarks]) -> None:
    garment, landmarks = sweater
    body = measure_body(front(), EMPTY)
    fit = fit_torso(landmarks, body, measure_silhouette(body, EMPTY), flat=1.0)
    measured = cuff_share(0, landmarks.sides[0], fit, body)
    assert measured is not None
    assert 0.3 < measured < 0.7
    assert as_told(measured, replace(garment, sleeves=LONG), landmarks) == 1
    assert as_told(1.1, replace(garment, sleeves=LONG), landmarks) == 1.1


def test_half_long_and_short_sleeves_end_where_such_do(sweater: tuple[Garment, Landmarks]) -> None:
    garment, landmarks = sweater
    half = replace(garment, sleeves=HALF)
    assert as_told(0.6, half, landmarks) == 0.6
    assert as_told(0.35, half, landmarks) < as_told(0.95, half, landmarks) < 0.76
    assert as_told(0.95, replace(garment, sleeves={"short": 0.9}), landmarks) < 0.6


def test_in_doubt_they_are_as_long_as_they_were_measured(sweater: tuple[Garment, Landmarks]) -> None:
    garment, landmarks = sweater
    assert as_told(0.6, garment, landmarks) == 0.6
    assert as_told(0.6, replace(garment, sleeves=DOUBT), landmarks) == 0.6
    assert as_told(0.95, replace(garment, sleeves={"half": 0.7, "long": 0.3}), landmarks) == 0.95
    # A stub of a sleeve that is folded in is not drawn out.
    assert as_told(0.2, replace(garment, sleeves=LONG), landmarks) == 0.2


def test_so_they_are_in_a_shops_photo_and_where_the_user_has_moved_a_cuff(sweater: tuple[Garment, Landmarks]) -> None:
    garment, landmarks = sweater
    told = replace(garment, sleeves=LONG)
    assert as_told(0.6, replace(told, home=False), landmarks) == 0.6
    x, y = landmarks.points()["left_cuff_outer"]
    assert as_told(0.6, told, landmarks.corrected({"left_cuff_outer": (x - 5, y)})) == 0.6
    assert as_told(0.6, told, landmarks.corrected({"left_hem": landmarks.points()["left_hem"]})) == 1
