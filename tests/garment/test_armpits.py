"""Sleeves that lie on the body, so that the gap beside it begins far below the armpit."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vton_core.garment.armpits import with_plausible_armpits
from vton_core.garment.polyline import resample
from vton_core.garment.side import SEAM_POINTS, Side

_WIDE, _MIDDLE, _TOP = 200.0, 250.0, 100.0
_CLOTH = np.ones((500, 500), bool)


def _side(sign: int, below: float, beside: float) -> Side:
    """A side whose armpit is so far below its shoulder and beside the middle, in distances of the shoulders."""

    def at(x: float, y: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
        return np.array([_MIDDLE + sign * x * _WIDE, _TOP + y * _WIDE], np.float32)

    neck, tip, armpit, hem = at(0.2, -0.1), at(0.5, 0), at(beside, below), at(beside, 1.4)
    outer = resample(np.stack([tip, at(0.75, 1.3)]), SEAM_POINTS)
    inner = resample(np.stack([armpit, at(0.65, 1.3)]), SEAM_POINTS)
    return Side(neck, neck, tip, armpit, hem, outer, inner, resample(np.stack([armpit, hem]), SEAM_POINTS))


def _below(side: Side) -> float:
    return float(side.armpit[1] - side.shoulder[1]) / _WIDE


@given(st.floats(0.7, 1.3), st.floats(0.3, 0.66) | st.floats(0.7, 1.3), st.floats(0.4, 0.7))
def test_an_armpit_far_down_is_put_where_garments_have_it(low: float, other: float, beside: float) -> None:
    before = (_side(-1, low, beside), _side(1, other, beside))
    left, right = with_plausible_armpits(before, _CLOTH)
    assert 0.29 < _below(left) < 0.5
    assert _below(right) == pytest.approx(other if other < 0.68 else 0.48, abs=0.01)
    for side, old in zip((left, right), before, strict=True):
        assert abs(side.armpit[0] - _MIDDLE) <= abs(old.armpit[0] - _MIDDLE) + 0.01
        for line, end in ((side.inner, old.inner[-1]), (side.seam, old.hem)):
            np.testing.assert_allclose(line[0], side.armpit, atol=0.01)
            np.testing.assert_allclose(line[-1], end, atol=0.01)


def test_one_that_is_lower_than_the_others_goes_as_high_as_that() -> None:
    left, right = with_plausible_armpits((_side(-1, 0.9, 0.5), _side(1, 0.4, 0.5)), _CLOTH)
    assert _below(left) == pytest.approx(0.4, abs=0.01)
    assert _below(right) == pytest.approx(0.4, abs=0.01)


def test_without_a_sleeve_an_armhole_may_be_as_deep_as_it_likes() -> None:
    none = np.zeros((0, 2), np.float32)
    sides = tuple(replace(_side(sign, 0.9, 0.5), outer=none, inner=none) for sign in (-1, 1))
    assert with_plausible_armpits((sides[0], sides[1]), _CLOTH) == (sides[0], sides[1])


def test_where_the_shoulders_are_too_near_each_other_to_be_shoulders_nothing_is_told() -> None:
    sides = (_side(-1, 0.9, 0.8), _side(1, 0.9, 0.8))
    assert with_plausible_armpits(sides, _CLOTH) == sides
