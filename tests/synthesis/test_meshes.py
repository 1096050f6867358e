"""Meshes: what is cut, refined, joined and flattened stays whole."""

from __future__ import annotations

import numpy as np
import pytest

from synthesis.garments.layout import conformal
from synthesis.meshes import Mesh, boundary_loops, clip, compact, edges, extrude, normals, refine, smooth, split


def grid(count: int = 12) -> Mesh:
    """A square of side 1 in the plane z = 0, facing +z; its value is x."""
    y, x = np.mgrid[0 : count + 1, 0 : count + 1] / count
    vertices = np.stack([x.ravel(), y.ravel(), np.zeros(x.size)], axis=1)
    corner = (np.arange(count)[:, None] * (count + 1) + np.arange(count)).ravel()
    a, b, c, d = corner, corner + 1, corner + count + 2, corner + count + 1
    triangles = np.concatenate([np.stack([a, b, c], axis=1), np.stack([a, c, d], axis=1)])
    return Mesh(vertices, triangles, vertices[:, :1].copy())


def tube(count: int = 24, rings: int = 10) -> Mesh:
    """A cylinder of radius 0.2 about the y axis, open at both ends."""
    t = np.linspace(0, 2 * np.pi, count, endpoint=False)
    y = np.linspace(0, 1, rings)
    vertices = np.array([(0.2 * np.sin(a), h, 0.2 * np.cos(a)) for h in y for a in t])
    quads = [(r * count + k, r * count + (k + 1) % count) for r in range(rings - 1) for k in range(count)]
    triangles = [(a, b, b + count) for a, b in quads] + [(a, b + count, a + count) for a, b in quads]
    return Mesh(vertices, np.array(triangles), np.zeros((len(vertices), 1)))


def area(mesh: Mesh) -> float:
    a, b, c = (mesh.vertices[mesh.triangles[:, k]] for k in range(3))
    return float(np.linalg.norm(np.cross(b - a, c - a), axis=1).sum() / 2)


def test_normals_point_outwards() -> None:
    np.testing.assert_allclose(normals(grid().vertices, grid().triangles), np.tile([0.0, 0, 1], (169, 1)))
    mesh = tube()
    outward = mesh.vertices * [1, 0, 1] / 0.2
    assert (normals(mesh.vertices, mesh.triangles) * outward).sum(axis=1).min() > 0.99


def test_refining_keeps_the_shape_and_the_values() -> None:
    fine = refine(grid())
    assert len(fine.triangles) == 4 * len(grid().triangles)
    assert area(fine) == pytest.approx(1)
    np.testing.assert_allclose(fine.values[:, 0], fine.vertices[:, 0])


@pytest.mark.parametrize("angle", [0.0, 0.3, 0.7854, 1.2])
@pytest.mark.parametrize("place", [0.31, 0.5, 0.77])
def test_a_cut_is_straight_and_leaves_the_right_part(angle: float, place: float) -> None:
    mesh = grid()
    direction = np.array([np.cos(angle), np.sin(angle), 0])
    middle = place * direction.sum()
    cut = clip(mesh, mesh.vertices @ direction - middle)
    rest = clip(mesh, middle - mesh.vertices @ direction)
    assert (cut.vertices @ direction).max() <= middle + 1e-9
    assert area(cut) + area(rest) == pytest.approx(1, abs=0.03)
    assert (
        np.linalg.norm(
            cut.vertices[edges(cut.triangles)[0]][:, 0] - cut.vertices[edges(cut.triangles)[0]][:, 1], axis=1
        )
        > 0.01
    ).all()
    np.testing.assert_allclose(cut.values[:, 0], cut.vertices[:, 0], atol=1e-9)


def test_splitting_adds_edges_and_loses_nothing() -> None:
    mesh = tube()
    whole = split(mesh, mesh.vertices[:, 0] * 0.9 + 0.017)
    assert area(whole) == pytest.approx(area(mesh), rel=0.02)
    assert [len(loop) for loop in boundary_loops(whole.triangles)] == [len(boundary_loops(whole.triangles)[0])] * 2
    side = np.sign(np.round(whole.vertices[:, 0] * 0.9 + 0.017, 6))[whole.triangles]
    assert not ((side.max(axis=1) > 0) & (side.min(axis=1) < 0)).any()


def test_a_square_has_one_rim_and_a_tube_two() -> None:
    assert [len(loop) for loop in boundary_loops(grid().triangles)] == [48]
    assert [len(loop) for loop in boundary_loops(tube().triangles)] == [24, 24]


def test_a_tube_is_lengthened() -> None:
    mesh = tube()
    loop = next(way for way in boundary_loops(mesh.triangles) if mesh.vertices[way, 1].max() < 0.5)
    rings = mesh.vertices[loop][None] - np.array([0.0, 0.1, 0])[None, None] * np.arange(1, 4)[:, None, None]
    longer = extrude(mesh, loop, rings, np.zeros((3, len(loop), 1)))
    assert area(longer) == pytest.approx(1.3 * area(mesh))
    outward = longer.vertices * [1, 0, 1] / 0.2
    assert (normals(longer.vertices, longer.triangles) * outward).sum(axis=1).min() > 0.95
    assert edges(longer.triangles)[1].max() == 2


def test_smoothing_evens_but_keeps_a_plane() -> None:
    mesh = grid()
    np.testing.assert_allclose(smooth(mesh, 3)[:, 2], 0)
    rough = mesh.moved(mesh.vertices + [0.0, 0, 1] * np.random.default_rng(0).normal(0, 0.01, (169, 1)))
    assert smooth(rough, 5)[:, 2].std() < 0.5 * rough.vertices[:, 2].std()


def test_a_half_tube_unrolls_to_its_true_width() -> None:
    mesh, _ = compact(tube(), tube().vertices[tube().triangles].mean(axis=1)[:, 2] > 0)
    flat = conformal(mesh)
    assert np.ptp(flat[:, 0]) == pytest.approx(
        np.ptp(np.arcsin(np.clip(mesh.vertices[:, 0] / 0.2, -1, 1))) * 0.2, rel=0.05
    )
    assert np.ptp(flat[:, 1]) == pytest.approx(1, rel=0.03)
