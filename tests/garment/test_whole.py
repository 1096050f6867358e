"""Parse maps without holes."""

from __future__ import annotations

import numpy as np
import pytest

from vton_core.garment.whole import carried, whole
from vton_core.labels import Label
from vton_core.types import Alpha, Image, ParseMap

_UNIT = 60.0


def _figure() -> tuple[ParseMap, Alpha]:
    """A top over trousers, whose right edge, a line on the chest, and a bag beside the hip have no label."""
    parse, alpha = np.zeros((200, 160), np.uint8), np.zeros((200, 160), np.float32)
    alpha[20:180, 40:110] = 1
    parse[20:100, 40:107], parse[100:180, 40:107] = Label.UPPER_CLOTHES, Label.PANTS
    parse[60:64, 60:80] = Label.BACKGROUND
    alpha[110:150, 110:150] = 1
    return parse, alpha


def _dressed(parse: ParseMap) -> Image:
    """Navy over grey, with an arm in between; what has no label is brown."""
    rgb = np.full((*parse.shape, 3), (120, 80, 40), np.uint8)
    rgb[parse == Label.UPPER_CLOTHES], rgb[parse == Label.PANTS] = (20, 25, 60), (130, 130, 130)
    rgb[parse == Label.RIGHT_ARM] = (210, 170, 150)
    return rgb


def test_holes_and_edges_go_to_the_nearest_part() -> None:
    parse, alpha = _figure()
    out = whole(_dressed(parse), parse, alpha, _UNIT)
    assert (out[20:98, 40:109] == Label.UPPER_CLOTHES).all()
    assert (out[160:180, 107:110] == Label.PANTS).all()
    assert (out[alpha == 0] == Label.BACKGROUND).all()


def test_a_bag_stays_what_is_carried() -> None:
    parse, alpha = _figure()
    bag = carried(parse, alpha, _UNIT)
    assert bag[115:145, 115:145].all()
    assert not bag[60:64, 60:80].any()
    assert (whole(_dressed(parse), parse, alpha, _UNIT)[bag] == Label.BACKGROUND).all()


def test_nothing_to_fill_changes_nothing() -> None:
    parse, alpha = _figure()
    np.testing.assert_array_equal(whole(_dressed(parse), parse, (parse > 0).astype(np.float32), _UNIT), parse)
    nobody = np.zeros_like(parse)
    np.testing.assert_array_equal(whole(_dressed(nobody), nobody, alpha, _UNIT), nobody)


@pytest.mark.parametrize("printed", [False, True], ids=["plain", "printed"])
def test_a_thick_hole_of_a_garments_colour_belongs_to_it_though_an_arm_is_nearer(printed: bool) -> None:
    parse, alpha = _figure()
    rgb = _dressed(parse)
    parse[74:90, 60:78], parse[74:90, 56:60] = Label.BACKGROUND, Label.RIGHT_ARM
    if printed:
        rgb[80:84, 62:74] = 250
    assert carried(parse, alpha, _UNIT)[76:88, 62:76].all()
    assert (whole(rgb, parse, alpha, _UNIT)[74:90, 60:78] == Label.UPPER_CLOTHES).all()


def test_a_phone_before_a_garment_and_a_bag_of_a_garments_colour_are_carried() -> None:
    parse, alpha = _figure()
    rgb = _dressed(parse)
    parse[74:90, 60:78], rgb[74:90, 60:78] = Label.BACKGROUND, (170, 40, 60)
    rgb[110:150, 110:150] = (130, 130, 130)
    out = whole(rgb, parse, alpha, _UNIT)
    assert (out[76:88, 62:76] == Label.BACKGROUND).all()
    assert (out[115:145, 115:145] == Label.BACKGROUND).all()


def test_a_hole_that_may_be_of_both_garments_is_the_tops() -> None:
    parse, alpha = _figure()
    rgb = np.full((*parse.shape, 3), (20, 25, 60), np.uint8)
    parse[92:110, 60:80] = Label.BACKGROUND
    assert (whole(rgb, parse, alpha, _UNIT)[94:108, 62:78] == Label.UPPER_CLOTHES).all()
