"""Patterns that go on where they are hidden."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.garment.pattern import carry_pattern, patterned

SIZE = (240, 200)
UNIT = 100.0
ROWS, COLUMNS = np.indices(SIZE)


def _checked() -> NDArray[np.float32]:
    """Checks of 24 and 20 pixels in four colours."""
    x, y = (COLUMNS // 12) % 2, (ROWS // 10) % 2
    return np.asarray(np.dstack([60 + 150 * x, 200 - 120 * y, 80 + 60 * x * y]), np.float32)


def _folds(depth: float) -> NDArray[np.uint8]:
    light = 150 + depth * np.sin(COLUMNS / 15) + np.random.default_rng(3).normal(0, 2, SIZE)
    return np.repeat(light[..., None], 3, axis=2).clip(0, 255).astype(np.uint8)


@pytest.mark.parametrize("hidden", [COLUMNS < 90, ROWS < 110, (COLUMNS < 70) | (ROWS < 60) | (COLUMNS > 170)])
def test_checks_go_on_in_step(hidden: NDArray[np.bool_]) -> None:
    checks = _checked()
    picture = np.where(hidden[..., None], np.float32(0), checks)
    out, known = carry_pattern(picture, ~hidden, hidden, UNIT)
    assert known[hidden].mean() > 0.97
    error = np.abs(out - checks).mean(axis=-1)[hidden & (known > 0)]
    assert np.mean(error < 30) > 0.9


def test_what_is_seen_and_what_is_not_wanted_stays() -> None:
    checks, hidden = _checked(), COLUMNS < 90
    wanted = hidden & (ROWS > 100)
    out, known = carry_pattern(checks, ~hidden, wanted, UNIT)
    np.testing.assert_array_equal(out[hidden & ~wanted], checks[hidden & ~wanted])
    np.testing.assert_array_equal(out[COLUMNS > 110], checks[COLUMNS > 110])
    assert known[~hidden].min() == 1
    assert known[hidden & ~wanted].max() == 0


def test_a_piece_takes_on_the_light_where_it_is_laid() -> None:
    checks, hidden = 0.6 * _checked(), ROWS < 100
    shade = (1 + 0.4 * COLUMNS / SIZE[1]).astype(np.float32)[..., None]
    out, _ = carry_pattern(checks * shade, ~hidden, hidden, UNIT)
    left, right = (out[20:80, part].mean() for part in (slice(10, 58), slice(142, 190)))
    assert left < right


def test_where_nothing_is_seen_nothing_comes() -> None:
    nothing = np.zeros(SIZE, bool)
    _, known = carry_pattern(_checked(), nothing, ~nothing, UNIT)
    assert known.max() == 0


@pytest.mark.parametrize("seen", [COLUMNS > 100, (COLUMNS == 100) & (ROWS == 100)])
def test_one_colour_and_a_single_pixel_go_on_as_they_are(seen: NDArray[np.bool_]) -> None:
    plain = np.full((*SIZE, 3), 90, np.float32)
    out, _ = carry_pattern(plain, seen, ~seen, UNIT)
    np.testing.assert_allclose(out, plain, atol=0.5)


def test_folds_are_no_pattern_and_prints_are() -> None:
    seen = (ROWS > 20) & (COLUMNS > 20)
    assert not patterned(_folds(12), seen, UNIT)
    assert patterned(_checked().astype(np.uint8), seen, UNIT)
