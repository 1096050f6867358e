"""Shapes on the pixel grid."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vton_core.garment.shapes import coverage

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
