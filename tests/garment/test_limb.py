"""Coordinates along arms."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vton_core.garment.limb import limb_through

STRAIGHT = np.array([[50, 100], [50, 300]], np.float64)
BENT = np.array([[100, 100], [100, 300], [300, 300]], np.float64)


@settings(max_examples=25, deadline=None)
@given(st.floats(-40, 240), st.floats(-60, 60), st.sampled_from([1.0, -1.0]))
def test_a_straight_limb_reads_as_a_ruler(down: float, right: float, side: float) -> None:
    limb = limb_through(STRAIGHT, 20, side)
    along, beside = limb.coordinates(np.array([50 + right, 100 + down]))
    assert along == pytest.approx(down, abs=0.02)
    # Going down the picture, +1 is to the right of the picture: the left hand of one who walks that way.
    assert beside == pytest.approx(side * right, abs=0.02)


@pytest.mark.parametrize("joints", [STRAIGHT, BENT])
def test_it_starts_and_ends_at_its_joints(joints: np.ndarray) -> None:
    limb = limb_through(joints, 30, 1.0)
    np.testing.assert_allclose(limb.path[[0, -1]], joints[[0, -1]], atol=1e-9)
    along, beside = limb.coordinates(joints[[0, -1]])
    np.testing.assert_allclose(along, [0, limb.length], atol=0.01)
    np.testing.assert_allclose(beside, 0, atol=0.01)
    steps = np.linalg.norm(np.diff(limb.path, axis=0), axis=1)
    np.testing.assert_allclose(steps, limb.length / len(steps), rtol=0.02)


def test_points_beside_a_bent_limb() -> None:
    limb = limb_through(BENT, 30, 1.0)
    # The rounded elbow is shorter than the corner, the two bones together 400 px.
    assert 360 < limb.length < 400
    along, beside = limb.coordinates(np.array([[120, 150], [85, 150], [220, 290], [220, 325]]))
    np.testing.assert_allclose(along[:2], 50, atol=0.1)
    np.testing.assert_allclose(along[2:], limb.length - 80, atol=0.1)
    np.testing.assert_allclose(beside, [20, -15, 10, -25], atol=0.1)


def test_both_sides_mirror_each_other() -> None:
    mirrored = BENT * (-1, 1) + (400, 0)
    points = np.random.default_rng(0).uniform(60, 340, (50, 2))
    one = limb_through(BENT, 30, 1.0).coordinates(points)
    other = limb_through(mirrored, 30, -1.0).coordinates(points * (-1, 1) + (400, 0))
    np.testing.assert_allclose(one, other, atol=1e-3)


def test_coordinates_keep_the_shape_of_a_grid() -> None:
    grid = np.stack(np.meshgrid(np.arange(6), np.arange(4)), axis=-1)
    along, beside = limb_through(STRAIGHT, 20, 1.0).coordinates(grid)
    assert along.shape == beside.shape == (4, 6)
    assert along.dtype == beside.dtype == np.float32


@pytest.mark.parametrize("joints", [STRAIGHT, BENT])
def test_fields_are_the_coordinates_of_a_window(joints: np.ndarray) -> None:
    limb = limb_through(joints, 20, 1.0)
    rows, columns = slice(60, 340), slice(20, 330)
    pixels = np.stack(np.meshgrid(np.arange(20, 330), np.arange(60, 340)), axis=-1)
    for field, truth in zip(limb.fields(rows, columns), limb.coordinates(pixels), strict=True):
        # Where the two bones are equally far either may count.
        assert np.percentile(np.abs(field - truth), 95) < 1.5


def test_the_outside_of_a_sharp_elbow_is_as_far_as_it_looks() -> None:
    sharp = np.array([[100, 100], [100, 300], [180, 120]], np.float64)
    limb = limb_through(sharp, 15, 1.0)
    _, beside = limb.coordinates(np.array([[100, 330], [70, 310]]))
    nearest = [np.linalg.norm(limb.path - point, axis=1).min() for point in ((100, 330), (70, 310))]
    np.testing.assert_allclose(np.abs(beside), nearest, atol=3)


@pytest.mark.parametrize("angle", [10.0, 35.0, 62.0])
def test_far_beside_a_limb_its_fields_rise_evenly(angle: float) -> None:
    way = np.array([np.cos(np.radians(angle)), np.sin(np.radians(angle))])
    arm = limb_through(np.array([[80.0, 80.0], 80 + 200 * way]), 20.0, 1.0)
    along, _ = arm.fields(slice(0, 320), slice(0, 320))
    y, x = np.mgrid[:320, :320]
    true = (x - 80) * way[0] + (y - 80) * way[1]
    near = (np.abs((y - 80) * way[0] - (x - 80) * way[1]) < 80) & (true > 10) & (true < 190)
    assert np.abs(along - true)[near].max() < 0.5


HIP = limb_through(np.array([(100.0, 100.0), (160.0, 180.0), (90.0, 200.0)]), 10.0, 1.0)
"""An arm whose hand is at the hip: its wrist comes near the armpit."""


def test_points_at_the_root_are_measured_from_there_though_the_far_end_is_nearer() -> None:
    armpit = np.array([[96.0, 160.0]])
    straight = limb_through(np.array([(100.0, 100.0), (160.0, 180.0)]), 10.0, 1.0)
    np.testing.assert_allclose(HIP.from_root(armpit), straight.coordinates(armpit), atol=1.0)
    assert HIP.coordinates(armpit)[0][0] > 1.5 * HIP.from_root(armpit)[0][0]


def test_a_limb_that_turns_back_bends_at_its_elbow() -> None:
    assert HIP.bend == pytest.approx(100, abs=8)
    gentle = limb_through(np.array([(100.0, 100.0), (160.0, 180.0), (160.0, 250.0)]), 10.0, 1.0)
    assert gentle.bend == gentle.length
