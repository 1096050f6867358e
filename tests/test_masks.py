"""Morphology and components of masks."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vton_core.masks import box_around, closed, closed_by_disc, dilated, eroded, opened, rims_within

_DISC = np.asarray(cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (9, 9)), np.uint8)
_LINE = np.ones((1, 13), np.uint8)
_EVEN = np.ones((2, 2), np.uint8)


@pytest.mark.parametrize(
    "place", [np.s_[30:60, 20:50], np.s_[20:60, 40:42], np.s_[:12, 40:], np.s_[70:, :3], np.s_[:, :], np.s_[:0, :0]]
)
@pytest.mark.parametrize("window", [_DISC, _LINE, _EVEN], ids=["disc", "line", "even"])
def test_the_box_changes_nothing(place: tuple[slice, slice], window: np.ndarray) -> None:
    mask = np.zeros((80, 70), np.bool_)
    mask[place] = np.random.default_rng(5).random((80, 70))[place] < 0.8
    plain = mask.astype(np.uint8)
    for worked, operation in (
        (dilated, cv2.MORPH_DILATE),
        (eroded, cv2.MORPH_ERODE),
        (opened, cv2.MORPH_OPEN),
        (closed, cv2.MORPH_CLOSE),
    ):
        expected = cv2.morphologyEx(plain, operation, window) > 0
        np.testing.assert_array_equal(worked(mask, window), expected, err_msg=worked.__name__)


def test_opening_leaves_nothing_of_a_thin_line_however_far_it_is_from_what_stays() -> None:
    mask = np.zeros((40, 40), np.bool_)
    mask[10:16, 10:30] = True
    for away in range(2, 20):
        lined = mask.copy()
        lined[16 + away : 18 + away, 10:30] = True
        np.testing.assert_array_equal(opened(lined, np.ones((3, 3), np.uint8)), mask)


@pytest.mark.parametrize("radius", [4, 9, 25])
def test_told_by_distances_a_disc_closes_nearly_the_same(radius: int) -> None:
    mask = cv2.GaussianBlur(np.random.default_rng(3).random((160, 140)), (0, 0), 5) > 0.51
    disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * radius + 1, 2 * radius + 1))
    found = closed_by_disc(mask, radius)
    expected = closed(np.pad(mask, radius), np.asarray(disc, np.uint8))[radius:-radius, radius:-radius]
    assert not (mask & ~found).any()
    assert np.mean(found != expected) < 0.02
    assert np.count_nonzero(found) > np.count_nonzero(mask)


@pytest.mark.parametrize("filled", [True, False])
def test_without_an_edge_there_is_nothing_to_close(filled: bool) -> None:
    mask = np.full((20, 30), filled)
    np.testing.assert_array_equal(closed_by_disc(mask, 5), mask)


def test_the_border_closes_nothing() -> None:
    mask = np.zeros((40, 40), np.bool_)
    mask[5:35, 25:36] = True
    np.testing.assert_array_equal(closed_by_disc(mask, 6), mask)


def test_the_box_holds_the_mask_and_its_margin() -> None:
    mask = np.zeros((40, 50), np.bool_)
    assert box_around(mask, 3) is None
    mask[10:12, 1:30] = True
    assert box_around(mask, 3) == (slice(7, 15), slice(0, 33))


def test_a_rim_says_what_a_component_lies_in() -> None:
    around = np.zeros((60, 60), np.bool_)
    around[:, :30] = True
    parts = np.zeros((60, 60), np.int32)
    parts[10:16, 10:16], parts[40:46, 27:33], parts[20:26, 50:56] = 1, 2, 3
    around[parts > 0] = False
    shares = rims_within(parts, 4, around, 2)
    assert shares[[0, 1, 3]].tolist() == [0, 1, 0]
    assert 0.4 < shares[2] < 0.6
    assert not rims_within(np.zeros_like(parts), 1, around, 2).any()
