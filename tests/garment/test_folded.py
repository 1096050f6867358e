"""Arms that are folded back at the elbow."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.garment.drawing import DRAWN
from tests.garment.test_body import EMPTY, front
from vton_core.garment.body import Body
from vton_core.garment.drape import cut_parts, drape_sleeve
from vton_core.garment.fit import fit_torso
from vton_core.garment.folded import FoldedLimb, folded_limb, is_folded
from vton_core.garment.landmarks import find_landmarks
from vton_core.garment.measure import measure_body
from vton_core.garment.silhouette import measure_silhouette
from vton_core.garment.sleeve import fit_sleeve
from vton_core.types import Joint, Mask

UNIT = 200.0
NOTHING: Mask = np.zeros(EMPTY.shape, bool)
# A hand at the cheek: down to the elbow, and up again beside the upper arm.
JOINTS = np.array([[100, 100], [110, 300], [150, 110]], np.float64)
ARM = folded_limb(JOINTS, 20, 1.0, 26)


def _raised(wrist: tuple[float, float]) -> Body:
    """Somebody seen from the front whose left hand, on the picture's right, is at ``wrist``; in shoulder distances
    from the elbow."""
    pose = front()
    keypoints = pose.keypoints.copy()
    span = np.linalg.norm(keypoints[Joint.LEFT_SHOULDER, :2] - keypoints[Joint.RIGHT_SHOULDER, :2])
    keypoints[Joint.LEFT_WRIST, :2] = keypoints[Joint.LEFT_ELBOW, :2] + np.array(wrist) * span
    return measure_body(type(pose)(keypoints), EMPTY)


@settings(max_examples=40, deadline=None)
@given(st.floats(0.02, 1.3), st.floats(-24, 24))
def test_the_forearm_lies_before_the_upper_arm(share: float, right: float) -> None:
    forearm = JOINTS[2] - JOINTS[1]
    across = np.array([-forearm[1], forearm[0]]) / np.linalg.norm(forearm)
    along, beside = ARM.coordinates(JOINTS[1] + share * forearm + right * across)
    assert along == pytest.approx(ARM.bend + share * (ARM.length - ARM.bend), abs=0.5)
    assert abs(beside) == pytest.approx(abs(right), abs=0.5)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.0, 0.4))
def test_the_upper_arm_is_measured_where_the_forearm_leaves_it_free(share: float) -> None:
    along, beside = ARM.coordinates(JOINTS[0] + share * (JOINTS[1] - JOINTS[0]))
    assert along == pytest.approx(share * ARM.bend, abs=0.5)
    assert beside == pytest.approx(0, abs=0.5)


def test_the_elbow_is_round() -> None:
    below = JOINTS[1] + 18 * np.array([np.cos(np.linspace(0.4, 2.4, 9)), np.sin(np.linspace(0.4, 2.4, 9))]).T
    _, beside = ARM.coordinates(below)
    np.testing.assert_allclose(np.abs(beside), 18, atol=1.5)


def test_the_shoulder_is_found_though_the_hand_is_beside_it() -> None:
    along, beside = ARM.from_root(np.array([[100, 100], [140, 110]]))
    np.testing.assert_allclose(along, [0, 12 * ARM.bend / 200], atol=2)
    np.testing.assert_allclose(np.abs(beside), [0, 40], atol=1)


def test_a_foreshortened_half_has_its_usual_share_of_the_arm() -> None:
    short = folded_limb(np.array([[100, 230], [110, 300], [150, 110]], np.float64), 20, 1.0, 26)
    along, _ = short.coordinates(np.array([110.0, 300]))
    assert 0.44 < along / short.length < 0.46


def test_fields_are_the_coordinates_of_a_window() -> None:
    pixels = np.stack(np.meshgrid(np.arange(40, 240), np.arange(60, 350)), axis=-1)
    for field, truth in zip(ARM.fields(slice(60, 350), slice(40, 240)), ARM.coordinates(pixels), strict=True):
        assert np.percentile(np.abs(field - truth), 95) < 1.5


def test_moving_it_outwards_moves_both_halves() -> None:
    moved = ARM.moved(10.0)
    _, before = ARM.coordinates(np.array([[100, 150], [145, 150]]))
    _, after = moved.coordinates(np.array([[100, 150], [145, 150]]))
    np.testing.assert_allclose(after - before, -10, atol=0.5)


@pytest.mark.parametrize(
    ("joints", "folded"),
    [
        ([[100, 100], [110, 300], [150, 110]], True),
        ([[100, 100], [110, 300], [300, 330]], False),
        ([[100, 100], [110, 300], [100, 480]], False),
        # It points at the camera, and so tells no angle.
        ([[100, 100], [110, 300], [112, 270]], False),
    ],
)
def test_which_arms_are_folded(joints: list[list[float]], folded: bool) -> None:
    assert is_folded(np.array(joints, np.float64), UNIT) is folded


@pytest.mark.parametrize("past", [-0.004, 0.0, 0.004])
def test_a_sleeve_that_ends_at_the_elbow_leaves_no_veil(past: float) -> None:
    garment, body = DRAWN["spread sleeves"].garment(), _raised((0.3, -0.7))
    arm = body.arms[1]
    assert isinstance(arm, FoldedLimb)
    landmarks = find_landmarks(garment)
    fit = fit_torso(landmarks, body, measure_silhouette(body, EMPTY))
    sleeve = fit_sleeve(1, landmarks.sides[1], arm.bend / arm.length + past, fit, body, NOTHING, NOTHING)
    weight = sleeve.parts[1].weight
    veiled = (weight > 0.1) & (weight < 0.9)
    assert veiled.sum() < 0.1 * max(np.count_nonzero(weight > 0.9), 2000)


@pytest.mark.parametrize("share", [0.3, 1.0])
def test_a_sleeve_on_a_folded_arm(share: float) -> None:
    garment, body = DRAWN["spread sleeves"].garment(), _raised((0.3, -0.7))
    arm = body.arms[1]
    assert arm.folded
    landmarks = find_landmarks(garment)
    fit = fit_torso(landmarks, body, measure_silhouette(body, EMPTY))
    seen = body.arm_zone(1, EMPTY.shape)
    sleeve = fit_sleeve(1, landmarks.sides[1], share, fit, body, seen, NOTHING)
    covered = drape_sleeve(cut_parts(garment, landmarks), sleeve, body.unit, EMPTY.shape)[..., 3]
    joints = np.array([body.shoulders[1], arm.path[len(arm.path) // 2], arm.path[-1]])
    forearm = [joints[1] + part * (joints[2] - joints[1]) for part in (0.3, 0.5, 0.7)]
    for x, y in forearm:
        # A long one covers the forearm; out of a short one it comes, before the sleeve's end.
        assert (covered[round(float(y)), round(float(x))] > 0.9) == (share == 1.0)
    assert covered.sum() > 0.05 * body.unit**2
