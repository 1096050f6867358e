"""A garment's torso beside sleeves that are the figure's outline."""

from __future__ import annotations

import numpy as np
import pytest

from tests.garment.test_body import EMPTY, front
from vton_core.garment.body import Body, measure_body
from vton_core.garment.outermost import within_arms
from vton_core.garment.sheet import Sheet
from vton_core.types import Mask

ROWS, COLUMNS = np.indices(EMPTY.shape)


def _sleeve(body: Body, side: int, half: float) -> Sheet:
    arm = body.arms[side]
    assert arm is not None
    middle = np.interp(ROWS[:, 0], arm.path[:, 1], arm.path[:, 0])
    covered = np.abs(COLUMNS - middle[:, None]) < half
    return Sheet(np.repeat(covered.astype(np.float32)[..., None], 4, axis=2))


def _figure(body: Body, side: int, beyond: float) -> Mask:
    """Everything from the middle to so far beyond one arm's middle line."""
    arm = body.arms[side]
    assert arm is not None
    middle = np.interp(ROWS[:, 0], arm.path[:, 1], arm.path[:, 0])[:, None]
    away = (COLUMNS - middle) * (1 if side else -1)
    return np.asarray((away < beyond) & ((body.neck[0] < COLUMNS) == bool(side)))


@pytest.mark.parametrize("side", [0, 1])
def test_nothing_of_it_shows_outside_of_a_sleeve_that_is_narrower_than_the_arm_was(side: int) -> None:
    body = measure_body(front(), EMPTY)
    empty = Sheet(np.zeros((*EMPTY.shape, 4), np.float32))
    sleeve, figure = _sleeve(body, side, 0.08 * body.unit), _figure(body, side, 0.2 * body.unit)
    shows = within_arms((empty, sleeve) if side else (sleeve, empty), body, figure)
    arm = body.arms[side]
    assert arm is not None
    elbow = arm.path[len(arm.path) // 2]
    row = round(float(0.5 * (elbow[1] + body.shoulders[side][1] + 0.2 * body.unit)))
    outside = (1 if side else -1) * (COLUMNS[row] - np.interp(row, arm.path[:, 1], arm.path[:, 0])) > 0.1 * body.unit
    assert shows[row][outside].max() == 0
    assert shows[row][~outside & (sleeve.alpha[row] > 0)].min() == 1
    assert shows[: round(float(body.shoulders[side][1]))].min() == 1
    assert shows[round(float(elbow[1])) + 2 :].min() == 1


def test_a_body_that_is_seen_beyond_the_arm_keeps_its_garment() -> None:
    body = measure_body(front(), EMPTY)
    sleeves = (_sleeve(body, 0, 0.08 * body.unit), _sleeve(body, 1, 0.08 * body.unit))
    figure = _figure(body, 0, 0.5 * body.unit) | _figure(body, 1, 0.5 * body.unit)
    assert within_arms(sleeves, body, figure).min() == 1


def test_without_sleeves_all_shows() -> None:
    body = measure_body(front(), EMPTY)
    empty = Sheet(np.zeros((*EMPTY.shape, 4), np.float32))
    assert within_arms((empty, empty), body, _figure(body, 0, 0.2 * body.unit)).min() == 1
