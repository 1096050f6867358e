"""Who is taken for a wearer in a garment photo, and what is a print."""

from __future__ import annotations

import numpy as np
import pytest

from tests.garment.drawing import DRAWN
from tests.garment.lower_drawing import DRESSES, LOWER
from tests.garment.mannequin import SKIN, mannequin
from vton_core.garment.wearer import has_head, is_printed, shows_face, shows_skin
from vton_core.types import Garment, Joint, Pose


def _figure() -> tuple[Garment, Pose]:
    figure = mannequin()
    return Garment(figure.cutout.rgb, figure.cutout.alpha), figure.pose


def test_a_person_shows_skin_and_is_no_print() -> None:
    garment, pose = _figure()
    assert shows_skin(garment)
    assert not is_printed(garment, pose)


def test_what_is_taken_for_a_face_within_a_collar_is_no_head() -> None:
    _, pose = _figure()
    assert has_head(pose)
    keypoints = pose.keypoints.copy()
    keypoints[Joint.NOSE, 1] = keypoints[Joint.NECK, 1] - 0.25 * (270 - 150)
    assert not has_head(Pose(keypoints))
    # Nor is one over shoulders of which one hangs down.
    keypoints = pose.keypoints.copy()
    keypoints[Joint.LEFT_SHOULDER, 1] += 120
    assert not has_head(Pose(keypoints))


def test_an_empty_hood_shows_no_face() -> None:
    garment, pose = _figure()
    assert shows_face(garment.rgb, pose)
    assert not shows_face(np.full_like(garment.rgb, (110, 120, 115)), pose)


@pytest.mark.parametrize("scale", [0.3, 0.5])
def test_a_person_with_garment_beside_the_head_is_a_print(scale: float) -> None:
    """A figure on the chest of a top."""
    shirt = DRAWN["spread sleeves"].garment()
    _, pose = _figure()
    assert is_printed(shirt, pose.mapped(scale, (300 - 210 * scale, 200 - 95 * scale)))


def test_garments_show_skin_only_in_its_colour() -> None:
    for garment in (DRAWN["spread sleeves"].garment(), LOWER["trousers"][0], DRESSES["maxi"][0]):
        blue = Garment(np.full_like(garment.rgb, (40, 60, 160)), garment.alpha)
        assert not shows_skin(blue)
        assert shows_skin(Garment(np.full_like(garment.rgb, SKIN), garment.alpha))
