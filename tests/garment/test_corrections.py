"""Moved landmarks: nothing moved is nothing changed, what is moved lands exactly, curves stay whole and in order."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from tests.garment.drawing import DRAWN
from vton_core.errors import InputError
from vton_core.garment.corrections import bent
from vton_core.garment.landmarks import Landmarks, Side, find_landmarks
from vton_core.garment.neckline import Neckline

NAMES = ("neck", "shoulder", "armpit", "hem")
CUFFS = ("cuff_outer", "cuff_inner")
STEP = st.floats(-40, 40, width=32)


@cache
def found(name: str) -> Landmarks:
    return find_landmarks(DRAWN[name].garment())


def same(a: Side, b: Side) -> bool:
    return all(np.array_equal(getattr(a, name), getattr(b, name)) for name in a.__dataclass_fields__)


def curves(landmarks: Landmarks) -> list[NDArray[np.float32]]:
    seams = [curve for side in landmarks.sides for curve in (side.outer, side.inner, side.seam) if len(curve)]
    return [*seams, landmarks.neckline.curve]


def steps(curve: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.linalg.norm(np.diff(curve.astype(np.float64), axis=0), axis=1)


def turns(curve: NDArray[np.float32]) -> int:
    """How often a curve turns back on itself."""
    along = np.diff(curve.astype(np.float64), axis=0)
    return int(((along[1:] * along[:-1]).sum(axis=1) < 0).sum())


@pytest.mark.parametrize("name", DRAWN)
def test_every_landmark_has_its_name(name: str) -> None:
    sleeved = bool(DRAWN[name].sleeve)
    own = (*NAMES, *CUFFS) if sleeved else NAMES
    expected = {f"{side}_{corner}" for side in ("left", "right") for corner in own} | {"neck_front"}
    points = found(name).points()
    assert set(points) == expected
    for corner in own:
        assert points[f"left_{corner}"][0] < points[f"right_{corner}"][0]


def test_a_standing_collar_has_points_of_its_own() -> None:
    plain = found("straps")
    up = np.array([0, -30], np.float32)
    sides = tuple(Side(**{**vars(side), "collar": side.neck + up}) for side in plain.sides)
    standing = Landmarks((sides[0], sides[1]), plain.neckline)
    assert {"left_collar", "right_collar"} <= set(standing.points())
    moved = standing.corrected({"left_neck": (230.0, 100.0)})
    np.testing.assert_array_equal(moved.sides[0].collar, standing.sides[0].collar)
    np.testing.assert_array_equal(plain.corrected({"left_neck": (230.0, 100.0)}).sides[0].collar, [230, 100])


@pytest.mark.parametrize("name", DRAWN)
@pytest.mark.parametrize("moved", [{}, {"crotch": (3.0, 4.0)}])
def test_moving_nothing_changes_nothing(name: str, moved: dict[str, tuple[float, float]]) -> None:
    landmarks = found(name)
    after = landmarks.corrected(moved)
    assert all(same(a, b) for a, b in zip(after.sides, landmarks.sides, strict=True))
    assert after.neckline is landmarks.neckline
    where = landmarks.corrected(landmarks.points())
    for before, now in zip(curves(landmarks), curves(where), strict=True):
        np.testing.assert_array_equal(before, now)


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(DRAWN)), st.data())
def test_moved_points_land_and_curves_stay_whole_and_in_order(name: str, data: st.DataObject) -> None:
    landmarks = found(name)
    points = landmarks.points()
    chosen = data.draw(st.lists(st.sampled_from(sorted(points)), min_size=1, unique=True))
    moved = {key: (points[key][0] + data.draw(STEP), points[key][1] + data.draw(STEP)) for key in chosen}
    after = landmarks.corrected(moved)
    for key, at in after.points().items():
        np.testing.assert_allclose(at, moved.get(key, points[key]), atol=2e-3, err_msg=key)
    for side in after.sides:
        np.testing.assert_allclose(side.seam[[0, -1]], [side.armpit, side.hem], atol=0.02)
        if side.sleeved:
            np.testing.assert_allclose([side.outer[0], side.inner[0]], [side.shoulder, side.armpit], atol=0.02)
    for before, now in zip(curves(landmarks)[:-1], curves(after)[:-1], strict=True):
        share = steps(now) / max(steps(before).max(), 1e-3)
        assert share.max() < 4 * share.min() + 0.5, "whole"
        assert turns(now) <= turns(before), "and in its order"
    curve = after.neckline.curve.astype(np.float64)
    chord = curve[-1] - curve[0]
    along = (curve - curve[0]) @ chord / (chord @ chord)
    shape = landmarks.neckline.curve.astype(np.float64)
    if (np.diff((shape - shape[0]) @ (shape[-1] - shape[0])) > 0).all() and "neck_front" not in moved:
        # A steep stretch may lean back where the chord turns, but nothing folds over.
        assert (np.maximum.accumulate(along) - along).max() < 0.2
    assert steps(after.neckline.curve).max() < 12 * steps(landmarks.neckline.curve).max()


def test_what_was_moved_once_can_be_moved_again() -> None:
    landmarks = found("spread sleeves")
    twice = landmarks.corrected({"left_hem": (160.0, 600.0), "neck_front": (310.0, 160.0)}).corrected(
        {"left_hem": (150.0, 590.0), "neck_front": (300.0, 150.0)}
    )
    assert twice.points()["left_hem"] == (150, 590)
    assert twice.points()["neck_front"] == (300, 150)
    assert twice.by_hand == {"left_hem", "neck_front"}


@pytest.mark.parametrize("tilt", [0, 40, -40])
def test_a_flat_neckline_bends_smoothly_to_its_moved_front(tilt: float) -> None:
    landmarks = found("spread sleeves")
    left, right = landmarks.sides[0].collar, landmarks.sides[1].collar + np.array([0, tilt], np.float32)
    flat = Neckline(np.linspace(left, right, 41).astype(np.float32), 0.0)
    after = Landmarks(landmarks.sides, flat).corrected({"neck_front": (300.0, 190.0)})
    assert after.neckline.contrast > 0, "an edge put by hand is one"
    np.testing.assert_allclose(after.neckline.bottom, [300, 190])
    assert steps(after.neckline.curve).max() < 30 * steps(flat.curve).max()


def test_a_moved_shoulder_stays_where_the_sleeve_is_set_in() -> None:
    landmarks = found("spread sleeves").corrected({"left_shoulder": (160.0, 140.0)})
    left, right = landmarks.set_in(180).sides
    np.testing.assert_array_equal(left.shoulder, [160, 140])
    assert abs(right.shoulder[0] - landmarks.middle) == pytest.approx(180, abs=5)


@pytest.mark.parametrize("name", ["hem", "armpit", "neck", "cuff_outer"])
def test_sides_that_lie_crosswise_are_a_sentence(name: str) -> None:
    landmarks = found("spread sleeves")
    beyond = landmarks.points()[f"right_{name}"]
    with pytest.raises(InputError, match="crosswise"):
        landmarks.corrected({f"left_{name}": (beyond[0] + 5, beyond[1])})


def test_a_curve_that_closes_is_moved_in_parts() -> None:
    ring = np.array([[0, 0], [5, 5], [0, 0.5]], np.float32)
    moved = bent(ring, np.array([2, 0], np.float32), np.array([4, 0], np.float32))
    np.testing.assert_allclose(moved, [[2, 0], [8, 5], [4, 0.5]])
