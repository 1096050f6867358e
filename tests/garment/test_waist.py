"""The upper edge of what is worn on the legs."""

from __future__ import annotations

import numpy as np
import pytest

from tests.garment.test_body import EMPTY, front
from vton_core.garment.measure import measure_body
from vton_core.garment.waist import in_opening, span_at, waist_below

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


def _below_jacket(opening: float, end: float) -> tuple[np.ndarray, np.ndarray]:
    """What a jacket that ends so far below the waist, open so wide, leaves of a lower garment; all that is above it."""
    beside, below = BODY.frame(EMPTY.shape)
    jacket = np.asarray((np.abs(beside) > opening) & (np.abs(beside) < 105) & (below < WAIST + end))
    lower = _lower(105, 105) & ~jacket
    return lower, np.asarray((np.abs(beside) < 105) & ~lower)


@pytest.mark.parametrize("opening", [15, 60])
def test_between_the_sides_of_an_open_jacket_the_waist_is_where_it_is_seen(opening: float) -> None:
    assert in_opening(*_below_jacket(opening, 60), BODY) == pytest.approx(WAIST, abs=3)


@pytest.mark.parametrize(("opening", "end"), [(0, 60), (105, 60), (30, 10)])
def test_a_hem_that_is_even_is_no_opening(opening: float, end: float) -> None:
    assert in_opening(*_below_jacket(opening, end), BODY) is None


def test_what_is_beside_the_figure_or_below_a_bag_is_no_opening() -> None:
    lower, top = _below_jacket(105, 60)
    beside, below = BODY.frame(EMPTY.shape)
    bag = (beside > 20) & (below < WAIST + 90)
    assert in_opening(lower & ~bag, top & ~bag, BODY) is None


def test_a_tie_that_is_taken_for_trousers_is_no_waist() -> None:
    beside, below = BODY.frame(EMPTY.shape)
    tie = (np.abs(beside) < 8) & (below > 60) & (below < WAIST)
    lower, top = _below_jacket(105, 60)
    assert in_opening(lower | tie, top & ~tie, BODY) is None
