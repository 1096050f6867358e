"""Heights by where people stand."""

from __future__ import annotations

import numpy as np
import pytest

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


def test_a_person_needs_a_head_and_feet() -> None:
    keypoints = np.zeros((25, 3), np.float32)
    keypoints[Joint.NOSE] = 50, 20, 1
    keypoints[Joint.NECK] = 50, 36, 1
    assert person_of(Pose(keypoints)) is None
    keypoints[Joint.LEFT_ANKLE] = 46, 196, 1
    keypoints[Joint.RIGHT_ANKLE] = 56, 198, 1
    keypoints[Joint.RIGHT_BIG_TOE] = 56, 212, 1
    person = person_of(Pose(keypoints))
    assert person is not None
    assert person.feet == (51, 212)
    assert person.head[1] == pytest.approx(4.8)
    keypoints[:, 1] *= -1  # upside down
    assert person_of(Pose(keypoints)) is None
