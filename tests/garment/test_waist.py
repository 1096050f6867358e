"""The upper edge of what is worn on the legs."""

from __future__ import annotations

import numpy as np
import pytest

from tests.garment.test_body import EMPTY, front
from vton_core.garment.body import measure_body
from vton_core.garment.waist import beside_coat, span_at, waist_below

BODY = measure_body(front(), EMPTY)
WAIST = 280.0


def _lower(left: float, right: float) -> np.ndarray:
    """A lower garment from the waist on, so far to the left and to the right of the middle line."""
    beside, below = BODY.frame(EMPTY.shape)
    return np.asarray((below > WAIST) & (beside > -left) & (beside < right))


def test_a_waist_is_found_and_as_wide_as_it_is_seen() -> None:
    lower = _lower(105, 120)
    assert waist_below(lower, BODY) == pytest.approx(WAIST, abs=3)
    assert span_at(lower, BODY, WAIST + 15) == pytest.approx((-105, 120), abs=4)


@pytest.mark.parametrize(("left", "right"), [(10, 110), (110, 10)])
def test_what_shows_on_one_side_is_a_part_of_it(left: float, right: float) -> None:
    span = span_at(_lower(left, right), BODY, WAIST + 15)
    assert span is not None
    assert min(-span[0], span[1]) > 0.7 * float(BODY.half_width(WAIST))
    assert max(-span[0], span[1]) == pytest.approx(110, abs=4)


def test_where_hardly_anything_shows_nothing_is_told() -> None:
    assert span_at(_lower(105, 120), BODY, WAIST - 100) is None
    assert waist_below(EMPTY > 0, BODY) is None


def _below_coat(opening: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """What an open coat, which ends below the waist, leaves of a lower garment; all that is above it; the coat."""
    beside, below = BODY.frame(EMPTY.shape)
    coat = np.asarray((np.abs(beside) > opening) & (np.abs(beside) < 105) & (below < WAIST + 60))
    lower = _lower(105, 105) & ~coat
    return lower, np.asarray((np.abs(beside) < 105) & ~lower), coat


def test_between_the_sides_of_an_open_coat_the_waist_is_where_it_is_seen() -> None:
    band = beside_coat(*_below_coat(15), BODY)
    assert band is not None
    assert np.abs(band[0]).max() < 15 + 2
    np.testing.assert_allclose(band[1], WAIST, atol=3)


@pytest.mark.parametrize("opening", [0, 105])
def test_a_closed_coat_and_none_tell_nothing_of_the_waist(opening: float) -> None:
    assert beside_coat(*_below_coat(opening), BODY) is None


def test_what_hangs_out_under_a_coat_is_no_waistband() -> None:
    beside, below = BODY.frame(EMPTY.shape)
    tails = (below < WAIST + 90 - 80 * np.exp(-np.square(beside / 8))) & (np.abs(beside) < 60)
    lower, top, coat = _below_coat(60)
    assert beside_coat(lower & ~tails, top | tails, coat, BODY) is None
