"""Armpits of tops without sleeves, one of which seemed to be far down the side."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from vton_core.garment.landmarks import find_landmarks
from vton_core.garment.level import with_level_armpits
from vton_core.garment.outline import Outline
from vton_core.garment.polyline import resample
from vton_core.garment.side import SEAM_POINTS, Side
from vton_core.types import Garment

_SIDE = 400
# A tank top's left half, from the neck down; its right half is its mirror image.
_HALF = [(160, 60), (130, 60), (120, 130), (105, 160), (100, 240), (95, 350)]


def _mask() -> np.ndarray:
    mask = np.zeros((_SIDE, _SIDE), np.uint8)
    right = [(_SIDE - 1 - x, y) for x, y in _HALF[::-1]]
    cv2.fillPoly(mask, [np.array([*_HALF, *right, (200, 110)], np.int32)], (1,))
    return mask > 0


def _half(armpit: int) -> Side:
    neck, shoulder, hem = (np.array(at, np.float32) for at in (_HALF[0], _HALF[1], _HALF[-1]))
    low = np.array(_HALF[armpit], np.float32)
    bare = np.zeros((0, 2), np.float32)
    return Side(neck, neck, shoulder, low, hem, bare, bare, resample(np.stack([low, hem]), SEAM_POINTS))


@pytest.fixture(scope="module")
def outlines() -> tuple[Outline, Outline]:
    mask = _mask()
    return Outline(mask, 199.5), Outline(np.ascontiguousarray(mask[:, ::-1]), 199.5)


@pytest.mark.parametrize("sunk", [0, 1])
def test_a_sunk_armpit_is_raised_along_the_outline(outlines: tuple[Outline, Outline], sunk: int) -> None:
    sides = [_half(3), _half(3)]
    sides[sunk] = _half(4)
    sides[sunk] = replace(sides[sunk], armpit=sides[sunk].armpit + np.float32([0, 20]))
    found = with_level_armpits((sides[0], sides[1]), outlines)
    assert found[1 - sunk] is sides[1 - sunk]
    np.testing.assert_allclose(found[sunk].armpit, _HALF[3], atol=1.5)
    np.testing.assert_allclose(found[sunk].seam[[0, -1]], [_HALF[3], _HALF[-1]], atol=1.5)
    # The seam follows the outline.
    assert np.abs(found[sunk].seam[:, None] - outlines[sunk].points).sum(axis=2).min(axis=1).max() < 2


def test_armpits_that_hardly_differ_stay(outlines: tuple[Outline, Outline]) -> None:
    slanted = replace(_half(3), armpit=np.array((102, 215), np.float32))
    sides = (_half(3), slanted)
    assert with_level_armpits(sides, outlines) == sides


def test_with_a_sleeve_nothing_is_moved(outlines: tuple[Outline, Outline]) -> None:
    sleeved = replace(_half(3), outer=_half(5).seam, inner=_half(5).seam)
    sides = (sleeved, _half(5))
    assert with_level_armpits(sides, outlines) is sides


def test_a_top_on_straps_hangs_level() -> None:
    garment = Garment(np.full((_SIDE, _SIDE, 3), 90, np.uint8), _mask().astype(np.float32))
    left, right = find_landmarks(garment).sides
    assert left.armpit[1] == pytest.approx(right.armpit[1], abs=6)
