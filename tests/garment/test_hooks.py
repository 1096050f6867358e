"""Hooks of hangers above collars."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from tests.garment.drawing import DRAWN
from vton_core.garment.hooks import without_hook
from vton_core.types import Garment


def _with_line(name: str, colour: tuple[int, int, int], *points: tuple[float, float]) -> tuple[Garment, Garment]:
    """A drawn top, plain, and with a thin line of a colour along points beside its middle and above its neck's level,
    in widths of its chest."""
    drawn = DRAWN[name]
    plain = drawn.garment()
    middle = float(np.mean([drawn.point("neck", side)[0] for side in (0, 1)]))
    top = float(drawn.point("neck", 0)[1])
    path = np.array([(middle + x * drawn.chest, top - y * drawn.chest) for x, y in points])
    line = np.zeros(plain.alpha.shape, np.uint8)
    cv2.polylines(line, [path.round().astype(np.int32)], False, 1, 7)
    rgb = np.where(line[..., None] > 0, np.uint8(colour), plain.rgb)
    return plain, Garment(rgb, np.maximum(plain.alpha, line.astype(np.float32)))


@pytest.mark.parametrize("name", ["spread sleeves", "hanging long sleeves", "sleeveless"])
def test_a_hook_is_taken_off(name: str) -> None:
    plain, hung = _with_line(name, (20, 20, 30), (0, -0.25), (0, 0.1), (0.05, 0.16), (0.02, 0.2))
    found = without_hook(hung)
    assert (hung.alpha - plain.alpha).sum() > 500
    assert np.abs(found.alpha - plain.alpha).sum() < 0.2 * (hung.alpha - plain.alpha).sum()
    np.testing.assert_array_equal(found.rgb, hung.rgb)


def test_a_string_of_the_garments_own_colour_stays() -> None:
    own = tuple(int(v) for v in np.median(DRAWN["sleeveless"].garment().rgb.reshape(-1, 3), axis=0))
    _, tied = _with_line("sleeveless", (own[0], own[1], own[2]), (0, -0.25), (0, 0.2))
    assert without_hook(tied) is tied


def test_straps_stay() -> None:
    _, strapped = _with_line("sleeveless", (20, 20, 30), (-0.3, -0.3), (-0.3, 0.2))
    assert without_hook(strapped) is strapped


def test_without_a_hook_nothing_changes() -> None:
    for drawn in DRAWN.values():
        garment = drawn.garment()
        assert without_hook(garment) is garment
