"""Patches of bare arm in a sleeve, on drawn people."""

from __future__ import annotations

import numpy as np
import pytest

from tests.poses import pose_of
from vton_core.engines.parsing.sleeves import mend_sleeves
from vton_core.labels import Label
from vton_core.types import Image, Joint, ParseMap, Pose

_SKIN, _WHITE = (205, 160, 135), (235, 235, 238)


def _person(sleeve: tuple[int, int, int]) -> tuple[ParseMap, Image, Pose]:
    """Face, chest and one long sleeve with a patch labelled arm in its middle, and the hand below it."""
    labels, rgb = np.zeros((300, 200), np.uint8), np.full((300, 200, 3), 90, np.uint8)
    for label, rows, columns, colour in (
        (Label.FACE, slice(10, 50), slice(85, 115), _SKIN),
        (Label.UPPER_CLOTHES, slice(60, 180), slice(60, 140), _WHITE),
        (Label.UPPER_CLOTHES, slice(60, 220), slice(40, 60), sleeve),
        (Label.RIGHT_ARM, slice(120, 170), slice(42, 58), sleeve),
        (Label.RIGHT_ARM, slice(220, 250), slice(40, 60), _SKIN),
    ):
        labels[rows, columns], rgb[rows, columns] = label, colour
    pose = pose_of(
        {
            Joint.NECK: (100, 60),
            Joint.MID_HIP: (100, 180),
            Joint.RIGHT_ELBOW: (50, 140),
            Joint.RIGHT_WRIST: (50, 215),
        }
    )
    return labels, rgb, pose


@pytest.mark.parametrize("sleeve", [_WHITE, (20, 24, 60), (150, 30, 40)])
def test_a_patch_in_the_sleeves_colour_is_sleeve(sleeve: tuple[int, int, int]) -> None:
    labels, rgb, pose = _person(sleeve)
    mended = mend_sleeves(labels, rgb, pose)
    assert (mended[120:170, 42:58] == Label.UPPER_CLOTHES).all()
    mended[120:170, 42:58] = labels[120:170, 42:58]
    np.testing.assert_array_equal(mended, labels)


def test_a_hole_that_shows_skin_stays_an_arm() -> None:
    labels, rgb, pose = _person(_WHITE)
    rgb[120:170, 42:58] = np.multiply(_SKIN, 0.8).astype(np.uint8)
    np.testing.assert_array_equal(mend_sleeves(labels, rgb, pose), labels)


def test_a_gloved_hand_stays_an_arm() -> None:
    labels, rgb, pose = _person(_WHITE)
    rgb[220:250, 40:60] = _WHITE
    assert (mend_sleeves(labels, rgb, pose)[220:250, 40:60] == Label.RIGHT_ARM).all()


def test_without_a_face_nothing_is_changed() -> None:
    labels, rgb, pose = _person(_WHITE)
    labels[labels == Label.FACE] = Label.BACKGROUND
    np.testing.assert_array_equal(mend_sleeves(labels, rgb, pose), labels)
