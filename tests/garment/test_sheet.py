"""One layer of the picture: it is worked on where there is something only, and comes out as if all of it were."""

from __future__ import annotations

import numpy as np
import pytest

from vton_core.garment.sheet import Sheet

_SHAPE = (40, 30)


def drawn(place: tuple[slice, slice]) -> Sheet:
    """A premultiplied layer with something in one place."""
    rng = np.random.default_rng(4)
    alpha = np.zeros(_SHAPE, np.float32)
    alpha[place] = rng.random(_SHAPE, np.float32)[place].clip(0.2, 0.9)
    colour = 255 * rng.random((*_SHAPE, 3), np.float32)
    return Sheet(np.dstack([colour * alpha[..., None], alpha]))


@pytest.mark.parametrize("place", [np.s_[5:12, 20:30], np.s_[:, :], np.s_[:0, :0], np.s_[39:, :1]])
def test_only_what_is_there_counts(place: tuple[slice, slice]) -> None:
    sheet, below = drawn(place), drawn(np.s_[3:30, 2:28])
    factor = np.random.default_rng(9).random(_SHAPE, np.float32)
    np.testing.assert_array_equal(sheet.times(factor).pixels, sheet.pixels * factor[..., None])
    lit = sheet.lit(factor).pixels
    np.testing.assert_array_equal(lit[..., :3], sheet.pixels[..., :3] * factor[..., None])
    np.testing.assert_array_equal(lit[..., 3], sheet.alpha)
    kept = below.pixels.copy()
    expected = below.pixels * (1 - sheet.alpha)[..., None] + sheet.pixels
    np.testing.assert_allclose(sheet.over(below.pixels), expected, rtol=1e-6)
    np.testing.assert_array_equal(below.pixels, kept)


def test_light_leaves_white_white_and_a_colour_its_tint() -> None:
    alpha = np.ones((1, 4), np.float32)
    colours = np.array([[[250, 250, 245], [200, 40, 40], [120, 100, 110], [0, 0, 0]]], np.float32)
    sheet = Sheet(np.dstack([colours, alpha]))
    lighter, darker = (sheet.shaded(np.full((1, 4), factor, np.float32)).pixels[0, :, :3] for factor in (1.14, 0.8))
    assert lighter.max() <= 255
    assert lighter[0].max() < 252
    np.testing.assert_allclose(lighter[1] / lighter[1, 0], colours[0, 1] / 200, rtol=1e-5)
    np.testing.assert_allclose(lighter[2], 1.14 * colours[0, 2], rtol=0.03)
    np.testing.assert_allclose(darker, 0.8 * colours[0], rtol=1e-5)
