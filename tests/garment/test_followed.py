"""A line that is moved to where the inside ends."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vton_core.garment.followed import followed
from vton_core.garment.neckline import arc

_SHAPE = (200, 240)
_LEFT, _RIGHT = np.array([60, 50], np.float32), np.array([180, 50], np.float32)


def _odds(curve: NDArray[np.float32], sure: float) -> NDArray[np.float32]:
    """Inside above a curve."""
    rows, columns = np.mgrid[: _SHAPE[0], : _SHAPE[1]]
    edge = np.interp(columns, curve[:, 0], curve[:, 1])
    return np.where(rows < edge, sure, -sure).astype(np.float32)


def _apart(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """How far the lines are apart at most, measured downwards, between their ends."""
    x = np.linspace(70, 170, 50)
    return float(np.abs(np.interp(x, *one.T) - np.interp(x, *other.T)).max())


@pytest.mark.parametrize(("depth", "power"), [(64, 1.2), (68, 1.6), (50, 3.0)])
def test_it_follows_another_shape(depth: float, power: float) -> None:
    true, start = arc(_LEFT, _RIGHT, depth, power), arc(_LEFT, _RIGHT, 57, 2.0)
    found = followed(_odds(true, 4.0), start)
    assert _apart(start, true) > 5
    assert _apart(found, true) < 0.45 * _apart(start, true)
    np.testing.assert_allclose(found[[0, -1]], start[[0, -1]], atol=1e-3)


def test_a_leaning_edge_is_followed() -> None:
    start = arc(_LEFT, _RIGHT, 50, 2.0)
    true = start + np.stack([np.zeros(41), 7 * np.sin(np.linspace(0, 2 * np.pi, 41))], axis=1).astype(np.float32)
    assert _apart(followed(_odds(true, 4.0), start), true) < 3


def test_where_nothing_tells_it_stays() -> None:
    start = arc(_LEFT, _RIGHT, 50, 2.0)
    np.testing.assert_allclose(followed(np.zeros(_SHAPE, np.float32), start), start, atol=1e-3)


def test_a_spot_does_not_bend_it() -> None:
    start = arc(_LEFT, _RIGHT, 50, 2.0)
    odds = _odds(start, 2.0)
    odds[101:107, 117:123] = 4
    assert _apart(followed(odds, start), start) < 2


@settings(max_examples=30, deadline=None)
@given(seed=st.integers(0, 10_000), depth=st.floats(1, 90), power=st.floats(1.1, 3.5))
def test_it_never_goes_far(seed: int, depth: float, power: float) -> None:
    start = arc(_LEFT, _RIGHT, depth, power)
    odds = 4 * np.random.default_rng(seed).standard_normal(_SHAPE).astype(np.float32)
    found = followed(odds, start)
    assert np.isfinite(found).all()
    assert np.linalg.norm(found - start, axis=1).max() < 0.1 * 120 + 0.01
