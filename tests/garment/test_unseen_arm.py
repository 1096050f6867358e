"""Arms whose elbows are not seen: below the picture's end, behind the body, within a coat."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from tests.garment.drawing import DRAWN
from tests.garment.mannequin import mannequin
from tests.garment.test_body import EMPTY, front
from vton_core.garment.measure import measure_body
from vton_core.labels import Label
from vton_core.steps.tryon import try_on
from vton_core.types import Joint, ParseMap, Pose

COLOUR = (60, 90, 160)


def _dressed(slope: float, coat: bool = False) -> ParseMap:
    """Clothes on a torso whose left sleeve hangs outwards by ``slope``, 60 pixels wide."""
    parse = EMPTY.copy()
    cv2.rectangle(parse, (150, 180), (350, 520), (float(Label.UPPER_CLOTHES),), -1)
    end = (round(350 + slope * 300), 500)
    cv2.line(parse, (350, 200), end, (float(Label.COAT if coat else Label.UPPER_CLOTHES),), 60)
    return parse


@pytest.mark.parametrize("slope", [0.1, 0.25, 0.4])
def test_it_hangs_where_its_sleeve_is_seen(slope: float) -> None:
    body = measure_body(front("LEFT_ELBOW", "LEFT_WRIST"), _dressed(slope))
    arm = body.arms[1]
    assert body.hidden == (False, True)
    assert body.wrists[1] == 0
    elbow = arm.path[len(arm.path) // 2]
    assert elbow[0] == pytest.approx(350 + slope * (elbow[1] - 200), abs=0.1 * body.unit)
    np.testing.assert_allclose(arm.path[0], (350, 200), atol=0.05 * body.unit)


def test_below_the_pictures_end_or_in_a_coat_it_is_not_behind_the_body() -> None:
    pose = front("LEFT_ELBOW", "LEFT_WRIST")
    assert measure_body(pose, _dressed(0.2)[:330]).hidden == (False, False)
    assert measure_body(pose, _dressed(0.2, coat=True)).hidden == (False, False)
    assert measure_body(front(), _dressed(0.2)).hidden == (False, False)


def test_an_elbow_where_nobody_is_is_not_believed() -> None:
    keypoints = front().keypoints.copy()
    keypoints[Joint.LEFT_ELBOW] = 490, 60, 0.6
    arm = measure_body(Pose(keypoints), _dressed(0.2)).arms[1]
    assert arm.path[:, 1].min() > 190
    # Unless it is plainly seen.
    keypoints[Joint.LEFT_ELBOW, 2] = 0.95
    arm = measure_body(Pose(keypoints), _dressed(0.2)).arms[1]
    assert arm.path[:, 1].min() < 100


def test_a_portrait_has_sleeves() -> None:
    person = mannequin().upto(240)
    garment = DRAWN["spread long sleeves"].garment(colour=COLOUR)
    figure = try_on(person.cutout, person.canvas, person.pose, person.parse, garment).figure
    for joint, outwards in ((Joint.RIGHT_SHOULDER, -8), (Joint.LEFT_SHOULDER, 8)):
        area = person.near(person.point(joint) + np.array([outwards, 50]), 6)
        off = np.abs(figure.rgb[area].astype(int) - COLOUR).sum(axis=-1)
        assert np.median(off) < 60
        assert figure.alpha[area].min() > 0.9


def test_a_sleeve_behind_the_body_shows_nowhere_else() -> None:
    person = mannequin()
    keypoints = person.pose.keypoints.copy()
    keypoints[[Joint.LEFT_ELBOW, Joint.LEFT_WRIST]] = 0
    # Nothing of that arm is in the picture but its shoulder.
    gone = (person.parse == Label.LEFT_ARM) & (np.arange(420) > 262)
    parse, alpha = person.parse.copy(), person.cutout.alpha.copy()
    parse[gone], alpha[gone] = Label.BACKGROUND, 0
    someone = replace(person.cutout, alpha=alpha)
    garment = DRAWN["spread long sleeves"].garment(colour=COLOUR)
    figure = try_on(someone, person.canvas, Pose(keypoints), parse, garment).figure
    beyond = person.near(np.array([300.0, 310.0]), 10)
    assert figure.alpha[beyond].max() < 0.1
    shoulder = person.near(person.point(Joint.LEFT_SHOULDER), 6)
    assert np.median(np.abs(figure.rgb[shoulder].astype(int) - COLOUR).sum(axis=-1)) < 60
