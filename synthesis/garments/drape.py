"""A pattern becomes a worn garment: cloth on a body that goes from its rest position into a pose.

Extended position-based dynamics in small steps (Macklin et al., 2019), heavily damped: what counts is where the cloth
comes to rest. The body is a closed surface; friction lets it carry the cloth along.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from synthesis import kernels
from synthesis.garments.pattern import Pattern
from synthesis.meshes import Floats, Ints, edges, normals
from synthesis.people import Figure
from synthesis.poses import Pose, Transforms, blend, skin

__all__ = ["Draped", "Solid", "drape"]

_SETTLE: Final = 24
_MOVE: Final = 36
_REST: Final = 26
_LAY: Final = 70
_STEPS: Final = 8
_DT: Final = 1 / 60 / _STEPS
_GRAVITY: Final = 9.81
_DAMPING: Final = 0.02
_GAP: Final = 0.004
_APART: Final = 0.008
_SLACK: Final = 1.03
_CURVED: Final = 0.3
_FRICTION: Final = 0.35
_REACH: Final = 0.06


@dataclass(frozen=True)
class Solid:
    """What a garment lies on, at every frame.

    Attributes:
        frames: ``float64 (F, V, 3)``.
        triangles: ``int64 (T, 3)``.
    """

    frames: Floats
    triangles: Ints


@dataclass(frozen=True)
class Draped:
    """A garment after the simulation.

    Attributes:
        pattern: what it was made of.
        shop: ``float64 (V, 3)``, as the shop shows it: hanging on the body at rest, or laid flat, seen from +z.
        worn: ``float64 (V, 3)``, on the posed body.
        solid: its movement, for what is worn above it.
    """

    pattern: Pattern
    shop: Floats
    worn: Floats
    solid: Solid


def drape(figure: Figure, pose: Pose, pattern: Pattern, below: list[Solid], *, flat: bool = False) -> Draped:
    """Simulate a garment.

    Args:
        figure: who wears it.
        pose: how they stand.
        pattern: the garment.
        below: garments that lie nearer to the body, draped with the same pose.
        flat: show it in the shop laid flat, instead of as on an invisible mannequin.
    """
    shares = np.r_[np.zeros(_SETTLE), _eased(_MOVE), np.ones(_REST)]
    steps, index = np.unique(shares, return_inverse=True)
    moves = blend(pose, figure.skeleton, figure.rest, steps)
    body = _body(figure, moves, index)
    cloth = _Cloth(pattern)
    goals = [skin(pattern.mesh.vertices, pattern.weights, move) for move in moves]
    held = [skin(pattern.anchor, pattern.weights, move) for move in moves]
    frames = np.empty((len(shares), *cloth.x.shape))
    # At first the garment hangs alone, as the shop shows it; then what is worn with it appears.
    alone = _Obstacle([body])
    dressed = _Obstacle([body, *_shoes(figure, moves, index), *below])
    for frame in range(len(shares)):
        shift = goals[index[frame]] - goals[index[max(frame - 1, 0)]]
        worn = frame >= _SETTLE
        cloth.frame(dressed if worn else alone, frame, held[index[frame]], shift, tucked=worn)
        frames[frame] = cloth.x
    shop = frames[_SETTLE - 1]
    if flat:
        shop = _Cloth(pattern).laid_flat(shop)
    return Draped(pattern, shop, frames[-1].copy(), Solid(frames, pattern.mesh.triangles))


def _eased(count: int) -> Floats:
    t = np.arange(1, count + 1) / count
    return np.asarray(t * t * (3 - 2 * t))


def _body(figure: Figure, moves: list[Transforms], index: Ints) -> Solid:
    """The skin below the chin, moving."""
    head = figure.skeleton.weights[:, figure.skeleton.below("head")].sum(axis=1)
    triangles = figure.body.triangles
    triangles = triangles[(head[triangles] < 0.9).all(axis=1)]
    used, packed = np.unique(triangles, return_inverse=True)
    frames = np.stack([skin(figure.rest[used], figure.skeleton.weights[used], move) for move in moves])
    return Solid(frames[index], packed.reshape(-1, 3).astype(np.int64))


def _shoes(figure: Figure, moves: list[Transforms], index: Ints) -> list[Solid]:
    """The shoes, which trousers hang over."""
    part = figure.shoes
    if part is None:
        return []
    return [Solid(np.stack([skin(part.vertices, part.weights, move) for move in moves])[index], part.triangles)]


class _Obstacle:
    """Solids as one, with the triangles around each of their vertices."""

    def __init__(self, solids: list[Solid]) -> None:
        self._solids = solids
        start = np.cumsum([0, *[solid.frames.shape[1] for solid in solids]])
        parts = [solid.triangles + first for solid, first in zip(solids, start, strict=False)]
        self.triangles = np.concatenate(parts)
        self.ring = _around(int(start[-1]), self.triangles)

    def at(self, frame: int) -> Floats:
        """Its vertices at a frame."""
        return np.concatenate([solid.frames[frame] for solid in self._solids])


def _around(count: int, triangles: Ints) -> tuple[Ints, Ints]:
    """Which triangles lie around each vertex: where its list starts, and all lists."""
    corner = triangles.ravel()
    order = np.argsort(corner, kind="stable")
    start = np.zeros(count + 1, np.int64)
    np.cumsum(np.bincount(corner, minlength=count), out=start[1:])
    return start, (order // 3).astype(np.int64)


class _Cloth:
    """Positions and constraints of one garment."""

    def __init__(self, pattern: Pattern) -> None:
        mesh = pattern.mesh
        self._triangles = mesh.triangles
        self.x = np.ascontiguousarray(mesh.vertices)
        self._velocity = np.zeros_like(self.x)
        self._mass = np.ones(len(self.x))
        self._pin = pattern.pin[:, None]
        self._loose = np.where(pattern.tucked, 0.0, pattern.pin)[:, None]
        rng = np.random.default_rng(0)
        sides, _ = edges(mesh.triangles)
        self._pairs = np.ascontiguousarray(rng.permutation(sides))
        # A little longer than on the body, and flatter: so that the cloth has something to fold.
        self._lengths = _SLACK * np.linalg.norm(self.x[self._pairs[:, 0]] - self.x[self._pairs[:, 1]], axis=1)
        self._give = np.full(len(sides), 0.02)
        self._quads, self._shape = _hinges(self.x, mesh.triangles)
        order = rng.permutation(len(self._quads))
        self._quads, self._shape = self._quads[order], self._shape[order]
        # Firmer where cloth lies double: at hems, cuffs and collars.
        soft = 0.0004 + 0.015 * pattern.design.stiffness**2
        double = (pattern.trim[self._quads[:, :2]].mean(axis=1) < 0.018) | (pattern.pin[self._quads[:, 0]] > 0)
        self._bend = np.where(double, soft + 0.1, soft)
        self._rest = mesh.vertices
        self._gap = np.full(len(self.x), _GAP)

    def frame(self, obstacle: _Obstacle, frame: int, held: Floats, shift: Floats, *, tucked: bool) -> None:
        """One sixtieth of a second, before which the body carries the cloth by ``shift``.

        What is to be tucked in hangs out until ``tucked``.
        """
        self.x += shift
        body, triangles = obstacle.at(frame), obstacle.triangles
        normal = normals(body, triangles)
        distance, nearest = cKDTree(body).query(self.x, k=3)
        nearest = np.where(distance < _REACH, nearest, -1).astype(np.int64)
        close = self._close()
        pin = self._pin if tucked else self._loose
        for step in range(_STEPS):
            before = self.x.copy()
            self._velocity[:, 1] -= _GRAVITY * _DT
            self.x += self._velocity * _DT
            kernels.stretch(self.x, self._mass, self._pairs, self._lengths, self._give)
            kernels.bend(self.x, self._mass, self._quads, self._shape, self._bend)
            kernels.stretch(self.x, self._mass, self._pairs, self._lengths, self._give)
            kernels.self_collide(self.x, before, self._mass, close, _APART, 0.1)
            self.x += pin * (held - self.x)
            if step % 2 == 1:
                kernels.collide(
                    self.x,
                    before,
                    self._mass,
                    nearest,
                    *obstacle.ring,
                    triangles,
                    body,
                    normal,
                    self._gap,
                    _FRICTION,
                    _REACH,
                )
            self._velocity = (self.x - before) / _DT * (1 - _DAMPING)

    def laid_flat(self, hanging: Floats) -> Floats:
        """The cloth fallen backwards onto a table; what faced the front lies above."""
        table = hanging[:, 2].min() - 0.002
        front = normals(hanging, self._triangles)[:, 2] > 0
        # As if ironed: stiffer than when worn.
        firm = np.minimum(8 * self._bend + 0.02, 0.5)
        lowest = table + np.where(front, 0.012, 0.002)
        self.x = hanging.copy()
        for _ in range(_LAY):
            close = self._close()
            for _ in range(_STEPS):
                before = self.x.copy()
                self._velocity[:, 2] -= 0.5 * _GRAVITY * _DT
                self.x += self._velocity * _DT
                kernels.stretch(self.x, self._mass, self._pairs, self._lengths, self._give)
                kernels.bend(self.x, self._mass, self._quads, self._shape, firm)
                kernels.stretch(self.x, self._mass, self._pairs, self._lengths, self._give)
                kernels.self_collide(self.x, before, self._mass, close, _APART, 0.1)
                down = self.x[:, 2] < lowest
                self.x[down, 2] = lowest[down]
                self.x[down, :2] -= 0.15 * (self.x[down, :2] - before[down, :2])
                self._velocity = (self.x - before) / _DT * (1 - _DAMPING)
        return self.x

    def _close(self) -> Ints:
        """Pairs of points that are near each other now but not on the cloth."""
        pairs = cKDTree(self.x).query_pairs(_APART * 1.5, output_type="ndarray")
        apart = np.linalg.norm(self._rest[pairs[:, 0]] - self._rest[pairs[:, 1]], axis=1)
        return np.ascontiguousarray(pairs[apart > 0.03].astype(np.int64).reshape(-1, 2))


def _hinges(x: Floats, triangles: Ints) -> tuple[Ints, NDArray[np.float64]]:
    """Every inner edge with the corners opposite to it, and the weights of its curvature."""
    side = np.concatenate([triangles[:, [0, 1, 2]], triangles[:, [1, 2, 0]], triangles[:, [2, 0, 1]]])
    code = np.minimum(side[:, 0], side[:, 1]) * len(x) + np.maximum(side[:, 0], side[:, 1])
    order = np.argsort(code, kind="stable")
    same = np.nonzero(code[order][:-1] == code[order][1:])[0]
    one, two = side[order[same]], side[order[same + 1]]
    quads = np.stack([one[:, 0], one[:, 1], one[:, 2], two[:, 2]], axis=1)
    a, b, c, d = (x[quads[:, k]] for k in range(4))

    def cotangent(p: Floats, q: Floats, r: Floats) -> Floats:
        u, v = q - p, r - p
        return np.asarray((u * v).sum(axis=1) / np.maximum(np.linalg.norm(np.cross(u, v), axis=1), 1e-9))

    ca, cb = cotangent(a, b, c), cotangent(b, a, c)
    da, db = cotangent(a, b, d), cotangent(b, a, d)
    ka, kb, kc, kd = cb + db, ca + da, -(ca + cb), -(da + db)
    size = np.maximum(np.abs(np.stack([ka, kb, kc, kd])).max(axis=0), 1e-6)
    weights = np.stack([ka, kb, kc, kd], axis=1) / size[:, None]
    curvature = sum(weights[:, k, None] * p for k, p in enumerate((a, b, c, d)))
    normal = np.cross(b - a, d - c)
    normal /= np.maximum(np.linalg.norm(normal, axis=1, keepdims=True), 1e-12)
    rest = (np.asarray(curvature) * normal).sum(axis=1)
    shape = np.zeros((len(quads), 5))
    shape[:, :4], shape[:, 4] = weights, _CURVED * rest
    usable = (size < 20) & (np.linalg.norm(b - a, axis=1) > 1e-4)
    return np.ascontiguousarray(quads[usable]), np.ascontiguousarray(shape[usable])
