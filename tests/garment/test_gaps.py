"""Holes between sleeves and the body of a silhouette."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vton_core.garment.gaps import open_gaps
from vton_core.garment.landmarks import find_landmarks
from vton_core.types import Garment, Mask


def _top(*holes: tuple[int, int, int, int]) -> Mask:
    """A top whose sleeves hang beside it, down to above its hem, with holes of left, top, right and bottom."""
    area = np.zeros((400, 400), np.uint8)
    cv2.fillPoly(area, [np.array([(150, 40), (250, 40), (320, 70), (350, 320), (300, 330), (300, 360)])], (1.0,))
    cv2.fillPoly(area, [np.array([(250, 40), (150, 40), (80, 70), (50, 320), (100, 330), (100, 360)])], (1.0,))
    cv2.rectangle(area, (100, 60), (300, 360), (1.0,), -1)
    for left, top, right, bottom in holes:
        area[top:bottom, left:right] = 0
    return area > 0


@pytest.mark.parametrize("left", [104, 282])
def test_a_hole_beside_the_body_is_cut_open_to_below(left: int) -> None:
    closed = _top((left, 160, left + 14, 270))
    opened = open_gaps(closed)
    assert (opened <= closed).all()
    assert 0 < closed.sum() - opened.sum() < 600
    count, _ = cv2.connectedComponents((~np.pad(opened, 1)).astype(np.uint8), connectivity=4)
    assert count == 2
    # Nothing of the sleeve is cut off.
    assert cv2.connectedComponents(opened.astype(np.uint8))[0] == 2


@pytest.mark.parametrize(
    "hole",
    [(190, 160, 204, 270), (104, 200, 140, 240), (120, 60, 134, 130)],
    ids=["in the middle", "as wide as tall", "within a strap"],
)
def test_other_holes_stay(hole: tuple[int, int, int, int]) -> None:
    mask = _top(hole)
    assert (open_gaps(mask) == mask).all()


def test_a_gap_that_a_cuff_closes_is_the_inner_seam_of_a_sleeve() -> None:
    mask = _top((104, 150, 120, 290), (280, 150, 296, 290))
    found = find_landmarks(Garment(np.full((*mask.shape, 3), 90, np.uint8), mask.astype(np.float32)))
    for side, x in zip(found.sides, (112, 288), strict=True):
        assert side.sleeved
        np.testing.assert_allclose(side.armpit, (x, 150), atol=20)
