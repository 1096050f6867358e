"""Tops on thin straps hang from the straps' upper ends."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.garment.drawing import DRAWN, SIZE, Drawn
from tests.garment.test_body import EMPTY, front
from vton_core.garment.fit import fit_torso
from vton_core.garment.landmarks import find_landmarks
from vton_core.garment.measure import measure_body
from vton_core.garment.silhouette import measure_silhouette
from vton_core.garment.strap_tips import strap_tips
from vton_core.types import Garment

BODICE = Drawn((110, 200), (122, 205), (150, 270), (170, 620), front=40)
MIDDLE, TIP, ROOT = 300, (112, 70), (114, 210)


def camisole(wide: int, sides: tuple[int, ...] = (0, 1)) -> Garment:
    """A bodice on straps so many pixels wide, or on one of them."""
    garment = BODICE.garment()
    for side in sides:
        sign = 1 if side else -1
        ends = [(MIDDLE + sign * x, y) for x, y in (TIP, ROOT)]
        cv2.line(garment.alpha, *ends, (1.0,), wide, cv2.LINE_AA)
    return garment


@pytest.mark.parametrize("wide", [2, 4, 9, 20])
@pytest.mark.parametrize("sides", [(0, 1), (0,), (1,)])
def test_neck_and_shoulder_are_at_the_upper_end_of_a_strap(wide: int, sides: tuple[int, ...]) -> None:
    """Where one strap is lost the other tells where it would end."""
    found = find_landmarks(camisole(wide, sides))
    for index, side in enumerate(found.sides):
        tip = np.array([MIDDLE + (TIP[0] if index else -TIP[0]), TIP[1] - wide / 2])
        for point in (side.neck, side.shoulder):
            np.testing.assert_allclose(point, tip, atol=wide / 2 + 8)
        assert (side.shoulder[0] - side.neck[0]) * (1 if index else -1) >= 0
        assert side.armpit[1] > BODICE.shoulder[1]
    assert found.neckline.bottom[1] == pytest.approx(BODICE.neck[1] + BODICE.front, abs=5)


def test_a_strap_round_the_neck_ends_on_no_shoulder() -> None:
    halter = BODICE.garment()
    line = [(MIDDLE - ROOT[0], ROOT[1]), (MIDDLE, TIP[1]), (MIDDLE + ROOT[0], ROOT[1])]
    cv2.polylines(halter.alpha, [np.array(line, np.int32)], False, (1.0,), 5)
    assert strap_tips(halter.alpha, MIDDLE, BODICE.chest, (270, 270)) == [None, None]


@pytest.mark.parametrize("name", list(DRAWN))
def test_shoulders_that_are_no_thin_straps_stay(name: str) -> None:
    """Nor does a label that stands up behind the neck count."""
    plain, labelled = DRAWN[name].garment(), DRAWN[name].garment()
    top = round(DRAWN[name].neck[1])
    cv2.rectangle(labelled.alpha, (MIDDLE - 4, top - 40), (MIDDLE + 4, top + 40), (1.0,), -1)
    for side, other in zip(find_landmarks(labelled).sides, find_landmarks(plain).sides, strict=True):
        np.testing.assert_allclose(side.shoulder, other.shoulder, atol=0.02 * SIZE[0])


@pytest.mark.parametrize("out", [0.3, 0.45, 0.6])
def test_straps_hold_on_the_shoulders(out: float) -> None:
    """However wide apart they stand in the photo, and the front hangs below them as far as it does there."""
    body = measure_body(front(), EMPTY)
    garment = BODICE.garment()
    for sign in (-1, 1):
        ends = [(MIDDLE + sign * round(x), y) for x, y in ((out * BODICE.chest, TIP[1]), ROOT)]
        cv2.line(garment.alpha, *ends, (1.0,), 5)
    found = find_landmarks(garment)
    fit = fit_torso(found, body, measure_silhouette(body, EMPTY))
    for tip in fit.shoulders:
        beside, below = ((tip - body.neck) @ axis / body.unit for axis in (body.across, body.down))
        assert 0.2 < abs(beside) < 0.46
        assert below < 0
    lowest = np.flatnonzero((fit.garment == found.neckline.bottom).all(axis=1))[0]
    hangs = (fit.body[lowest] - fit.shoulders.mean(axis=0)) @ body.down
    told = fit.scale * (BODICE.neck[1] + BODICE.front - TIP[1])
    assert hangs == pytest.approx(told, rel=0.15)
