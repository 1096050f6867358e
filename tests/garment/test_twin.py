"""Two of the same garment in one photo."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.garment.twin import without_twin
from vton_core.types import Garment, Mask

_WHITE, _BLACK, _PINK = (235, 232, 230), (25, 25, 28), (230, 150, 160)
_SHIRT = [(80, 60), (120, 70), (160, 60), (215, 110), (190, 140), (165, 120), (165, 260), (75, 260), (75, 120)]
_SHIRT += [(50, 140), (25, 110)]


def _shirt(aside: int = 0, up: int = 0) -> Mask:
    """A shirt's silhouette, moved."""
    drawn = np.zeros((320, 360), np.uint8)
    cv2.fillPoly(drawn, [np.add(_SHIRT, (aside, 40 - up)).astype(np.int32)], 1)
    return np.asarray(drawn > 0)


def _painted(*layers: tuple[Mask, tuple[int, int, int]]) -> Garment:
    """Garments of some colours, the last one in front."""
    rgb: NDArray[np.uint8] = np.full((320, 360, 3), 255, np.uint8)
    alpha = np.zeros((320, 360), np.float32)
    for mask, colour in layers:
        rgb[mask], alpha[mask] = colour, 1
    return Garment(rgb, alpha)


def _striped(garment: Garment, where: Mask) -> Garment:
    rows = where & (np.arange(320) % 8 < 3)[:, None]
    return Garment(np.where(rows[..., None], np.uint8(60), garment.rgb), garment.alpha)


@pytest.mark.parametrize("striped", [False, True])
@pytest.mark.parametrize("aside", [45, 70])
def test_the_one_behind_goes(aside: int, *, striped: bool) -> None:
    front, behind = _shirt(), _shirt(aside, 35)
    pair = _painted((behind, _BLACK), (front, _WHITE))
    alone = without_twin(_striped(pair, front) if striped else pair)
    shared = (alone.alpha > 0.5) & front
    assert shared.sum() > 0.97 * front.sum()
    assert (alone.alpha > 0.5).sum() < 1.02 * front.sum()


def test_the_darker_one_may_be_in_front() -> None:
    front = _shirt()
    alone = without_twin(_painted((_shirt(60, 30), _PINK), (front, _BLACK)))
    assert ((alone.alpha > 0.5) ^ front).sum() < 0.04 * front.sum()


def test_a_garment_in_two_colours_is_one() -> None:
    shirt = _shirt()
    for part in (np.arange(360) > 120, (np.arange(320) < 160)[:, None], (abs(np.arange(360) - 120) > 45)):
        garment = _painted((shirt, _WHITE), (shirt & part, _BLACK))
        assert without_twin(garment) is garment


def test_one_garment_and_two_of_one_colour_stay() -> None:
    for garment in (_painted((_shirt(), _PINK)), _painted((_shirt(60, 30), _PINK), (_shirt(), _PINK))):
        assert without_twin(garment) is garment


def test_another_shape_behind_stays() -> None:
    bar = np.zeros((320, 360), bool)
    bar[120:150, 150:330] = True
    garment = _painted((bar, _BLACK), (_shirt(), _WHITE))
    assert without_twin(garment) is garment
