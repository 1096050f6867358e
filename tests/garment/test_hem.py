"""The end of a top that was taken for the lower garment."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.test_body import EMPTY, front
from vton_core.garment.hem import hanging_end
from vton_core.garment.measure import measure_body
from vton_core.types import Mask

# The parser's waist, the hem in truth, and the columns between which both are seen.
_WAIST, _HEM, _LEFT, _RIGHT = 430, 500, 150, 350
_SHADE = 6.0


def _strip(first: int, last: int) -> Mask:
    area = np.zeros(EMPTY.shape, bool)
    area[first:last, _LEFT:_RIGHT] = True
    return area


def _lab(top: tuple[int, int, int], lower: tuple[int, int, int], hem: int) -> NDArray[np.float32]:
    """A figure in two colours with folds, and a print that ends where the parser saw the waist."""
    rgb = np.full((*EMPTY.shape, 3), lower, np.float32)
    rgb[:hem] = top
    rgb[300:_WAIST, 190:310] = (200, 60, 90)
    rgb += _SHADE * np.sin(np.arange(EMPTY.shape[1]) / 9)[None, :, None]
    return np.asarray(cv2.cvtColor(rgb.clip(0, 255).astype(np.float32) / 255, cv2.COLOR_RGB2LAB), np.float32)


def test_below_a_print_the_top_goes_on_to_its_hem() -> None:
    body = measure_body(front(), EMPTY)
    lab = _lab((232, 232, 228), (150, 152, 158), _HEM)
    found = hanging_end(lab, _strip(_WAIST, 640), _strip(220, _WAIST), body)
    wanted = _strip(_WAIST, _HEM)
    assert (found & wanted).sum() > 0.9 * wanted.sum()
    assert (found & ~wanted).sum() < 0.05 * wanted.sum()


@pytest.mark.parametrize(
    ("top", "lower", "hem"),
    [
        ((232, 232, 228), (150, 152, 158), _WAIST),
        ((232, 232, 228), (232, 232, 228), _HEM),
        ((232, 232, 228), (150, 152, 158), _WAIST + 12),
    ],
    ids=["the waist is the hem", "both have one colour", "a belt in the top's colour"],
)
def test_what_is_no_wide_strip_of_the_tops_colour_stays(
    top: tuple[int, int, int], lower: tuple[int, int, int], hem: int
) -> None:
    body = measure_body(front(), EMPTY)
    assert not hanging_end(_lab(top, lower, hem), _strip(_WAIST, 640), _strip(220, _WAIST), body).any()


def test_without_a_lower_garment_there_is_nothing_to_tell() -> None:
    body = measure_body(front(), EMPTY)
    lab = _lab((232, 232, 228), (150, 152, 158), _HEM)
    assert not hanging_end(lab, np.zeros(EMPTY.shape, bool), _strip(220, _WAIST), body).any()
