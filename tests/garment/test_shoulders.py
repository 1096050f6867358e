"""Shoulders under sleeves, and the seam between sleeve and torso."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.garment.drawing import DRAWN
from tests.garment.mannequin import SKIN, mannequin
from tests.garment.test_body import EMPTY, front
from vton_core.garment.base import beside_collar
from vton_core.garment.body import Body
from vton_core.garment.measure import measure_body
from vton_core.garment.mend import rounded
from vton_core.garment.sheet import Sheet
from vton_core.labels import Label
from vton_core.steps.tryon import try_on
from vton_core.types import Cutout, Joint, Pose


@pytest.mark.parametrize("label", [Label.RIGHT_ARM, Label.TORSO_SKIN])
@pytest.mark.parametrize("name", ["spread sleeves", "sleeveless"])
def test_no_skin_shows_beside_a_sleeve_at_the_shoulder(name: str, label: Label) -> None:
    person = mannequin()
    rgb, parse = person.cutout.rgb.copy(), person.parse.copy()
    shoulder, elbow = person.point(Joint.RIGHT_SHOULDER), person.point(Joint.RIGHT_ELBOW)
    # An arm that reaches further out than its joints tell.
    at = shoulder + 0.3 * (elbow - shoulder) - np.array([14, 0])
    wide = np.zeros(parse.shape, np.uint8)
    cv2.circle(wide, (round(at[0]), round(at[1])), 12, (1.0,), -1)
    beyond = (wide > 0) & (parse == Label.BACKGROUND)
    rgb[beyond], parse[beyond] = SKIN, label
    alpha = cv2.GaussianBlur((parse > 0).astype(np.float32), (0, 0), 0.6)
    result = try_on(Cutout(rgb, alpha), person.canvas, person.pose, parse, DRAWN[name].garment())
    off = np.abs(result.figure.rgb.astype(int) - np.array(SKIN)).sum(axis=-1)
    skin = beyond & (result.figure.alpha > 0.5) & (off < 60)
    # A garment without sleeves leaves the shoulder as it is.
    assert (skin.sum() < 0.1 * beyond.sum()) == (name == "spread sleeves")


@pytest.mark.parametrize("name", ["spread sleeves", "hanging long sleeves", "spread long sleeves"])
def test_a_plain_garment_shows_no_line_where_its_sleeves_are_sewn_on(name: str) -> None:
    person = mannequin()
    colour = (60, 90, 160)
    garment = DRAWN[name].garment(colour=colour)
    result = try_on(person.cutout, person.canvas, person.pose, person.parse, garment)
    for shoulder in (person.point(Joint.RIGHT_SHOULDER), person.point(Joint.LEFT_SHOULDER)):
        x, y = shoulder.round().astype(int)
        seam = np.s_[y + 4 : y + 28, x - 8 : x + 30] if x < 210 else np.s_[y + 4 : y + 28, x - 30 : x + 8]
        assert result.figure.alpha[seam].min() > 0.99
        light = result.figure.rgb[seam].astype(int).sum(axis=-1)
        assert np.ptp(light) < 0.04 * sum(colour)


def _squared(body: Body) -> tuple[Sheet, tuple[Sheet, Sheet]]:
    """A torso whose left shoulder ends in a right angle, high above its sleeve."""
    (x, y), unit = body.shoulders[0], body.unit
    rows, columns = np.indices(EMPTY.shape)
    torso = (rows > y - 0.15 * unit) & (columns > x) & (columns < x + unit)
    # The opening for the neck.
    torso &= ~((rows < y + 0.2 * unit) & (columns > x + 0.3 * unit))
    sleeve = (rows > y) & (rows < y + 0.6 * unit) & (columns <= x) & (columns > x - 0.2 * unit)
    layers = [Sheet(np.dstack([mask * 90.0] * 3 + [mask]).astype(np.float32)) for mask in (torso, sleeve)]
    return layers[0], (layers[1], Sheet(np.zeros_like(layers[0].pixels)))


def test_a_shoulder_is_round_but_neither_the_neckline_nor_a_cuff() -> None:
    body = measure_body(front(), EMPTY)
    torso, sleeves = _squared(body)
    round_torso, (round_sleeve, _) = rounded(torso, sleeves, body)
    (x, y), unit = body.shoulders[0].round().astype(int), body.unit
    top = y - round(0.15 * unit) + 2
    assert torso.alpha[top, x + 2] == 1
    assert round_torso.alpha[top, x + 2] < 0.05
    inner = np.s_[top - 2 : top + round(0.5 * unit), x + round(0.2 * unit) : x + round(0.4 * unit)]
    np.testing.assert_array_equal(round_torso.alpha[inner], torso.alpha[inner])
    np.testing.assert_array_equal(round_sleeve.alpha[y + 1 :], sleeves[0].alpha[y + 1 :])


def test_the_shoulder_of_a_raised_arm_is_left_alone() -> None:
    pose = front()
    keypoints = pose.keypoints.copy()
    for elbow, wrist in ((Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST), (Joint.LEFT_ELBOW, Joint.LEFT_WRIST)):
        keypoints[[elbow, wrist], 1] = keypoints[Joint.RIGHT_SHOULDER, 1] - np.array([30, 70])
    body = measure_body(Pose(keypoints), EMPTY)
    torso, sleeves = _squared(body)
    assert rounded(torso, sleeves, body)[0] is torso


def test_beside_a_collar_that_stands_on_the_shoulders_they_do_not_show() -> None:
    body = measure_body(front(), EMPTY)
    beside, below = body.frame(EMPTY.shape)
    unit = body.unit
    collar = (np.abs(beside) < 0.3 * unit) & (below > -0.3 * unit)
    jacket = collar | ((np.abs(beside) < 0.7 * unit) & (below > -0.1 * unit))
    hidden = beside_collar(jacket, body)
    shoulder = (np.abs(beside) > 0.32 * unit) & (below < -0.12 * unit) & (below > -0.28 * unit)
    assert hidden[shoulder].all()
    assert not hidden[jacket].any()
    # Between the two ends of a neckline, and above all of a garment, skin stays.
    wide = jacket & ~((np.abs(beside) < 0.25 * unit) & (below < 0))
    assert not beside_collar(wide, body)[np.abs(beside) < 0.25 * unit].any()
    assert not hidden[below < -0.4 * unit].any()
