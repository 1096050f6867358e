"""Solving for alpha."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vton_core.matting.closed_form import solve_alpha


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(1e-4, 1.0))
def test_alpha_is_a_share_and_known_pixels_are_kept(seed: int, trust: float) -> None:
    random = np.random.default_rng(seed)
    image = random.random((12, 9, 3)).astype(np.float32)
    known = (random.random((12, 9)) < 0.5).astype(np.float32)
    unknown = random.random((12, 9)) < 0.5
    alpha = solve_alpha(image, known, unknown, random.random((12, 9)).astype(np.float32), trust)
    assert alpha.dtype == np.float32
    assert alpha.min() >= 0
    assert alpha.max() <= 1
    np.testing.assert_array_equal(alpha[~unknown], known[~unknown])


def test_nothing_unknown_is_nothing_to_do() -> None:
    known = np.eye(8, dtype=np.float32)
    alpha = solve_alpha(np.zeros((8, 8, 3), np.float32), known, np.zeros((8, 8), np.bool_), known)
    np.testing.assert_array_equal(alpha, known)


def test_an_even_picture_is_as_the_guess_says() -> None:
    """No colour tells anything: alpha joins the guess, smoothed; far inside it is the guess."""
    image = np.full((40, 40, 3), 0.5, np.float32)
    guess = np.full((40, 40), 0.3, np.float32)
    unknown = np.zeros((40, 40), np.bool_)
    unknown[1:-1, 1:-1] = True
    alpha = solve_alpha(image, guess, unknown, guess, 0.1)
    np.testing.assert_allclose(alpha, 0.3, atol=1e-3)


def test_mixed_colours_give_their_share() -> None:
    """Two even colours mixed by a known ramp: alpha is the ramp, within 0.01."""
    ramp = np.clip((np.arange(60) - 20) / 20, 0, 1).astype(np.float32)
    alpha = np.tile(ramp, (30, 1))
    red, blue = np.array([0.8, 0.2, 0.1], np.float32), np.array([0.1, 0.3, 0.7], np.float32)
    image = alpha[..., None] * red + (1 - alpha[..., None]) * blue
    unknown = np.zeros(alpha.shape, np.bool_)
    unknown[:, 12:48] = True
    guess = (alpha > 0.5).astype(np.float32)
    solved = solve_alpha(image, (alpha > 0.5).astype(np.float32), unknown, guess, 1e-7)
    assert np.abs(solved - alpha).max() == pytest.approx(0, abs=0.01)
