"""Colours that settle what the network doubts, on drawn figures."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from vton_core.engines.parsing.colour import by_own_colours
from vton_core.labels import COUNT, Label
from vton_core.types import Image

_TOP, _SKIRT = (90, 20, 40), (170, 40, 40)


def _figure(top: tuple[int, int, int], skirt: tuple[int, int, int]) -> tuple[NDArray[np.float32], Image]:
    """A top over a skirt; in the skirt the network slightly prefers the top on a patch at its border."""
    rgb, scores = np.full((200, 120, 3), 128, np.uint8), np.zeros((COUNT, 200, 120), np.float32)
    scores[Label.BACKGROUND] = 1
    for label, rows, colour in ((Label.UPPER_CLOTHES, slice(20, 100), top), (Label.SKIRT, slice(100, 180), skirt)):
        rgb[rows, 20:100] = colour
        scores[:, rows, 20:100] = 0
        scores[label, rows, 20:100] = 0.95
        scores[Label.BACKGROUND, rows, 20:100] = 0.05
    scores[:, 150:180, 20:50] = 0
    scores[Label.UPPER_CLOTHES, 150:180, 20:50], scores[Label.SKIRT, 150:180, 20:50] = 0.55, 0.45
    return scores, rgb


def test_what_has_the_skirts_colour_is_skirt() -> None:
    scores, rgb = _figure(_TOP, _SKIRT)
    labels = by_own_colours(scores.copy(), rgb).argmax(axis=0)
    assert (labels[155:175, 25:45] == Label.SKIRT).all()
    assert (labels[20:95, 20:100] == Label.UPPER_CLOTHES).all()


def test_colours_say_nothing_where_both_are_alike() -> None:
    scores, rgb = _figure(_TOP, _TOP)
    np.testing.assert_array_equal(by_own_colours(scores.copy(), rgb).argmax(axis=0), scores.argmax(axis=0))


def test_what_the_network_is_sure_of_stays() -> None:
    """A print on the top in the skirt's colour."""
    scores, rgb = _figure(_TOP, _SKIRT)
    rgb[50:70, 50:70] = _SKIRT
    assert (by_own_colours(scores.copy(), rgb).argmax(axis=0)[50:70, 50:70] == Label.UPPER_CLOTHES).all()


def test_the_other_labels_and_every_sum_stay() -> None:
    scores, rgb = _figure(_TOP, _SKIRT)
    weighed = by_own_colours(scores.copy(), rgb)
    np.testing.assert_allclose(weighed.sum(axis=0), scores.sum(axis=0), atol=1e-5)
    np.testing.assert_array_equal(weighed[Label.BACKGROUND], scores[Label.BACKGROUND])


def test_nobody_is_nobody() -> None:
    scores = np.zeros((COUNT, 40, 30), np.float32)
    scores[Label.BACKGROUND] = 1
    np.testing.assert_array_equal(by_own_colours(scores.copy(), np.zeros((40, 30, 3), np.uint8)), scores)
