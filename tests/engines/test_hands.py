"""A hand that lies on the other arm is its own arm's."""

from __future__ import annotations

import numpy as np
import pytest

from vton_core.engines.parsing.hands import give_hands
from vton_core.labels import Label
from vton_core.types import Joint, ParseMap, Pose

_WRIST = (60.0, 150.0)
_PLAIN = np.full((240, 200, 3), (200, 160, 140), np.uint8)


def crossed(hidden: float = 0.4, seen: float = 0.9, away: float = 0.0) -> tuple[ParseMap, Pose]:
    """Arms crossed below the chest: the left hand lies on the right arm, whose wrist is hidden behind it, and is taken
    for the right one. How sure the wrists are, and how far below its hand the left wrist is."""
    keypoints = np.zeros((25, 3), np.float32)
    keypoints[Joint.NECK] = (100, 50, 1)
    keypoints[Joint.MID_HIP] = (100, 200, 1)
    keypoints[Joint.RIGHT_WRIST] = (55, 160, hidden)
    keypoints[Joint.LEFT_WRIST] = (_WRIST[0], _WRIST[1] + away, seen)
    labels = np.full((240, 200), Label.UPPER_CLOTHES, np.uint8)
    labels[145:165, 40:58] = Label.RIGHT_ARM
    return labels, Pose(keypoints)


def test_the_hand_goes_to_the_arm_whose_wrist_is_seen_at_it() -> None:
    labels, pose = crossed()
    found = give_hands(labels, _PLAIN, pose)
    np.testing.assert_array_equal(found == Label.LEFT_ARM, labels == Label.RIGHT_ARM)
    assert not (found == Label.RIGHT_ARM).any()


def test_a_few_pixels_of_an_arm_are_no_hand() -> None:
    labels, pose = crossed()
    labels[150, 70:74] = Label.LEFT_ARM
    assert not (give_hands(labels, _PLAIN, pose) == Label.RIGHT_ARM).any()


@pytest.mark.parametrize("changes", [{"hidden": 0.9}, {"hidden": 0.0}, {"seen": 0.5}, {"away": 60.0}])
def test_where_it_is_not_sure_all_stays(changes: dict[str, float]) -> None:
    labels, pose = crossed(**changes)
    np.testing.assert_array_equal(give_hands(labels, _PLAIN, pose), labels)


def test_an_arm_that_has_its_hand_gets_no_other() -> None:
    labels, pose = crossed()
    labels[140:160, 62:90] = Label.LEFT_ARM
    np.testing.assert_array_equal(give_hands(labels, _PLAIN, pose), labels)


def test_a_hand_on_an_arm_whose_own_hand_is_seen_elsewhere() -> None:
    labels, pose = crossed(hidden=0.9)
    pose.keypoints[Joint.RIGHT_WRIST, :2] = 70, 230
    labels[225:240, 65:80] = Label.RIGHT_ARM
    found = give_hands(labels, _PLAIN, pose)
    assert (found[145:165, 40:58] == Label.LEFT_ARM).all()
    assert (found[225:240, 65:80] == Label.RIGHT_ARM).all()


def test_a_hand_beside_a_speck_of_its_arm_goes_there_if_the_other_hand_is_at_the_rest_of_its_arm() -> None:
    labels, pose = crossed(hidden=0.9)
    pose.keypoints[Joint.RIGHT_WRIST, :2] = 55, 190
    labels[185:205, 45:60] = Label.RIGHT_ARM
    labels[150:155, 66:72] = Label.LEFT_ARM
    found = give_hands(labels, _PLAIN, pose)
    assert (found[145:165, 40:58] == Label.LEFT_ARM).all()
    assert (found[185:205, 45:60] == Label.RIGHT_ARM).all()


def gripping() -> tuple[ParseMap, Pose]:
    """The left hand holds the bare right forearm; all is labelled as the right arm beyond the left wrist."""
    keypoints = np.zeros((25, 3), np.float32)
    keypoints[Joint.NECK] = (100, 20, 1)
    keypoints[Joint.MID_HIP] = (100, 170, 1)
    keypoints[Joint.RIGHT_WRIST] = (60, 220, 0.95)
    keypoints[Joint.LEFT_ELBOW] = (140, 130, 0.95)
    keypoints[Joint.LEFT_WRIST] = (78, 130, 0.95)
    labels = np.full((240, 200), Label.UPPER_CLOTHES, np.uint8)
    labels[122:138, 76:150] = Label.LEFT_ARM
    labels[40:240, 40:78] = Label.RIGHT_ARM
    return labels, Pose(keypoints)


def test_a_hand_before_the_other_bare_arm_is_as_long_as_a_hand() -> None:
    labels, pose = gripping()
    hand = give_hands(labels, _PLAIN, pose) != labels
    rows, columns = np.nonzero(hand)
    assert (labels[hand] == Label.RIGHT_ARM).all()
    assert 105 < rows.min() < rows.max() < 155
    assert 40 <= columns.min() < 55
    assert columns.max() > 70


@pytest.mark.parametrize("columns", [slice(0, 78), slice(76, 80)])
def test_a_hand_behind_the_other_arm_stays_there(columns: slice) -> None:
    labels, pose = gripping()
    photo = _PLAIN.copy()
    photo[:, columns] = photo[:, columns] // 4 * 3
    np.testing.assert_array_equal(give_hands(labels, photo, pose), labels)
