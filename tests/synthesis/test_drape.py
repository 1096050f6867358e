"""Cloth falls, is held by what is below it, and lies flat on a table."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from synthesis.garments.design import Design
from synthesis.garments.layout import Layout
from synthesis.garments.pattern import Pattern
from synthesis.makehuman import Skeleton
from synthesis.meshes import Mesh
from synthesis.poses import Pose
from tests.synthesis.compiled import kernels
from tests.synthesis.mannequin import figure
from tests.synthesis.test_meshes import grid

RADIUS, TOP = 0.2, 1.2


@pytest.fixture
def draped(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The function, with a shorter fall than people's clothes need."""
    assert kernels.__name__ == "synthesis.kernels"
    from synthesis.garments import drape

    for name, frames in (("_SETTLE", 4), ("_MOVE", 2), ("_REST", 12), ("_LAY", 14)):
        monkeypatch.setattr(drape, name, frames)
    return drape.drape


@pytest.fixture(scope="module")
def ball() -> SimpleNamespace:
    """A ball that hangs on the root of a mannequin's skeleton instead of a body."""
    skeleton = figure().skeleton
    turn, rise = np.meshgrid(np.linspace(0, 2 * np.pi, 24, endpoint=False), np.linspace(-1.45, 1.45, 12))
    around = np.stack([np.cos(turn) * np.cos(rise), np.sin(rise), np.sin(turn) * np.cos(rise)], axis=2).reshape(-1, 3)
    points = np.concatenate([around, [[0, 1, 0], [0, -1, 0]]]) * RADIUS + [0, TOP - RADIUS, 0]
    quads = [(r * 24 + k, r * 24 + (k + 1) % 24) for r in range(11) for k in range(24)]
    sides = [(a, b + 24, b) for a, b in quads] + [(a, a + 24, b + 24) for a, b in quads]
    caps = [(264 + k, 288, 264 + (k + 1) % 24) for k in range(24)] + [(k, (k + 1) % 24, 289) for k in range(24)]
    bones = len(skeleton.names)
    heads = figure().skeleton.heads(figure().rest)
    weights = np.zeros((len(points) + 2 * bones, bones), np.float32)
    weights[:, skeleton.index("root")] = 1
    first = len(points)
    joints = tuple((np.array([first + k]), np.array([first + bones + k])) for k in range(bones))
    whole = Skeleton(skeleton.names, skeleton.parents, joints, weights)
    rest = np.concatenate([points, heads, heads + np.array([0.0, -0.02, 0.003])])
    return SimpleNamespace(
        skeleton=whole, rest=rest, body=SimpleNamespace(triangles=np.array(sides + caps)), shoes=None
    )


def cloth(ball: SimpleNamespace, height: float, pin: float = 0.0) -> Pattern:
    """A square of 30 cm that lies level over the ball's middle; its corners may be held."""
    square = grid(6)
    vertices = np.stack([square.vertices[:, 0] - 0.5, np.zeros(49), 0.5 - square.vertices[:, 1]], axis=1) * 0.3
    vertices[:, 1] = height
    mesh = Mesh(vertices, square.triangles, np.zeros((49, 7)))
    corner = (np.abs(vertices[:, [0, 2]]) > 0.149).all(axis=1)
    weights = np.tile(ball.skeleton.weights[:1], (49, 1))
    layout = Layout(np.zeros((len(mesh.triangles), 3, 2)), np.zeros(len(mesh.triangles), np.uint8), (), 1.0)
    none = np.zeros(49)
    return Pattern(
        Design("cloth", stiffness=0.0), mesh, layout, weights, pin * corner, vertices, none > 0, none.astype(np.uint8),
        none + 0.1,
    )  # fmt: skip


def test_cloth_lies_on_a_ball_and_hangs_down_around_it(draped: Any, ball: SimpleNamespace) -> None:
    worn = draped(ball, Pose(), cloth(ball, TOP + 0.01), []).worn
    off = np.linalg.norm(worn - [0, TOP - RADIUS, 0], axis=1)
    assert off.min() > 0.98 * RADIUS
    assert worn[24, 1] == pytest.approx(TOP, abs=0.02)
    assert worn[[0, 6, 42, 48], 1].max() < TOP - 0.03


def test_cloth_beside_a_ball_falls_and_what_is_held_does_not(draped: Any, ball: SimpleNamespace) -> None:
    loose, held = (draped(ball, Pose(), cloth(ball, TOP - 3 * RADIUS, pin), []).worn for pin in (0.0, 1.0))
    assert loose[:, 1].max() < TOP - 3 * RADIUS - 0.1
    np.testing.assert_allclose(held[[0, 6, 42, 48], 1], TOP - 3 * RADIUS, atol=0.01)
    assert held[24, 1] < TOP - 3 * RADIUS
    # Held at its corners, it does not tear.
    assert np.linalg.norm(held[24] - held[0]) < 1.15 * 0.3 / 2**0.5


def test_cloth_goes_along_with_the_body(draped: Any, ball: SimpleNamespace) -> None:
    still, turned = (draped(ball, Pose(turn=turn), cloth(ball, TOP + 0.01), []).worn for turn in (0.0, 30.0))
    way = [worn[6, [0, 2]] - worn[42, [0, 2]] for worn in (still, turned)]
    angle = np.degrees(np.arccos(way[0] @ way[1] / np.linalg.norm(way[0]) / np.linalg.norm(way[1])))
    assert angle == pytest.approx(30, abs=8)


def test_the_shop_lays_it_flat(draped: Any, ball: SimpleNamespace) -> None:
    pattern = cloth(ball, 0.0)
    x, _, z = pattern.mesh.vertices.T
    upright = pattern.mesh.moved(np.stack([x, z, 0.03 * np.sin(20 * x) + 0.5], axis=1))
    wavy = replace(pattern, mesh=upright, anchor=upright.vertices)
    thick = [np.ptp(draped(ball, Pose(), wavy, [], flat=flat).shop[:, 2]) for flat in (False, True)]
    assert thick[0] > 0.05
    assert thick[1] < 0.5 * thick[0]
