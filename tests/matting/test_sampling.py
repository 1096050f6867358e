"""Reduce, enlarge, crop."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from vton_core.matting.sampling import figure_box, reduced, resized

_SIDES = st.integers(4, 90)


@given(_SIDES, _SIDES, st.integers(50, 5000))
def test_reduced_keeps_to_the_limit_and_the_aspect(height: int, width: int, pixels: int) -> None:
    array = np.zeros((height, width), np.float32)
    small = reduced(array, pixels)
    if height * width <= pixels:
        assert small is array
        return
    assert min(small.shape) >= 3
    assert small.size <= pixels * 1.2 + 3 * max(height, width)
    scale = (pixels / (height * width)) ** 0.5
    assert abs(small.shape[0] - height * scale) <= max(1, 3 - height * scale)
    assert abs(small.shape[1] - width * scale) <= max(1, 3 - width * scale)


@given(_SIDES, _SIDES, _SIDES, _SIDES)
def test_an_even_picture_stays_even(height: int, width: int, new_height: int, new_width: int) -> None:
    result = resized(np.full((height, width), 0.25, np.float32), (new_height, new_width))
    assert result.shape == (new_height, new_width)
    np.testing.assert_allclose(result, 0.25, rtol=1e-6)


@given(_SIDES, _SIDES, st.integers(1, 4), st.data())
def test_the_box_holds_the_figure(height: int, width: int, factor: int, data: st.DataObject) -> None:
    top = data.draw(st.integers(0, height - 2))
    left = data.draw(st.integers(0, width - 2))
    probability = np.zeros((height, width), np.float32)
    probability[top : top + 2, left : left + 2] = 0.9
    rows, columns = figure_box(probability, (height * factor, width * factor, 3), 0.3)
    assert 0 <= rows.start <= top * factor < (top + 2) * factor <= rows.stop <= height * factor
    assert 0 <= columns.start <= left * factor < (left + 2) * factor <= columns.stop <= width * factor
