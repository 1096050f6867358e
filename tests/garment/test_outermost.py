"""A garment's torso beside arms that are the figure's outline."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.test_body import EMPTY, front
from vton_core.garment.arm import BareArm, bare_arm
from vton_core.garment.body import Body
from vton_core.garment.measure import measure_body
from vton_core.garment.outermost import slivers, within_arms
from vton_core.types import Alpha, Mask

ROWS, COLUMNS = np.indices(EMPTY.shape)


def _arm(body: Body, side: int, half: float) -> Alpha:
    return np.asarray((half - np.abs(_away(body, side)) + 0.5).clip(0, 1), np.float32)


def _bare_arms(body: Body) -> tuple[BareArm, BareArm]:
    empty = np.zeros(EMPTY.shape, bool)
    return bare_arm(body, 0, empty, empty), bare_arm(body, 1, empty, empty)


def _away(body: Body, side: int) -> NDArray[np.float64]:
    """How far pixels are to the right of an arm's middle line."""
    arm = body.arms[side]
    middle = np.interp(ROWS[:, 0], arm.path[:, 1], arm.path[:, 0])
    return np.asarray(COLUMNS - middle[:, None])


def _figure(body: Body, side: int, beyond: float) -> Mask:
    """Everything from the middle to so far beyond one arm's middle line."""
    away = _away(body, side) * (1 if side else -1)
    return np.asarray((away < beyond) & ((body.neck[0] < COLUMNS) == bool(side)))


def _beside_a_narrow_sleeve(side: int) -> tuple[Body, Alpha, NDArray[np.float32]]:
    """A body, a sleeve narrower than its arm was, and how much of a torso shows beside it."""
    body = measure_body(front(), EMPTY)
    empty = np.zeros(EMPTY.shape, np.float32)
    sleeve, figure = _arm(body, side, 0.08 * body.unit), _figure(body, side, 0.2 * body.unit)
    return body, sleeve, within_arms((empty, sleeve) if side else (sleeve, empty), body, figure)


@pytest.mark.parametrize("side", [0, 1])
def test_nothing_of_it_shows_outside_of_a_sleeve_that_is_narrower_than_the_arm_was(side: int) -> None:
    body, _, shows = _beside_a_narrow_sleeve(side)
    arm = body.arms[side]
    elbow = arm.path[len(arm.path) // 2]
    row = round(float(0.5 * (elbow[1] + body.shoulders[side][1] + 0.2 * body.unit)))
    outside = (1 if side else -1) * (COLUMNS[row] - np.interp(row, arm.path[:, 1], arm.path[:, 0])) > 0.1 * body.unit
    assert shows[row][outside].max() == 0
    assert shows[row][np.abs(_away(body, side)[row]) < 0.08 * body.unit - 1].min() == 1
    assert shows[: round(float(body.shoulders[side][1]))].min() == 1
    # Below the elbow it comes out again, not in a step.
    elbow_row = round(float(elbow[1]))
    allowed = shows[elbow_row - 2 : elbow_row + round(0.3 * body.unit)].sum(axis=1)
    assert np.all(np.diff(allowed) > -0.5)
    assert np.diff(allowed).max() < 3
    assert shows[elbow_row + round(0.5 * body.unit) :].min() == 1


@pytest.mark.parametrize("side", [0, 1])
def test_it_ends_where_the_sleeve_does_to_parts_of_a_pixel(side: int) -> None:
    body, sleeve, shows = _beside_a_narrow_sleeve(side)
    arm = body.arms[side]
    first, last = (round(float(y)) for y in (body.shoulders[side][1], arm.path[len(arm.path) // 2, 1]))
    outside = _away(body, side) * (1 if side else -1)
    rows = slice(first + round(0.25 * body.unit), last - 2)
    edge = (shows * (outside > 0))[rows].sum(axis=1)
    expected = (sleeve * (outside > 0))[rows].sum(axis=1)
    # Half a pixel inside the sleeve's soft edge.
    assert np.abs(edge + 0.5 - expected).max() < 0.1


@pytest.mark.parametrize("side", [0, 1])
def test_it_comes_out_above_the_arm_in_no_step(side: int) -> None:
    body, _, shows = _beside_a_narrow_sleeve(side)
    start = round(float(body.shoulders[side][1] + 0.2 * body.unit))
    allowed = shows[start - round(0.15 * body.unit) : start + 2].sum(axis=1)
    assert np.abs(np.diff(allowed)).max() < 1


def test_a_body_that_shows_beside_half_of_the_arm_is_not_cut() -> None:
    body = measure_body(front(), EMPTY)
    arm = body.arms[1]
    middle = (arm.path[len(arm.path) // 2, 1] + body.shoulders[1][1]) / 2
    narrow, wide = (_figure(body, 1, width * body.unit) for width in (0.2, 0.5))
    sleeves = (np.zeros(EMPTY.shape, np.float32), _arm(body, 1, 0.08 * body.unit))
    assert within_arms(sleeves, body, np.where(middle > ROWS, narrow, wide)).min() == 1


def test_a_body_that_is_seen_beyond_the_arm_keeps_its_garment() -> None:
    body = measure_body(front(), EMPTY)
    sleeves = (_arm(body, 0, 0.08 * body.unit), _arm(body, 1, 0.08 * body.unit))
    figure = _figure(body, 0, 0.5 * body.unit) | _figure(body, 1, 0.5 * body.unit)
    assert within_arms(sleeves, body, figure).min() == 1


def test_without_arms_all_shows() -> None:
    body = measure_body(front(), EMPTY)
    empty = np.zeros(EMPTY.shape, np.float32)
    assert within_arms((empty, empty), body, _figure(body, 0, 0.2 * body.unit)).min() == 1


@pytest.mark.parametrize(
    ("thick", "cuff", "gone"), [(0.05, 0.0, True), (0.05, 0.4, True), (0.05, 1.0, False), (0.3, 0.0, False)]
)
def test_a_sliver_of_a_torso_outside_of_a_bare_arm_goes_and_the_rest_stays(
    thick: float, cuff: float, gone: bool
) -> None:
    body = measure_body(front(), EMPTY)
    limb = body.arms[1]
    half = 0.12 * body.unit
    away = COLUMNS - np.interp(ROWS[:, 0], limb.path[:, 1], limb.path[:, 0])[:, None]
    below = (limb.path[len(limb.path) // 2, 1] < ROWS) & (limb.path[-10, 1] > ROWS)
    inside = (away < -half) & (body.neck[0] < COLUMNS) & (limb.path[0, 1] < ROWS)
    sliver = below & (away > half) & (away < half + thick * body.unit)
    found = slivers(inside | sliver, _bare_arms(body), (0.0, cuff), body.unit)
    assert found[sliver].all() == gone
    assert found.any() == gone
    assert not (found & inside).any()


def test_a_torso_that_lies_beside_no_arm_has_no_slivers() -> None:
    arms = _bare_arms(measure_body(front(), EMPTY))
    torso = np.zeros(EMPTY.shape, bool)
    torso[100:200, 40:120] = torso[100:200, 130:133] = True
    assert not slivers(torso, arms, (0.0, 0.0), 100.0).any()
    assert not slivers(np.zeros(EMPTY.shape, bool), arms, (0.0, 0.0), 100.0).any()


@pytest.mark.parametrize("cuff", [0.25, 0.5, 1.0])
def test_a_slit_in_a_sleeve_shows_the_torso_behind_it(cuff: float) -> None:
    body = measure_body(front(), EMPTY)
    limb = body.arms[1]
    away = COLUMNS - np.interp(ROWS[:, 0], limb.path[:, 1], limb.path[:, 0])[:, None]
    inside = (away < -0.1 * body.unit) & (body.neck[0] < COLUMNS) & (limb.path[0, 1] < ROWS)
    upper = (limb.path[len(limb.path) // 20, 1] < ROWS) & (limb.path[len(limb.path) // 5, 1] > ROWS)
    slit = upper & (np.abs(away - 0.02 * body.unit) < 1.5)
    assert slit.any()
    assert not slivers(inside | slit, _bare_arms(body), (0.0, cuff), body.unit).any()
