"""Pictures and labels at other sizes, and what lies before white."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vton_core.resampling import over_white, reduced_to, size_within, warp_labels

SAME = np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


@pytest.mark.parametrize(
    ("size", "longest", "expected"),
    [((40, 30), 40, (40, 30)), ((40, 30), 20, (20, 15)), ((30, 40), 100, (30, 40)), ((1000, 1), 10, (10, 1))],
)
def test_sizes_are_brought_down_to_a_longest_side(
    size: tuple[int, int], longest: int, expected: tuple[int, int]
) -> None:
    assert size_within(size, longest) == expected
    picture = np.zeros(size[::-1], np.uint8)
    assert reduced_to(picture, longest).shape == expected[::-1]
    assert (reduced_to(picture, longest) is picture) == (size == expected)


def test_each_pixel_of_a_reduced_picture_is_the_mean_of_its_area() -> None:
    picture = np.array([[0, 40, 8, 8], [80, 120, 8, 8]], np.uint16)
    np.testing.assert_array_equal(reduced_to(picture, 2), [[60, 8]])


def test_what_is_half_transparent_is_half_white() -> None:
    rgb = np.full((2, 3, 3), 100, np.uint8)
    alpha = np.array([[0, 0.5, 1], [0, 0.5, 1]], np.float32)
    seen, cover = over_white(rgb, alpha, SAME, (3, 2))
    assert seen[0, :, 0].tolist() == [255, 178, 100]
    np.testing.assert_allclose(cover, alpha, atol=1e-6)


def test_each_pixel_takes_the_label_that_has_most_of_it() -> None:
    labels = np.array([[5, 5, 9], [5, 9, 9]], np.uint8)
    halved = warp_labels(labels, (1, 1), lambda share: cv2.resize(share, (1, 1), interpolation=cv2.INTER_AREA)[None, 0])
    assert halved.shape == (1, 1)
    assert halved[0, 0] == 5
    np.testing.assert_array_equal(warp_labels(labels, (3, 2), lambda share: share), labels)
