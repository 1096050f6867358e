"""What is drawn of a garment whose mask takes in some of the background."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.garment.lace import premultiplied
from vton_core.garment.matte import garment_from_mask
from vton_core.garment.shrink import shrunk


def _dark(stripes: bool) -> tuple[NDArray[np.uint8], NDArray[np.float32]]:
    """A dark piece of fabric on white, its outermost pixels mixed with the white, and a mask that takes them in."""
    photo = np.full((120, 90, 3), 250, np.uint8)
    photo[20:100, 20:70] = 140
    photo[21:99, 21:69] = (30, 40, 50)
    if stripes:
        photo[24:99:10, 20:70] = photo[25:99:10, 20:70] = photo[26:99:10, 20:70] = 250
    alpha = np.zeros((120, 90), np.float32)
    alpha[20:100, 20:70] = 1
    return photo, alpha


@pytest.mark.parametrize("scale", [1.0, 0.5])
def test_of_a_mask_that_reaches_too_far_out_no_mixed_colours_are_drawn(scale: float) -> None:
    photo, alpha = _dark(stripes=False)
    found = garment_from_mask(photo, alpha)
    np.testing.assert_array_equal(found.rgb[alpha == 1], photo[alpha == 1])
    drawn = premultiplied(shrunk(found, scale))
    assert (drawn[..., 0] / np.maximum(drawn[..., 3], 1e-3)).max() < 35
    np.testing.assert_allclose(drawn[..., 3].max(), 1)


def test_white_stripes_that_reach_the_outline_are_drawn() -> None:
    photo, alpha = _dark(stripes=True)
    drawn = premultiplied(garment_from_mask(photo, alpha))
    np.testing.assert_array_equal(drawn[34:37, 20:70, :3], 250)
