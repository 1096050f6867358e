"""Heights by where people stand."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.poses import pose_of
from vton_core.perspective import Person, horizon_of, person_of
from vton_core.types import Joint, Pose


def _people(horizon: float, ratio: float, *feet: float) -> list[Person]:
    return [Person((100.0 * i, y), (100.0 * i, y - ratio * (y - horizon))) for i, y in enumerate(feet)]


@pytest.mark.parametrize("horizon", [-200.0, 150.0, 400.0])
@pytest.mark.parametrize("ratio", [0.4, 1.0, 1.1])
def test_the_horizon_comes_from_two_heights_or_more(horizon: float, ratio: float) -> None:
    for people in (_people(horizon, ratio, 500, 900), _people(horizon, ratio, 500, 640, 900)):
        assert horizon_of(people) == pytest.approx(horizon)


def test_who_stands_side_by_side_does_not_say_it() -> None:
    assert horizon_of(_people(300, 1, 600)) is None
    assert horizon_of(_people(300, 1, 600, 610)) is None
    assert horizon_of([Person((0, 500), (0, 100)), Person((9, 700), (9, 650))]) is None


def _standing() -> NDArray[np.float32]:
    return pose_of(
        {
            Joint.NOSE: (50, 20),
            Joint.NECK: (50, 36),
            Joint.MID_HIP: (50, 105),
            Joint.LEFT_KNEE: (47, 150),
            Joint.LEFT_ANKLE: (46, 196),
            Joint.RIGHT_ANKLE: (56, 198),
        }
    ).keypoints


def test_a_person_is_a_line_from_the_feet_through_the_head() -> None:
    keypoints = _standing()
    keypoints[Joint.NOSE, 0], keypoints[Joint.LEFT_EAR] = 62, (52, 20, 1)  # in profile
    person = person_of(Pose(keypoints))
    assert person is not None
    assert person.head[0] == pytest.approx(57.5, abs=1)
    assert person.head[1] == pytest.approx(4.8, abs=0.5)


@pytest.mark.parametrize(
    ("joint", "x", "y"),
    [
        (Joint.MID_HIP, 50, 45),  # all legs
        (Joint.MID_HIP, 50, 180),  # hardly any
        (Joint.LEFT_KNEE, 50, 190),
        (Joint.NOSE, 50, 35),
        (Joint.LEFT_WRIST, 300, 100),  # lying
        (Joint.NOSE, 200, 20),
    ],
)
def test_joints_that_lie_as_no_bodys_do_are_nobody(joint: Joint, x: float, y: float) -> None:
    keypoints = _standing()
    assert person_of(Pose(keypoints))
    keypoints[joint] = x, y, 1
    assert person_of(Pose(keypoints)) is None


def test_a_person_needs_a_head_and_feet() -> None:
    keypoints = _standing()
    keypoints[[Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE]] = 0
    assert person_of(Pose(keypoints)) is None
    keypoints[Joint.LEFT_ANKLE] = 46, 196, 1
    keypoints[Joint.RIGHT_ANKLE] = 56, 198, 1
    keypoints[Joint.RIGHT_BIG_TOE] = 56, 212, 1
    person = person_of(Pose(keypoints))
    assert person is not None
    assert person.feet == (51, 212)
    assert person.head[1] == pytest.approx(4.8, abs=0.1)
    keypoints[:, 1] *= -1  # upside down
    assert person_of(Pose(keypoints)) is None
