"""Which way a torso faces."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.garment.test_body import front
from vton_core.garment.facing import facing
from vton_core.types import Joint, Pose

_RIGHT, _LEFT = Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER


def _turned(angle: float, *, behind: bool = False) -> Pose:
    """Somebody whose shoulders are turned by so many radians, the picture's right one away from the camera."""
    keypoints, space = front().keypoints.copy(), np.zeros((25, 4), np.float32)
    at_right, at_left = (_RIGHT, _LEFT) if behind else (_LEFT, _RIGHT)
    if behind:
        keypoints[[_RIGHT, _LEFT]] = keypoints[[_LEFT, _RIGHT]]
    for joint, sign in ((at_right, 1), (at_left, -1)):
        space[joint] = 0.2 * sign * np.cos(angle), 0, 0.2 * sign * np.sin(angle), 1
    return Pose(keypoints, space)


@pytest.mark.parametrize("behind", [False, True])
@given(st.floats(-0.7, 0.7))
def test_the_shoulders_tell_it_in_space(behind: bool, angle: float) -> None:
    assert facing(_turned(angle, behind=behind)) == pytest.approx(angle, abs=1e-5)


def test_who_is_turned_further_counts_as_turned_so_far() -> None:
    assert facing(_turned(1.5)) == -facing(_turned(-1.5)) == pytest.approx(0.7)


@pytest.mark.parametrize("unseen", [_RIGHT, _LEFT])
def test_a_shoulder_that_is_not_known_in_space_tells_nothing(unseen: Joint) -> None:
    pose = _turned(0.5)
    assert pose.in_space is not None
    pose.in_space[unseen] = 0
    assert facing(pose) == facing(Pose(pose.keypoints))


@pytest.mark.parametrize(("aside", "least", "most"), [(0.0, -0.01, 0.01), (0.3, 0.2, 0.4), (-0.3, -0.4, -0.2)])
def test_where_nothing_is_known_in_space_the_nose_tells_it(aside: float, least: float, most: float) -> None:
    keypoints = front().keypoints.copy()
    left, right = keypoints[_LEFT, 0], keypoints[_RIGHT, 0]
    keypoints[Joint.NOSE] = (left + right) / 2 + aside * (left - right), 60, 1
    assert least < facing(Pose(keypoints)) < most


def test_without_a_nose_nothing_does() -> None:
    assert facing(front()) == 0
