"""Clothing Co-Parsing's coarse tags become CIHP labels by the pose."""

from __future__ import annotations

import numpy as np
import pytest

from tests.poses import pose_of
from vton_core.errors import WorkspaceError
from vton_core.labels import Label
from vton_core.training import ccp
from vton_core.types import Joint, Pose

_SKIN, _SUIT, _SHOES, _BELT = 200, 201, 202, 203


def _standing() -> Pose:
    """A person facing the camera: the person's right is on the picture's left."""
    at = {
        Joint.NOSE: (50, 20),
        Joint.RIGHT_EYE: (47, 17),
        Joint.LEFT_EYE: (53, 17),
        Joint.NECK: (50, 40),
        Joint.RIGHT_SHOULDER: (35, 40),
        Joint.RIGHT_ELBOW: (28, 65),
        Joint.RIGHT_WRIST: (25, 90),
        Joint.LEFT_SHOULDER: (65, 40),
        Joint.LEFT_ELBOW: (72, 65),
        Joint.LEFT_WRIST: (75, 90),
        Joint.MID_HIP: (50, 95),
        Joint.RIGHT_HIP: (42, 95),
        Joint.RIGHT_KNEE: (42, 135),
        Joint.RIGHT_ANKLE: (42, 175),
        Joint.LEFT_HIP: (58, 95),
        Joint.LEFT_KNEE: (58, 135),
        Joint.LEFT_ANKLE: (58, 175),
    }
    return pose_of(at)


def _tags(*patches: tuple[int, int, int]) -> np.ndarray:
    """5×5 patches of a tag around given points on an empty picture."""
    tags = np.zeros((200, 100), np.uint8)
    for tag, x, y in patches:
        tags[y - 2 : y + 3, x - 2 : x + 3] = tag
    return tags


def test_skin_is_divided_among_face_neck_arms_and_legs() -> None:
    spots = {
        (50, 18): Label.FACE,
        (50, 36): Label.TORSO_SKIN,
        (26, 80): Label.RIGHT_ARM,
        (74, 80): Label.LEFT_ARM,
        (42, 150): Label.RIGHT_LEG,
        (58, 150): Label.LEFT_LEG,
    }
    labels = ccp.to_cihp(_tags(*((_SKIN, x, y) for x, y in spots)), _standing(), None)
    assert {spot: labels[spot[1], spot[0]] for spot in spots} == spots


def test_the_outline_of_the_face_decides_where_the_neck_begins() -> None:
    outline = np.array([(40, 5), (60, 5), (60, 22), (50, 25), (40, 22)], np.float32)
    labels = ccp.to_cihp(_tags((_SKIN, 50, 20), (_SKIN, 50, 30)), _standing(), outline)
    assert (labels[20, 50], labels[30, 50]) == (Label.FACE, Label.TORSO_SKIN)


def test_a_hand_before_the_chest_belongs_to_the_arm() -> None:
    keypoints = _standing().keypoints.copy()
    keypoints[Joint.RIGHT_ELBOW, :2] = 30, 75
    keypoints[Joint.RIGHT_WRIST, :2] = 48, 60
    labels = ccp.to_cihp(_tags((_SKIN, 49, 60)), Pose(keypoints), None)
    assert labels[60, 49] == Label.RIGHT_ARM


def test_shoes_get_sides() -> None:
    labels = ccp.to_cihp(_tags((_SHOES, 42, 180), (_SHOES, 58, 180)), _standing(), None)
    assert (labels[180, 42], labels[180, 58]) == (Label.RIGHT_SHOE, Label.LEFT_SHOE)


def test_a_suit_has_a_coat_and_trousers() -> None:
    labels = ccp.to_cihp(_tags((_SUIT, 50, 60), (_SUIT, 42, 140)), _standing(), None)
    assert (labels[60, 50], labels[140, 42]) == (Label.COAT, Label.PANTS)


def test_a_dress_under_a_top_is_a_skirt() -> None:
    labels = ccp.to_cihp(_tags((Label.UPPER_CLOTHES, 50, 60), (Label.DRESS, 50, 120)), _standing(), None)
    assert labels[120, 50] == Label.SKIRT


def test_a_belt_belongs_to_the_lower_garment() -> None:
    labels = ccp.to_cihp(_tags((_BELT, 50, 95), (Label.SKIRT, 50, 120)), _standing(), None)
    assert labels[95, 50] == Label.SKIRT


def test_without_a_pose_skin_carries_no_loss() -> None:
    labels = ccp.to_cihp(_tags((_SKIN, 50, 60)), Pose(np.zeros((25, 3), np.float32)), None)
    assert labels[60, 50] == ccp.IGNORED


def test_the_split_keeps_validation_apart() -> None:
    train, held = ccp.split(f"{i:04}" for i in range(100))
    assert not set(train) & set(held)
    assert len(held) == 10
    assert len(train) == 80
    assert not any(photo.endswith("0") for photo in [*train, *held])


def test_a_wrong_folder_is_named(tmp_path) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(WorkspaceError, match=str(tmp_path)):
        ccp.photo_ids(tmp_path)
