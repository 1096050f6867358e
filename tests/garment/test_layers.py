"""Premultiplied sheets, and the overlay that tells what stays of the source."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vton_core.garment.overlay import Overlay
from vton_core.garment.sheet import Sheet

RNG = np.random.default_rng(0)
SHAPE = (5, 7)


def _sheet() -> Sheet:
    alpha = RNG.random(SHAPE).astype(np.float32)
    return Sheet(np.dstack([RNG.uniform(0, 255, (*SHAPE, 3)) * alpha[..., None], alpha]).astype(np.float32))


def _over(top: Sheet, below: NDArray[np.float32]) -> NDArray[np.float32]:
    """Porter and Duff's "over" of premultiplied pictures."""
    return top.pixels + below * (1 - top.alpha[..., None])


def test_layers_upon_the_overlay_are_layers_upon_the_source() -> None:
    source = _sheet().pixels
    sheets = [_sheet() for _ in range(3)]
    overlay = Overlay(np.ones(SHAPE, np.float32), np.zeros((*SHAPE, 4), np.float32))
    picture = source
    for sheet in sheets:
        overlay, picture = overlay.under(sheet), _over(sheet, picture)
    np.testing.assert_allclose(overlay.keep[..., None] * source + overlay.over, picture, rtol=1e-4, atol=1e-3)
    assert 0 <= overlay.keep.min() <= overlay.keep.max() <= 1


def test_an_opaque_layer_hides_all_and_an_empty_one_nothing() -> None:
    before = Overlay(RNG.random(SHAPE).astype(np.float32), _sheet().pixels)
    empty = before.under(Sheet(np.zeros((*SHAPE, 4), np.float32)))
    np.testing.assert_array_equal(empty.keep, before.keep)
    np.testing.assert_array_equal(empty.over, before.over)
    solid = np.dstack([np.full((*SHAPE, 3), 90), np.ones(SHAPE)]).astype(np.float32)
    hidden = before.under(Sheet(solid))
    assert not hidden.keep.any()
    np.testing.assert_array_equal(hidden.over, solid)


def test_light_changes_colour_and_thinning_changes_both() -> None:
    sheet, factor = _sheet(), RNG.uniform(0.5, 1, SHAPE).astype(np.float32)
    lit, thin = sheet.lit(factor), sheet.times(factor)
    np.testing.assert_array_equal(lit.alpha, sheet.alpha)
    np.testing.assert_allclose(lit.pixels[..., :3], sheet.pixels[..., :3] * factor[..., None], rtol=1e-6)
    np.testing.assert_allclose(thin.pixels, sheet.pixels * factor[..., None], rtol=1e-6)


def test_a_layer_behind_all_else_is_seen_where_nothing_is() -> None:
    figure = RNG.random(SHAPE).astype(np.float32)
    out = Overlay(RNG.random(SHAPE).astype(np.float32), _sheet().times(np.full(SHAPE, 0.4)).pixels)
    back = _sheet()
    behind = out.above(back, figure)
    front = Sheet(np.dstack([np.zeros((*SHAPE, 3)), out.keep * figure]).astype(np.float32)).pixels + out.over
    result = Sheet(np.dstack([np.zeros((*SHAPE, 3)), behind.keep * figure]).astype(np.float32)).pixels + behind.over
    clipped = np.dstack([front[..., :3], front[..., 3].clip(0, 1)]).astype(np.float32)
    expected = back.pixels * (1 - clipped[..., 3:]) + front
    np.testing.assert_allclose(result, expected, rtol=1e-4, atol=1e-3)
    np.testing.assert_array_equal(behind.keep, out.keep)


def test_nothing_behind_shines_through_where_a_layer_goes_under_the_soft_edge_of_another() -> None:
    front = np.linspace(0, 1, SHAPE[1], dtype=np.float32)[None].repeat(SHAPE[0], axis=0)
    arm = Sheet(np.dstack([np.full((*SHAPE, 3), 200) * front[..., None], front]).astype(np.float32))
    solid = Sheet(np.dstack([np.full((*SHAPE, 3), 90), np.ones(SHAPE)]).astype(np.float32))
    figure = np.ones(SHAPE, np.float32)
    before = Overlay(np.zeros(SHAPE, np.float32), arm.pixels)
    out = before.shown(solid, 1 - front, figure)
    np.testing.assert_allclose(out.over[..., 3], 1, atol=1e-3)
    # Its own soft edge stays as soft as it is where nothing hides it, and behind an arm at its own edge.
    thin = solid.times(np.full(SHAPE, 0.5, np.float32))
    np.testing.assert_allclose(before.shown(thin, 1 - front, figure).over[:, 0, 3], 0.5)
    np.testing.assert_allclose(before.shown(thin, 1 - front, figure).over[..., 3], front + 0.5 * (1 - front), atol=0.01)
