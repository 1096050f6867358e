"""The upper edge of what is worn on the legs."""

from __future__ import annotations

import numpy as np
import pytest

from tests.garment.test_body import EMPTY, front
from vton_core.garment.body import measure_body
from vton_core.garment.waist import span_at, waist_below

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
