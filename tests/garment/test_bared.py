"""What is seen of bare arms."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vton_core.garment.bared import BaredArm, bared_arm
from vton_core.garment.limb import limb_through
from vton_core.labels import Label
from vton_core.types import ParseMap

_UNIT = 100.0
_JOINTS = np.array([[150.0, 50.0], [150.0, 140.0], [150.0, 215.0]])


def drawn(beside: float, thick: int = 24) -> ParseMap:
    """An arm that hangs so many pixels to the right of its joints."""
    parse = np.zeros((260, 300), np.uint8)
    x = round(150 + beside)
    cv2.line(parse, (x, 45), (x, 235), (int(Label.LEFT_ARM),), thick)
    return parse


def measured(parse: ParseMap) -> BaredArm | None:
    limb = limb_through(_JOINTS, 10.0, 1.0)
    return bared_arm(limb, _UNIT, lambda share: np.full(np.shape(share), 12.0), parse == Label.LEFT_ARM)


@pytest.mark.parametrize("beside", [-6.0, 0.0, 6.0])
def test_the_middle_of_an_arm_is_found_beside_its_joints(beside: float) -> None:
    arm = measured(drawn(beside))
    assert arm is not None
    assert arm.girth == pytest.approx(1.0, abs=0.1)
    inner = arm.offsets(101)[15:81] * _UNIT
    assert np.abs(np.abs(inner) - abs(beside)).max() < 2.5
    assert len({*np.sign(inner[np.abs(inner) > 3])}) <= 1


def test_what_hides_a_half_of_an_arm_does_not_move_it() -> None:
    parse = drawn(0.0)
    parse[120:170, :150] = Label.UPPER_CLOTHES
    arm, whole = measured(parse), measured(drawn(0.0))
    assert arm is not None
    assert whole is not None
    assert np.abs(arm.offsets(101) - whole.offsets(101)).max() < 0.02


def test_a_shoulder_goes_with_an_arm_that_is_far_from_its_joints() -> None:
    limb = limb_through(_JOINTS, 10.0, 1.0)
    far = float(limb.normals()[0, 0]) * 14
    arm, usual = measured(drawn(far, 28)), measured(drawn(far / 5, 28))
    assert arm is not None
    assert usual is not None
    assert 0.02 < arm.shoulder <= 0.1
    assert usual.shoulder == 0


def test_of_an_arm_in_a_sleeve_nothing_is_told() -> None:
    parse = drawn(0.0)
    parse[:225] = Label.UPPER_CLOTHES
    assert measured(parse) is None
