"""A garment whose outline the network is in doubt about."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.garment.drawing import DRAWN, overlap
from vton_core.garment.doubtful import by_colours, doubt
from vton_core.types import Image

_Float = NDArray[np.float32]


def chequered(garment: tuple[int, int, int]) -> tuple[Image, _Float]:
    """A top on a chequered cover, and its true mask, at the network's size."""
    mask = np.asarray(cv2.resize(DRAWN["spread sleeves"].mask().astype(np.float32), (264, 300)), np.float32)
    y, x = np.indices(mask.shape)
    cover = np.where(((y // 12 + x // 12) % 2 > 0)[..., None], (70, 60, 50), (140, 150, 120))
    noise = np.random.default_rng(2).normal(0, 4, (*mask.shape, 3))
    picture = np.where(mask[..., None] > 0.5, garment, cover) + noise
    return picture.clip(0, 255).astype(np.uint8), mask


def likely(mask: _Float, *, beside: float) -> _Float:
    """What a network would say that sees the garment, but takes a part of the cover beside it for likely as well."""
    told = cv2.GaussianBlur(mask, (0, 0), 4.0) * 0.96 + 0.02
    band = np.zeros_like(mask)
    band[:, :110] = 1
    return np.maximum(told, np.where((mask < 0.5) & (band > 0), np.float32(beside), np.float32(0))).astype(np.float32)


@pytest.mark.parametrize("colour", [(190, 40, 60), (40, 60, 160), (235, 232, 228)])
def test_its_colours_tell_it_from_its_background(colour: tuple[int, int, int]) -> None:
    picture, mask = chequered(colour)
    said = likely(mask, beside=0.6)
    assert doubt(said) > 0.12
    assert overlap(said, mask) < 0.8
    found = by_colours(picture, said)
    assert found is not None
    assert overlap(found, mask) > 0.95
    again = by_colours(picture, said)
    assert again is not None
    np.testing.assert_array_equal(found, again)


def test_what_the_network_is_hardly_sure_of_is_no_garment() -> None:
    picture, mask = chequered((190, 40, 60))
    assert by_colours(picture, 0.5 + 0.2 * mask) is None
    assert by_colours(picture, likely(mask, beside=0.6) * np.float32(0.9)) is None


def test_a_sure_network_is_not_in_doubt() -> None:
    _, mask = chequered((190, 40, 60))
    assert doubt(mask) < 0.02
    assert doubt(np.zeros_like(mask)) == 1
