"""The body that joints alone tell."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.garment.test_body import front
from vton_core.garment.skeleton import right_first, skeleton
from vton_core.types import Pose


@pytest.mark.parametrize(("side", "name"), [(0, "RIGHT"), (1, "LEFT")])
def test_an_arm_without_an_elbow_hangs_from_its_shoulder(side: int, name: str) -> None:
    body, whole = skeleton(front(f"{name}_ELBOW")), skeleton(front())
    arm, other = body.arms[side], body.arms[1 - side]
    np.testing.assert_allclose(arm.path[0], body.shoulders[side])
    assert arm.length == pytest.approx(body.arm_length, rel=0.02)
    beside, down = arm.path[-1] - arm.path[0]
    # Down, and a little away from the body.
    assert 0 < (beside if side else -beside) < 0.2 * down
    assert arm.coordinates(np.array([250, 340]))[1] < 0
    # Without it nothing is told of the wrist either; the other arm is as ever.
    assert body.wrists[side] == 0
    assert body.wrists[1 - side] == 1
    np.testing.assert_array_equal(other.path, whole.arms[1 - side].path)


@settings(max_examples=20, deadline=None)
@given(st.floats(-0.6, 0.6), st.floats(0.3, 2))
def test_a_hanging_arm_turns_and_grows_with_the_person(angle: float, scale: float) -> None:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    pose = front("LEFT_ELBOW", "RIGHT_ELBOW")
    keypoints = pose.keypoints.copy()
    keypoints[:, :2] = keypoints[:, :2] @ turn.T + (400, 300)
    for plain, moved in zip(skeleton(pose).arms, skeleton(Pose(keypoints)).arms, strict=True):
        np.testing.assert_allclose(moved.path[[0, -1]], plain.path[[0, -1]] @ turn.T + (400, 300), atol=0.05)


def test_which_of_a_persons_sides_is_the_pictures_left() -> None:
    keypoints = front().keypoints.copy()
    assert right_first(Pose(keypoints))
    keypoints[:, 0] = 500 - keypoints[:, 0]
    assert not right_first(Pose(keypoints))
