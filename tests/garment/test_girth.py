"""An arm lies inside the sleeve that it was in."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.garment.test_body import EMPTY, front
from vton_core.garment.arm import bare_arm
from vton_core.garment.girth import girth
from vton_core.garment.measure import measure_body
from vton_core.types import Mask

BODY = measure_body(front(), EMPTY)
MIDDLE = BODY.arms[0]
NOTHING: Mask = np.zeros(EMPTY.shape, bool)


def sleeve(wide: float, moved: float, first: float = 0.0, last: float = 1.0) -> Mask:
    """A sleeve along the picture's left arm, so many usual radii wide and moved so many outwards, between shares."""
    shares = np.linspace(0, 1, len(MIDDLE.path))
    radius = BODY.arm_radius(shares)
    sides = [MIDDLE.path + ((moved + sign * wide) * radius)[:, None] * MIDDLE.normals() for sign in (-1, 1)]
    part = (shares >= first) & (shares <= last)
    area = np.zeros(EMPTY.shape, np.uint8)
    outline = np.concatenate([sides[0][part], sides[1][part][::-1]])
    cv2.fillPoly(area, [np.round(outline * 16).astype(np.int32)], 1, shift=4)
    return area > 0


@given(st.floats(0.7, 1.4), st.floats(-0.4, 0.4))
def test_it_is_no_thicker_and_moves_no_farther_than_it_must(wide: float, moved: float) -> None:
    radius, outwards = girth(BODY, MIDDLE, NOTHING, sleeve(wide, moved)).at(np.array([0.5, 0.7, 0.9]))
    expected = min(wide, 1.0)
    np.testing.assert_allclose(radius, expected, atol=0.12)
    np.testing.assert_allclose(outwards, np.sign(moved) * max(abs(moved) + expected - wide, 0), atol=0.15)


def test_without_a_sleeve_it_is_the_usual_one() -> None:
    found = girth(BODY, MIDDLE, NOTHING, NOTHING)
    assert (found.radius == 1).all()
    assert (found.outwards == 0).all()


def test_what_cuts_a_sleeve_in_two_makes_no_arm_thinner() -> None:
    """A bag's strap before the forearm."""
    cut = sleeve(1.2, 0.0) & ~sleeve(0.9, 0.6, 0.55, 0.65)
    radius, _ = girth(BODY, MIDDLE, NOTHING, cut).at(np.linspace(0.3, 1, 20))
    assert radius.min() > 0.9


def test_a_bare_arm_shows_nothing_beside_its_old_sleeve() -> None:
    """A slim sleeve that lies a little to the outside: below the shoulder, all of the arm is in it."""
    clothed = sleeve(0.85, 0.35)
    arm = bare_arm(BODY, 0, NOTHING, clothed)
    shown = (arm.cover > 0.5) & (arm.share > 0.35) & (arm.share < 0.95)
    near = cv2.dilate(clothed.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    assert shown.sum() > 1000
    assert (shown & ~near).sum() == 0


@pytest.mark.parametrize("lean", [-0.35, 0.35])
def test_it_runs_on_into_a_hand_that_bends_away(lean: float) -> None:
    """Where the hand begins, its edges and the arm's are the same."""
    ahead, out = MIDDLE.directions()[-1], MIDDLE.normals()[-1]
    wide, start = float(1.2 * BODY.arm_radius(0.95)), MIDDLE.path[round(0.92 * len(MIDDLE.path))]
    corners = [start - wide * out, start + wide * out]
    corners += [corner + 60 * (ahead + lean * out) for corner in corners[::-1]]
    hand = np.zeros(EMPTY.shape, np.uint8)
    cv2.fillPoly(hand, [np.round(corners).astype(np.int32)], 1)
    arm = bare_arm(BODY, 0, hand > 0, NOTHING)
    for sign in (-1, 1):
        x, y = np.round(start + ahead + sign * wide * out).astype(int)
        assert arm.inside[y, x] == pytest.approx(0, abs=2.5)
