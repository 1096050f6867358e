"""What lies apart from a garment in its photo."""

from __future__ import annotations

import numpy as np

from vton_core.garment.astray import without_astray
from vton_core.types import Garment

_JACKET, _LINING, _WALL = (70, 50, 45), (220, 215, 200), (200, 60, 60)


def _photo(apart: tuple[int, int, int]) -> Garment:
    """A jacket with a light stripe, and beside it a smaller part of some colour."""
    rgb, alpha = np.zeros((300, 240, 3), np.uint8), np.zeros((300, 240), np.float32)
    for rows, columns, colour in (
        (slice(40, 260), slice(20, 150), _JACKET),
        (slice(120, 180), slice(20, 150), _LINING),
        (slice(150, 250), slice(180, 225), apart),
    ):
        rgb[rows, columns], alpha[rows, columns] = colour, 1
    return Garment(rgb, alpha)


def test_what_has_another_colour_is_none_of_it() -> None:
    garment = _photo(_WALL)
    alone = without_astray(garment)
    assert alone.alpha[:, 165:].max() == 0
    np.testing.assert_array_equal(alone.alpha[:, :165], garment.alpha[:, :165])


def test_what_has_one_of_its_colours_is_a_part_of_it() -> None:
    for colour in (_JACKET, _LINING):
        garment = _photo(colour)
        assert without_astray(garment) is garment


def test_one_part_alone_stays() -> None:
    garment = _photo(_WALL)
    whole = Garment(garment.rgb, np.where(np.arange(240) < 165, garment.alpha, np.float32(0)))
    assert without_astray(whole) is whole
