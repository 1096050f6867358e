"""The matting Laplacian against its definition and its known null space."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from vton_core.matting.laplacian import matting_system


def _by_definition(image: NDArray[np.float64]) -> NDArray[np.float64]:
    """Levin's equation 12, window by window, dense."""
    height, width = image.shape[:2]
    full = np.zeros((height * width, height * width))
    for y, x in itertools.product(range(1, height - 1), range(1, width - 1)):
        members = [(y + dy) * width + x + dx for dy in (-1, 0, 1) for dx in (-1, 0, 1)]
        colours = image.reshape(-1, 3)[members]
        centred = colours - colours.mean(axis=0)
        covariance = centred.T @ centred / 9 + 1e-5 * np.eye(3)
        affinity = (1 + centred @ np.linalg.inv(covariance) @ centred.T) / 9
        full[np.ix_(members, members)] += np.eye(9) - affinity
    return full


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_it_is_the_definition(seed: int) -> None:
    """Within 1e-3, which single precision allows at this regularisation."""
    random = np.random.default_rng(seed)
    image = random.random((7, 8, 3)).astype(np.float32)
    unknown = random.random((7, 8)) < 0.6
    unknown[3, 3] = True
    known = random.random((7, 8)).astype(np.float32)
    full = _by_definition(image.astype(np.float64))
    matrix, right, pixels = matting_system(image, known, unknown)
    fixed = np.flatnonzero(~unknown)
    np.testing.assert_array_equal(pixels, np.flatnonzero(unknown))
    np.testing.assert_allclose(matrix.toarray(), full[np.ix_(pixels, pixels)], atol=1e-3)
    np.testing.assert_allclose(right, -full[np.ix_(pixels, fixed)] @ known.reshape(-1)[fixed], atol=1e-3)


def test_alpha_that_is_linear_in_the_colours_costs_nothing() -> None:
    random = np.random.default_rng(3)
    image = random.random((20, 20, 3)).astype(np.float32)
    alpha = image @ np.array([0.3, 0.2, 0.4], np.float32) + np.float32(0.05)
    unknown = np.zeros((20, 20), np.bool_)
    unknown[4:16, 4:16] = True
    matrix, right, pixels = matting_system(image, alpha, unknown)
    assert np.abs(matrix @ alpha.reshape(-1)[pixels] - right).max() == pytest.approx(0, abs=2e-3)
