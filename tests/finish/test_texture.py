"""Sharpness, grain and light wrap."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.finish.edges import blur_to_match, edge_spread
from vton_core.finish.grain import fine_noise, grained, measure_noise, noise_tile
from vton_core.finish.wrap import wrapped


def _squares(sigma: float) -> NDArray[np.float32]:
    """Squares of many greys, blurred."""
    greys = np.random.default_rng(1).uniform(0.1, 0.9, (12, 12)).astype(np.float32)
    sharp = np.kron(greys, np.ones((30, 30), np.float32))
    return np.asarray(cv2.GaussianBlur(sharp, (0, 0), sigma), np.float32)


@pytest.mark.parametrize("sigma", [0.8, 1.5, 2.5])
def test_edge_spread_is_the_blur(sigma: float) -> None:
    assert edge_spread(_squares(sigma)) == pytest.approx(sigma, rel=0.25)


def test_without_edges_there_is_no_spread() -> None:
    assert edge_spread(np.full((100, 100), 0.5, np.float32)) is None


def test_a_figure_is_blurred_as_far_as_the_background_and_never_sharpened() -> None:
    sharp, soft = edge_spread(_squares(0.8)), edge_spread(_squares(2.0))
    sigma = blur_to_match(sharp, soft, 2000.0, 1.0)
    assert edge_spread(np.asarray(cv2.GaussianBlur(_squares(0.8), (0, 0), sigma))) == pytest.approx(soft, rel=0.2)
    assert blur_to_match(sharp, soft, 2000.0, 0.5) == pytest.approx(sigma / 2)
    assert blur_to_match(soft, sharp, 2000.0, 1.0) == 0
    assert blur_to_match(None, soft, 2000.0, 1.0) == 0


def test_what_is_far_out_of_focus_does_not_blur_the_figure() -> None:
    assert blur_to_match(0.5, 6.0, 400.0, 1.0) <= 0.8


def _noisy(sigma: float, spread: float = 0.0) -> NDArray[np.float32]:
    noise = np.random.default_rng(2).standard_normal((320, 320, 3)).astype(np.float32)
    if spread:
        noise = np.asarray(cv2.GaussianBlur(noise, (0, 0), spread))
        noise /= noise.std()
    return np.asarray(0.5 + sigma * noise, np.float32)


@pytest.mark.parametrize("spread", [0.0, 1.0])
def test_the_grain_is_the_backgrounds(spread: float) -> None:
    """As strong, and as coarse: the correlation of neighbours is the same."""
    picture = _noisy(0.02, spread)
    noise = measure_noise(picture)
    assert noise is not None
    tile = noise_tile(noise, 0.0, 1)
    assert tile is not None
    assert tile.std() == pytest.approx(0.02, rel=0.2)
    rest = picture - picture.mean()
    wanted, found = ((each[1:] * each[:-1]).mean() / (each**2).mean() for each in (rest, tile))
    assert found == pytest.approx(wanted, abs=0.15)


def test_a_figure_that_has_as_much_noise_gets_none() -> None:
    noise = measure_noise(_noisy(0.02))
    assert noise is not None
    own = fine_noise(_noisy(0.02), np.ones((320, 320), np.bool_))
    assert own == pytest.approx(noise.fine, rel=0.15)
    assert noise_tile(noise, noise.fine, 1) is None
    assert measure_noise(np.ones((300, 300, 3), np.float32)) is None


def test_grain_grows_with_its_strength_and_repeats() -> None:
    noise = measure_noise(_noisy(0.02))
    assert noise is not None
    tile = noise_tile(noise, 0.0, 7)
    assert tile is not None
    np.testing.assert_array_equal(tile, noise_tile(noise, 0.0, 7))
    assert (tile != noise_tile(noise, 0.0, 8)).any()
    flat = np.full((80, 70, 4), [0.3, 0.3, 0.3, 1], np.float32)
    spreads = [float(grained(flat.copy(), tile, (5, 9), strength)[..., 1].std()) for strength in (0, 0.3, 0.6, 1)]
    assert spreads[0] < 1e-7
    assert spreads == sorted(spreads)
    np.testing.assert_array_equal(grained(flat.copy(), tile, (5, 9), 0.5)[..., 3], flat[..., 3])


def test_light_spills_over_the_edge_alone() -> None:
    figure = np.zeros((200, 200, 4), np.float32)
    figure[:, :100] = [0.1, 0.1, 0.1, 1]
    bright, dark = np.ones((20, 20, 3), np.float32), np.zeros((20, 20, 3), np.float32)
    spilt = wrapped(figure.copy(), bright, 500.0, 1.0)
    assert spilt[100, 99, 0] > 0.15
    np.testing.assert_allclose(spilt[:, :70], figure[:, :70], atol=1e-3)
    np.testing.assert_array_equal(spilt[:, 100:], figure[:, 100:])
    np.testing.assert_array_equal(wrapped(figure.copy(), dark, 500.0, 1.0), figure)
    less = wrapped(figure.copy(), bright, 500.0, 0.5)
    assert figure[100, 99, 0] < less[100, 99, 0] < spilt[100, 99, 0]


@pytest.mark.parametrize("height", [900, 1300, 1750])
def test_no_light_is_taken_from_a_black_figure(height: int) -> None:
    figure = np.zeros((height, height // 4, 4), np.float32)
    figure[..., 3] = 1
    assert wrapped(figure, np.ones((20, 10, 3), np.float32), float(height), 1.0).min() >= 0
