"""Arms before the chest, and behind what they or a top hide."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.drawing import DRAWN
from tests.garment.mannequin import SKIN, TOP, Mannequin, mannequin
from vton_core.labels import Label
from vton_core.steps.tryon import try_on
from vton_core.types import Cutout, Joint, Pose, Wearing

ELBOW, WRIST = (110, 290), (262, 268)


@pytest.fixture(autouse=True)
def _worn(monkeypatch: pytest.MonkeyPatch) -> None:
    """The drawn top hangs as if it was photographed on somebody: the figures here were drawn for one that does."""
    monkeypatch.setattr("vton_core.garment.upper.laid_flat", lambda landmarks, home: 0.0)


def _crossed(hand: bool = True, surely: float = 1.0) -> Mannequin:
    """Somebody in long sleeves whose right forearm lies before the chest, its hand at the left elbow: labelled, as by a
    parser, as the arm that is nearest, or hidden. The wrist is seen so surely."""
    person = mannequin()
    rgb, parse, keypoints = person.cutout.rgb.copy(), person.parse.copy(), person.pose.keypoints.copy()
    bare = np.isin(parse, (Label.LEFT_ARM, Label.RIGHT_ARM))
    away = bare & (np.indices(parse.shape)[1] < 150)
    rgb[bare], parse[bare] = TOP, Label.UPPER_CLOTHES
    rgb[away], parse[away] = 0, Label.BACKGROUND
    shoulder = tuple(round(float(v)) for v in keypoints[Joint.RIGHT_SHOULDER, :2])
    for start, end in ((shoulder, ELBOW), (ELBOW, WRIST)):
        for plane, value in ((rgb, TOP), (parse, (int(Label.UPPER_CLOTHES),))):
            cv2.line(plane, start, end, value, 26)
    if hand:
        for plane, value in ((rgb, SKIN), (parse, (int(Label.LEFT_ARM),))):
            cv2.circle(plane, (WRIST[0] + 8, WRIST[1] - 2), 12, value, -1)
    keypoints[Joint.RIGHT_ELBOW, :2], keypoints[Joint.RIGHT_WRIST] = ELBOW, (*WRIST, surely)
    alpha = cv2.GaussianBlur((parse > 0).astype(np.float32), (0, 0), 0.6)
    return Mannequin(Cutout(rgb, alpha), Pose(keypoints), parse)


def _along_forearm(person: Mannequin) -> NDArray[np.int64]:
    """How far the colours along the crossed forearm are from skin, once a garment with short sleeves is worn."""
    result = try_on(person.cutout, person.canvas, person.pose, person.parse, DRAWN["spread sleeves"].garment())
    x, y = np.linspace((150, 284), (245, 270), 12).round().astype(int).T
    return np.abs(result.figure.rgb[y, x].astype(np.int64) - np.array(SKIN)).sum(axis=1)


def test_a_forearm_is_bared_though_its_hand_counts_as_the_other_arms() -> None:
    assert _along_forearm(_crossed()).max() < 120


def test_a_forearm_is_bared_though_its_hand_is_hidden_where_the_wrist_is_surely_seen() -> None:
    assert _along_forearm(_crossed(hand=False)).max() < 120


@pytest.mark.parametrize("surely", [0.3, 0.7])
def test_a_forearm_whose_wrist_may_be_behind_the_body_is_not_painted_on_it(surely: float) -> None:
    assert _along_forearm(_crossed(hand=False, surely=surely)).min() > 120


def test_an_arm_is_bared_below_the_hand_that_lies_on_its_sleeve() -> None:
    person = mannequin()
    rgb, parse = person.cutout.rgb.copy(), person.parse.copy()
    elbow, wrist = person.point(Joint.RIGHT_ELBOW), person.point(Joint.RIGHT_WRIST)
    sleeve = (parse == Label.RIGHT_ARM) & ~person.near(wrist + np.array([-3, 14]), 14)
    rgb[sleeve], parse[sleeve] = TOP, Label.UPPER_CLOTHES
    hand = person.near(elbow, 13)
    rgb[hand], parse[hand] = SKIN, Label.RIGHT_ARM
    cutout = Cutout(rgb, person.cutout.alpha)
    result = try_on(cutout, person.canvas, person.pose, parse, DRAWN["spread sleeves"].garment())
    x, y = (elbow + np.linspace(0.3, 0.9, 8)[:, None] * (wrist - elbow)).round().astype(int).T
    assert np.abs(result.figure.rgb[y, x].astype(int) - np.array(SKIN)).sum(axis=1).max() < 120
    assert result.figure.alpha[y, x].min() > 0.9


def test_nothing_shows_between_two_arms_of_which_one_lies_before_the_other() -> None:
    """A forearm before the chest, its far half taken for the other arm's."""
    person = mannequin()
    rgb, parse = person.cutout.rgb.copy(), person.parse.copy()
    middle = ((ELBOW[0] + WRIST[0]) // 2, (ELBOW[1] + WRIST[1]) // 2)
    for start, end, label in ((ELBOW, middle, Label.RIGHT_ARM), (middle, WRIST, Label.LEFT_ARM)):
        for plane, value in ((rgb, SKIN), (parse, (int(label),))):
            cv2.line(plane, start, end, value, 26)
    result = try_on(
        Cutout(rgb, person.cutout.alpha), person.canvas, person.pose, parse, DRAWN["spread sleeves"].garment()
    )
    seam = np.s_[middle[1] - 4 : middle[1] + 6, middle[0] - 18 : middle[0] - 6]
    np.testing.assert_array_equal(result.figure.rgb[seam], rgb[seam])


def _beside_a_wide_top() -> Mannequin:
    """Somebody whose top reaches behind the bare arms."""
    person = mannequin()
    wide = ~np.isin(person.parse, (Label.LEFT_ARM, Label.RIGHT_ARM))
    wide[:200] = wide[330:] = wide[:, :135] = wide[:, 285:] = False
    return person.labelled(wide, Label.UPPER_CLOTHES, TOP)


def test_nothing_behind_shines_through_between_an_arm_and_the_top_behind_it() -> None:
    person, garment = _beside_a_wide_top(), DRAWN["spread sleeves"].garment()
    result = try_on(person.cutout, person.canvas, person.pose, person.parse, garment, wearing=Wearing(width=0.2))
    assert result.figure.alpha[255:275, 125:165].min() > 0.85


def test_nothing_behind_shines_through_between_an_arm_and_the_trousers_that_a_shorter_top_bares() -> None:
    person = mannequin()
    top, arm = np.zeros((2, *person.parse.shape), np.uint8)
    cv2.fillPoly(top, [np.array([(158, 300), (262, 300), (276, 400), (144, 400)])], (1.0,))
    cv2.line(arm, (128, 275), (172, 365), (1.0,), 26)
    person = person.labelled(top > 0, Label.UPPER_CLOTHES, TOP).labelled(arm > 0, Label.RIGHT_ARM, SKIN)
    pose = person.posed({Joint.RIGHT_WRIST: (172, 365)}).pose
    shorter = Wearing(length=-0.3, tuck="out")
    garment = DRAWN["spread sleeves"].garment()
    result = try_on(person.cutout, person.canvas, pose, person.parse, garment, wearing=shorter)
    assert result.figure.alpha[330:370, 165:200].min() > 0.97


def test_a_top_fills_the_gap_between_the_body_and_an_arm_that_would_be_thicker() -> None:
    person = _beside_a_wide_top()
    gap = np.zeros(person.parse.shape, np.uint8)
    cv2.line(gap, (146, 250), (140, 275), (1.0,), 3)
    cutout = Cutout(person.cutout.rgb, np.where(gap > 0, np.float32(0), person.cutout.alpha))
    parse = np.where(gap > 0, np.uint8(0), person.parse)
    garment = DRAWN["spread sleeves"].garment()
    result = try_on(cutout, person.canvas, person.pose, parse, garment, wearing=Wearing(width=0.2))
    assert result.figure.alpha[253:264, 138:155].min() > 0.95


@pytest.mark.parametrize("surely", [1.0, 0.7])
def test_an_arm_whose_hand_is_seen_is_whole_where_a_wide_top_hung_before_its_inner_edge(surely: float) -> None:
    person = mannequin()
    elbow, wrist = person.point(Joint.RIGHT_ELBOW), person.point(Joint.RIGHT_WRIST)
    wide = np.zeros(person.parse.shape, np.uint8)
    corners = [
        (160, 240),
        tuple(0.7 * elbow + 0.3 * wrist + [3, 0]),
        tuple(0.3 * elbow + 0.7 * wrist + [3, 0]),
        (165, 320),
    ]
    cv2.fillPoly(wide, [np.array(corners).round().astype(int)], (1.0,))
    person = person.labelled(np.asarray(wide > 0), Label.UPPER_CLOTHES, TOP)
    keypoints = person.pose.keypoints.copy()
    keypoints[Joint.RIGHT_WRIST, 2] = surely
    garment = DRAWN["spread sleeves"].garment()
    result = try_on(person.cutout, person.canvas, Pose(keypoints), person.parse, garment)
    x, y = (elbow + np.array([6, 0]) + np.linspace(0.4, 0.7, 6)[:, None] * (wrist - elbow)).round().astype(int).T
    skin = np.abs(result.figure.rgb[y, x].astype(int) - np.array(SKIN)).sum(axis=1) < 120
    assert (skin & (result.figure.alpha[y, x] > 0.9)).all() == (surely == 1.0)


@pytest.mark.parametrize("off", [0, 15, 18])
def test_a_long_sleeve_covers_a_bare_arm_though_its_joints_lie_far_inside(off: int) -> None:
    person = mannequin()
    keypoints = person.pose.keypoints.copy()
    keypoints[[Joint.RIGHT_SHOULDER, Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST], 0] += off
    garment = DRAWN["hanging long sleeves"].garment()
    result = try_on(person.cutout, person.canvas, Pose(keypoints), person.parse, garment)
    arm = person.parse == Label.RIGHT_ARM
    arm[round(float(person.point(Joint.RIGHT_WRIST)[1])) - 30 :] = False
    skin = np.abs(result.figure.rgb.astype(int) - np.array(SKIN)).sum(axis=2) < 60
    assert (skin & arm & (result.figure.alpha > 0.5)).sum() < 0.01 * arm.sum()


@pytest.mark.parametrize("short", [0.0, 0.1, 0.15])
def test_an_arm_goes_to_its_hand_though_the_wrist_was_found_too_far_up(short: float) -> None:
    person = mannequin()
    elbow, wrist = person.point(Joint.RIGHT_ELBOW), person.point(Joint.RIGHT_WRIST)
    rgb, parse = person.cutout.rgb.copy(), person.parse.copy()
    sleeve = (parse == Label.RIGHT_ARM) & (np.indices(parse.shape)[0] < wrist[1] - 4)
    rgb[sleeve], parse[sleeve] = TOP, Label.UPPER_CLOTHES
    hand = person.near(wrist + 0.15 * (wrist - elbow), 13)
    rgb[hand], parse[hand] = SKIN, Label.RIGHT_ARM
    # So much of the whole arm, both halves of which are about as long.
    pose = person.posed({Joint.RIGHT_WRIST: tuple(wrist - 2 * short * (wrist - elbow))}).pose
    cutout = Cutout(rgb, cv2.GaussianBlur((parse > 0).astype(np.float32), (0, 0), 0.6))
    result = try_on(cutout, person.canvas, pose, parse, DRAWN["spread sleeves"].garment())
    x, y = (elbow + np.linspace(0.3, 1.05, 16)[:, None] * (wrist - elbow)).round().astype(int).T
    assert np.abs(result.figure.rgb[y, x].astype(int) - np.array(SKIN)).sum(axis=1).max() < 120
    assert result.figure.alpha[y, x].min() > 0.9
