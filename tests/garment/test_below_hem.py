"""What a long open coat hid below the hem of shorts and skirts."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.drawing import DRAWN
from tests.garment.mannequin import SKIN, TROUSERS, Lower, Mannequin, mannequin
from vton_core.engines.tryon.garment import GarmentTryOn
from vton_core.garment.below_hem import hem_over_legs
from vton_core.garment.body import Body
from vton_core.garment.measure import measure_body
from vton_core.garment.shapes import disc
from vton_core.labels import LOWER, Label
from vton_core.masks import eroded
from vton_core.types import Mask, TryOn, Wearing

COAT = (40, 120, 60)
LEGS = (Label.LEFT_LEG, Label.RIGHT_LEG)
END = 600


def _in_coat(lower: Lower) -> tuple[Mannequin, Mask]:
    """Somebody in an open coat down to below the knees, and where the coat is."""
    someone = mannequin(lower=lower)
    coat = np.zeros(someone.parse.shape, bool)
    coat[165:END, 104:171] = coat[165:END, 249:316] = True
    return someone.labelled(coat, Label.COAT, COAT), coat


def _dressed(someone: Mannequin) -> TryOn:
    garment = DRAWN["sleeveless"].garment(colour=(200, 60, 90))
    wearing = Wearing(garment="upper", length=-0.2)
    return GarmentTryOn().dress(someone.cutout, someone.canvas, someone.pose, someone.parse, garment, wearing)


def _body(someone: Mannequin) -> Body:
    return measure_body(someone.pose, someone.parse)


def _far(rgb: NDArray[np.uint8], colour: tuple[int, int, int]) -> NDArray[np.intp]:
    return np.abs(rgb.astype(int) - colour).max(axis=-1)


@pytest.mark.parametrize("lower", ["shorts", "skirt"])
def test_below_the_hem_legs_go_on(lower: Lower) -> None:
    plain = mannequin(lower=lower)
    someone, _ = _in_coat(lower)
    figure = _dressed(someone).figure
    hem = int(np.flatnonzero(np.isin(plain.parse[:, 210 - 25], LOWER)).max())
    rows = slice(hem + 12, END - 12)
    legs = np.isin(plain.parse[rows], LEGS) & (np.abs(np.arange(plain.parse.shape[1]) - 210) < 70)
    assert (figure.alpha[rows][legs] > 0.9).mean() > 0.95
    assert np.median(_far(figure.rgb[rows][legs], SKIN)) < 25
    # Neither the coat nor more of the lower garment is left, and beside the legs there is nothing.
    painted = figure.alpha[rows] > 0.5
    assert (_far(figure.rgb[rows][painted], COAT) > 40).mean() > 0.98
    assert (_far(figure.rgb[rows][painted], TROUSERS) > 60).mean() > 0.95
    assert figure.alpha[rows, :110].max() < 0.1
    assert figure.alpha[rows, 312:].max() < 0.1


def test_above_the_hem_the_lower_garment_is_whole() -> None:
    someone, coat = _in_coat("shorts")
    figure = _dressed(someone).figure
    shorts = eroded(np.isin(mannequin(lower="shorts").parse, LOWER), disc(6)) & coat
    shorts[:400] = shorts[450:] = False
    assert (figure.alpha[shorts] > 0.9).mean() > 0.95
    assert np.median(_far(figure.rgb[shorts], TROUSERS)) < 40


def test_the_hem_is_found_where_legs_begin() -> None:
    someone = mannequin(lower="skirt")
    body = _body(someone)
    fabric, legs = np.isin(someone.parse, LOWER), np.isin(someone.parse, LEGS)
    hem = hem_over_legs(fabric, legs, body)
    assert hem is not None
    assert hem + body.neck[1] == pytest.approx(540, abs=12)


def test_trousers_and_slit_skirts_have_no_hem_over_legs() -> None:
    someone = mannequin(lower="skirt")
    body = _body(someone)
    fabric = np.isin(someone.parse, LOWER)
    nothing = np.zeros_like(fabric)
    assert hem_over_legs(fabric, nothing, body) is None
    slit = nothing.copy()
    slit[430:, 200:225] = True
    assert hem_over_legs(fabric & ~slit, slit & fabric, body) is None


def test_without_a_coat_nothing_changes_below_the_hem() -> None:
    someone = mannequin(lower="skirt")
    result = _dressed(someone)
    assert not result.changed[545:].any()
