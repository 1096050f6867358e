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
