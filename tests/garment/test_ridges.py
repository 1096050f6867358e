"""Thin lines stand out, edges do not."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.garment.ridges import ridges

SIDE = 80


def _lab(mask: NDArray[Any], lightness: float) -> NDArray[np.float32]:
    plane = np.full((SIDE, SIDE, 3), (50, 5, 5), np.float32)
    plane[mask > 0, 0] = lightness
    return plane


@pytest.mark.parametrize("lightness", [20.0, 80.0])
@pytest.mark.parametrize(
    "ends", [((40, 10), (40, 70)), ((10, 40), (70, 40)), ((15, 15), (65, 65)), ((15, 65), (65, 15))]
)
def test_lines_stand_out_by_their_contrast(ends: tuple[tuple[int, int], tuple[int, int]], lightness: float) -> None:
    mask = cv2.line(np.zeros((SIDE, SIDE), np.uint8), *ends, (1,), 5)
    found = ridges(_lab(mask, lightness), (3.0, 5.0, 8.0))
    assert found.dtype == np.float32
    assert found.shape == mask.shape
    assert 20 < found[40, 40] < 31
    assert found[mask == 0].mean() < 3


@pytest.mark.parametrize("slope", [0.0, 0.6, 1.0])
def test_the_edge_between_two_things_does_not(slope: float) -> None:
    y, x = np.mgrid[:SIDE, :SIDE]
    assert ridges(_lab(np.asarray(x + slope * y > 60), 80.0), (3.0, 5.0, 8.0)).max() < 2


def test_the_picture_s_border_is_no_line() -> None:
    assert ridges(_lab(np.zeros((SIDE, SIDE)), 0.0), (3.0,)).max() == 0
