"""Hangers above the collars of garments that hang on them, and what only looks like one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.garment.hanger import without_hanger
from vton_core.types import Garment, Mask

_SIZE = (400, 320)
_SWEATER, _PLASTIC = (200, 60, 70), (25, 25, 30)


def _hung(colour: tuple[int, int, int], likely: float) -> tuple[Garment, NDArray[np.float32], Mask]:
    """A sweater with dark cuffs, something of a colour above its collar, how likely that is a garment, and where it
    is."""
    body, above = np.zeros(_SIZE, np.uint8), np.zeros(_SIZE, np.uint8)
    cv2.fillPoly(body, [np.array([(60, 90), (120, 70), (200, 70), (260, 90), (250, 380), (70, 380)])], (1.0,))
    cv2.fillPoly(above, [np.array([(115, 71), (145, 45), (175, 45), (205, 71)])], (1.0,))
    hanger = (above > 0) & (body == 0)
    rgb = np.zeros((*_SIZE, 3), np.uint8)
    rgb[body > 0], rgb[hanger] = _SWEATER, colour
    rgb[360:380][body[360:380] > 0] = (30, 60, 150)
    alpha = ((body > 0) | hanger).astype(np.float32)
    probability = np.where(hanger, np.float32(likely), alpha)
    return Garment(rgb, alpha), probability, hanger


def test_the_hanger_goes_and_the_garment_stays() -> None:
    garment, probability, hanger = _hung(_PLASTIC, 0.7)
    bare = without_hanger(garment, probability)
    assert (bare.alpha[hanger] > 0.5).mean() < 0.15
    kept = (garment.alpha > 0.5) & ~hanger
    assert (bare.alpha[kept] > 0.5).mean() > 0.99


@pytest.mark.parametrize(
    ("colour", "likely"), [(_SWEATER, 0.7), ((30, 60, 150), 0.7), (_PLASTIC, 0.97)], ids=["own", "as its hem", "collar"]
)
def test_a_collar_stays(colour: tuple[int, int, int], likely: float) -> None:
    garment, probability, _ = _hung(colour, likely)
    assert without_hanger(garment, probability) is garment


def test_a_hood_stays() -> None:
    garment, probability, _ = _hung(_PLASTIC, 0.7)
    hood = np.zeros(_SIZE, np.uint8)
    cv2.ellipse(hood, (160, 60), (40, 50), 0, 0, 360, (1.0,), -1)
    above = (hood > 0) & ((garment.alpha == 0) | (garment.rgb == _PLASTIC).all(axis=-1))
    rgb, alpha = garment.rgb.copy(), garment.alpha.copy()
    rgb[above], alpha[above], probability[above] = _PLASTIC, 1, 0.7
    hooded = Garment(rgb, alpha)
    assert without_hanger(hooded, probability) is hooded
