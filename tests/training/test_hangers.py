"""Hangers that are drawn for garments."""

from __future__ import annotations

import numpy as np
import pytest

from tests.garment.drawing import DRAWN
from vton_core.training.hangers import hanger, hung

MASK = DRAWN["spread sleeves"].mask()
MIDDLE, COLLAR, CHEST = 300, 100, 300


@pytest.mark.parametrize("seed", range(12))
def test_a_hanger_holds_a_garment_at_its_collar(seed: int) -> None:
    layer = hanger(np.random.default_rng(seed), MASK)
    assert layer.shape == (*MASK.shape, 4)
    assert layer.dtype == np.float32
    alpha = layer[..., 3]
    assert (alpha.min(), alpha.max() <= 1) == (0, True)
    rows, columns = np.nonzero(alpha > 0.5)
    # Its hook stands above the middle of the collar; its bars reach over most of the chest, and not below it.
    assert rows.min() < COLLAR - 0.05 * CHEST
    assert abs(columns[rows == rows.min()].mean() - MIDDLE) < 0.2 * CHEST
    assert np.ptp(columns) > 0.5 * CHEST
    assert rows.max() < COLLAR + 0.5 * CHEST
    assert (alpha > 0.5)[~MASK].sum() / (alpha > 0.5).sum() > 0.1


def test_a_seed_says_which() -> None:
    first, again, other = (hanger(np.random.default_rng(seed), MASK) for seed in (3, 3, 4))
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(first, other)


def test_a_background_is_covered_by_it_and_darker_in_its_shadow() -> None:
    ground = np.full((*MASK.shape, 3), 180, np.uint8)
    layer = hanger(np.random.default_rng(5), MASK)
    found = hung(np.random.default_rng(5), ground, layer)
    solid = layer[..., 3] == 1
    np.testing.assert_allclose(found[solid], layer[solid][:, :3], atol=1)
    clear = layer[..., 3] == 0
    assert found[clear].max() <= 180
    assert (found[clear] == 180).mean() > 0.5
