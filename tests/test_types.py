"""The values that pass between the steps check themselves."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vton_core.errors import PlacementError
from vton_core.types import Canvas, Cutout, Garment, Joint, Placement, Pose, TryOn

_COORDINATE = st.floats(-1e4, 1e4)


@pytest.mark.parametrize("keypoints", [np.zeros((18, 3), np.float32), np.zeros((25, 3)), np.zeros(75, np.float32)])
def test_a_pose_of_another_shape_is_refused(keypoints: np.ndarray) -> None:
    with pytest.raises(ValueError, match=r"keypoints must be float32 \(25, 3\)"):
        Pose(keypoints)


def test_pictures_and_alpha_must_fit() -> None:
    rgb, alpha = np.zeros((4, 5, 3), np.uint8), np.zeros((4, 5), np.float32)
    for kind in (Cutout, Garment):
        assert kind(rgb, alpha).alpha is alpha
        with pytest.raises(ValueError, match=r"alpha must be float32 \(4, 5\)"):
            kind(rgb, alpha.T)
        with pytest.raises(ValueError, match="rgb must be uint8"):
            kind(rgb.astype(np.float32), alpha)
    with pytest.raises(ValueError, match=r"warped must be uint8 \(4, 5, 4\)"):
        TryOn(Cutout(rgb, alpha), alpha > 0, rgb)
    assert Cutout(rgb, alpha).size == (5, 4)


def test_a_joint_that_was_not_seen_is_none_and_stays_where_it_is() -> None:
    keypoints = np.zeros((25, 3), np.float32)
    keypoints[Joint.NECK] = 10, 20, 0.5
    pose = Pose(keypoints).mapped(2, (1, -1))
    assert pose.point(Joint.NECK) == (21, 39)
    assert pose.point(Joint.NOSE) is None
    assert not np.delete(pose.keypoints, Joint.NECK, axis=0).any()
    assert pose.keypoints[Joint.NECK, 2] == 0.5


@given(
    scale=st.floats(0.01, 100),
    offset=st.tuples(_COORDINATE, _COORDINATE),
    points=st.lists(st.tuples(_COORDINATE, _COORDINATE), min_size=1, max_size=5),
)
def test_to_the_canvas_and_back(scale: float, offset: tuple[float, float], points: list[tuple[float, float]]) -> None:
    canvas = Canvas(scale, offset, (512, 512), (300, 400))
    given_points = np.array(points)
    there = canvas.to_canvas(given_points)
    np.testing.assert_allclose(there, given_points @ canvas.matrix()[:, :2].T + canvas.matrix()[:, 2], atol=1e-6)
    np.testing.assert_allclose(canvas.to_source(there), given_points, atol=1e-6)


@given(top=st.tuples(_COORDINATE, _COORDINATE), bottom=st.tuples(_COORDINATE, _COORDINATE))
def test_the_height_is_the_distance(top: tuple[float, float], bottom: tuple[float, float]) -> None:
    distance = math.hypot(top[0] - bottom[0], top[1] - bottom[1])
    if distance < 1:
        with pytest.raises(PlacementError, match="same spot"):
            Placement((0, 0), top, bottom)
    else:
        assert Placement((0, 0), top, bottom).height == pytest.approx(distance)


@pytest.mark.parametrize("value", [math.nan, math.inf])
def test_a_coordinate_that_is_no_number_is_refused(value: float) -> None:
    with pytest.raises(PlacementError, match="not a number"):
        Placement((value, 0), (0, 0), (0, 9))
