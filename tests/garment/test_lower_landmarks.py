"""Landmarks of trousers, skirts and dresses drawn from known points."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from tests.garment.lower_drawing import DRESSES, LOWER, draped_dress, spread_dress, trousers
from vton_core.errors import InputError, NoGarmentError
from vton_core.garment.dress import find_dress_landmarks
from vton_core.garment.lower.landmarks import find_lower_landmarks
from vton_core.types import Garment


@pytest.mark.parametrize("name", LOWER)
def test_corners_are_found(name: str) -> None:
    garment, known = LOWER[name]
    found = find_lower_landmarks(garment).points()
    assert set(found) == set(known)
    for landmark, point in known.items():
        # Where legs touch, the crotch is taken to be where it usually is.
        limit = 45 if (landmark, name) == ("crotch", "trousers with legs together") else 14
        assert np.linalg.norm(np.subtract(found[landmark], point)) < limit, landmark


@pytest.mark.parametrize("name", DRESSES)
def test_a_dress_has_a_tops_landmarks_and_waist_and_hem(name: str) -> None:
    garment, known = DRESSES[name]
    found = find_dress_landmarks(garment).points()
    assert {"left_neck", "right_shoulder", "left_armpit", "neck_front"} <= set(found)
    assert ("left_cuff_outer" in found) == (name in ("short sleeves", "one sleeve long"))
    for landmark, point in known.items():
        assert np.linalg.norm(np.subtract(found[landmark], point)) < 30, landmark


def test_a_dress_whose_sleeves_lie_spread_leaves_no_shoulder_bare() -> None:
    bodice = find_dress_landmarks(spread_dress()).bodice
    assert not bodice.off_shoulder
    assert all(side.sleeved for side in bodice.sides)


def test_sleeves_that_lie_on_a_skirt_are_sleeves_where_the_photo_tells_of_them() -> None:
    garment, cuffs = draped_dress()
    told = {"none": 0.02, "short": 0.03, "half": 0.05, "long": 0.9}
    bodice = find_dress_landmarks(replace(garment, home=True, sleeves=told)).bodice
    assert all(side.sleeved for side in bodice.sides)
    for landmark, point in cuffs.items():
        assert np.linalg.norm(np.subtract(bodice.points()[landmark], point)) < 30, landmark
    left, right = (side.armpit for side in bodice.sides)
    assert 130 < right[0] - left[0] < 250
    assert max(left[1], right[1]) < 260


def test_a_garment_twice_as_large_has_landmarks_twice_as_far() -> None:
    garment, _ = LOWER["trousers"]
    large = Garment(
        np.repeat(np.repeat(garment.rgb, 2, axis=0), 2, axis=1),
        np.repeat(np.repeat(garment.alpha, 2, axis=0), 2, axis=1),
    )
    once, twice = find_lower_landmarks(garment).points(), find_lower_landmarks(large).points()
    for name, point in once.items():
        assert np.abs(np.subtract(twice[name], np.multiply(point, 2))).max() < 6


@pytest.mark.parametrize("name", ["trousers", "flared skirt"])
def test_moved_landmarks_are_where_they_were_put(name: str) -> None:
    marks = find_lower_landmarks(LOWER[name][0])
    for landmark, (x, y) in marks.points().items():
        moved = marks.corrected({landmark: (x + 9, y - 5)})
        for other, point in moved.points().items():
            wanted = (x + 9, y - 5) if other == landmark else marks.points()[other]
            assert np.abs(np.subtract(point, wanted)).max() < 0.01
    assert marks.corrected({"left_neck": (1, 1)}).points() == marks.points()


@pytest.mark.parametrize(("name", "corner"), [("trousers", "waist"), ("trousers", "hem_inner"), ("maxi skirt", "hem")])
def test_sides_that_lie_crosswise_are_a_sentence(name: str, corner: str) -> None:
    marks = find_lower_landmarks(LOWER[name][0])
    beyond = marks.points()[f"right_{corner}"]
    with pytest.raises(InputError, match="crosswise"):
        marks.corrected({f"left_{corner}": (beyond[0] + 5, beyond[1])})


def test_a_dress_takes_what_was_moved() -> None:
    garment, _ = DRESSES["sleeveless"]
    moved = find_dress_landmarks(
        replace(garment, corrections={"left_waist": (170.0, 240.0), "right_hem": (400.0, 470.0)})
    )
    assert moved.points()["left_waist"] == (170.0, 240.0)
    assert moved.points()["right_hem"] == (400.0, 470.0)


def test_legs_that_touch_without_a_gap_are_still_two() -> None:
    garment, known = trousers(inside=0, outside=80, crotch=240)
    rgb = garment.rgb.copy()
    rgb[245:, 239:242] //= 3
    alpha = garment.alpha.copy()
    alpha[240:661, 236:245] = 1
    found = find_lower_landmarks(Garment(rgb, alpha)).points()
    assert set(found) == set(known)
    # Where they part is not seen; it is taken to be where it usually is.
    assert 160 < found["crotch"][1] < 320


def test_a_speck_is_no_garment() -> None:
    alpha = np.zeros((200, 200), np.float32)
    alpha[90:95, 90:95] = 1
    with pytest.raises(NoGarmentError, match="shape cannot be made out"):
        find_lower_landmarks(Garment(np.zeros((200, 200, 3), np.uint8), alpha))
