"""SSIM and MS-SSIM against scikit-image, and against what they must be."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from skimage.data import astronaut
from skimage.metrics import structural_similarity

from vton_core.evaluation.ssim import SMALLEST, ms_ssim, ssim

PHOTO = np.ascontiguousarray(astronaut()[:256, 100:292])
NOISY = np.clip(PHOTO + np.random.default_rng(1).normal(0, 12, PHOTO.shape), 0, 255).astype(np.uint8)
BLURRED = np.asarray(cv2.GaussianBlur(PHOTO, (0, 0), 2))


@pytest.mark.parametrize("other", [NOISY, BLURRED, PHOTO[:, ::-1]])
def test_ssim_is_what_scikit_image_computes(other: np.ndarray) -> None:
    expected = structural_similarity(
        PHOTO, other, channel_axis=2, data_range=255, gaussian_weights=True, sigma=1.5, use_sample_covariance=False
    )
    assert ssim(PHOTO, np.ascontiguousarray(other)) == pytest.approx(expected, abs=1e-9)


def test_ms_ssim_of_halved_scales_is_the_weighted_product() -> None:
    """At four of the five scales only contrast and structure count, so that a shift in brightness is forgiven more."""
    brighter = np.clip(PHOTO.astype(int) + 8, 0, 255).astype(np.uint8)
    assert ms_ssim(PHOTO, PHOTO) == pytest.approx(1, abs=1e-12)
    assert ssim(PHOTO, brighter) < ms_ssim(PHOTO, brighter) < 1
    assert ms_ssim(PHOTO, NOISY) == pytest.approx(ms_ssim(NOISY, PHOTO), abs=1e-12)
    assert ssim(PHOTO, NOISY) < ms_ssim(PHOTO, NOISY) < 1


def test_pictures_that_cannot_be_compared_are_refused() -> None:
    with pytest.raises(ValueError, match="one shape"):
        ssim(PHOTO, PHOTO[:-1])
    with pytest.raises(ValueError, match=str(SMALLEST)):
        ms_ssim(PHOTO[: SMALLEST - 1], PHOTO[: SMALLEST - 1])
