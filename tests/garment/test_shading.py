"""The light that the old garment's folds tell."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from vton_core.garment.shading import contact_shadow, fold_shading
from vton_core.types import Image, Mask

UNIT = 160.0
TOP: Mask = np.zeros((400, 320), bool)
TOP[60:360, 60:260] = True
INSIDE = (slice(90, 330), slice(90, 230))


def _garment(colour: tuple[int, int, int], folds: float = 0.0) -> Image:
    x = np.arange(TOP.shape[1], dtype=np.float32)
    light = np.broadcast_to(1 + folds * np.sin(x / 14), TOP.shape)
    picture = np.full((*TOP.shape, 3), 235, np.float32)
    picture[TOP] = (np.array(colour) * light[..., None])[TOP]
    return np.asarray(picture.clip(0, 255), np.uint8)


def _written(picture: Image, ink: tuple[int, int, int]) -> Image:
    out = picture.copy()
    for row in (150, 210, 270):
        cv2.putText(out, "LETTERS", (75, row), cv2.FONT_HERSHEY_SIMPLEX, 1.4, ink, 7)
    return out


def test_a_plain_garment_without_folds_is_evenly_lit() -> None:
    assert np.abs(fold_shading(_garment((120, 130, 140)), TOP, UNIT) - 1).max() < 0.01


def test_folds_are_carried_over() -> None:
    light = fold_shading(_garment((120, 130, 140), folds=0.1), TOP, UNIT)[INSIDE]
    wave = np.sin(np.arange(TOP.shape[1])[INSIDE[1]] / 14)
    assert np.corrcoef(light.mean(axis=0), wave)[0, 1] > 0.9
    assert np.ptp(light.mean(axis=0)) > 0.05
    # Nothing of it is seen far from the garment.
    assert fold_shading(_garment((120, 130, 140), folds=0.1), TOP, UNIT)[:20] == pytest.approx(1, abs=0.01)


@pytest.mark.parametrize(
    ("fabric", "ink"),
    [
        ((240, 240, 240), (20, 20, 20)),
        ((240, 240, 240), (190, 110, 70)),
        ((25, 30, 60), (250, 250, 250)),
        ((200, 60, 90), (60, 90, 200)),
    ],
)
def test_letters_leave_no_trace(fabric: tuple[int, int, int], ink: tuple[int, int, int]) -> None:
    light = fold_shading(_written(_garment(fabric), ink), TOP, UNIT)
    assert np.abs(light - 1).max() < 0.02


@pytest.mark.parametrize(
    ("fabric", "ink"),
    [
        ((240, 240, 240), (20, 20, 20)),
        ((25, 25, 30), (240, 240, 240)),
        ((100, 100, 105), (40, 40, 44)),
        ((150, 150, 152), (205, 205, 208)),
    ],
)
def test_a_large_print_leaves_no_trace(fabric: tuple[int, int, int], ink: tuple[int, int, int]) -> None:
    picture = _garment(fabric)
    cv2.circle(picture, (160, 180), 55, ink, -1, cv2.LINE_AA)
    assert np.abs(fold_shading(picture, TOP, UNIT) - 1).max() < 0.02


def test_folds_show_beside_letters() -> None:
    light = fold_shading(_written(_garment((180, 180, 180), folds=0.08), (160, 40, 40)), TOP, UNIT)[INSIDE]
    wave = np.sin(np.arange(TOP.shape[1])[INSIDE[1]] / 14)
    assert np.corrcoef(light[:30].mean(axis=0), wave)[0, 1] > 0.8


def test_stripes_are_no_folds() -> None:
    picture = _garment((240, 240, 240))
    picture[:, ::2][TOP[:, ::2]] = (20, 30, 80)
    assert np.abs(fold_shading(picture, TOP, UNIT) - 1).max() < 0.03


def test_too_little_of_a_garment_tells_nothing() -> None:
    few = np.zeros(TOP.shape, bool)
    few[100:112, 100:112] = True
    assert (fold_shading(_garment((120, 130, 140), folds=0.1), few, UNIT) == 1).all()


def test_a_shadow_lies_just_outside_an_edge() -> None:
    cover = np.zeros((100, 100), np.float32)
    cover[:, :50] = 1
    shade = contact_shadow(cover, UNIT)
    assert (shade[:, :48] == 1).all()
    assert shade[50, 50] < 0.92
    assert shade[50, 70] == pytest.approx(1, abs=0.01)
    assert (np.diff(shade[50, 50:]) >= 0).all()
