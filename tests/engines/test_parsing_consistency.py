"""What one person can wear at once, on drawn figures."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.poses import pose_of
from vton_core.engines.parsing.colour import by_own_colours
from vton_core.engines.parsing.consistency import settle
from vton_core.labels import COUNT, Label
from vton_core.types import Image, Joint, Pose

_TOP, _OTHER = (180, 180, 185), (30, 40, 90)
_SHOULDERS, _WAIST, _HEM, _FEET = 60, 170, 220, 380
_COLUMNS = slice(60, 140)
_Float = NDArray[np.float32]


def _pose() -> Pose:
    return pose_of(
        {
            Joint.NECK: (100, 60),
            Joint.RIGHT_SHOULDER: (65, 62),
            Joint.LEFT_SHOULDER: (135, 62),
            Joint.MID_HIP: (100, 200),
            Joint.RIGHT_HIP: (80, 200),
            Joint.LEFT_HIP: (120, 200),
        }
    )


def _figure(*parts: tuple[int, int, dict[Label, float], tuple[int, int, int]]) -> tuple[_Float, Image]:
    """Bands from row to row, with what the network says there and their colour."""
    rgb, scores = np.full((400, 200, 3), 255, np.uint8), np.zeros((COUNT, 400, 200), np.float32)
    scores[Label.BACKGROUND] = 1
    for top, bottom, said, colour in parts:
        rgb[top:bottom, _COLUMNS] = colour
        scores[:, top:bottom, _COLUMNS] = 0
        for label, share in said.items():
            scores[label, top:bottom, _COLUMNS] = share
    return scores, rgb


def _labels(scores: _Float, rgb: Image) -> NDArray[np.intp]:
    return by_own_colours(settle(scores, rgb, _pose()), rgb).argmax(axis=0)[:, 100]


def test_a_tunic_over_trousers_is_a_top_down_to_its_hem() -> None:
    doubtful = {Label.DRESS: 0.6, Label.UPPER_CLOTHES: 0.4}
    found = _labels(
        *_figure(
            (_SHOULDERS, _WAIST, {Label.UPPER_CLOTHES: 0.9, Label.DRESS: 0.1}, _TOP),
            (_WAIST, _HEM, doubtful, _TOP),
            (_HEM, _FEET, {Label.PANTS: 0.9, Label.DRESS: 0.1}, _OTHER),
        )
    )
    assert (found[_SHOULDERS + 5 : _HEM - 5] == Label.UPPER_CLOTHES).all()
    assert (found[_HEM + 5 : _FEET - 5] == Label.PANTS).all()


def test_a_top_over_a_skirt_of_another_colour_is_no_dress() -> None:
    dress = {Label.DRESS: 0.9, Label.UPPER_CLOTHES: 0.1}
    found = _labels(*_figure((_SHOULDERS, 240, dress, _TOP), (240, 330, dress, _OTHER)))
    assert (found[_SHOULDERS + 5 : 230] == Label.UPPER_CLOTHES).all()
    assert (found[250:325] == Label.SKIRT).all()


def test_a_dress_of_one_colour_stays_a_dress() -> None:
    legs = (330, _FEET, {Label.LEFT_LEG: 1.0}, _OTHER)
    found = _labels(*_figure((_SHOULDERS, 330, {Label.DRESS: 0.7, Label.UPPER_CLOTHES: 0.3}, _TOP), legs))
    assert (found[_SHOULDERS + 5 : 325] == Label.DRESS).all()


@pytest.mark.parametrize("taken_for", [Label.DRESS, Label.COAT])
def test_where_no_knee_is_seen_a_top_is_likelier_than_a_dress_or_a_coat(taken_for: Label) -> None:
    to_the_hips = _figure((_SHOULDERS, _HEM, {taken_for: 0.7, Label.UPPER_CLOTHES: 0.3}, _TOP))
    assert (_labels(*to_the_hips)[_SHOULDERS + 5 : _HEM - 5] == Label.UPPER_CLOTHES).all()


@pytest.mark.parametrize("worn", [Label.DRESS, Label.COAT])
def test_what_is_plainly_a_dress_or_a_coat_is_one_in_a_half_body_too(worn: Label) -> None:
    to_the_hips = _figure((_SHOULDERS, _HEM, {worn: 0.9, Label.UPPER_CLOTHES: 0.1}, _TOP))
    assert (_labels(*to_the_hips)[_SHOULDERS + 5 : _HEM - 5] == worn).all()


def test_nobody_wears_trousers_at_the_chest() -> None:
    top = {Label.UPPER_CLOTHES: 0.9, Label.PANTS: 0.1}
    trousers = {Label.PANTS: 0.9, Label.UPPER_CLOTHES: 0.1}
    found = _labels(
        *_figure(
            (_SHOULDERS, 200, top, _TOP),
            (75, 100, {Label.PANTS: 0.8, Label.UPPER_CLOTHES: 0.2}, _TOP),
            (200, _FEET, trousers, _OTHER),
        )
    )
    assert (found[_SHOULDERS + 5 : 195] == Label.UPPER_CLOTHES).all()
    assert (found[205 : _FEET - 5] == Label.PANTS).all()


def test_trousers_with_a_top_of_another_colour_are_no_overall() -> None:
    overall = {Label.PANTS: 0.9, Label.UPPER_CLOTHES: 0.1}
    found = _labels(*_figure((_SHOULDERS, 190, overall, _TOP), (190, _FEET, overall, _OTHER)))
    assert (found[_SHOULDERS + 5 : 183] == Label.UPPER_CLOTHES).all()
    assert (found[197 : _FEET - 5] == Label.PANTS).all()


def test_the_hem_of_an_open_denim_shirt_is_found_however_it_hangs() -> None:
    overall = {Label.PANTS: 0.9, Label.UPPER_CLOTHES: 0.1}
    scores, rgb = _figure((_SHOULDERS, 190, overall, _TOP), (190, _FEET, overall, _OTHER))
    aslant = 190 + (np.arange(200) - 100) // 5
    shirt = (np.arange(400)[:, None] < aslant) & (rgb[..., 2] == _OTHER[2])
    rgb[shirt] = _TOP
    # A belt, a pocket and what is worn below the shirt.
    rgb[110:120, _COLUMNS] = rgb[150:170, 80:120] = (10, 10, 10)
    found = by_own_colours(settle(scores, rgb, _pose()), rgb).argmax(axis=0)
    for column in (70, 100, 130):
        assert (found[_SHOULDERS + 5 : aslant[column] - 8, column] == Label.UPPER_CLOTHES).mean() > 0.9
        assert (found[aslant[column] + 8 : _FEET - 5, column] == Label.PANTS).all()


def test_dungarees_of_one_colour_go_up_to_the_chest() -> None:
    found = _labels(*_figure((_SHOULDERS, _FEET, {Label.PANTS: 0.9, Label.UPPER_CLOTHES: 0.1}, _OTHER)))
    assert (found[_WAIST : _FEET - 5] == Label.PANTS).all()
    assert (found[_SHOULDERS + 5 : _SHOULDERS + 20] == Label.UPPER_CLOTHES).all()
