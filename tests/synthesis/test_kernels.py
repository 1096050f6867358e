"""The loops: depth buffer and cloth, on a few triangles and points."""

from __future__ import annotations

import numpy as np
import pytest

from tests.synthesis.compiled import kernels

Buffers = tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]


def drawn(points: list[tuple[float, float, float]], triangles: list[tuple[int, int, int]], size: int = 20) -> Buffers:
    """Depth, owner and the first two shares of a picture of ``size`` samples square."""
    depth, first, second = (np.zeros((size, size)) for _ in range(3))
    owner = np.full((size, size), -1, np.int64)
    solid = np.full((len(triangles), 3), -1.0)
    kernels.rasterise(
        depth, owner, first, second, np.array(points, float), np.array(triangles), solid, np.zeros_like(solid)
    )
    return depth, owner, first, second


class TestRasterise:
    def test_samples_inside_are_covered_whichever_way_it_turns(self) -> None:
        corners = [(2.0, 2.0, 1.0), (2.0, 14.0, 1.0), (14.0, 2.0, 1.0)]
        for order in ((0, 1, 2), (0, 2, 1)):
            _, owner, *_ = drawn(corners, [order])
            y, x = np.mgrid[0:20, 0:20]
            np.testing.assert_array_equal(owner == 0, (x >= 2) & (y >= 2) & (x + y <= 16))

    def test_the_nearer_hides_the_farther(self) -> None:
        near, far = [(0.0, 0.0, 1.0), (19, 0, 1), (0, 19, 1)], [(0.0, 0.0, 2.0), (19, 0, 2), (0, 19, 2)]
        for points, front in ((near + far, 0), (far + near, 1)):
            _, owner, *_ = drawn(points, [(0, 1, 2), (3, 4, 5)])
            assert (owner[owner >= 0] == front).all()

    def test_shares_are_true_in_perspective(self) -> None:
        # An edge from depth 1 to depth 3: its middle in space is seen at a quarter of the way from the far end.
        depth, _, first, second = drawn([(0.0, 0.0, 1.0), (16, 0, 3), (0, 16, 1)], [(0, 1, 2)])
        assert first[0, 12] == pytest.approx(0.5)
        assert second[0, 12] == pytest.approx(0.5)
        assert 1 / depth[0, 12] == pytest.approx(2)

    def test_what_is_behind_or_beside_the_camera_is_left_out(self) -> None:
        _, owner, *_ = drawn(
            [(2.0, 2.0, -1.0), (2, 14, 1), (14, 2, 1), (30, 30, 1), (40, 30, 1), (30, 40, 1)], [(0, 1, 2), (3, 4, 5)]
        )
        assert (owner == -1).all()


def test_pixels_take_the_kind_that_covers_most_of_them() -> None:
    owner = np.array([[0, 0, 1, -1], [0, 1, -1, -1]])
    one = np.ones((2, 4))
    key, alpha, mean = np.zeros((1, 2), np.int64), np.zeros((1, 2)), np.zeros((1, 2, 2))
    corners = np.array([[[5.0]] * 3, [[9.0]] * 3])
    kernels.gather(key, alpha, mean, one * 0.5, owner, one / 3, one / 3, np.array([1, 2]), corners, 2)
    np.testing.assert_array_equal(key, [[1, 2]])
    np.testing.assert_allclose(alpha, [[1, 0.25]])
    np.testing.assert_allclose(mean, [[[5, 2], [9, 2]]])


def test_a_stretched_pair_comes_together_about_its_middle() -> None:
    x = np.array([[0.0, 0, 0], [3, 0, 0]])
    kernels.stretch(x, np.ones(2), np.array([[0, 1]]), np.array([1.0]), np.zeros(1))
    np.testing.assert_allclose(x, [[1, 0, 0], [2, 0, 0]], atol=1e-9)


def test_what_has_no_inverse_mass_stays() -> None:
    x = np.array([[0.0, 0, 0], [3, 0, 0]])
    kernels.stretch(x, np.array([0.0, 1.0]), np.array([[0, 1]]), np.array([1.0]), np.zeros(1))
    np.testing.assert_allclose(x, [[0, 0, 0], [1, 0, 0]], atol=1e-9)


def test_a_folded_hinge_flattens_and_a_flat_one_stays() -> None:
    flat = np.array([[0.0, 0, 0], [0, 1, 0], [1, 0.5, 0], [-1, 0.5, 0]])
    shape = np.array([[0.5, 0.5, -0.5, -0.5, 0.0]])
    quads = np.array([[0, 1, 2, 3]])
    x = flat.copy()
    kernels.bend(x, np.ones(4), quads, shape, np.ones(1))
    np.testing.assert_allclose(x, flat, atol=1e-12)
    x[2:, 2] = 0.5
    kernels.bend(x, np.ones(4), quads, shape, np.ones(1))
    assert np.ptp(x[:, 2]) < 1e-9
    np.testing.assert_allclose(x.mean(axis=0), [0, 0.5, 0.25], atol=1e-9)


def pyramid() -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """An octahedron of radius 1: vertices, triangles, normals, and the triangles around each vertex."""
    vertices = np.array([[1.0, 0, 0], [0, 1, 0], [-1, 0, 0], [0, -1, 0], [0, 0, 1], [0, 0, -1]])
    ring = [(0, 1), (1, 2), (2, 3), (3, 0)]
    triangles = np.array([(a, b, 4) for a, b in ring] + [(b, a, 5) for a, b in ring])
    lists = [np.nonzero((triangles == vertex).any(axis=1))[0] for vertex in range(6)]
    start = np.cumsum([0, *map(len, lists)])
    return vertices, triangles, vertices.copy(), start, np.concatenate(lists)


@pytest.mark.parametrize("friction", [0.0, 0.5])
def test_cloth_is_pushed_out_of_a_body(friction: float) -> None:
    body, triangles, normal, start, around = pyramid()
    inside, outside = np.array([0.2, 0.2, 0.5]), np.array([0.6, 0.6, 0.6])
    x = np.stack([inside, outside])
    before = x + np.array([0.1, -0.1, 0.0])
    nearest = np.array([[4, 0], [4, 0]])
    gap = np.full(2, 0.05)
    kernels.collide(x, before, np.ones(2), nearest, start, around, triangles, body, normal, gap, friction, 0.5)
    assert x[0].sum() / 3**0.5 == pytest.approx(1 / 3**0.5 + 0.05, abs=0.03)
    np.testing.assert_allclose(x[1], outside)
    along = (x[0] - inside) @ np.array([1, -1, 0]) / 2**0.5
    assert along == pytest.approx(friction * 0.2 / 2**0.5, abs=0.03)


def test_cloth_too_deep_or_too_far_is_left_alone() -> None:
    body, triangles, normal, start, around = pyramid()
    x = np.array([[0.05, 0.05, 0.1], [0.2, 0.2, 0.5]])
    there = x.copy()
    nearest = np.array([[4], [-1]])
    kernels.collide(x, there, np.ones(2), nearest, start, around, triangles, body, normal, np.full(2, 0.05), 0, 0.1)
    np.testing.assert_array_equal(x, there)


def test_points_of_the_cloth_keep_apart() -> None:
    x = np.array([[0.0, 0, 0], [0.004, 0, 0], [1, 0, 0]])
    kernels.self_collide(x, x.copy(), np.ones(3), np.array([[0, 1], [1, 2]]), 0.01, 0.0)
    assert np.linalg.norm(x[0] - x[1]) == pytest.approx(0.01)
    assert x[2, 0] == 1
