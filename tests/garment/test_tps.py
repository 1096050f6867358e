"""The thin-plate spline: what it must keep, and that the grid is the map."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vton_core.garment.tps import ThinPlate

CORNERS = np.array([[0, 0], [200, 10], [190, 260], [10, 250], [90, 120], [40, 180]], np.float64)


def _spread(seed: int, count: int = 9) -> NDArray[np.float64]:
    """Points that do not crowd, in a picture of 240 by 240."""
    cells = np.stack(np.meshgrid([40, 120, 200], [40, 120, 200]), axis=-1).reshape(-1, 2)[:count]
    return cells + np.random.default_rng(seed).uniform(-25, 25, (count, 2))


def test_the_identity_stays() -> None:
    points = np.random.default_rng(1).uniform(-50, 300, (40, 2))
    np.testing.assert_allclose(ThinPlate(CORNERS, CORNERS)(points), points, atol=1e-6)


@settings(max_examples=20, deadline=None)
@given(
    st.lists(st.floats(-2, 2), min_size=4, max_size=4),
    st.tuples(st.floats(-500, 500), st.floats(-500, 500)),
    st.sampled_from([0.0, 1e-4, 10.0]),
)
def test_an_affine_map_is_exact_everywhere_however_stiff(
    matrix: list[float], shift: tuple[float, float], stiffness: float
) -> None:
    linear = np.array(matrix).reshape(2, 2)
    points = np.random.default_rng(2).uniform(-100, 400, (30, 2))
    warp = ThinPlate(CORNERS, CORNERS @ linear + shift, stiffness)
    np.testing.assert_allclose(warp(points), points @ linear + shift, atol=1e-5)


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000))
def test_it_passes_through_every_pair(seed: int) -> None:
    source = _spread(seed)
    target = source + np.random.default_rng(seed + 1).uniform(-30, 30, source.shape)
    np.testing.assert_allclose(ThinPlate(source, target)(source), target, atol=1e-4)


def test_stiffness_trades_the_pairs_for_smoothness() -> None:
    source = _spread(3)
    target = source + np.random.default_rng(4).uniform(-30, 30, source.shape)
    misses = [np.abs(ThinPlate(source, target, s)(source) - target).max() for s in (0.0, 0.01, 1.0)]
    assert misses[0] < 1e-4 < misses[1] < misses[2]


def test_the_grid_equals_the_call() -> None:
    source = _spread(5)
    warp = ThinPlate(source, source + np.random.default_rng(6).uniform(-10, 10, source.shape))
    pixels = np.stack(np.meshgrid(np.arange(203), np.arange(117)), axis=-1)
    every = warp.grid(203, 117, step=1)
    assert every.dtype == np.float32
    assert every.shape == (117, 203, 2)
    np.testing.assert_allclose(every, warp(pixels), atol=0.02)
    # Between nodes eight pixels apart the map is straight, to a quarter of a pixel.
    np.testing.assert_allclose(warp.grid(203, 117), warp(pixels), atol=0.25)
