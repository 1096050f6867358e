"""Holes that a network left in a garment, and those that are there."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from vton_core.garment.own_holes import without_own_holes
from vton_core.types import Garment, Image

_FLOOR, _DRESS, _BAND, _SHADE = (110, 70, 40), (230, 90, 90), (240, 240, 235), (95, 60, 35)
_HOLE = slice(200, 225), slice(70, 170)


def _cut(shown: tuple[int, int, int]) -> tuple[Garment, Image]:
    """A dress with a light band at its bodice, and a hole in its skirt that shows something; and its photo."""
    photo = np.full((300, 240, 3), _FLOOR, np.uint8)
    alpha = np.zeros((300, 240), np.float32)
    photo[30:270, 40:200], alpha[30:270, 40:200] = _DRESS, 1
    photo[60:100, 40:200] = _BAND
    photo[_HOLE], alpha[_HOLE] = shown, 0
    return Garment(photo.copy(), alpha), photo


def test_a_band_of_its_own_is_no_hole() -> None:
    garment, photo = _cut(_BAND)
    whole = without_own_holes(garment, photo)
    assert whole.alpha[_HOLE].min() == 1
    assert (whole.rgb[_HOLE] == _BAND).all()
    np.testing.assert_array_equal(whole.alpha[:30], garment.alpha[:30])
    assert whole.alpha.sum() == 240 * 160


@pytest.mark.parametrize("shown", [_FLOOR, _SHADE, (20, 160, 60)])
def test_the_background_and_what_is_strange_is_one(shown: tuple[int, int, int]) -> None:
    garment, photo = _cut(shown)
    assert without_own_holes(garment, photo) is garment


def test_what_is_open_to_the_outside_is_no_hole() -> None:
    garment, photo = _cut(_BAND)
    alpha = garment.alpha.copy()
    alpha[_HOLE[0], 70:] = 0
    open_ = replace(garment, alpha=alpha)
    assert without_own_holes(open_, photo) is open_
