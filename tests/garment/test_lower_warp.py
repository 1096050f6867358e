"""How trousers and skirts lie on the legs: no folds in the warp, hems in proportion, each leg along its own joints."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import cv2
import numpy as np
import pytest

from tests.garment.lower_drawing import LOWER, skirt, trousers
from tests.garment.mannequin import Lower, Stance, mannequin
from vton_core.garment.figure import Figure
from vton_core.garment.lower.drape import drape_lower, piece_source
from vton_core.garment.lower.dresser import wear_lower
from vton_core.garment.lower.fit import Hang, fit_lower
from vton_core.garment.lower.landmarks import find_lower_landmarks
from vton_core.garment.lower.legs import Legs, measure_legs
from vton_core.garment.lower.size import lower_size
from vton_core.garment.measure import measure_body
from vton_core.labels import Label
from vton_core.types import Garment, Joint, Pose, Wearing

STANCES: tuple[Stance, ...] = ("standing", "walking", "crossed")


def _hung(garment: Garment, stance: Stance, wearing: Wearing | None = None) -> tuple[Hang, Legs, tuple[int, int]]:
    figure = mannequin(stance)
    body = measure_body(figure.pose, figure.parse)
    legs = measure_legs(figure.pose, figure.parse, body)
    marks = find_lower_landmarks(garment)
    hang = fit_lower(marks, body, legs, lower_size(marks, body, legs), wearing or Wearing())
    return hang, legs, (figure.parse.shape[0], figure.parse.shape[1])


@pytest.mark.parametrize("stance", STANCES)
@pytest.mark.parametrize("name", LOWER)
def test_the_warp_does_not_fold(name: str, stance: Stance) -> None:
    hang, _, shape = _hung(LOWER[name][0], stance)
    for piece in hang.pieces:
        source = piece_source(piece, shape).astype(np.float64)
        dx, dy = np.gradient(source, axis=1), np.gradient(source, axis=0)
        jacobian = dx[..., 0] * dy[..., 1] - dx[..., 1] * dy[..., 0]
        area = np.zeros(shape, np.uint8)
        cv2.fillPoly(area, [piece.outline.round().astype(np.int32)], (1.0,))
        inside = cv2.erode(area, np.ones((9, 9), np.uint8)) > 0
        assert (jacobian[inside] > 0).mean() > 0.995
        assert np.isfinite(source).all()


@pytest.mark.parametrize("stance", STANCES)
def test_long_trousers_reach_the_ankles_and_shorts_do_not_reach_the_knees(stance: Stance) -> None:
    figure = mannequin(stance)
    for name, low, high in (("trousers", 0.95, 1.12), ("shorts", 0.15, 0.47)):
        hang, legs, _ = _hung(LOWER[name][0], stance)
        for side in (0, 1):
            assert low < hang.hems[side] / legs.limbs[side].length < high
    assert figure.pose.point(Joint.LEFT_KNEE) is not None


def test_cropped_trousers_show_the_ankle() -> None:
    (long, legs, _), (cropped, _, _) = (_hung(LOWER[n][0], "standing") for n in ("trousers", "cropped trousers"))
    assert cropped.hems[0] < long.hems[0] - 0.04 * legs.length
    assert cropped.hems[0] > 0.7 * legs.length


def _squashed(garment: Garment, tall: float) -> Garment:
    """The garment, as it looks to somebody who stands at its hem."""
    size = (garment.alpha.shape[1], round(tall * garment.alpha.shape[0]))
    rgb, alpha = (cv2.resize(plane, size, interpolation=cv2.INTER_AREA) for plane in (garment.rgb, garment.alpha))
    return replace(garment, rgb=np.asarray(rgb, np.uint8), alpha=np.asarray(alpha, np.float32))


@pytest.mark.parametrize(("crotch", "tall"), [(180, 0.38), (230, 0.42), (330, 0.55)])
def test_trousers_that_lay_aslant_at_home_reach_the_ankles(crotch: float, tall: float) -> None:
    figure = mannequin("standing")
    seen = Figure(figure.cutout.rgb, figure.cutout.alpha, figure.pose, figure.parse)
    garment = _squashed(trousers(crotch=crotch)[0], tall)
    ankles = float(np.mean([figure.pose.keypoints[joint, 1] for joint in (Joint.LEFT_ANKLE, Joint.RIGHT_ANKLE)]))
    knees = float(np.mean([figure.pose.keypoints[joint, 1] for joint in (Joint.LEFT_KNEE, Joint.RIGHT_KNEE)]))

    def ends(**told: Any) -> float:
        worn = wear_lower(seen, replace(garment, **told), Wearing())
        return float(np.flatnonzero((worn.warped[..., 3] > 0.5).any(axis=1))[-1])

    sure, doubt = {"trousers": 0.95, "shorts": 0.03}, {"trousers": 0.5, "shorts": 0.45}
    assert abs(ends(home=True, sorts=sure) - ankles) < 0.15 * (ankles - knees)
    # A shop's picture is to be relied on, and so is one that may show shorts, or is of knee-length ones.
    assert ends(sorts=sure) == ends(home=True, sorts=doubt) < ankles - 0.15 * (ankles - knees)
    x, y = find_lower_landmarks(garment).points()["left_hem_outer"]
    assert ends(home=True, sorts=sure, corrections={"left_hem_outer": (x, y)}) == ends(sorts=sure)
    garment = LOWER["shorts"][0]
    assert ends(home=True, sorts=sure) < knees


def test_longer_and_shorter_as_wished() -> None:
    for name in ("shorts", "mini skirt"):
        usual, longer, shorter = (
            _hung(LOWER[name][0], "standing", Wearing(length=change))[0].hems[0] for change in (0.0, 0.3, -0.3)
        )
        assert shorter < usual < longer


@pytest.mark.parametrize("stance", STANCES)
@pytest.mark.parametrize("lower", ["trousers", "skirt", "shorts"])
def test_at_the_hips_legs_are_no_wider_than_they(stance: Stance, lower: Lower) -> None:
    figure = mannequin(stance, lower)
    body = measure_body(figure.pose, figure.parse)
    legs = measure_legs(figure.pose, figure.parse, body)
    along = 0.1 * body.unit
    for side, sign in ((0, -1), (1, 1)):
        middle = sign * float((legs.at(side, along, 0) - body.at(0.0, body.torso)) @ body.across)
        assert middle + legs.radius(side, along / legs.limbs[side].length) < 0.57 * body.unit


def test_a_turned_figures_legs_are_as_thick_for_their_length() -> None:
    figure = mannequin(lower="skirt")
    turned = figure.posed({Joint.RIGHT_SHOULDER: (175.0, 172.0), Joint.LEFT_SHOULDER: (245.0, 172.0)})
    widths = []
    for seen in (figure, turned):
        covered = np.where(np.isin(seen.parse, (Label.LEFT_LEG, Label.RIGHT_LEG)), Label.SKIRT, seen.parse)
        body = measure_body(seen.pose, covered)
        widths.append(float(measure_legs(seen.pose, covered, body).radius(0, 0.5)))
    assert widths[1] > 0.9 * widths[0]


_RIGHT, _LEFT = (Joint.RIGHT_KNEE, Joint.RIGHT_ANKLE), (Joint.LEFT_KNEE, Joint.LEFT_ANKLE)


@pytest.mark.parametrize("guess", ["none", "another leg", "one name"])
def test_under_a_long_skirt_legs_lead_straight_to_the_shoes(guess: str) -> None:
    figure = mannequin(lower="skirt")
    keypoints, parse = figure.pose.keypoints.copy(), figure.parse.copy()
    hidden = np.zeros(parse.shape, np.uint8)
    cv2.fillPoly(hidden, [np.array([[160, 320], [260, 320], [320, 667], [100, 667]])], (1.0,))
    parse[(hidden > 0) & ((parse == 0) | np.isin(parse, (Label.LEFT_LEG, Label.RIGHT_LEG)))] = Label.SKIRT
    for joint in (*_RIGHT, *_LEFT):
        keypoints[joint] = 0
    if guess == "another leg":
        keypoints[_RIGHT[0]], keypoints[_RIGHT[1]] = (290, 420, 0.9), (200, 500, 0.9)
    if guess == "one name":
        parse[parse == Label.LEFT_SHOE] = Label.RIGHT_SHOE
    pose = Pose(keypoints)
    legs = measure_legs(pose, parse, measure_body(pose, parse))
    for limb, x in zip(legs.limbs, (168, 252), strict=True):
        np.testing.assert_allclose(limb.path[-1], (x, 667), atol=10)
        assert np.abs(limb.path[:, 0] - np.linspace(limb.path[0, 0], x, len(limb.path))).max() < 12


def test_a_skirt_laid_flat_is_worn_longer_than_one_that_was_worn_in_its_photo() -> None:
    flat, _ = skirt(waist=75, hips=105, hem=130, bottom=290)
    worn = Garment(flat.rgb, flat.alpha.copy())
    ring = np.zeros(flat.alpha.shape, np.uint8)
    cv2.ellipse(ring, (240, 60), (75, 5), 0, 0, 360, (1.0,), -1)
    worn.alpha[ring > 0] = 1
    ends = [_hung(garment, "standing")[0] for garment in (flat, worn)]
    body = measure_body(mannequin().pose, mannequin().parse)
    lengths = [hang.hems[0] + body.torso - hang.waist_below for hang in ends]
    assert 1.2 < lengths[0] / lengths[1] < 1.4


@pytest.mark.parametrize("stance", STANCES)
def test_each_leg_covers_its_own_joints(stance: Stance) -> None:
    garment, _ = trousers()
    figure = mannequin(stance)
    hang, _, shape = _hung(garment, stance)
    marks = find_lower_landmarks(garment)
    sheets = drape_lower(garment, marks, hang, 120.0, shape)
    for sheet, knee, ankle in zip(
        sheets, (Joint.RIGHT_KNEE, Joint.LEFT_KNEE), (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE), strict=True
    ):
        shin = (figure.point(knee) + figure.point(ankle)) / 2
        for place in (figure.point(knee), shin):
            assert sheet.alpha[figure.near(place, 8)].min() > 0.95


def test_checks_stay_straight_on_straight_legs() -> None:
    """Neighbouring rows of the garment stay rows: across a leg, the source's height changes by little."""
    hang, _, shape = _hung(trousers(checked=True)[0], "standing")
    source = piece_source(hang.pieces[0], shape)
    for row in (440, 500, 560, 620):
        across = source[row, 150:190, 1]
        assert np.ptp(across) < 12
