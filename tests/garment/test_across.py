"""What shows on a limb's middle line, and on lines across it."""

from __future__ import annotations

import numpy as np
import pytest

from vton_core.garment.across import on_line, runs, seen_across
from vton_core.garment.limb import Limb, limb_through
from vton_core.types import Mask

SHAPE = (120, 80)
SHARES = np.linspace(0.2, 0.8, 7)
STEPS = np.arange(20.0)


def _limb(side: float) -> Limb:
    """A limb that hangs straight down from (40, 10) to (40, 110)."""
    return limb_through(np.array([(40.0, 10.0), (40.0, 60.0), (40.0, 110.0)]), 10.0, side)


def _strip(left: int, right: int) -> Mask:
    mask = np.zeros(SHAPE, bool)
    mask[:, left : right + 1] = True
    return mask


@pytest.mark.parametrize("side", [-1.0, 1.0])
def test_runs_are_counted_from_the_line_to_both_sides(side: float) -> None:
    outer, inner = runs(_limb(side), _strip(35, 50), SHARES, STEPS)
    right, left = (outer, inner) if _limb(side).normals()[0, 0] > 0 else (inner, outer)
    np.testing.assert_array_equal(right, 11)
    np.testing.assert_array_equal(left, 6)


def test_a_run_ends_at_a_gap() -> None:
    outer, inner = runs(_limb(1.0), _strip(36, 44) | _strip(47, 60) | _strip(20, 33), SHARES, STEPS)
    np.testing.assert_array_equal(outer, 5)
    np.testing.assert_array_equal(inner, 5)


def test_a_run_without_an_end_has_all_steps() -> None:
    outer, inner = runs(_limb(1.0), _strip(0, 79), SHARES, STEPS)
    assert (outer == len(STEPS)).all()
    assert (inner == len(STEPS)).all()


def test_nothing_shows_outside_of_the_picture() -> None:
    seen = seen_across(_limb(1.0), np.ones(SHAPE, bool), SHARES, np.array([-60.0, -30.0, 0.0, 30.0, 60.0]))
    np.testing.assert_array_equal(seen, np.tile([False, True, True, True, False], (len(SHARES), 1)))


def test_the_middle_line_is_told_along_its_length() -> None:
    upper = np.zeros(SHAPE, bool)
    upper[:60] = True
    np.testing.assert_array_equal(
        on_line(_limb(1.0), upper, np.array([0.0, 0.3, 0.7, 1.0])), [True, True, False, False]
    )
