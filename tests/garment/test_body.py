"""The body measured from joints."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vton_core.errors import NoPersonError
from vton_core.garment.body import TORSO_TO_SHOULDERS
from vton_core.garment.measure import measure_body
from vton_core.labels import Label
from vton_core.types import Joint, ParseMap, Pose

FRONT = {
    Joint.RIGHT_SHOULDER: (150, 200),
    Joint.LEFT_SHOULDER: (350, 200),
    Joint.RIGHT_ELBOW: (120, 340),
    Joint.LEFT_ELBOW: (380, 340),
    Joint.RIGHT_WRIST: (110, 480),
    Joint.LEFT_WRIST: (390, 480),
    Joint.MID_HIP: (250, 510),
}
EMPTY: ParseMap = np.zeros((640, 500), np.uint8)


def _pose(points: dict[Joint, tuple[float, float]]) -> Pose:
    keypoints = np.zeros((25, 3), np.float32)
    for joint, (x, y) in points.items():
        keypoints[joint] = x, y, 1
    return Pose(keypoints)


def front(*missing: str) -> Pose:
    """The joints of a person from the front, without some."""
    return _without(*(Joint[name] for name in missing))


def _without(*joints: Joint) -> Pose:
    return _pose({joint: point for joint, point in FRONT.items() if joint not in joints})


def test_a_person_from_the_front() -> None:
    body = measure_body(_pose(FRONT), EMPTY)
    np.testing.assert_allclose(body.neck, (250, 200))
    np.testing.assert_allclose(body.down, (0, 1), atol=1e-9)
    np.testing.assert_allclose(body.across, (1, 0), atol=1e-9)
    assert body.unit == pytest.approx(200)
    assert body.torso == pytest.approx(310)
    assert body.hips_seen
    assert min(body.wrists) > 0
    np.testing.assert_allclose(body.at(30, 50), (280, 250))
    for side, wrist in ((0, (110, 480)), (1, (390, 480))):
        arm = body.arms[side]
        np.testing.assert_allclose(arm.path[[0, -1]], [body.shoulders[side], wrist], atol=0.03 * body.unit)
        # Outside is away from the middle on both sides.
        assert arm.coordinates(np.array([250, 340]))[1] < 0
        assert arm.coordinates(np.array([(20, 340), (480, 340)][side]))[1] > 0


@settings(max_examples=20, deadline=None)
@given(st.floats(-0.6, 0.6), st.floats(0.3, 2))
def test_measures_turn_and_grow_with_the_person(angle: float, scale: float) -> None:
    turn = scale * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    moved = {j: (float(p[0]), float(p[1])) for j, q in FRONT.items() for p in [turn @ np.array(q) + (400, 300)]}
    plain, body = measure_body(_pose(FRONT), EMPTY), measure_body(_pose(moved), EMPTY)
    assert body.unit == pytest.approx(scale * plain.unit, rel=1e-4)
    assert body.torso == pytest.approx(scale * plain.torso, rel=1e-4)
    np.testing.assert_allclose(body.down, turn @ plain.down / scale, atol=1e-4)
    np.testing.assert_allclose(body.at(30 * scale, 50 * scale), turn @ plain.at(30, 50) + (400, 300), atol=0.05)
    assert abs(float(body.down @ body.across)) < 1e-9


def test_a_turned_person_is_as_large_as_from_the_front() -> None:
    turned = FRONT | {Joint.RIGHT_SHOULDER: (215, 200), Joint.LEFT_SHOULDER: (285, 200)}
    body = measure_body(_pose(turned), EMPTY)
    # The shoulders stand 70 px apart; the torso tells the size, within a fifth.
    assert 160 < body.unit < 210
    right, left = body.on_shoulder(0, 60), body.on_shoulder(1, 60)
    assert right[0] < body.neck[0] < left[0]
    assert left[0] - right[0] < 0.6 * 120


def test_from_behind_sides_are_still_the_pictures() -> None:
    behind = {joint: (500 - x, y) for joint, (x, y) in FRONT.items()}
    body = measure_body(_pose(behind), EMPTY)
    assert body.shoulders[0, 0] < body.shoulders[1, 0]
    arm = body.arms[0]
    np.testing.assert_allclose(arm.path[-1], (110, 480), atol=0.03 * body.unit)


def test_without_hips_the_torso_is_the_usual_one() -> None:
    body = measure_body(_without(Joint.MID_HIP), EMPTY)
    assert not body.hips_seen
    assert body.unit == pytest.approx(200)
    assert body.torso == pytest.approx(TORSO_TO_SHOULDERS * 200)
    np.testing.assert_allclose(body.down, (0, 1), atol=1e-9)


def test_without_a_wrist_the_arm_goes_on() -> None:
    body = measure_body(_without(Joint.RIGHT_WRIST), EMPTY)
    arm = body.arms[0]
    assert body.wrists[0] == 0
    assert arm.path[-1][1] > 440
    assert body.hidden == (False, False)


def test_without_a_shoulder_nobody_can_wear_it() -> None:
    for joint in (Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER):
        with pytest.raises(NoPersonError, match="shoulders cannot be seen"):
            measure_body(_without(joint), EMPTY)


@pytest.mark.parametrize("missing", [(), (Joint.MID_HIP,)])
def test_shoulders_on_the_same_spot_are_none(missing: tuple[Joint, ...]) -> None:
    points = FRONT | {Joint.RIGHT_SHOULDER: (250, 200), Joint.LEFT_SHOULDER: (250.4, 200)}
    with pytest.raises(NoPersonError, match="shoulders cannot be seen"):
        measure_body(_pose({joint: point for joint, point in points.items() if joint not in missing}), EMPTY)


def test_the_shoulders_edge_follows_the_picture() -> None:
    plain = measure_body(_pose(FRONT), EMPTY)
    parse = EMPTY.copy()
    parse[round(float(plain.on_shoulder(0, 84)[1])) - 15 :, 120:380] = Label.UPPER_CLOTHES
    settled = measure_body(_pose(FRONT), parse)
    assert settled.surface_shift > 0.03
    assert settled.on_shoulder(0, 84)[1] < plain.on_shoulder(0, 84)[1] - 6


def test_zones_lie_where_body_and_arms_are() -> None:
    body = measure_body(_pose(FRONT), EMPTY)
    torso, arm = body.torso_zone(EMPTY.shape), body.arm_zone(0, EMPTY.shape)
    assert torso[350, 250]
    assert not torso[350, 60]
    assert arm[340, 120]
    assert arm[470, 111]
    assert not arm[340, 250]
    assert not body.arm_zone(0, EMPTY.shape, upto=0.4)[470, 111]


def test_the_neck_goes_up_to_where_the_face_is() -> None:
    rows, columns = np.indices(EMPTY.shape)
    for aside in (-60, 0, 60):
        parse = EMPTY.copy()
        parse[(columns - 250 - aside) ** 2 / 45**2 + (rows - 70) ** 2 / 60**2 < 1] = Label.FACE
        zone = measure_body(front(), parse).torso_zone(EMPTY.shape)
        middle = np.flatnonzero(zone[95]).mean()
        assert (middle - 250) * np.sign(aside) >= (30 if aside else 0)
        assert abs(middle - 250) <= abs(aside) + 1
        # The shoulders stay where they are.
        assert np.flatnonzero(zone[220]).mean() == pytest.approx(250, abs=2)


def test_a_coat_lies_thick_on_the_shoulders() -> None:
    parse = EMPTY.copy()
    parse[155:500, 130:370] = Label.UPPER_CLOTHES
    thin = measure_body(front(), parse).on_shoulder(0, 84)
    parse[parse > 0] = Label.COAT
    thick = measure_body(front(), parse).on_shoulder(0, 84)
    assert thick[1] == pytest.approx(thin[1] + 0.06 * 200, abs=1)
