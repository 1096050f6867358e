"""What two looks at somebody come to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vton_core.engines.pose.seen import Seen

_SIZE = (120, 80)
_LEFT_WRIST, _RIGHT_WRIST = 15, 16


def _seen(seed: int = 0) -> Seen:
    """Somebody upright whose torso is 40 pixels long, with a mask in the left half of the picture."""
    rng = np.random.default_rng(seed)
    landmarks = np.column_stack([rng.uniform(20, 60, 33), rng.uniform(20, 100, 33), rng.uniform(0.3, 1, 33)])
    landmarks[[11, 12], :2] = (50, 30), (30, 30)
    landmarks[[23, 24], :2] = (46, 70), (34, 70)
    mask = np.zeros(_SIZE, np.float32)
    mask[20:100, 10:50] = 1
    return Seen(landmarks, rng.normal(size=(33, 3)), mask)


def _moved(seen: Seen, landmark: int, by: tuple[float, float], visibility: float) -> Seen:
    landmarks = seen.landmarks.copy()
    landmarks[landmark, :2] += by
    landmarks[landmark, 2] = visibility
    return replace(seen, landmarks=landmarks)


@given(st.integers(0, 1000))
def test_the_mirror_of_a_mirror_is_what_was_seen(seed: int) -> None:
    seen = _seen(seed)
    again = seen.mirrored().mirrored()
    np.testing.assert_allclose(again.landmarks, seen.landmarks)
    np.testing.assert_array_equal(again.in_space, seen.in_space)
    np.testing.assert_array_equal(again.mask, seen.mask)


def test_in_a_mirror_left_is_right() -> None:
    seen = _seen()
    mirrored = seen.mirrored()
    x, y, visibility = seen.landmarks[_LEFT_WRIST]
    np.testing.assert_allclose(mirrored.landmarks[_RIGHT_WRIST], (_SIZE[1] - x, y, visibility))
    np.testing.assert_array_equal(mirrored.in_space[_RIGHT_WRIST], seen.in_space[_LEFT_WRIST] * (-1, 1, 1))
    assert (seen.mask[50, 20], mirrored.mask[50, 59]) == (1, 1)
    assert (seen.mask[50, 59], mirrored.mask[50, 20]) == (0, 0)


def test_a_bias_to_one_side_cancels() -> None:
    """What is seen two pixels too far to the right, in the mirror too, is where it is in the mean."""
    truth = _seen()
    shift = np.array([2, 0, 0])
    straight = replace(truth, landmarks=truth.landmarks + shift)
    reflected = replace(truth.mirrored(), landmarks=truth.mirrored().landmarks + shift)
    found = straight.joined(reflected.mirrored())
    np.testing.assert_allclose(found.landmarks, truth.landmarks)


@pytest.mark.parametrize(("sure", "expected"), [((0.9, 0.4), 30.0), ((0.4, 0.9), 0.0), ((0.6, 0.6), 15.0)])
def test_far_apart_the_surer_counts(sure: tuple[float, float], expected: float) -> None:
    """A wrist that both see 30 pixels apart, three quarters of the torso's length."""
    base = _seen()
    one, other = _moved(base, _LEFT_WRIST, (0, 30), sure[0]), _moved(base, _LEFT_WRIST, (0, 0), sure[1])
    for found in (one.joined(other), other.joined(one)):
        assert found.landmarks[_LEFT_WRIST, 1] - base.landmarks[_LEFT_WRIST, 1] == pytest.approx(expected)


def test_near_each_other_both_count_whatever_their_visibility() -> None:
    base = _seen()
    found = _moved(base, _LEFT_WRIST, (4, 0), 0.9).joined(_moved(base, _LEFT_WRIST, (0, 0), 0.3))
    assert found.landmarks[_LEFT_WRIST, 0] - base.landmarks[_LEFT_WRIST, 0] == pytest.approx(2)
    assert found.landmarks[_LEFT_WRIST, 2] == pytest.approx(0.6)


def test_somebody_else_is_left_out() -> None:
    """In a picture of two people each look may find another one."""
    one = _seen()
    other = replace(_seen(1), mask=np.ascontiguousarray(one.mask[:, ::-1]))
    found = one.joined(other)
    np.testing.assert_array_equal(found.landmarks, one.landmarks)
    np.testing.assert_array_equal(found.mask, one.mask)


def test_a_margin_is_taken_off() -> None:
    seen = _seen()
    inner = seen.without(10)
    assert inner.mask.shape == (_SIZE[0] - 20, _SIZE[1] - 20)
    difference: NDArray[np.float64] = seen.landmarks - inner.landmarks
    np.testing.assert_allclose(difference, np.broadcast_to([10.0, 10.0, 0.0], (33, 3)))
