"""What becomes of a top's landmarks where network and outline contradict each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.drawing import DRAWN
from vton_core.garment.landmark_net import NAMES, Seen
from vton_core.garment.outline import Outline
from vton_core.garment.revise import revised
from vton_core.garment.side import Side

TOP = DRAWN["spread sleeves"]
MASK = TOP.mask()
FLIP = MASK.shape[1] - 1.0
CORNERS = ("neck", "shoulder", "armpit", "hem")
CUFFS = [NAMES.index("cuff_outer"), NAMES.index("cuff_inner")]


def _side(number: int) -> Side:
    """A drawn side in its own outline's pixels, with straight seams."""

    def at(name: str, end: int = 0) -> NDArray[np.float32]:
        x, y = TOP.point(name, number, end)
        return np.array([FLIP - x if number else x, y], np.float32)

    neck, shoulder, armpit, hem = (at(name) for name in CORNERS)
    seams = ((shoulder, at("sleeve")), (armpit, at("sleeve", 1)), (armpit, hem))
    return Side(neck, neck, shoulder, armpit, hem, *(np.linspace(*ends, 33, dtype=np.float32) for ends in seams))


SIDES = _side(0), _side(1)
OUTLINES = Outline(MASK, 300.0), Outline(np.ascontiguousarray(MASK[:, ::-1]), FLIP - 300.0)


def _points(side: Side) -> NDArray[np.float64]:
    return np.array([side.neck, side.shoulder, side.armpit, side.outer[-1], side.inner[-1], side.hem], np.float64)


def _seen() -> Seen:
    """A network that says the same, and is sure of it."""
    right = _points(SIDES[1]) * (-1, 1) + (FLIP, 0)
    return Seen(np.stack([_points(SIDES[0]), right]), np.ones((2, 6)), np.ones((2, 6)))


def _moved(name: str, step: tuple[float, float], sure: float = 1.0, side: int = 0) -> Seen:
    """The same, but for one landmark, which is elsewhere: ``step`` in widths of the chest."""
    seen = _seen()
    seen.points[side, NAMES.index(name)] += np.array(step) * TOP.chest
    seen.sure[side, NAMES.index(name)] = sure
    return seen


def _same(found: Side, side: Side, *names: str) -> None:
    for name in names:
        np.testing.assert_array_equal(getattr(found, name), getattr(side, name))


@pytest.mark.parametrize("seen", [_seen(), _moved("hem", (0, -0.05)), _moved("hem", (0, -0.4), sure=0.3)])
def test_what_is_not_contradicted_stays(seen: Seen) -> None:
    assert revised(SIDES, OUTLINES, FLIP, seen) == SIDES


@pytest.mark.parametrize("number", [0, 1])
def test_a_hem_that_is_surely_elsewhere_is_put_on_the_outline_there(number: int) -> None:
    step = (-0.05 if number else 0.05, -0.4)
    found = revised(SIDES, OUTLINES, FLIP, _moved("hem", step, side=number))
    side, before = found[number], SIDES[number]
    assert before.hem[1] - side.hem[1] == pytest.approx(0.4 * TOP.chest, abs=2)
    assert side.hem[0] == pytest.approx(before.hem[0], abs=2)
    np.testing.assert_allclose(side.seam[[0, -1]], [before.armpit, side.hem], atol=0.01)
    _same(side, before, "neck", "collar", "shoulder", "armpit", "outer", "inner")
    assert found[1 - number] is SIDES[1 - number]


@pytest.mark.parametrize("number", [0, 1])
def test_a_cuff_that_hangs_at_the_hem_is_not_taken_for_it(number: int) -> None:
    seen, side = _seen(), SIDES[number]
    seen.points[number, NAMES.index("hem")] = seen.points[number, CUFFS[0]]
    mistaken = [replace(s, hem=s.outer[-1]) if i == number else s for i, s in enumerate(SIDES)]
    found = revised((mistaken[0], mistaken[1]), OUTLINES, FLIP, seen)[number]
    np.testing.assert_allclose(found.hem, side.hem, atol=2)
    np.testing.assert_allclose(found.seam[-1], side.hem, atol=2)


def test_what_is_sure_on_one_side_is_believed_on_the_other_too() -> None:
    seen = _moved("hem", (0.05, -0.4))
    seen.points[1, NAMES.index("hem")] += np.array((-0.05, -0.4)) * TOP.chest
    seen.sure[1, NAMES.index("hem")] = 0.4
    found = revised(SIDES, OUTLINES, FLIP, seen)
    np.testing.assert_allclose(found[0].hem[1], found[1].hem[1], atol=1)


def test_an_armpit_under_a_sleeve_that_lies_on_the_body_may_be_inside() -> None:
    found, _ = revised(SIDES, OUTLINES, FLIP, _moved("armpit", (0.1, -0.2)))
    np.testing.assert_allclose(found.armpit, SIDES[0].armpit + np.array((0.1, -0.2)) * TOP.chest, atol=0.01)
    np.testing.assert_array_equal(found.inner[0], found.armpit)
    np.testing.assert_array_equal(found.seam[0], found.armpit)


def test_a_sleeve_that_is_none_is_dropped() -> None:
    present = np.ones((2, 6))
    present[0, CUFFS] = 0.05
    found = revised(SIDES, OUTLINES, FLIP, replace(_seen(), sure=present, present=present))
    assert [side.sleeved for side in found] == [False, True]
    for name in CORNERS:
        np.testing.assert_allclose(getattr(found[0], name), getattr(SIDES[0], name), atol=2)
    np.testing.assert_allclose(found[0].seam, SIDES[0].seam, atol=4)


def test_the_armpit_of_a_sleeve_that_is_none_is_on_the_outline() -> None:
    """It was told by the other side's, and lies within the garment."""
    present = np.ones((2, 6))
    present[0, CUFFS] = 0.05
    inside = replace(SIDES[0], armpit=SIDES[0].armpit + np.float32([0.4 * TOP.chest, 0]))
    found, _ = revised((inside, SIDES[1]), OUTLINES, FLIP, replace(_seen(), sure=present, present=present))
    np.testing.assert_allclose(found.armpit, SIDES[0].armpit, atol=2)
    np.testing.assert_array_equal(found.seam[0], found.armpit)


@pytest.mark.parametrize(("below", "sleeved"), [(0.05, True), (-0.05, True), (0.05, False)])
def test_what_hangs_below_the_hem_from_a_shallow_armhole_is_no_sleeve(below: float, sleeved: bool) -> None:
    seen = _seen()
    names = [NAMES.index(name) for name in ("shoulder", "armpit", "hem")]
    seen.points[:, CUFFS, 1] = seen.points[:, names[2], 1][:, None] + below * TOP.chest
    deep = 0.3 if sleeved and below > 0 else 0.1
    seen.points[:, names[1], 1] = seen.points[:, names[0], 1] + deep * TOP.chest
    assert [side.sleeved for side in revised(SIDES, OUTLINES, FLIP, seen)] == [sleeved, sleeved]


def test_a_sleeve_that_the_outline_did_not_tell_is_found() -> None:
    none = np.zeros((0, 2), np.float32)
    bare = tuple(replace(side, outer=none, inner=none) for side in SIDES)
    for found, side in zip(revised((bare[0], bare[1]), OUTLINES, FLIP, _seen()), SIDES, strict=True):
        np.testing.assert_allclose(_points(found), _points(side), atol=2)
        np.testing.assert_allclose(found.outer, side.outer, atol=3)
        np.testing.assert_allclose(found.inner, side.inner, atol=3)


def test_a_body_is_no_wider_under_the_arms_than_at_its_hem() -> None:
    found, _ = revised(SIDES, OUTLINES, FLIP, _moved("armpit", (-0.2, -0.1)))
    np.testing.assert_allclose(found.armpit, (SIDES[0].hem[0], SIDES[0].armpit[1] - 0.1 * TOP.chest), atol=0.01)
