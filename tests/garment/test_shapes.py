"""Shapes on the pixel grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vton_core.garment.shapes import coverage, evened

SIZE = (30, 40)
X = st.floats(-10, 50)
Y = st.floats(-10, 40)


@given(X, X, Y, Y)
def test_a_rectangle_covers_its_area(left: float, right: float, top: float, bottom: float) -> None:
    outline = np.array([(left, top), (right, top), (right, bottom), (left, bottom)], np.float32)
    area = coverage(outline, SIZE)
    wide, tall = (
        max(0.0, min(max(a, b), side - 0.5) - max(min(a, b), -0.5))
        for a, b, side in ((left, right, SIZE[1]), (top, bottom, SIZE[0]))
    )
    assert area.shape == SIZE
    assert area.min() >= 0
    assert area.max() <= 1
    # A quarter of a pixel is the finest that is seen, at both ends.
    assert area.sum() == pytest.approx(wide * tall, abs=0.5 * (wide + tall) + 1)


def test_an_edge_between_pixels_is_as_smooth_as_it_is_drawn() -> None:
    x = np.linspace(-5, 45, 51, dtype=np.float32)
    edge = 12 + 0.1 * x
    outline = np.concatenate([np.stack([x, edge], axis=1), np.array([(45, -9), (-5, -9)], np.float32)])
    height = coverage(outline, SIZE).sum(axis=0) - 0.5
    np.testing.assert_allclose(height, 12 + 0.1 * np.arange(SIZE[1]), atol=0.26)


def test_what_lies_outside_covers_nothing() -> None:
    assert not coverage(np.array([(50, 50), (60, 50), (60, 60)], np.float32), SIZE).any()


@given(st.integers(10, 30), st.floats(0.0, 4.0))
def test_a_straight_edge_stays_where_it_is(edge: int, width: float) -> None:
    mask = np.zeros(SIZE, bool)
    mask[:, :edge] = True
    even = evened(mask, width)
    np.testing.assert_array_equal(even > 0.5, mask)
    np.testing.assert_allclose(even[:, edge - 1] + even[:, edge], 1, atol=1e-5)


def test_what_is_finer_than_the_width_goes() -> None:
    mask = np.zeros(SIZE, bool)
    mask[:, :20] = True
    notched = mask.copy()
    notched[14:16, 15:20] = False
    np.testing.assert_array_equal(evened(notched, 5.0)[:, :18] > 0.5, mask[:, :18])
    stepped = mask.copy()
    stepped[::2, 20] = True
    assert np.ptp(evened(stepped, 4.0)[5:-5], axis=0).max() < 0.05


def test_a_lower_level_moves_the_edge_outwards() -> None:
    mask = np.zeros(SIZE, bool)
    mask[:, :20] = True
    widths = [evened(mask, 4.0, level, 2.4).sum(axis=1).mean() for level in (0.36, 0.5, 0.64)]
    assert widths[0] - 1 > widths[1] > widths[2] + 1
