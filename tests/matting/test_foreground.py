"""The figure's own colour."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from vton_core.matting.foreground import estimate_layers, fuse


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_where_alpha_is_one_the_photo_is_the_figure(seed: int) -> None:
    random = np.random.default_rng(seed)
    image = random.random((30, 30, 3)).astype(np.float32)
    alpha = (random.random((30, 30)) < 0.5).astype(np.float32)
    figure, ground = estimate_layers(image, alpha, 5)
    colour = fuse(image, alpha, figure, ground)
    assert colour.min() >= 0
    assert colour.max() <= 1
    np.testing.assert_allclose(colour[alpha == 1], image[alpha == 1], atol=1e-6)


def test_two_even_colours_are_told_apart() -> None:
    """Red on green, mixed over 12 pixels: red, within 0.05 wherever a tenth of the pixel is figure."""
    alpha = np.clip((np.arange(80) - 34) / 12, 0, 1).astype(np.float32)
    alpha = cv2.GaussianBlur(np.tile(alpha, (40, 1)), (0, 0), 1)
    red, green = np.array([0.7, 0.1, 0.1], np.float32), np.array([0.1, 0.6, 0.2], np.float32)
    image = alpha[..., None] * red + (1 - alpha[..., None]) * green
    colour = fuse(image, alpha, *estimate_layers(image, alpha, 12))
    assert np.abs(colour - red)[alpha > 0.1].max() < 0.05
