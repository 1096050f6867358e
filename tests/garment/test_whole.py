"""Parse maps without holes."""

from __future__ import annotations

import numpy as np

from vton_core.garment.whole import carried, whole
from vton_core.labels import Label
from vton_core.types import Alpha, ParseMap

_UNIT = 60.0


def _figure() -> tuple[ParseMap, Alpha]:
    """A top over trousers, whose right edge, a line on the chest, and a bag beside the hip have no label."""
    parse, alpha = np.zeros((200, 160), np.uint8), np.zeros((200, 160), np.float32)
    alpha[20:180, 40:110] = 1
    parse[20:100, 40:107], parse[100:180, 40:107] = Label.UPPER_CLOTHES, Label.PANTS
    parse[60:64, 60:80] = Label.BACKGROUND
    alpha[110:150, 110:150] = 1
    return parse, alpha


def test_holes_and_edges_go_to_the_nearest_part() -> None:
    parse, alpha = _figure()
    out = whole(parse, alpha, _UNIT)
    assert (out[20:98, 40:109] == Label.UPPER_CLOTHES).all()
    assert (out[160:180, 107:110] == Label.PANTS).all()
    assert (out[alpha == 0] == Label.BACKGROUND).all()


def test_a_bag_stays_what_is_carried() -> None:
    parse, alpha = _figure()
    bag = carried(parse, alpha, _UNIT)
    assert bag[115:145, 115:145].all()
    assert not bag[60:64, 60:80].any()
    assert (whole(parse, alpha, _UNIT)[bag] == Label.BACKGROUND).all()


def test_nothing_to_fill_changes_nothing() -> None:
    parse, alpha = _figure()
    np.testing.assert_array_equal(whole(parse, (parse > 0).astype(np.float32), _UNIT), parse)
    nobody = np.zeros_like(parse)
    np.testing.assert_array_equal(whole(nobody, alpha, _UNIT), nobody)
