"""Where a bare arm would be seen."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.garment.test_body import EMPTY, front
from vton_core.garment.arm import bare_arm
from vton_core.garment.measure import measure_body
from vton_core.types import Mask

NOTHING: Mask = np.zeros(EMPTY.shape, bool)


@pytest.mark.parametrize("side", [0, 1])
def test_it_is_as_wide_as_a_usual_arm(side: int) -> None:
    body = measure_body(front(), EMPTY)
    arm, limb = bare_arm(body, side, NOTHING, NOTHING), body.arms[side]
    for share in (0.3, 0.5, 0.8):
        index = round(share * (len(limb.path) - 1))
        radius = float(body.arm_radius(share))
        for offset in (-1.3, -0.7, 0.0, 0.7, 1.3):
            x, y = np.round(limb.path[index] + offset * radius * limb.normals()[index]).astype(int)
            assert arm.share[y, x] == pytest.approx(share, abs=0.02)
            assert arm.inside[y, x] == pytest.approx(radius * (1 - abs(offset)), abs=2.5)
            assert arm.across[y, x] == pytest.approx(offset, abs=0.15)
            assert (arm.cover[y, x] > 0.5) == (abs(offset) < 1)


def test_it_meets_the_hand_that_is_seen() -> None:
    body = measure_body(front(), EMPTY)
    limb = body.arms[0]
    hand = np.zeros(EMPTY.shape, np.uint8)
    wide = 1.3 * float(body.arm_radius(0.9))
    line = limb.path[round(0.86 * len(limb.path)) :] + 4 * limb.normals()[-1]
    cv2.polylines(hand, [np.round(line).astype(np.int32)], False, (1.0,), round(2 * wide))
    arm = bare_arm(body, 0, hand > 0, NOTHING)
    index = round(0.92 * (len(limb.path) - 1))
    for offset in (-0.85, 0.85):
        x, y = np.round(limb.path[index] + (4 + offset * wide) * limb.normals()[index]).astype(int)
        assert arm.inside[y, x] == pytest.approx(0.15 * wide, abs=3)
    # Further up it is as ever.
    usual = bare_arm(body, 0, NOTHING, NOTHING)
    np.testing.assert_allclose(arm.inside[: EMPTY.shape[0] // 2], usual.inside[: EMPTY.shape[0] // 2], atol=0.5)


def test_it_meets_a_hand_that_begins_behind_the_wrist() -> None:
    body = measure_body(front(), EMPTY)
    limb = body.arms[0]
    hand = np.zeros(EMPTY.shape, np.uint8)
    wide, ahead = 1.3 * float(body.arm_radius(1.0)), limb.directions()[-1]
    ends = limb.path[-1] + 10 * limb.normals()[-1] + np.outer((0.03 * limb.length + wide, 60), ahead)
    cv2.line(hand, *(tuple(round(float(v)) for v in end) for end in ends), (1.0,), round(2 * wide))
    arm = bare_arm(body, 0, hand > 0, NOTHING)
    for offset in (-0.8, 0.8):
        x, y = np.round(limb.path[-1] + (10 + offset * wide) * limb.normals()[-1]).astype(int)
        assert arm.inside[y, x] == pytest.approx(0.2 * wide, abs=3)


def test_edges_are_soft() -> None:
    arm = bare_arm(measure_body(front(), EMPTY), 0, NOTHING, NOTHING)
    steps = np.abs(np.diff(arm.cover, axis=1))
    assert 0.1 < steps.max() < 0.8


@pytest.mark.parametrize("covered", [False, True])
def test_below_a_bare_shoulder_an_arm_comes_out_of_its_sleeve(covered: bool) -> None:
    body = measure_body(front(), EMPTY)
    limb = body.arms[1]

    def stretch(first: float, last: float) -> Mask:
        area = np.zeros(EMPTY.shape, np.uint8)
        line = limb.path[round(first * len(limb.path)) : round(last * len(limb.path))]
        cv2.polylines(area, [np.round(line).astype(np.int32)], False, (1.0,), 30)
        return area > 0

    seen = stretch(0.0, 0.2) | stretch(0.7, 1.0)
    arm = bare_arm(body, 1, seen, stretch(0.2, 0.7) if covered else NOTHING)
    assert arm.joint == pytest.approx(0.7 if covered else 0.0, abs=0.06)
