"""Tops on hangers whose sleeves hide how wide the body is."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vton_core.garment.close_sleeves import with_whole_chest
from vton_core.garment.polyline import resample
from vton_core.garment.side import SEAM_POINTS, Side
from vton_core.types import Mask

_WIDE = 200.0


def _jacket() -> Mask:
    """A jacket on a hanger, its sleeves before its sides: one outline without a notch."""
    half = [(-30, 40), (-100, 60), (-118, 120), (-124, 330), (-118, 360), (0, 360)]
    outline = np.array([(150 + x, y) for x, y in half] + [(150 - x, y) for x, y in half[::-1]])
    area = np.zeros((400, 300), np.uint8)
    cv2.fillPoly(area, [outline.astype(np.int32)], 1)
    return area > 0


def _line(*points: tuple[float, float]) -> np.ndarray[tuple[int, ...], np.dtype[np.float32]]:
    return resample(np.array(points, np.float32), SEAM_POINTS)


def _side(sign: int, armpit: float, hem: float, cuff: float) -> Side:
    """A side whose armpit, hem and inner cuff lie so far from the middle."""

    def at(x: float, y: float) -> tuple[float, float]:
        return 150 + sign * x, y

    under, low = at(armpit, 140), at(hem, 345)
    point = [np.array(p, np.float32) for p in (at(30, 40), at(30, 40), at(_WIDE / 2, 60), under, low)]
    outer, inner = _line(at(_WIDE / 2, 60), at(122, 330)), _line(under, at(cuff, 335))
    return Side(point[0], point[1], point[2], point[3], point[4], outer, inner, _line(under, low))


@given(st.floats(10, 80), st.floats(10, 80), st.floats(20, 115))
def test_a_hidden_chest_is_about_as_wide_as_the_shoulders(armpit: float, hem: float, cuff: float) -> None:
    left, right = with_whole_chest((_side(-1, armpit, hem, cuff), _side(1, armpit, hem, cuff)), _jacket())
    chest = right.armpit[0] - left.armpit[0]
    assert 0.85 * _WIDE < chest < _WIDE
    for side, sign in ((left, -1), (right, 1)):
        out = [sign * (float(point[0]) - 150) for point in (side.hem, side.inner[-1], side.outer[-1])]
        # From the middle come the hem, the sleeve's inner and its outer corner.
        assert 0.8 * _WIDE / 2 < out[0] <= out[1] + 0.01
        assert out[1] < out[2]
        for line, end in ((side.inner, side.inner[-1]), (side.seam, side.hem)):
            np.testing.assert_allclose(line[0], side.armpit)
            np.testing.assert_allclose(line[-1], end)
        assert side.armpit[1] == 140
        assert side.hem[1] == 345


def test_an_armpit_that_shows_stays() -> None:
    mask = _jacket()
    mask[140:, 100:112] = False
    narrow, wide = _side(-1, 44, 44, 60), _side(1, 95, 95, 100)
    sides = with_whole_chest((narrow, wide), mask)
    assert sides[0] is narrow
    # The other is wide enough.
    assert sides[1] is wide


@pytest.mark.parametrize("bare", [0, 1])
def test_without_a_sleeve_on_both_sides_nothing_hides_it(bare: int) -> None:
    sides = [_side(-1, 40, 40, 60), _side(1, 40, 40, 60)]
    none = np.zeros((0, 2), np.float32)
    sides[bare] = replace(sides[bare], outer=none, inner=none)
    assert with_whole_chest((sides[0], sides[1]), _jacket()) == (sides[0], sides[1])
