"""Where the middle of a torso's front is seen."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.garment.test_body import EMPTY, front
from vton_core.garment.front import front_moved
from vton_core.garment.measure import measure_body

_BODY = measure_body(front(), EMPTY)


def _moved(turn: float, below: float, half_width: float = 0.5) -> float:
    """In shoulder distances, as its arguments are."""
    body = replace(_BODY, facing=turn)
    return front_moved(body, body.at(0, below * body.unit), half_width * body.unit) / body.unit


@given(st.floats(-0.7, 0.7), st.floats(-0.3, 2.5), st.floats(0.01, 1))
def test_it_moves_to_where_the_body_faces_and_stays_between_the_sides(turn: float, below: float, half: float) -> None:
    moved = _moved(turn, below, half)
    assert moved == pytest.approx(-_moved(-turn, below, half))
    assert moved * turn >= 0
    assert abs(moved) < 0.5 * half


def test_a_chest_moves_more_than_a_waist() -> None:
    assert _moved(0.4, 0.3) > 3 * _moved(0.4, 1.1) > 0
