"""Pieces of garments that were taken for another, on drawn labels."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from vton_core.engines.parsing.strays import without_strays
from vton_core.labels import Label
from vton_core.types import Image, Joint, Pose

_TOP, _SKIRT = (90, 20, 40), (170, 40, 40)
_NOBODY = Pose(np.zeros((25, 3), np.float32))


def _posed(elbow: tuple[int, int], wrist: tuple[int, int], surely: float = 1.0) -> Pose:
    """A right forearm, and a left one beside the picture."""
    keypoints = np.zeros((25, 3), np.float32)
    keypoints[[Joint.NECK, Joint.MID_HIP]] = (50, 10, 1), (50, 70, 1)
    keypoints[[Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST]] = (*elbow, 1), (*wrist, surely)
    keypoints[[Joint.LEFT_ELBOW, Joint.LEFT_WRIST]] = (150, 60, 1), (150, 80, 1)
    return Pose(keypoints)


def _pieces(top: tuple[int, int, int], skirt: tuple[int, int, int]) -> tuple[NDArray[np.uint8], Image]:
    """A top over a skirt with a corner that is labelled as the top's."""
    labels, rgb = np.zeros((120, 100), np.uint8), np.full((120, 100, 3), 128, np.uint8)
    labels[10:60, 10:90], labels[60:110, 10:90] = Label.UPPER_CLOTHES, Label.SKIRT
    rgb[10:60, 10:90], rgb[60:110, 10:90] = top, skirt
    labels[95:110, 10:30] = Label.UPPER_CLOTHES
    return labels, rgb


@pytest.mark.parametrize(("around", "speck"), [(Label.SKIRT, Label.UPPER_CLOTHES), (Label.UPPER_CLOTHES, Label.PANTS)])
def test_specks_go_to_what_surrounds_them(around: Label, speck: Label) -> None:
    labels = np.zeros((120, 100), np.uint8)
    labels[10:60, 10:90], labels[60:110, 10:90] = Label.UPPER_CLOTHES, Label.SKIRT
    inside = slice(30, 34) if around == Label.UPPER_CLOTHES else slice(80, 84)
    labels[inside, 40:44] = speck
    assert (without_strays(labels, np.zeros((120, 100, 3), np.uint8), _NOBODY)[inside, 40:44] == around).all()


def test_a_piece_apart_goes_by_its_colours() -> None:
    labels, rgb = _pieces(_TOP, _SKIRT)
    assert (without_strays(labels, rgb, _NOBODY)[95:110, 10:30] == Label.SKIRT).all()
    rgb[95:110, 10:30] = _TOP
    np.testing.assert_array_equal(without_strays(labels, rgb, _NOBODY), labels)


def test_where_both_have_the_same_colours_its_place_counts() -> None:
    """Below the waistband a piece is the skirt's; above it, beyond an arm, it is the top's."""
    labels, rgb = _pieces(_TOP, _TOP)
    assert (without_strays(labels, rgb, _posed((5, 60), (5, 80)))[95:110, 10:30] == Label.SKIRT).all()
    labels[95:110, 10:30], labels[52:57, 10:90] = Label.SKIRT, Label.LEFT_ARM
    np.testing.assert_array_equal(without_strays(labels, rgb, _NOBODY), labels)


def test_what_lies_apart_and_touches_nothing_stays() -> None:
    """A shoulder's piece beyond a bag's strap."""
    labels, rgb = _pieces(_TOP, _SKIRT)
    labels[95:110, 10:30] = Label.SKIRT
    labels[10:20, 75:90], labels[10:25, 70:75], labels[20:25, 75:90] = Label.UPPER_CLOTHES, 0, 0
    rgb[10:20, 75:90] = _SKIRT
    np.testing.assert_array_equal(without_strays(labels, rgb, _NOBODY), labels)


@pytest.mark.parametrize(
    "pose",
    [_posed((20, 60), (20, 115)), _posed((5, 60), (5, 80), surely=0.5)],
    ids=["along it", "its wrist is hidden"],
)
def test_what_may_be_a_sleeve_below_the_waistband_is_no_skirt(pose: Pose) -> None:
    labels, rgb = _pieces(_TOP, _TOP)
    np.testing.assert_array_equal(without_strays(labels, rgb, pose), labels)
