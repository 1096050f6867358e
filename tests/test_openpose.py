"""OpenPose's own format and drawing."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from vton_core.errors import WorkspaceError
from vton_core.openpose import pose_from_json, pose_to_json, render_pose
from vton_core.types import Joint, Pose


def _pose(joints: dict[Joint, tuple[float, float, float]]) -> Pose:
    keypoints = np.zeros((25, 3), np.float32)
    for joint, value in joints.items():
        keypoints[joint] = value
    return Pose(keypoints)


def test_the_file_is_openposes() -> None:
    text = pose_to_json(_pose({Joint.NOSE: (349.091, 147.821, 0.922318)}))
    assert text.startswith(
        '{"version":1.3,"people":[{"person_id":[-1],"pose_keypoints_2d":[349.091,147.821,0.922318,0.0,'
    )
    person = json.loads(text)["people"][0]
    assert len(person["pose_keypoints_2d"]) == 75
    assert list(person)[2:] == [
        "face_keypoints_2d",
        "hand_left_keypoints_2d",
        "hand_right_keypoints_2d",
        "pose_keypoints_3d",
        "face_keypoints_3d",
        "hand_left_keypoints_3d",
        "hand_right_keypoints_3d",
    ]
    assert not any(person[part] for part in list(person)[2:])


@given(arrays.arrays(np.float32, (25, 3), elements=st.floats(-1e4, 1e4, width=32)))
def test_every_number_survives(keypoints: np.ndarray) -> None:
    keypoints[keypoints[:, 2] <= 0] = 0
    np.testing.assert_array_equal(pose_from_json(pose_to_json(Pose(keypoints)), "p").keypoints, keypoints)


@given(arrays.arrays(np.float32, (25, 4), elements=st.floats(-1e4, 1e4, width=32)))
def test_so_does_every_number_in_space(in_space: np.ndarray) -> None:
    in_space[in_space[:, 3] <= 0] = 0
    pose = pose_from_json(pose_to_json(Pose(np.ones((25, 3), np.float32), in_space)), "p")
    np.testing.assert_array_equal(pose.in_space, in_space)


def test_nothing_in_space_stays_nothing() -> None:
    assert pose_from_json(pose_to_json(_pose({Joint.NOSE: (1, 2, 0.5)})), "p").in_space is None


@pytest.mark.parametrize("numbers", [[0.0] * 75, [0.0] * 99 + [float("nan")], 7, ["x"] * 100])
def test_what_is_no_pose_in_space_is_named(numbers: object) -> None:
    person = {"pose_keypoints_2d": [1.0] * 75, "pose_keypoints_3d": numbers}
    with pytest.raises(WorkspaceError, match=r"ann\.json is not an OpenPose file"):
        pose_from_json(json.dumps({"people": [person]}), "ann.json")


def test_a_file_with_hands_and_several_people_gives_the_first() -> None:
    people = [{"pose_keypoints_2d": [v] * 75, "hand_left_keypoints_2d": [1] * 63} for v in (7, 9)]
    pose = pose_from_json(json.dumps({"version": 1.1, "people": people}), "p")
    assert (pose.keypoints == 7).all()


def test_the_file_is_named_where_it_is_another_models() -> None:
    """COCO's 18 joints, as older OpenPose releases write."""
    with pytest.raises(WorkspaceError, match=r"ann\.json is not an OpenPose file with one BODY_25 person"):
        pose_from_json(json.dumps({"people": [{"pose_keypoints_2d": [0] * 54}]}), "ann.json")


def test_it_is_drawn_in_openposes_colours_over_each_other() -> None:
    """The values are those that OpenPose itself leaves: six tenths of a colour over four of what was there."""
    right_arm = {
        Joint.RIGHT_SHOULDER: (100, 150, 0.9),
        Joint.RIGHT_ELBOW: (100, 300, 0.9),
        Joint.NECK: (250, 150, 0.8),
        Joint.NOSE: (250, 50, 0.05),
    }
    picture = render_pose(_pose(right_arm), (768, 1024))
    assert picture.shape == (1024, 768, 3)
    assert tuple(picture[225, 100]) == (153, 102, 0)
    assert tuple(picture[150, 175]) == (153, 51, 0)
    assert tuple(picture[300, 100]) == (214, 142, 0)
    assert not picture[50:140].any()
    middle_row = np.flatnonzero(picture[225].any(axis=1))
    assert (middle_row[0], middle_row[-1]) == (94, 106)
    last_column = np.flatnonzero(picture[:, 100].any(axis=1))
    assert (last_column[0], last_column[-1]) == (143, 307)


def test_a_pose_with_nothing_seen_is_black() -> None:
    assert not render_pose(_pose({}), (40, 30)).any()


@given(
    points=st.lists(st.tuples(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6)), min_size=25, max_size=25),
    size=st.tuples(st.integers(1, 60), st.integers(1, 60)),
)
def test_joints_anywhere_can_be_drawn(points: list[tuple[float, float]], size: tuple[int, int]) -> None:
    keypoints = np.ones((25, 3), np.float32)
    keypoints[:, :2] = points
    assert render_pose(Pose(keypoints), size).shape == (size[1], size[0], 3)
