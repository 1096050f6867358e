"""Blurs that are worked out small."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vton_core.finish.blur import wide_blur


@pytest.mark.parametrize(("across", "down"), [(0.3, 0.3), (2.5, 6.0), (14.0, 4.0), (25.0, 25.0)])
def test_it_is_the_gaussian_blur(across: float, down: float) -> None:
    picture = np.zeros((301, 217), np.float32)
    picture[90:211, 80:140] = 1
    wide = wide_blur(picture, across, down)
    assert wide.dtype == np.float32
    expected = cv2.GaussianBlur(picture, (0, 0), across, sigmaY=down)
    np.testing.assert_allclose(wide, expected, atol=0.015)
    rows, columns = np.indices(picture.shape)
    assert (wide * rows).sum() / wide.sum() == pytest.approx(150, abs=0.1)
    assert (wide * columns).sum() / wide.sum() == pytest.approx(109.5, abs=0.1)
