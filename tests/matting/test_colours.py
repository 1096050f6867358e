"""What the colours say."""

from __future__ import annotations

import numpy as np

from tests.matting.figures import Figure
from vton_core.matting.colours import ColourEvidence, LocalColours
from vton_core.types import Alpha, Image


def _evidence(image: Image, probability: Alpha, reach: float) -> ColourEvidence:
    found = LocalColours(image, reach).evidence(probability)
    return ColourEvidence(found.ratio.reshape(probability.shape), found.shared.reshape(probability.shape))


def test_colours_that_one_side_alone_has_tell() -> None:
    image = np.full((80, 80, 3), (30, 60, 200), np.uint8)
    image[20:60, 20:60] = (200, 60, 30)
    probability = np.zeros((80, 80), np.float32)
    probability[24:64, 24:64] = 1  # the guess is off by four pixels
    ratio = _evidence(image, probability, 20).ratio
    assert ratio[20:60, 20:60].min() > 1
    assert max(ratio[:20].max(), ratio[60:].max()) < -1
    assert np.abs(ratio).max() <= 4


def test_a_colour_that_both_have_tells_nothing() -> None:
    image = np.full((80, 80, 3), 128, np.uint8)
    probability = np.zeros((80, 80), np.float32)
    probability[20:60, 20:60] = 1
    evidence = _evidence(image, probability, 20)
    assert np.abs(evidence.ratio[30:50, 30:50]).max() < 1
    assert evidence.shared[30:50, 30:50].min() > 0.9


def test_nothing_is_known_of_what_is_far_away() -> None:
    """A colour counts near where it was seen: the same red, far from the red figure, is no evidence of it."""
    image = np.full((80, 400, 3), (30, 60, 200), np.uint8)
    image[:, :40] = image[:, 360:] = (200, 60, 30)
    probability = np.zeros((80, 400), np.float32)
    probability[:, :40] = 1
    ratio = _evidence(image, probability, 25).ratio
    assert ratio[:, :40].min() > 1
    assert ratio[:, 370:].max() < 0


def test_it_opens_the_gap_at_the_arm(drawn: Figure) -> None:
    ratio = _evidence(drawn.photo, drawn.coarse, 30).ratio
    gap = np.s_[280:340, 130:138]
    assert drawn.alpha[gap].max() == 0
    assert (ratio[gap] < 0).mean() > 0.9


def test_pixels_that_are_asked_about_alone_get_the_same_answer(drawn: Figure) -> None:
    asked = np.random.default_rng(2).random(drawn.alpha.shape) < 0.1
    alone = LocalColours(drawn.photo, 30, asked).evidence(drawn.coarse)
    every = _evidence(drawn.photo, drawn.coarse, 30)
    np.testing.assert_array_equal(alone.ratio, every.ratio[asked])
    np.testing.assert_array_equal(alone.shared, every.shared[asked])
