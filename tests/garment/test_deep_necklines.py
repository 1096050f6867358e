"""How much has to speak for a neckline that hangs deep."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.garment import neckline
from vton_core.garment.neckline import find_neckline
from vton_core.types import Image, Mask

_MASK: Mask = np.zeros((400, 300), bool)
_MASK[50:, 50:250] = True
_RGB: Image = np.full((400, 300, 3), 90, np.uint8)
_LEFT, _RIGHT = np.array([[110.0, 50.0]], np.float32), np.array([[190.0, 50.0]], np.float32)


def _seen(monkeypatch: pytest.MonkeyPatch, depth: float, odds: float, chest: float = 200.0) -> float:
    """The depth that is found where the inner side of a back is seen so far down between the corners."""

    def inner_back(_rgb: Image, mask: Mask, _middle: object, _chest: float) -> NDArray[np.float32]:
        y, x = np.indices(mask.shape)
        beside = np.abs(x - 150) / 40
        shown = (beside < 1) & (y - 50 < depth * (1 - beside**2))
        return np.where(shown, odds, -odds).astype(np.float32)

    monkeypatch.setattr(neckline, "inner_back", inner_back)
    found, _ = find_neckline(_RGB, _MASK, _LEFT, _RIGHT, chest)
    return float(found.bottom[1]) - 50


@pytest.mark.parametrize(("depth", "odds"), [(30.0, 0.2), (30.0, 3.0), (90.0, 3.0)])
def test_it_hangs_as_deep_as_the_back_is_seen(monkeypatch: pytest.MonkeyPatch, depth: float, odds: float) -> None:
    assert abs(_seen(monkeypatch, depth, odds) - depth) < 6


def test_a_deep_one_for_which_little_speaks_is_a_print(monkeypatch: pytest.MonkeyPatch) -> None:
    assert _seen(monkeypatch, 90.0, 0.2) < 50


def test_what_hangs_down_to_the_belly_is_the_front_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    assert abs(_seen(monkeypatch, 90.0, 3.0, chest=130.0) - 90) < 6
    assert 0 <= _seen(monkeypatch, 90.0, 3.0, chest=120.0) < 10
