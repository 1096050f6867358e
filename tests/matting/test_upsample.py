"""A matte worked small and brought up."""

from __future__ import annotations

import cv2
import numpy as np

from tests.matting.figures import Figure
from vton_core.matting.upsample import bring_up


def _small(drawn: Figure, size: int) -> tuple[np.ndarray, ...]:
    def down(array: np.ndarray) -> np.ndarray:
        return np.asarray(cv2.resize(array, (size, size), interpolation=cv2.INTER_AREA), np.float32)

    # Known layers, so that only the enlarging is tested.
    ground = (drawn.photo.astype(np.float32) / 255 - drawn.alpha[..., None] * drawn.colour).clip(0, 1)
    ground /= np.maximum(1 - drawn.alpha[..., None], 0.05)
    return down(drawn.photo.astype(np.float32) / 255), down(drawn.alpha), down(drawn.colour), down(ground.clip(0, 1))


def test_at_the_same_size_alpha_and_solid_pixels_are_kept(drawn: Figure) -> None:
    small, alpha, figure, ground = _small(drawn, drawn.photo.shape[0])
    rgb, full = bring_up(drawn.photo, small, alpha, figure, ground)
    np.testing.assert_array_equal(full, alpha)
    solid = alpha == 1
    np.testing.assert_array_equal(rgb[solid], drawn.photo[solid])


def test_enlarged_alpha_follows_the_photo(drawn: Figure) -> None:
    """Worked at half the size: nearer the true alpha than linear enlarging, and no halo far from the edge."""
    small, alpha, figure, ground = _small(drawn, drawn.photo.shape[0] // 2)
    rgb, full = bring_up(drawn.photo, small, alpha, figure, ground)
    assert full.min() >= 0
    assert full.max() <= 1
    plain = cv2.resize(alpha, full.shape[::-1], interpolation=cv2.INTER_LINEAR)
    soft = cv2.dilate(((plain > 0) & (plain < 1)).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    error, linear = np.abs(full - drawn.alpha)[soft].mean(), np.abs(plain - drawn.alpha)[soft].mean()
    assert error < 0.8 * linear
    np.testing.assert_allclose(full[~soft], drawn.alpha[~soft], atol=0.01)
    np.testing.assert_array_equal(rgb[full == 1], drawn.photo[full == 1])
