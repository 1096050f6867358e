"""The warps of torso and sleeves: nothing folds over, nothing is drawn out without need, and they meet."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.garment.drawing import DRAWN
from tests.garment.test_body import EMPTY, front
from vton_core.garment.cuff import cuff_share
from vton_core.garment.drape import cut_parts, drape_torso, torso_source
from vton_core.garment.fit import fit_torso, garment_scale
from vton_core.garment.landmarks import Landmarks, find_landmarks
from vton_core.garment.measure import measure_body
from vton_core.garment.silhouette import measure_silhouette
from vton_core.garment.sleeve import fit_sleeve
from vton_core.garment.tps import ThinPlate
from vton_core.types import Mask, Wearing

NO_CAPS: Mask = np.zeros(EMPTY.shape, bool)


@pytest.mark.parametrize("name", DRAWN)
def test_nothing_folds_over(name: str) -> None:
    _expect_smooth(name, Wearing())


@pytest.mark.parametrize("name", DRAWN)
def test_nor_does_it_where_it_lay_flat(name: str) -> None:
    _expect_smooth(name, Wearing(), flat=1.0)


@settings(max_examples=12, deadline=None)
@given(st.sampled_from(sorted(DRAWN)), st.floats(-0.3, 0.3), st.floats(-0.3, 0.3), st.floats(-0.5, 0.5))
def test_nor_does_it_where_it_is_worn_otherwise(name: str, length: float, width: float, neck: float) -> None:
    _expect_smooth(name, Wearing(length=length, width=width, neck=neck), most=4.0)


@pytest.mark.parametrize("end", [9, -10])
def test_nor_does_it_where_a_collar_hangs_lowest_near_one_of_its_corners(end: int) -> None:
    landmarks = find_landmarks(DRAWN["spread sleeves"].garment())
    curve = landmarks.neckline.curve.copy()
    curve[:, 1] = curve[[0, -1], 1].mean()
    curve[end, 1] += 2
    sides = tuple(side.moved(28.0 if end > 0 else -28.0) for side in landmarks.sides)
    # The collar lies off the middle between the shoulders.
    moved = [replace(side, neck=own.neck, collar=own.collar) for side, own in zip(sides, landmarks.sides, strict=True)]
    shifted = replace(landmarks, sides=(moved[0], moved[1]), neckline=replace(landmarks.neckline, curve=curve))
    _expect_smooth("spread sleeves", Wearing(), landmarks=shifted)


@pytest.mark.parametrize("wider", [1.0, 1.25])
def test_what_a_garment_shows_keeps_its_size_on_somebody_wider(wider: float) -> None:
    """Within 4 % in the middle fifth of the chest; the sides are drawn out to where the body is."""
    landmarks, body = find_landmarks(DRAWN["spread sleeves"].garment()), measure_body(front(), EMPTY)
    pits = np.array([side.armpit for side in landmarks.sides], np.float64)
    half = landmarks.chest_width / 2 * garment_scale(landmarks, body)
    seen = measure_silhouette(body, EMPTY)
    fit = fit_torso(landmarks, body, replace(seen, extent=np.full_like(seen.extent, wider * half)))
    places = pits.mean(axis=0) + np.array([[-0.1, 0], [0.1, 0]]) * landmarks.chest_width
    middle = np.ptp(ThinPlate(fit.garment, fit.body, stiffness=1e-4)(places)[:, 0]) / np.ptp(places[:, 0])
    assert middle == pytest.approx(fit.scale, rel=0.04)
    assert np.ptp(fit.armpits[:, 0]) == pytest.approx(2 * 1.02 * wider * half, rel=0.02)


@settings(max_examples=16, deadline=None)
@given(st.sampled_from(sorted(DRAWN)), st.floats(-0.7, 0.7), st.sampled_from([0.0, 1.0]))
def test_nor_does_it_on_somebody_turned(name: str, turn: float, flat: float) -> None:
    _expect_smooth(name, Wearing(), most=4.0, flat=flat, turn=turn)


@pytest.mark.parametrize("turn", [0.3, -0.3])
def test_on_somebody_turned_the_middle_goes_where_they_face_and_the_sides_stay(turn: float) -> None:
    landmarks, body = find_landmarks(DRAWN["spread sleeves"].garment()), measure_body(front(), EMPTY)
    straight, turned = (
        fit_torso(landmarks, replace(body, facing=angle), measure_silhouette(body, EMPTY)) for angle in (0.0, turn)
    )
    for index in (0, 1):
        np.testing.assert_allclose(turned.seam(index), straight.seam(index))
    pits = np.mean([side.armpit for side in landmarks.sides], axis=0)[None].astype(np.float64)
    before, after = (ThinPlate(fit.garment, fit.body, stiffness=1e-4)(pits)[0] for fit in (straight, turned))
    assert 0.05 * body.unit < np.sign(turn) * float((after - before) @ body.across) < 0.18 * body.unit


def _expect_smooth(
    name: str,
    wearing: Wearing,
    most: float = 3.0,
    landmarks: Landmarks | None = None,
    flat: float = 0.0,
    turn: float = 0.0,
) -> None:
    garment, body = DRAWN[name].garment(), replace(measure_body(front(), EMPTY), facing=turn)
    landmarks = landmarks or find_landmarks(garment)
    fit = fit_torso(landmarks, body, measure_silhouette(body, EMPTY), None, wearing, flat=flat)
    shown = drape_torso(cut_parts(garment, landmarks), torso_source(fit, EMPTY.shape), NO_CAPS)[..., 3] > 0.5
    source = ThinPlate(fit.body, fit.garment, stiffness=1e-4).grid(EMPTY.shape[1], EMPTY.shape[0])
    jacobian = np.stack([np.gradient(source, axis=1), np.gradient(source, axis=0)], axis=-1)[shown]
    assert len(jacobian) > 1000
    assert np.linalg.det(jacobian).min() > 0
    stretch = np.linalg.svd(jacobian, compute_uv=False)
    assert np.percentile(stretch[:, 0] / stretch[:, 1], 99) < most


@pytest.mark.parametrize("index", [0, 1])
def test_a_sleeve_goes_on_where_the_torso_ends(index: int) -> None:
    garment, body = DRAWN["spread sleeves"].garment(), measure_body(front(), EMPTY)
    landmarks = find_landmarks(garment)
    fit = fit_torso(landmarks, body, measure_silhouette(body, EMPTY), None, Wearing())
    share = cuff_share(index, landmarks.sides[index], fit, body)
    assert share is not None
    sleeve = fit_sleeve(index, landmarks.sides[index], share, fit, body, NO_CAPS, NO_CAPS)
    (part,) = sleeve.parts
    torso = ThinPlate(fit.body, fit.garment, stiffness=1e-4)
    rows, columns = sleeve.window
    seams = fit.armpits[index] + np.array([[0.75], [0.9]]) * (fit.shoulders[index] - fit.armpits[index])
    for x, y in seams:
        here = part.source[round(y) - rows.start, round(x) - columns.start]
        assert np.linalg.norm(here - torso([[round(x), round(y)]])[0]) < 0.06 * landmarks.chest_width
    shown = part.weight > 0.9
    jacobian = np.stack([np.gradient(part.source, axis=1), np.gradient(part.source, axis=0)], axis=-1)[shown]
    assert len(jacobian) > 500
    assert np.mean(np.linalg.det(jacobian) > 0) > 0.99
