"""Carrying known values to unknown pixels."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vton_core.fill import pull_push


@settings(max_examples=15, deadline=None)
@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 255), st.integers(0, 1000))
def test_a_constant_fills_everything(height: int, width: int, value: int, seed: int) -> None:
    known = np.random.default_rng(seed).random((height, width)) < 0.1
    known[0, 0] = True
    values = np.where(known, value, 77).astype(np.uint8)
    np.testing.assert_allclose(pull_push(values, known), value, atol=1e-2)


def test_known_pixels_stay_and_unknown_ones_are_not_looked_at() -> None:
    rng = np.random.default_rng(1)
    values = rng.uniform(0, 255, (37, 53, 3)).astype(np.float32)
    known = rng.random((37, 53)) < 0.3
    filled = pull_push(values, known)
    np.testing.assert_allclose(filled[known], values[known], atol=1e-2)
    other = np.where(known[..., None], values, -1e4).astype(np.float32)
    np.testing.assert_allclose(pull_push(other, known), filled, atol=1e-2)


def test_what_is_filled_lies_between_what_is_known() -> None:
    rng = np.random.default_rng(2)
    known = rng.random((64, 48)) < 0.05
    values = rng.uniform(40, 90, known.shape).astype(np.float32)
    filled = pull_push(values, known)
    assert filled.min() >= values[known].min() - 1e-2
    assert filled.max() <= values[known].max() + 1e-2


def test_near_colours_win() -> None:
    values = np.zeros((40, 80), np.float32)
    values[:, 70:] = 100
    known = np.zeros((40, 80), bool)
    known[:, :10] = known[:, 70:] = True
    row = pull_push(values, known)[20]
    assert row[14] < 25 < 75 < row[65]


@pytest.mark.parametrize("shape", [(1, 1), (9, 14), (9, 14, 3)])
def test_nothing_known_gives_zero(shape: tuple[int, ...]) -> None:
    filled = pull_push(np.full(shape, 9, np.uint8), np.zeros(shape[:2], bool))
    assert filled.shape == shape
    assert filled.dtype == np.float32
    assert not filled.any()
