"""Triangle meshes: normals, neighbours, refining, smoothing, cutting along a level set, and pulling edges into tubes.

Lengths are metres; x points to the person's left, y up, z to the front. Triangles turn counter-clockwise seen from
outside.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix, csr_matrix

__all__ = [
    "Floats",
    "Ints",
    "Mesh",
    "boundary_loops",
    "clip",
    "compact",
    "edges",
    "extrude",
    "normals",
    "refine",
    "smooth",
    "split",
    "triangulate",
]

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]

_SNAP = 0.3
"""A vertex nearer to a cut than this share of its edge is moved onto it, so that no slivers arise."""


@dataclass(frozen=True)
class Mesh:
    """A surface, with values at its vertices.

    Attributes:
        vertices: ``float64 (V, 3)``, metres.
        triangles: ``int64 (T, 3)``, indices of vertices.
        values: ``float64 (V, K)``; they follow the vertices through refining and cutting, linearly.
    """

    vertices: Floats
    triangles: Ints
    values: Floats

    def moved(self, vertices: Floats) -> Mesh:
        """The same mesh with its vertices elsewhere."""
        return replace(self, vertices=vertices)


def triangulate(polygons: list[list[int]]) -> Ints:
    """Triangles of convex polygons, as fans from the first corner."""
    fans = [(p[0], p[k], p[k + 1]) for p in polygons for k in range(1, len(p) - 1)]
    return np.asarray(fans, np.int64).reshape(-1, 3)


def compact(mesh: Mesh, keep: NDArray[np.bool_] | None = None) -> tuple[Mesh, Ints]:
    """The mesh without the triangles that ``keep (T,)`` rejects and without unused vertices.

    Returns:
        The mesh, and for each of its vertices the index that it had, ``int64 (V',)``.
    """
    triangles = mesh.triangles if keep is None else mesh.triangles[keep]
    used, packed = np.unique(triangles, return_inverse=True)
    return Mesh(mesh.vertices[used], packed.reshape(-1, 3).astype(np.int64), mesh.values[used]), used


def normals(vertices: Floats, triangles: Ints) -> Floats:
    """Unit normals at the vertices, ``float64 (V, 3)``: those of the triangles around, weighted by area."""
    a, b, c = (vertices[triangles[:, k]] for k in range(3))
    faces = np.cross(b - a, c - a)
    total = np.zeros_like(vertices)
    for axis in range(3):
        for corner in range(3):
            total[:, axis] += np.bincount(triangles[:, corner], faces[:, axis], len(vertices))
    return np.asarray(total / np.maximum(np.linalg.norm(total, axis=1, keepdims=True), 1e-12))


def edges(triangles: Ints) -> tuple[Ints, Ints]:
    """Every edge once, ``int64 (E, 2)``, the smaller index first, and how many triangles have it, ``int64 (E,)``."""
    i, j = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]).T
    count = int(triangles.max()) + 1
    code, counts = np.unique(np.minimum(i, j) * count + np.maximum(i, j), return_counts=True)
    return np.stack([code // count, code % count], axis=1), counts


def _neighbours(count: int, triangles: Ints) -> csr_matrix:
    """Each vertex's mean of its neighbours; on an open edge, of those along it."""
    sides, counts = edges(triangles)
    rim = sides[counts == 1]
    on_rim = np.zeros(count, bool)
    on_rim[rim.ravel()] = True
    i, j = np.concatenate([sides, sides[:, ::-1]]).T
    inner = ~on_rim[i]
    i, j = np.concatenate([np.stack([i[inner], j[inner]], axis=1), rim, rim[:, ::-1]]).T
    degree = np.maximum(np.bincount(i, minlength=count), 1)
    return coo_matrix((1 / degree[i], (i, j)), shape=(count, count)).tocsr()


def smooth(mesh: Mesh, steps: int, amount: float = 0.5, weight: Floats | None = None) -> Floats:
    """Vertices after Laplacian smoothing; open edges are smoothed along themselves only.

    Args:
        steps: how often each vertex goes ``amount`` of the way to the mean of its neighbours.
        weight: ``(V,)`` in [0, 1], multiplied with the amount.
    """
    average = _neighbours(len(mesh.vertices), mesh.triangles)
    pull = np.full((len(mesh.vertices), 1), amount) if weight is None else amount * weight[:, None]
    vertices = mesh.vertices
    for _ in range(steps):
        vertices = vertices + pull * (average @ vertices - vertices)
    return vertices


def refine(mesh: Mesh) -> Mesh:
    """Each triangle in four, through the middles of its sides."""
    sides, _ = edges(mesh.triangles)
    count = len(mesh.vertices)
    code = sides[:, 0] * count + sides[:, 1]

    def middle(i: Ints, j: Ints) -> Ints:
        return np.asarray(count + np.searchsorted(code, np.minimum(i, j) * count + np.maximum(i, j)))

    a, b, c = mesh.triangles.T
    ab, bc, ca = middle(a, b), middle(b, c), middle(c, a)
    parts = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    triangles = np.stack([np.stack(part, axis=1) for part in parts], axis=1).reshape(-1, 3)
    both = np.concatenate([mesh.vertices, mesh.values], axis=1)
    both = np.concatenate([both, both[sides].mean(axis=1)])
    return Mesh(both[:, :3], triangles, both[:, 3:])


def clip(mesh: Mesh, field: Floats, *, level: bool = False) -> Mesh:
    """The part of the mesh where a field is negative, cut along its zero level.

    Args:
        field: ``(V,)``, any unit. It is linear inside a triangle; where the level passes close to a vertex, the vertex
            is moved onto it.
        level: whether triangles that lie wholly on the level stay.
    """
    field = field.astype(np.float64).copy()
    vertices, values = mesh.vertices.copy(), mesh.values.copy()
    sides, _ = edges(mesh.triangles)
    i, j = sides.T
    crossing = field[i] * field[j] < 0
    i, j = i[crossing], j[crossing]
    share = field[i] / (field[i] - field[j])
    for near, far, part in ((i, j, share), (j, i, 1 - share)):
        close = part < _SNAP
        order = np.argsort(-part[close])
        n, f, p = near[close][order], far[close][order], part[close][order, None]
        vertices[n] = mesh.vertices[n] + p * (mesh.vertices[f] - mesh.vertices[n])
        values[n] = mesh.values[n] + p * (mesh.values[f] - mesh.values[n])
        field[n] = 0
    count = len(vertices)
    crossing = field[sides[:, 0]] * field[sides[:, 1]] < 0
    cut = sides[crossing]
    share = field[cut[:, 0]] / (field[cut[:, 0]] - field[cut[:, 1]])
    both = np.concatenate([vertices, values], axis=1)
    new = both[cut[:, 0]] + share[:, None] * (both[cut[:, 1]] - both[cut[:, 0]])
    both = np.concatenate([both, new])
    code = cut[:, 0] * count + cut[:, 1]

    def point(p: Ints, q: Ints) -> Ints:
        return np.asarray(count + np.searchsorted(code, np.minimum(p, q) * count + np.maximum(p, q)))

    sign = np.sign(field)[mesh.triangles]
    inside = (sign <= 0).all(axis=1) & ((sign < 0).any(axis=1) | level)
    parts = [mesh.triangles[inside]]
    for turn in range(3):
        a, b, c = np.roll(mesh.triangles, -turn, axis=1).T
        sa, sb, sc = np.roll(sign, -turn, axis=1).T
        k = (sa < 0) & (sb > 0) & (sc > 0)
        parts.append(np.stack([a[k], point(a[k], b[k]), point(a[k], c[k])], axis=1))
        k = (sa > 0) & (sb < 0) & (sc < 0)
        ab, ac = point(a[k], b[k]), point(a[k], c[k])
        parts += [np.stack([ab, b[k], c[k]], axis=1), np.stack([ab, c[k], ac], axis=1)]
        k = (sa == 0) & (sb < 0) & (sc > 0)
        parts.append(np.stack([a[k], b[k], point(b[k], c[k])], axis=1))
        k = (sa == 0) & (sb > 0) & (sc < 0)
        parts.append(np.stack([a[k], point(b[k], c[k]), c[k]], axis=1))
    clipped = Mesh(both[:, :3], np.concatenate(parts), both[:, 3:])
    return compact(clipped)[0]


def split(mesh: Mesh, field: Floats) -> Mesh:
    """The whole mesh, with edges along a field's zero level; the field as in :func:`clip`."""
    parts = [clip(mesh, field, level=True), clip(mesh, -field)]
    vertices, values = (np.concatenate([getattr(part, name) for part in parts]) for name in ("vertices", "values"))
    triangles = np.concatenate([parts[0].triangles, parts[1].triangles + len(parts[0].vertices)])
    _, first, weld = np.unique(np.rint(vertices * 1e7).astype(np.int64), axis=0, return_index=True, return_inverse=True)
    return Mesh(vertices[first], weld.reshape(-1)[triangles].astype(np.int64), values[first])


def boundary_loops(triangles: Ints) -> list[Ints]:
    """The open edges as closed loops of vertices, the longest first, each in the sense of its triangles."""
    directed = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    count = int(triangles.max()) + 1
    code = directed[:, 0] * count + directed[:, 1]
    rim = directed[~np.isin(directed[:, 1] * count + directed[:, 0], code)]
    follow = {int(a): int(b) for a, b in rim}
    loops = []
    while follow:
        start, vertex = follow.popitem()
        loop = [start]
        while vertex != start and vertex in follow:
            loop.append(vertex)
            vertex = follow.pop(vertex)
        loops.append(np.asarray(loop, np.int64))
    return sorted(loops, key=len, reverse=True)


def extrude(mesh: Mesh, loop: Ints, rings: Floats, values: Floats) -> Mesh:
    """The mesh with rings of new vertices joined to one of its loops.

    Args:
        loop: ``(N,)``, a loop of :func:`boundary_loops`.
        rings: ``(R, N, 3)``, where the new vertices lie, ring after ring.
        values: ``(R, N, K)`` of them.
    """
    count, ring, width = len(mesh.vertices), len(rings), len(loop)
    index = np.concatenate([loop[None], count + np.arange(ring * width).reshape(ring, width)])
    a, b = index[:-1], np.roll(index[:-1], -1, axis=1)
    c, d = index[1:], np.roll(index[1:], -1, axis=1)
    even = (np.add.outer(np.arange(ring), np.arange(width)) % 2 == 0)[..., None]
    first = np.where(even, np.stack([b, a, c], -1), np.stack([b, a, d], -1))
    second = np.where(even, np.stack([b, c, d], -1), np.stack([a, c, d], -1))
    triangles = np.concatenate([mesh.triangles, first.reshape(-1, 3), second.reshape(-1, 3)])
    vertices = np.concatenate([mesh.vertices, rings.reshape(-1, 3)])
    return Mesh(vertices, triangles, np.concatenate([mesh.values, values.reshape(ring * width, -1)]))
