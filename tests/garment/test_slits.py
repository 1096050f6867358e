"""The narrow ends of the gaps between sleeves and body, and white cloth that looks like them."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
import pytest

from vton_core.garment.mask import garment_from_image
from vton_core.garment.slits import slits
from vton_core.types import Alpha, Mask

_Points = tuple[tuple[float, float], ...]
_COLOUR = (96, 92, 98)
_FINE = 10
_TRUNK = ((60, 30), (132, 30), (162, 45), (150, 205), (42, 205), (30, 45))
_SLEEVES = (((60, 30), (30, 45), (10, 210), (38, 210), (42, 200)), ((132, 30), (162, 45), (182, 210), (154, 210)))
_GAPS: tuple[_Points, ...] = (
    ((44.6, 92), (46.6, 92), (46.8, 108), (56, 200), (56, 212), (40, 212), (40, 200), (44.4, 108)),
    ((147.4, 92), (145.4, 92), (145.2, 108), (136, 200), (136, 212), (152, 212), (152, 200), (147.6, 108)),
)
_SHORT = 112
_SIZES = pytest.mark.parametrize("height", [256, 512])


def _inside(*shapes: _Points) -> Mask:
    """What shapes cover of a picture 192 wide, 256 high, finely drawn."""
    drawn = np.zeros((256 * _FINE, 192 * _FINE), np.uint8)
    for points in shapes:
        cv2.fillPoly(drawn, [np.round(np.array(points) * _FINE).astype(np.int32)], 1)
    return drawn > 0


def _box(left: float, top: float, right: float, bottom: float) -> _Points:
    return ((left, top), (right, top), (right, bottom), (left, bottom))


def _cut(height: int, garment: Mask, *trims: _Points) -> Callable[[float, float, float, float], Alpha]:
    """Cuts a garment with a white print and white trims out of a compressed photo of that height on white; tells the
    alpha within a box."""
    coloured = garment & ~_inside(_box(80, 90, 112, 120), *trims)
    photo = cv2.resize(
        np.where(coloured[..., None], np.uint8(_COLOUR), np.uint8(255)),
        (height * 3 // 4, height),
        interpolation=cv2.INTER_AREA,
    )
    coded = cv2.imencode(".jpg", photo, [cv2.IMWRITE_JPEG_QUALITY, 92])[1]
    alpha = garment_from_image(np.asarray(cv2.imdecode(coded, cv2.IMREAD_COLOR), np.uint8)).alpha

    def within(left: float, top: float, right: float, bottom: float) -> Alpha:
        rows, columns = ([round(edge * height / 256) for edge in edges] for edges in ((top, bottom), (left, right)))
        return alpha[slice(*rows), slice(*columns)]

    return within


@pytest.fixture(scope="module")
def long_sleeved() -> Mask:
    return _inside(_TRUNK, *_SLEEVES) & ~_inside(*_GAPS)


@pytest.fixture(scope="module")
def short_sleeved(long_sleeved: Mask) -> Mask:
    shirt = long_sleeved & _inside(_box(0, 0, 192, _SHORT))
    return np.asarray(shirt | _inside(_box(50, 60, 142, 205)))


@_SIZES
def test_the_narrow_end_of_the_gap_beside_a_sleeve_is_open(height: int, long_sleeved: Mask) -> None:
    alpha = _cut(height, long_sleeved)
    for left in (45, 146):
        assert alpha(left, 94, left + 1, 150).max() < 0.1
        assert min(alpha(left - 8, 60, left + 8, 90).min(), alpha(left - 6, 94, left - 3, 108).min()) > 0.9


@_SIZES
def test_the_slit_between_a_short_sleeve_and_the_body_is_open(height: int, short_sleeved: Mask) -> None:
    alpha = _cut(height, short_sleeved)
    for left in (45, 146):
        assert alpha(left, 94, left + 1, 116).max() < 0.1
        assert alpha(left - 8, 60, left + 8, 90).min() > 0.9


@_SIZES
def test_upright_white_piping_within_a_sleeve_stays(height: int, long_sleeved: Mask) -> None:
    alpha = _cut(height, long_sleeved, _box(30, 95, 31.2, 150), _box(160.8, 95, 162, 150))
    assert min(alpha(27, 92, 34, 155).min(), alpha(158, 92, 165, 155).min()) > 0.9


@_SIZES
def test_white_stripes_across_that_reach_the_outline_stay(height: int, long_sleeved: Mask) -> None:
    alpha = _cut(height, long_sleeved, *(_box(0, y, 192, y + 6) for y in range(54, 212, 14)))
    assert min(alpha(60, 40, 132, 200).min(), alpha(32, 50, 160, 90).min()) > 0.9
    assert alpha(27, 100, 40, 160).min() > 0.9


@_SIZES
def test_white_pinstripes_that_end_in_the_hem_and_in_the_armpits_stay(height: int, long_sleeved: Mask) -> None:
    alpha = _cut(height, long_sleeved, *(_box(x, 34, x + 1.2, 212) for x in np.arange(45.2 - 8 * 3, 190, 8)))
    assert min(alpha(60, 40, 132, 200).min(), alpha(40, 60, 152, 88).min()) > 0.9


@pytest.mark.parametrize("scale", [1, 3])
def test_a_white_print_below_a_notch_of_the_outline_stays_and_a_slit_does_not(scale: int) -> None:
    mask = np.zeros((256, 192), np.bool_)
    mask[20:240, 30:162] = True
    distance = np.where(mask, 50, 0)
    for left in (33, 50):
        mask[140:150, left : left + 3] = False
        distance[140:162, left : left + 3] = 0
    block = np.ones((scale, scale))
    found = slits(np.kron(mask, block) > 0, np.kron(distance, block).astype(np.float32), 50, 0.1)
    assert found[150 * scale : 162 * scale, 50 * scale : 53 * scale].all()
    assert not found[:, : 40 * scale].any()
