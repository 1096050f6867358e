"""Landmarks of garments drawn from known ones. Tolerances are shares of the chest's width."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.garment.drawing import DRAWN, SIZE, crew_neck
from vton_core.errors import NoGarmentError
from vton_core.garment.cuff_corners import corner_split
from vton_core.garment.landmarks import Landmarks, find_landmarks
from vton_core.garment.polyline import resample
from vton_core.images import read_image
from vton_core.steps.garments import cut_garment
from vton_core.types import Garment

# The shoulder's tip is read above the armpit, a little inwards; the mask's frills are smoothed away, and with them the
# tip of a narrow gap under a hanging sleeve.
# A drawn armhole runs straight down; a real one slants by a tenth of the chest.
TOLERANCE = {"neck": 0.03, "shoulder": 0.12, "armpit": 0.06, "hem": 0.06}
ARMPITS = {"hanging long sleeves": 0.13}
CUFF = 0.05
Corners = tuple[tuple[int, int], tuple[int, int]]
EXAMPLES = ("garment_tee_striped", "garment_tee_green", "garment_longsleeve")


@pytest.fixture(scope="module")
def example(examples: Path) -> Callable[[str], Garment]:
    """Reads and cuts out an example garment, once."""
    return cache(lambda name: cut_garment(read_image(examples / f"{name}.png")))


def _points(landmarks: Landmarks) -> NDArray[np.float32]:
    """Neck, shoulder, armpit, hem and both corners of the cuff: ``(2, 4 or 6, 2)``."""
    return np.array(
        [
            [s.neck, s.shoulder, s.armpit, s.hem, *((s.outer[-1], s.inner[-1]) if s.sleeved else ())]
            for s in landmarks.sides
        ]
    )


def _apart(a: NDArray[np.floating], b: NDArray[np.floating], chest: float) -> float:
    return float(np.linalg.norm(a - b, axis=-1).max()) / chest


def _mirrored(garment: Garment) -> Garment:
    return Garment(np.ascontiguousarray(garment.rgb[:, ::-1]), np.ascontiguousarray(garment.alpha[:, ::-1]))


@pytest.mark.parametrize("name", DRAWN)
def test_drawn_landmarks_are_found(name: str) -> None:
    drawn = DRAWN[name]
    landmarks = find_landmarks(drawn.garment())
    for index, side in enumerate(landmarks.sides):
        assert side.sleeved == bool(drawn.sleeve)
        for point, limit in TOLERANCE.items():
            if (name, point) == ("sleeves on the body", "armpit"):
                continue
            limit = ARMPITS.get(name, limit) if point == "armpit" else limit
            assert _apart(getattr(side, point), drawn.point(point, index), drawn.chest) < limit, point
        if side.sleeved:
            for end, seam in enumerate((side.outer, side.inner)):
                assert _apart(seam[-1], drawn.point("sleeve", index, end), drawn.chest) < CUFF
    assert landmarks.middle == pytest.approx(SIZE[0] / 2, abs=0.02 * drawn.chest)


def test_a_sleeve_that_lies_on_the_body_parts_from_it_at_a_usual_height() -> None:
    drawn = DRAWN["sleeves on the body"]
    for index, side in enumerate(find_landmarks(drawn.garment()).sides):
        assert abs(side.armpit[0] - drawn.point("armpit", index)[0]) < 0.06 * drawn.chest
        assert drawn.shoulder[1] + 0.3 * drawn.chest < side.armpit[1] < drawn.hem[1] - 0.5 * drawn.chest


def test_seams_run_from_landmark_to_landmark() -> None:
    for side in find_landmarks(DRAWN["spread sleeves"].garment()).sides:
        assert len(side.outer) == len(side.inner) == len(side.seam)
        np.testing.assert_allclose(side.outer[0], side.shoulder, atol=0.01)
        np.testing.assert_allclose(side.inner[0], side.armpit, atol=0.01)
        np.testing.assert_allclose(side.seam[[0, -1]], [side.armpit, side.hem], atol=0.01)


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("scale", [0.6, 2.0])
def test_a_scaled_picture_has_scaled_landmarks(name: str, scale: float) -> None:
    drawn = DRAWN[name]
    plain = _points(find_landmarks(drawn.garment()))
    scaled = (_points(find_landmarks(drawn.garment(scale))) + 0.5) / scale - 0.5
    assert _apart(plain, scaled, drawn.chest) < 0.06


@pytest.mark.parametrize("name", EXAMPLES)
def test_examples_mirrored_and_scaled(name: str, example: Callable[[str], Garment]) -> None:
    garment = example(name)
    landmarks = find_landmarks(garment)
    points, chest = _points(landmarks), landmarks.chest_width
    back = _points(find_landmarks(_mirrored(garment)))[::-1] * (-1, 1) + (garment.alpha.shape[1] - 1, 0)
    assert _apart(points, back.astype(np.float32), chest) < 0.01
    smaller = [
        cv2.resize(v, None, fx=0.75, fy=0.75, interpolation=cv2.INTER_AREA) for v in (garment.rgb, garment.alpha)
    ]
    scaled = _points(find_landmarks(Garment(smaller[0], smaller[1])))
    assert _apart(points, ((scaled + 0.5) / 0.75 - 0.5).astype(np.float32), chest) < 0.1


@pytest.mark.parametrize(
    ("name", "corners"),
    [
        ("garment_tee_striped", (((64, 375), (143, 458)), ((703, 376), (618, 458)))),
        ("garment_tee_green", (((65, 351), (149, 438)), ((710, 346), (626, 436)))),
        ("garment_longsleeve", (((59, 751), (136, 772)), ((708, 779), (622, 793)))),
    ],
)
def test_cuffs_of_the_examples(name: str, corners: tuple[Corners, Corners], example: Callable[[str], Garment]) -> None:
    """Against the outer and inner corners of both cuffs, read off the pictures by eye."""
    landmarks = find_landmarks(example(name))
    found = np.array([(side.outer[-1], side.inner[-1]) for side in landmarks.sides])
    assert _apart(found, np.array(corners, np.float32), landmarks.chest_width) < 0.09


@pytest.mark.parametrize("depth", [25, 40, 60, 100])
def test_a_drawn_crew_neck_is_found(depth: int) -> None:
    drawn = DRAWN["spread sleeves"]
    garment = Garment(crew_neck(drawn, depth), drawn.mask().astype(np.float32))
    neckline = find_landmarks(garment).neckline
    assert neckline.contrast > 0.1
    assert neckline.bottom[0] == pytest.approx(300, abs=4)
    assert neckline.bottom[1] == pytest.approx(drawn.neck[1] + depth, abs=5)
    assert neckline.curve.shape == (41, 2)


@pytest.mark.parametrize("aside", [-8, 8])
def test_a_collar_that_is_turned_a_little_begins_where_it_does(aside: int) -> None:
    """Its opening lies to one side of the outline's corners."""
    drawn = DRAWN["spread sleeves"]
    picture = crew_neck(drawn, 90)
    turned = np.where(drawn.mask()[..., None], np.roll(picture, aside, axis=1), picture)
    outside = (np.roll(picture, aside, axis=1) == 244).all(axis=-1) & drawn.mask()
    turned[outside] = (70, 120, 90)
    still, moved = (
        find_landmarks(Garment(photo, drawn.mask().astype(np.float32))).neckline.curve for photo in (picture, turned)
    )
    shift = float((moved[[0, 20, -1], 0] - still[[0, 20, -1], 0]).mean())
    assert shift == pytest.approx(aside, abs=5)


def test_a_collar_that_hangs_in_the_outline_is_the_outline() -> None:
    drawn = DRAWN["straps"]
    neckline = find_landmarks(drawn.garment()).neckline
    assert neckline.contrast == 0
    assert neckline.bottom[1] == pytest.approx(drawn.neck[1] + drawn.front, abs=4)


def test_a_knot_that_hangs_from_the_hem_is_no_hem() -> None:
    drawn = DRAWN["sleeveless"]
    garment = drawn.garment()
    plain = find_landmarks(garment)
    cv2.rectangle(garment.alpha, (282, 575), (318, 672), (1.0,), -1)
    tied = find_landmarks(garment)
    assert not any(side.sleeved for side in tied.sides)
    assert _apart(_points(tied), _points(plain), drawn.chest) < 0.02


@pytest.mark.parametrize("left", [True, False])
def test_what_sticks_out_beside_one_sleeve_is_corrected_by_the_other(left: bool) -> None:
    drawn = DRAWN["hanging long sleeves"]
    garment = drawn.garment()
    cv2.rectangle(garment.alpha, (2, 380), (120, 420), (1.0,), -1)
    landmarks = find_landmarks(garment if left else _mirrored(garment))
    for index, side in enumerate(landmarks.sides):
        for point in ("shoulder", "armpit", "hem"):
            limit = ARMPITS["hanging long sleeves"] if point == "armpit" else TOLERANCE[point]
            assert _apart(getattr(side, point), drawn.point(point, index), drawn.chest) < limit, (index, point)


def test_a_garment_that_was_seen_before_has_the_same_landmarks() -> None:
    drawn = DRAWN["straps"]
    first, again = find_landmarks(drawn.garment()), find_landmarks(drawn.garment())
    np.testing.assert_array_equal(_points(first), _points(again))
    smaller = find_landmarks(drawn.garment(0.5))
    assert _apart(_points(first) / 2, _points(smaller), drawn.chest) < 0.02


def test_set_in_moves_the_sleeve_outwards() -> None:
    landmarks = find_landmarks(DRAWN["spread sleeves"].garment())
    moved = landmarks.set_in(180)
    for side, before in zip(moved.sides, landmarks.sides, strict=True):
        assert abs(side.shoulder[0] - landmarks.middle) == pytest.approx(180, abs=5)
        np.testing.assert_allclose(side.outer[-1], before.outer[-1], atol=0.01)
        np.testing.assert_array_equal(side.armpit, before.armpit)


@pytest.mark.parametrize("box", [(0, 0), (3, 200), (12, 12)])
def test_a_shape_that_is_no_garment_is_refused(box: tuple[int, int]) -> None:
    alpha = np.zeros((300, 300), np.float32)
    alpha[20 : 20 + box[0], 20 : 20 + box[1]] = 1
    with pytest.raises(NoGarmentError, match="cannot be made out"):
        find_landmarks(Garment(np.zeros((300, 300, 3), np.uint8), alpha))


@settings(max_examples=15, deadline=None)
@given(st.floats(1.3, 4), st.floats(60, 110), st.floats(0.3, 1.0), st.floats(0.6, 0.9))
def test_the_corners_of_a_plain_sleeve(longer: float, armhole: float, tilt: float, cuff: float) -> None:
    """A sleeve of straight lines, its cuff square to it; ``longer`` than its armhole, ``tilt`` from hanging."""
    along, across = np.array([-np.sin(tilt), np.cos(tilt)]), np.array([np.cos(tilt), np.sin(tilt)])
    outer = longer * armhole * along
    inner = outer + cuff * armhole * across
    path = resample(np.array([(0, 0), outer, inner, (8, armhole)], np.float32), 81)
    first, second = corner_split(path)
    step = float(np.linalg.norm(path[1] - path[0]))
    assert np.linalg.norm(path[first] - outer) < 5 * step
    assert np.linalg.norm(path[second] - inner) < 5 * step


def test_an_off_shoulder_top_is_told_from_a_boat_neck() -> None:
    def top(sleeves: list[tuple[int, int]], height: int) -> Garment:
        """A top with its right sleeve given, mirrored to the left."""
        alpha = np.zeros((600, 800), np.uint8)
        cv2.rectangle(alpha, (290, 150), (510, 150 + height), (255.0,), -1)
        for sign in (-1, 1):
            outline = np.array([(400 + sign * (x - 400), y) for x, y in sleeves], np.int32)
            cv2.fillPoly(alpha, [outline], (255.0,))
        return Garment(np.full((600, 800, 3), 120, np.uint8), alpha.astype(np.float32) / 255)

    bardot = top([(500, 150), (600, 150), (640, 260), (600, 280), (530, 280), (512, 200)], 170)
    boat = top([(500, 150), (560, 190), (640, 400), (600, 415), (512, 240)], 330)
    long = top([(500, 150), (610, 150), (640, 260), (600, 280), (530, 280), (512, 200)], 400)
    assert find_landmarks(bardot).off_shoulder
    assert find_landmarks(long).off_shoulder
    assert not find_landmarks(boat).off_shoulder


def test_what_has_no_chest_is_refused() -> None:
    """A top that lies aslant, so that neck, armpits and hem are looked for in the wrong places."""
    garment = DRAWN["hanging long sleeves"].garment()
    height, width = garment.alpha.shape
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), 50, 0.8)
    aslant = np.asarray(cv2.warpAffine(garment.alpha, turn, (width, height)), np.float32)
    with pytest.raises(NoGarmentError, match="seen from the front and upright"):
        find_landmarks(replace(garment, alpha=aslant))


def test_spread_sleeves_and_a_level_shoulder_are_no_off_shoulder_top() -> None:
    """A T-shirt on the floor, its sleeves turned up: collar and sleeves end at one height."""
    right = [(445, 150), (445, 143), (620, 143), (640, 230), (560, 250), (520, 240), (515, 560)]
    across = np.linspace(-1, 1, 21)
    collar = [(400 + 45 * x, 150 + 14 * (1 - x * x)) for x in across]
    outline = np.array([*collar, *right, *((800 - x, y) for x, y in right[::-1])], np.int32)
    alpha = np.zeros((600, 800), np.uint8)
    cv2.fillPoly(alpha, [outline], (255.0,))
    found = find_landmarks(Garment(np.full((600, 800, 3), 120, np.uint8), alpha.astype(np.float32) / 255))
    assert all(side.sleeved for side in found.sides)
    assert not found.off_shoulder


def test_stripes_do_not_hide_the_inner_side_of_the_back(examples: Path) -> None:
    # Read off the photo by eye: the front edge of the collar, at its lowest.
    found = find_landmarks(cut_garment(read_image(examples / "garment_tee_striped.png"))).neckline
    assert found.contrast > 0
    np.testing.assert_allclose(found.bottom, (383, 232), atol=12)
