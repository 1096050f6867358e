"""Which way up a garment is."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from vton_core.garment.upright import chosen_turn


@given(st.lists(st.floats(-20, 20, width=32), min_size=4, max_size=4))
def test_a_turn_is_much_better_than_none_and_the_best(logits: list[float]) -> None:
    told = np.array(logits, np.float32)
    turn = chosen_turn(told)
    assert turn == 0 or (told[turn] == told.max() and told[turn] > told[0] + 2.9)
    assert turn != 0 or told[0] > -0.1 or told.max() < told[0] + 3.1


@pytest.mark.parametrize("turn", [1, 2, 3])
def test_turning_it_back_is_what_was_chosen(turn: int) -> None:
    upright = np.array([5, -4, -3, -6], np.float32)
    assert chosen_turn(upright) == 0
    assert chosen_turn(np.roll(upright, turn)) == turn
