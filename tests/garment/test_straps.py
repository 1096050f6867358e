"""Thin straps that a garment's mask has lost, and thin lines that are none."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
import pytest

from vton_core.garment.strapped import with_straps
from vton_core.garment.straps import find_straps
from vton_core.masks import dilated
from vton_core.types import Garment, Image, Mask

SIZE: Final = (400, 520)
LEFT, RIGHT, TOP, HEM = 100, 300, 170, 470
COLOUR, GROUND = (52, 60, 120), (188, 170, 148)
GROUNDS: Final = ("carpet", "planks", "dark")
NOTHING = np.zeros(SIZE[::-1], np.float32)
LOOPS = [[(135, TOP), (130, 130), (146, 90), (158, 132), (152, TOP)], [(265, TOP), (270, 128), (256, 88), (242, TOP)]]
LINES = [[(140, TOP), (146, 85)], [(260, TOP), (254, 85)]]
TIE = [[(130, TOP), (160, 110), (200, 70), (240, 110), (270, TOP)]]


def _ground(kind: str) -> Image:
    width, height = SIZE
    rng = np.random.default_rng(4)
    noise = cv2.GaussianBlur(rng.normal(0, 1, (height, width)).astype(np.float32), (0, 0), 1.2) * 12
    tone = np.array((60, 62, 58) if kind == "dark" else GROUND, np.float32) + noise[..., None]
    if kind == "planks":
        tone[:, 7::65] *= 0.72
        tone *= rng.uniform(0.92, 1.0, 7)[np.arange(width) // 65][:, None]
    return np.asarray(tone.clip(0, 255), np.uint8)


def _garment() -> Mask:
    mask = np.zeros(SIZE[::-1], np.uint8)
    cv2.rectangle(mask, (LEFT, TOP), (RIGHT, HEM), (1,), -1)
    return mask > 0


def _drawn(lines: list[list[tuple[int, int]]], width: int = 4) -> Mask:
    mask = np.zeros(SIZE[::-1], np.uint8)
    cv2.polylines(mask, [np.array(line) for line in lines], isClosed=False, color=(1,), thickness=width)
    return (mask > 0) & ~_garment()


def _photo(ground: Image, *parts: tuple[Mask, tuple[int, int, int]]) -> Image:
    image = ground.copy()
    for mask, colour in parts:
        image[mask] = colour
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 0.6), np.uint8)


def _colour(kind: str) -> tuple[int, int, int]:
    return (210, 196, 170) if kind == "dark" else COLOUR


@pytest.mark.parametrize("kind", GROUNDS)
@pytest.mark.parametrize("straps", [LOOPS, LINES, TIE], ids=["loops", "lines", "tie"])
def test_straps_are_found(straps: list[list[tuple[int, int]]], kind: str) -> None:
    truth, colour = _drawn(straps), _colour(kind)
    found = find_straps(_photo(_ground(kind), (_garment(), colour), (truth, colour)), _garment(), NOTHING)
    near = np.ones((7, 7), np.uint8)
    assert (dilated(found, near) & truth).sum() > 0.85 * truth.sum()
    assert (found & ~dilated(truth, near)).sum() < 0.05 * truth.sum()


@pytest.mark.parametrize("kind", GROUNDS)
def test_without_straps_nothing_is_found(kind: str) -> None:
    assert not find_straps(_photo(_ground(kind), (_garment(), _colour(kind))), _garment(), NOTHING).any()


@pytest.mark.parametrize(
    "line",
    [
        [(140, 0), (140, SIZE[1])],
        [(0, 60), (SIZE[0], 240)],
        [(70, 60), (88, 440)],
        [(LEFT, 300), (40, 200)],
        [(200, TOP), (200, 130), (208, 90)],
    ],
    ids=["joint through the picture", "slanting joint", "fold beside the garment", "cord at the side", "hook"],
)
def test_other_lines_are_not_taken(line: list[tuple[int, int]]) -> None:
    """Not even in the garment's own colour."""
    photo = _photo(_ground("carpet"), (_garment(), COLOUR), (_drawn([line]), COLOUR))
    assert not find_straps(photo, _garment(), NOTHING).any()


def test_another_colour_is_believed_if_the_network_sees_it() -> None:
    photo = _photo(_ground("carpet"), (_garment(), COLOUR), (_drawn([[(140, TOP), (146, 85)]]), (85, 88, 100)))
    assert not find_straps(photo, _garment(), NOTHING).any()
    assert find_straps(photo, _garment(), NOTHING + np.float32(0.6)).any()


def _cut(photo: Image, scale: int = 1) -> Garment:
    alpha = _garment().astype(np.float32)
    return Garment(photo, cv2.resize(alpha, None, fx=scale, fy=scale, interpolation=cv2.INTER_LINEAR))


@pytest.mark.parametrize("scale", [1, 3])
def test_a_strap_gets_its_width_and_colour(scale: int) -> None:
    """At any size of the photo."""
    truth = _drawn(LOOPS)
    small = _photo(_ground("carpet"), (_garment(), COLOUR), (truth, COLOUR))
    photo = np.asarray(cv2.resize(small, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC), np.uint8)
    garment = with_straps(_cut(photo, scale), photo, NOTHING)
    cover = cv2.resize(garment.alpha, SIZE, interpolation=cv2.INTER_AREA)
    above = np.s_[: TOP - 4]
    assert abs(float(cover[above].sum()) / truth[above].sum() - 1) < 0.2
    straps = (garment.alpha > 0.5) & (cv2.resize(_garment().view(np.uint8), photo.shape[1::-1]) == 0)
    assert np.abs(garment.rgb[straps].mean(axis=0) - COLOUR).max() < 12


def test_the_rest_of_the_garment_stays() -> None:
    photo = _photo(_ground("planks"), (_garment(), COLOUR), (_drawn(LINES), COLOUR))
    before = _cut(photo)
    after = with_straps(before, photo, NOTHING)
    body = dilated(_garment(), np.ones((3, 3), np.uint8))
    np.testing.assert_array_equal(after.alpha[body & _garment()], before.alpha[body & _garment()])
    np.testing.assert_array_equal(after.rgb[_garment()], before.rgb[_garment()])


def test_what_has_no_straps_is_itself() -> None:
    photo = _photo(_ground("planks"), (_garment(), COLOUR))
    garment = _cut(photo)
    assert with_straps(garment, photo, NOTHING) is garment
