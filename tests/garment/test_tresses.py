"""What is taken for hair and has the top's colour is the top's; hair in any shade stays hair."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.mannequin import mannequin
from vton_core.garment.measure import measure_body
from vton_core.garment.tresses import top_among_hair
from vton_core.labels import Label
from vton_core.types import Image, Mask

BROWN, NAVY, RED, BLACK = (90, 60, 35), (25, 30, 85), (200, 30, 50), (14, 13, 13)
# Where a lock hangs before the top, and where it is labelled.
LOCK, LABELLED = np.s_[60:200, 165:190], np.s_[60:215, 165:210]


def _long_haired(top: tuple[int, int, int], ends: tuple[int, int, int] = BROWN) -> tuple[Image, Mask, Mask]:
    """A photo of somebody whose lock of hair is labelled too wide and too long; the labels of hair and top."""
    person = mannequin()
    rgb, parse = person.cutout.rgb.copy(), person.parse.copy()
    rgb[parse == Label.UPPER_CLOTHES], rgb[parse == Label.HAIR] = top, BROWN
    rgb[LOCK] = BROWN
    rgb[150:200, 165:190] = ends
    parse[LABELLED] = Label.HAIR
    noise = np.random.default_rng(3).normal(0, 4, rgb.shape)
    return (rgb + noise).round().clip(0, 255).astype(np.uint8), parse == Label.HAIR, parse == Label.UPPER_CLOTHES


def _found(rgb: Image, hair: Mask, top: Mask) -> NDArray[np.bool_]:
    person = mannequin()
    return top_among_hair(rgb, hair, top, measure_body(person.pose, person.parse))


@pytest.mark.parametrize("top", [NAVY, RED, (235, 235, 235)], ids=["navy", "red", "white"])
def test_what_has_the_tops_colour_is_the_tops(top: tuple[int, int, int]) -> None:
    rgb, hair, sure = _long_haired(top)
    found = _found(rgb, hair, sure)
    assert found[180:212, 193:208].mean() > 0.95
    assert found[62:198, 167:187].mean() < 0.01
    assert not (found & ~hair).any()


@pytest.mark.parametrize("ends", [(35, 23, 14), (190, 150, 100)], ids=["dark", "fair"])
def test_ends_of_another_shade_stay_hair(ends: tuple[int, int, int]) -> None:
    assert _found(*_long_haired(NAVY, ends))[150:197, 167:187].mean() < 0.01


@pytest.mark.parametrize("top", [BLACK, (60, 40, 24), (110, 78, 50)], ids=["black", "darker", "lighter"])
def test_what_may_be_hair_in_shadow_or_light_is_left_alone(top: tuple[int, int, int]) -> None:
    assert not _found(*_long_haired(top)).any()


def test_without_long_hair_or_a_top_nothing_is_found() -> None:
    rgb, hair, top = _long_haired(NAVY)
    assert not _found(rgb, np.zeros_like(hair), top).any()
    assert not _found(rgb, hair, np.zeros_like(top)).any()
