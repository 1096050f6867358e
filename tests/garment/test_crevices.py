"""What a collar leaves bare beside the hair, and what hangs in the air without the old top."""

from __future__ import annotations

import numpy as np
import pytest

from vton_core.garment.crevices import crevices, islands, tidied
from vton_core.garment.overlay import Overlay
from vton_core.types import Mask

SHAPE, UNIT = (120, 160), 60.0
HAIR, WALL = (120, 70, 30), (200, 220, 240)
HEAD, FIGURE = np.zeros((2, *SHAPE), bool)
HEAD[10:60, 40:120] = True
FIGURE[10:110, 30:130] = True
RGB = np.where(HEAD[..., None], HAIR, WALL).astype(np.uint8)
ALPHA = FIGURE.astype(np.float32)
NEAR: Mask = np.indices(SHAPE)[0] < 80


def _with_gap(rows: slice, columns: slice) -> np.ndarray:
    covered = ALPHA.copy()
    covered[rows, columns] = 0
    return covered


@pytest.mark.parametrize("near_head", [True, False])
def test_a_gap_beside_the_head_shows_hair_and_one_elsewhere_nothing(near_head: bool) -> None:
    gap = np.s_[60:66, 70:82] if near_head else np.s_[70:76, 70:82]
    found = crevices(RGB, ALPHA, _with_gap(*gap), HEAD, NEAR, UNIT)
    if not near_head:
        assert found is None
        return
    assert found is not None
    assert found[gap][..., 3].min() > 0.9
    np.testing.assert_allclose(found[62, 75, :3] / found[62, 75, 3], HAIR, atol=2)
    assert found[90:, :, 3].max() == 0


def test_what_is_open_to_the_outside_stays_open() -> None:
    assert crevices(RGB, ALPHA, _with_gap(np.s_[58:66], np.s_[20:45]), HEAD, NEAR, UNIT) is None


def test_a_gap_further_down_is_left_alone() -> None:
    tall = HEAD.copy()
    tall[60:100, 60:64] = True
    assert crevices(RGB, ALPHA, _with_gap(np.s_[90:96], np.s_[64:70]), tall, NEAR, UNIT) is None


def _split() -> tuple[np.ndarray, np.ndarray]:
    """A strand of hair that the removed shoulder joined to the figure."""
    covered, removed = ALPHA.copy(), np.zeros(SHAPE, np.float32)
    removed[60:70, 120:140] = 1
    covered[60:70, 120:140] = 0
    covered[64:67, 133:137] = 1
    removed[64:67, 133:137] = 0
    return covered, removed


def test_a_bit_that_only_the_old_top_joined_to_the_figure_goes() -> None:
    covered, removed = _split()
    bits = islands(covered, removed, UNIT)
    assert bits is not None
    assert bits.sum() == 12
    assert bits[64:67, 133:137].all()


def test_bits_elsewhere_and_large_ones_stay() -> None:
    covered, removed = _split()
    far = np.zeros_like(removed)
    far[100:110, 20:25] = 1
    assert islands(covered, far, UNIT) is None
    assert islands(covered, removed, 20.0) is None


def test_both_are_done_to_an_overlay_and_nothing_else() -> None:
    covered, removed = _split()
    covered[60:66, 70:82] = 0
    over = np.zeros((*SHAPE, 4), np.float32)
    out = tidied(Overlay(covered, over), RGB, ALPHA, HEAD, removed, NEAR, UNIT)
    result = out.keep * ALPHA + out.over[..., 3]
    assert result[60:66, 70:82].min() > 0.9
    assert result[64:67, 133:137].max() == 0
    untouched = np.ones(SHAPE, bool)
    untouched[52:74, 60:92] = untouched[60:70, 130:140] = False
    np.testing.assert_array_equal(out.keep[untouched], covered[untouched])
    assert not out.over[untouched].any()
