"""Hands and feet that the old garment hid."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.garment.drawing import DRAWN
from tests.garment.lower_drawing import LOWER
from tests.garment.mannequin import SKIN, TROUSERS, Mannequin, mannequin
from vton_core.garment.foot import draw_foot
from vton_core.garment.hand import HAND, draw_hand
from vton_core.garment.hidden_hand import hidden_hand
from vton_core.garment.measure import measure_body
from vton_core.garment.regions import find_regions
from vton_core.garment.relief import Place
from vton_core.garment.skeleton import right_first
from vton_core.labels import Label
from vton_core.steps.tryon import try_on
from vton_core.types import Joint, Mask, Wearing

TONE = np.array([200.0, 150.0, 120.0])
COAT = (60, 80, 60)


def _place(at: tuple[float, float], mirrored: bool = False) -> Place:
    inwards = np.array([-1.0 if mirrored else 1.0, 0.0])
    return Place(np.array(at), np.array([0.0, 1.0]), inwards, 80.0, 9.0)


def test_a_hand_is_as_long_as_wanted_and_has_the_arms_colour() -> None:
    hand = draw_hand(_place((60, 30)), TONE, (150, 120))
    rows = np.flatnonzero((hand.alpha > 0.5).any(axis=1))
    assert rows[-1] == pytest.approx(30 + 80, abs=3)
    solid = hand.alpha > 0.99
    assert 0.2 * 80 * 20 < solid.sum() < 80 * 30
    np.testing.assert_allclose(np.median(hand.pixels[solid][:, :3], axis=0), TONE, atol=25)
    assert hand.pixels[..., :3].max() <= 255


def test_the_other_hand_is_its_mirror_image() -> None:
    left, right = (draw_hand(_place((60, 30), mirrored), TONE, (150, 121)).pixels for mirrored in (False, True))
    np.testing.assert_allclose(left, right[:, ::-1], atol=1)


@pytest.mark.parametrize("at", [(-500.0, 30.0), (60.0, 900.0)])
def test_out_of_the_picture_nothing_is_drawn(at: tuple[float, float]) -> None:
    assert draw_hand(_place(at), TONE, (150, 120)).alpha.max() == 0


@pytest.mark.parametrize("at", [(0.0, 30.0), (60.0, 140.0)])
def test_at_the_pictures_edge_a_part_is_drawn(at: tuple[float, float]) -> None:
    whole = draw_hand(_place((160, 130)), TONE, (300, 320)).alpha.sum()
    assert 0.05 * whole < draw_hand(_place(at), TONE, (150, 120)).alpha.sum() < 0.8 * whole


def _in_coat(person: Mannequin, upto: int) -> Mannequin:
    """The figure in a coat down to a row, its arms in it to the finger tips."""
    rows, columns = np.indices(person.parse.shape)
    coat = (rows > 165) & (rows < upto) & (abs(columns - 210) < 118)
    return person.labelled(coat, Label.COAT, COAT)


def _hidden(person: Mannequin) -> list[Place | None]:
    body = measure_body(person.pose, person.parse)
    regions = find_regions(person.cutout.rgb, person.parse, body, right_first(person.pose))
    return [hidden_hand(body, side, regions) for side in (0, 1)]


def test_hands_that_a_coat_hides_hang_from_the_wrists() -> None:
    person = _in_coat(mannequin(), 520)
    for place, joint in zip(_hidden(person), (Joint.RIGHT_WRIST, Joint.LEFT_WRIST), strict=True):
        assert place is not None
        assert np.linalg.norm(place.joint - person.point(joint)) < 20
        assert place.down[1] > 0.9
        assert place.inwards[0] * (210 - place.joint[0]) > 0
        assert place.length == pytest.approx(HAND * 120, rel=0.1)


def test_hands_that_are_seen_or_in_the_trousers_are_not_drawn() -> None:
    assert _hidden(mannequin()) == [None, None]
    person = _in_coat(mannequin(), 520)
    hips: Mask = np.asarray(np.indices(person.parse.shape)[0] > 350) & (person.parse == Label.COAT)
    assert _hidden(person.labelled(hips, Label.PANTS, TROUSERS)) == [None, None]


def test_arms_that_were_in_a_coat_end_in_hands() -> None:
    person = _in_coat(mannequin(), 520)
    garment = DRAWN["spread sleeves"].garment()
    figure = try_on(person.cutout, person.canvas, person.pose, person.parse, garment).figure
    bare = (np.abs(figure.rgb.astype(int) - SKIN).sum(axis=-1) < 180) & (figure.alpha > 0.9)
    for joint, side in ((Joint.RIGHT_WRIST, -1), (Joint.LEFT_WRIST, 1)):
        x, y = person.point(joint)
        for further in (10, 25, 40):
            row = bare[round(y + further), round(x) - 25 : round(x) + 25]
            assert row.sum() >= 8, (side, further)


def test_a_foot_is_as_wide_as_its_ankle_and_has_its_toes_at_the_end() -> None:
    foot = draw_foot(
        Place(np.array([60.0, 30.0]), np.array([0.0, 1.0]), np.array([1.0, 0.0]), 80.0, 20.0), TONE, (150, 120)
    )
    widths = (foot.alpha > 0.5).sum(axis=1)
    assert np.flatnonzero(widths)[-1] == pytest.approx(30 + 80, abs=4)
    assert widths[36] == pytest.approx(40, abs=3)
    assert 44 < widths.max() < 64
    # The big toe is the longest, on the inside.
    assert np.flatnonzero(foot.alpha[106] > 0.5).mean() > 60


@pytest.mark.parametrize("shoes", [True, False])
def test_feet_that_long_trousers_hid_are_drawn_and_shoes_stay(shoes: bool) -> None:
    person = mannequin()
    if not shoes:
        rows = np.indices(person.parse.shape)[0]
        wide = np.isin(person.parse, (Label.PANTS, Label.LEFT_SHOE, Label.RIGHT_SHOE)) & (rows > 600)
        wide = np.asarray(cv2.dilate(wide.astype(np.uint8), np.ones((50, 30), np.uint8)) > 0)
        person = person.labelled(wide, Label.PANTS, TROUSERS)
    garment, wearing = LOWER["shorts"][0], Wearing(garment="lower")
    figure = try_on(person.cutout, person.canvas, person.pose, person.parse, garment, wearing=wearing).figure
    for x, y in (person.point(joint) for joint in (Joint.RIGHT_ANKLE, Joint.LEFT_ANKLE)):
        toes = (slice(round(y) + 20, round(y) + 36), slice(round(x) - 6, round(x) + 6))
        like = np.abs(figure.rgb[toes].astype(int) - SKIN).sum(axis=-1).mean()
        assert figure.alpha[toes].mean() > 0.9
        assert (like < 150) != shoes
