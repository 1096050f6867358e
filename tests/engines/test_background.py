"""The default background engine on figures of known alpha and on photos."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from sklearn.datasets import load_sample_image

from benchmarks._contour import contour_errors, known_figures
from vton_core.engines.background.mediapipe import MediaPipeBackground
from vton_core.errors import NoPersonError
from vton_core.types import Cutout, Image


@pytest.fixture(scope="module")
def engine() -> MediaPipeBackground:
    return MediaPipeBackground()


@pytest.fixture(scope="module")
def cutout(engine: MediaPipeBackground, woman: Image) -> Cutout:
    return engine.cut_out(woman)


def _iou(cutout: Cutout, truth: Cutout) -> float:
    a, b = cutout.alpha > 0.5, truth.alpha > 0.5
    return float((a & b).sum() / (a | b).sum())


def test_the_woman_is_cut_out(woman: Image, woman_cutout: Cutout, cutout: Cutout) -> None:
    assert cutout.rgb.shape == woman.shape
    assert cutout.people == 1
    assert _iou(cutout, woman_cutout) > 0.98
    solid = cutout.alpha == 1
    np.testing.assert_array_equal(cutout.rgb[solid], woman[solid])


def test_the_gap_between_arm_and_body_is_open(woman_cutout: Cutout, cutout: Cutout) -> None:
    empty = cv2.erode((woman_cutout.alpha == 0).astype(np.uint8), np.ones((7, 7), np.uint8)) > 0
    beside = np.zeros(empty.shape, np.bool_)
    beside[600:900, 220:560] = True
    gap = empty & beside
    assert gap.sum() > 1000
    assert cutout.alpha[gap].mean() < 0.02


def test_known_figures_come_back(engine: MediaPipeBackground, examples: Path) -> None:
    """Mean absolute errors within four pixels of the soft edge; measured at most 0.051, 0.013 and 0.023."""
    for figure in known_figures(examples):
        errors = contour_errors(engine.cut_out(figure.photo), figure)
        assert errors.alpha < 0.06, (figure.name, figure.place)
        assert errors.colour < 0.017, (figure.name, figure.place)
        assert errors.composite < 0.028, (figure.name, figure.place)


def test_the_astronaut_stands_free(engine: MediaPipeBackground) -> None:
    """Suit, face and hair are in; flag, wall and the model of the shuttle are out."""
    alpha = engine.cut_out(skimage.data.astronaut()).alpha
    for y, x in ((110, 220), (60, 200), (300, 180), (400, 100)):
        assert alpha[y, x] == 1
    for y, x in ((40, 20), (100, 430), (60, 330), (20, 300)):
        assert alpha[y, x] == 0


def test_of_two_people_the_larger_is_kept(engine: MediaPipeBackground, woman: Image, examples: Path) -> None:
    man = next(f for f in known_figures(examples) if (f.name, f.place) == ("man", "studio"))
    size = (384, 512)
    small = cv2.resize(woman, size, interpolation=cv2.INTER_AREA)
    side = np.full((1024, 384, 3), small[0, 0], np.uint8)
    side[512:] = small
    cutout = engine.cut_out(np.hstack([man.photo, side]))
    assert cutout.people == 2
    kept = cutout.alpha[:, :768] > 0.5
    truth = man.alpha > 0.5
    assert (kept & truth).sum() / (kept | truth).sum() > 0.95
    assert (cutout.alpha[:, 780:] > 0.5).mean() < 0.005


def test_nobody_is_one_sentence(engine: MediaPipeBackground) -> None:
    with pytest.raises(NoPersonError, match="Use a photo"):
        engine.cut_out(load_sample_image("china.jpg"))


def test_a_large_photo_keeps_its_resolution(
    engine: MediaPipeBackground, woman: Image, woman_cutout: Cutout, cutout: Cutout
) -> None:
    large = cv2.resize(woman, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    result = engine.cut_out(large)
    assert result.rgb.shape == large.shape
    solid = result.alpha == 1
    np.testing.assert_array_equal(result.rgb[solid], large[solid])
    half = cv2.resize(result.alpha, woman.shape[1::-1], interpolation=cv2.INTER_AREA)
    assert np.abs(half - cutout.alpha).mean() < 0.005
