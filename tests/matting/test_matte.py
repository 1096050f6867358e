"""From a coarse probability to a cutout: figures of known alpha and colour, put together and taken apart again."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.matting.figures import Figure
from vton_core.matting import matte as module
from vton_core.matting.matte import matte
from vton_core.types import Cutout


@pytest.fixture(scope="module")
def cutout(drawn: Figure) -> Cutout:
    return matte(drawn.photo, drawn.coarse, drawn.hair.astype(np.float32), people=2)


def test_alpha_is_a_share_and_solid_pixels_are_the_photo(drawn: Figure, cutout: Cutout) -> None:
    assert cutout.people == 2
    assert cutout.alpha.min() == 0
    assert cutout.alpha.max() == 1
    solid = cutout.alpha == 1
    np.testing.assert_array_equal(cutout.rgb[solid], drawn.photo[solid])


def test_hair_is_taken_apart(drawn: Figure, cutout: Cutout) -> None:
    """Mean absolute error of alpha within the hair's soft pixels and around them: measured 0.030, allowed 0.04."""
    soft = drawn.hair & (drawn.alpha > 0) & (drawn.alpha < 1)
    around = cv2.dilate(soft.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    assert np.abs(cutout.alpha - drawn.alpha)[around].mean() < 0.04


def test_the_figure_has_its_own_colour(drawn: Figure, cutout: Cutout) -> None:
    """Error of colour where half a pixel or less is figure: far below that of leaving the photo's colour there."""
    soft = (drawn.alpha > 0.1) & (drawn.alpha < 0.5) & (cutout.alpha > 0.05)
    own = np.abs(cutout.rgb[soft] / 255 - drawn.colour[soft]).mean()
    left = np.abs(drawn.photo[soft] / 255 - drawn.colour[soft]).mean()
    assert own < 0.06
    assert own < 0.35 * left


def test_a_large_photo_is_worked_reduced_and_comes_out_alike(
    drawn: Figure, cutout: Cutout, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "_WORK_PIXELS", 70_000)
    reduced = matte(drawn.photo, drawn.coarse, drawn.hair.astype(np.float32))
    assert reduced.rgb.shape == drawn.photo.shape
    solid = reduced.alpha == 1
    np.testing.assert_array_equal(reduced.rgb[solid], drawn.photo[solid])
    assert np.abs(reduced.alpha - cutout.alpha).mean() < 0.01


def test_the_same_in_gives_the_same_out(drawn: Figure, cutout: Cutout) -> None:
    again = matte(drawn.photo, drawn.coarse, drawn.hair.astype(np.float32), people=2)
    np.testing.assert_array_equal(again.alpha, cutout.alpha)
    np.testing.assert_array_equal(again.rgb, cutout.rgb)


@pytest.mark.parametrize("shape", [(12, 12), (3, 40), (64, 64)])
def test_an_even_picture_has_a_cutout(shape: tuple[int, int]) -> None:
    image = np.full((*shape, 3), 90, np.uint8)
    probability = np.zeros(shape, np.float32)
    probability[: shape[0] // 2 + 1, : shape[1] // 2 + 1] = 1
    result = matte(image, probability, np.zeros(shape, np.float32))
    assert np.isfinite(result.alpha).all()
    assert result.alpha.max() > 0
    assert np.abs(result.rgb[result.alpha > 0.5].astype(int) - 90).max() <= 1
