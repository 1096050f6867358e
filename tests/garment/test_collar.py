"""The network that finds the inner side of the back, on drawn collars."""

from __future__ import annotations

import numpy as np
import pytest

from vton_core.garment.collar import SIDE, collar_input, inner_back
from vton_core.training.collars import draw_collar


def test_a_drawn_collar_follows_from_its_number() -> None:
    first, again = (draw_collar(np.random.default_rng(7)) for _ in range(2))
    np.testing.assert_array_equal(first.seen, again.seen)
    np.testing.assert_array_equal(first.inner, again.inner)
    assert first.seen.shape == (SIDE, SIDE, 4)
    assert first.inner.shape == (SIDE, SIDE)
    assert not (first.inner > 140)[first.seen[..., 3] == 0].any(), "the inner side is a part of the garment"


def test_drawn_collars_differ_and_some_are_closed() -> None:
    inner = [draw_collar(np.random.default_rng(number)).inner.mean() for number in range(30)]
    assert min(inner) == 0
    assert max(inner) > 5


def test_what_the_network_sees_is_in_range_and_empty_outside() -> None:
    rgb = np.random.default_rng(1).integers(0, 256, (SIDE, SIDE, 3)).astype(np.uint8)
    mask = np.zeros((SIDE, SIDE), np.float32)
    mask[30:] = 1
    seen = collar_input(rgb, mask)
    assert 0 <= seen.min() <= seen.max() <= 1
    assert not seen[:30].any()


@pytest.mark.parametrize("tone", [(20, 20, 24), (170, 30, 40), (225, 222, 215)])
@pytest.mark.parametrize("scale", [1, 3])
def test_a_darker_or_paler_inner_side_is_found(tone: tuple[int, int, int], scale: int) -> None:
    rows, columns = np.mgrid[0 : 300 * scale, 0 : 300 * scale] / scale
    chest, top = 160.0, 60.0
    mask = (np.abs(columns - 150) < chest / 2 + 20) & (rows > top + 0.3 * np.maximum(np.abs(columns - 150) - 38, 0))
    depth = 42 * (1 - (np.abs(columns - 150) / 38).clip(0, 1) ** 2)
    inner = mask & (rows < top + depth) & (np.abs(columns - 150) < 38)
    rgb = np.full((*mask.shape, 3), 255, np.uint8)
    rgb[mask] = tone
    rgb[inner] = [channel + 26 if channel < 60 else channel * 0.65 for channel in tone]
    found = inner_back(rgb, mask, np.array([150, top], np.float32) * scale, chest * scale) > 0
    overlap = (found & inner).sum() / (found | inner).sum()
    assert overlap > 0.7
    assert not found[~mask].any()
