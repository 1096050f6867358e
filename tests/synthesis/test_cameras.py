"""Cameras: where points are seen."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.cameras import Camera, centred, framed

SIZE = (384, 512)


@pytest.fixture
def crowd() -> np.ndarray:
    """Points of a figure 1.75 m tall."""
    rng = np.random.default_rng(0)
    return np.stack([rng.uniform(-0.3, 0.3, 4000), rng.uniform(0, 1.75, 4000), rng.uniform(-0.15, 0.15, 4000)], axis=1)


def test_the_target_is_in_the_middle_and_scale_is_focal_over_depth() -> None:
    camera = Camera.towards(np.array([0.0, 1, 4]), np.array([0.0, 1, 0]), 800, SIZE)
    seen = camera.project(np.array([[0.0, 1, 0], [0.5, 1, 0], [0, 1.5, 0], [0, 1, 2]]))
    np.testing.assert_allclose(seen[0], [191.5, 255.5, 4], atol=1e-9)
    np.testing.assert_allclose(seen[1], [191.5 + 100, 255.5, 4], atol=1e-9)
    np.testing.assert_allclose(seen[2], [191.5, 255.5 - 100, 4], atol=1e-9)
    np.testing.assert_allclose(seen[3], [191.5, 255.5, 2], atol=1e-9)


def test_rotations_are_rotations() -> None:
    camera = Camera.towards(np.array([1.0, 2, 3]), np.array([0.2, 1, 0]), 500, SIZE)
    np.testing.assert_allclose(camera.rotation @ camera.rotation.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(camera.rotation) == pytest.approx(1)


@pytest.mark.parametrize("yaw", [-35.0, 0.0, 20.0])
@pytest.mark.parametrize("pitch", [-4.0, 12.0])
def test_a_full_figure_is_wholly_in_the_picture(crowd: np.ndarray, yaw: float, pitch: float) -> None:
    seen = framed(crowd, size=SIZE, framing="full", yaw=yaw, pitch=pitch, aside=0.4).project(crowd)
    assert seen[:, :2].min() >= -0.5
    assert seen[:, 0].max() <= SIZE[0] - 0.5
    assert seen[:, 1].max() <= SIZE[1] - 0.5
    assert np.ptp(seen[:, 1]) > 0.7 * SIZE[1]


@pytest.mark.parametrize(("framing", "share"), [("three-quarter", 0.40), ("half", 0.50)])
def test_a_crop_ends_where_it_says(crowd: np.ndarray, framing: str, share: float) -> None:
    camera = framed(crowd, size=SIZE, framing=framing, pitch=0)
    cut = camera.project(np.array([[0.0, share * 1.75, 0.15]]))[0, 1]
    assert cut == pytest.approx(SIZE[1] - 0.5, abs=6)


def test_a_thing_in_the_shop_is_centred(crowd: np.ndarray) -> None:
    seen = centred(crowd, size=SIZE, margin=0.1).project(crowd)[:, :2]
    middle = (seen.max(axis=0) + seen.min(axis=0)) / 2
    np.testing.assert_allclose(middle, [191.5, 255.5], atol=4)
    assert np.ptp(seen, axis=0).max() <= 0.8 * SIZE[1] + 1
