"""A garment's panels laid flat side by side: its texture coordinates.

Front and back are flattened by least squares conformal maps (Lévy et al., 2002), sleeves and collars unrolled. One unit
of the sheet is the same length everywhere, so a stripe keeps its width across a seam.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import bmat, coo_matrix, csr_matrix
from scipy.sparse.csgraph import connected_components
from scipy.sparse.linalg import spsolve

from synthesis.garments.design import Design
from synthesis.meshes import Floats, Ints, Mesh, compact, normals, smooth, split

__all__ = ["Layout", "Panel", "conformal", "lay_out", "seamed"]

_GAP: Final = 0.02
_LEAST: Final = 30
"""Pieces of fewer triangles keep the shape that they have from the front."""


@dataclass(frozen=True)
class Panel:
    """A piece of the sheet.

    Attributes:
        name: ``front``, ``back``, ``left sleeve``, ``right sleeve``, ``collar``.
        origin: where the garment's own origin lies on the sheet (the middle of the front, at the floor), in units.
        box: ``(left, top, right, bottom)``, in units.
    """

    name: str
    origin: tuple[float, float]
    box: tuple[float, float, float, float]


@dataclass(frozen=True)
class Layout:
    """The sheet.

    Attributes:
        uv: ``float64 (T, 3, 2)`` in [0, 1], x to the right and y down, at the triangles' corners.
        piece: ``uint8 (T,)``, the panel that a triangle belongs to.
        panels: its pieces.
        unit: the length of one unit, metres.
    """

    uv: Floats
    piece: NDArray[np.uint8]
    panels: tuple[Panel, ...]
    unit: float


def conformal(mesh: Mesh) -> Floats:
    """The vertices flattened with least squares of what a conformal map would be, ``float64 (V, 2)``, metres.

    The two vertices that are farthest apart in height keep their places as seen from the front.
    """
    low, high = int(mesh.vertices[:, 1].argmin()), int(mesh.vertices[:, 1].argmax())
    low = _central(mesh, low)
    high = _central(mesh, high)
    a, b, c = (mesh.vertices[mesh.triangles[:, k]] for k in range(3))
    x = np.linalg.norm(b - a, axis=1)
    along = (b - a) / np.maximum(x, 1e-12)[:, None]
    cx = ((c - a) * along).sum(axis=1)
    cy = np.linalg.norm(c - a - cx[:, None] * along, axis=1)
    area = np.sqrt(np.maximum(x * cy, 1e-12))
    count, rows = len(mesh.vertices), np.arange(len(mesh.triangles))
    real = np.stack([cx - x, -cx, x], axis=1) / area[:, None]
    imaginary = np.stack([cy, -cy, np.zeros_like(x)], axis=1) / area[:, None]
    index = mesh.triangles.ravel()
    row = np.repeat(rows, 3)
    shape = (len(rows), count)
    re = coo_matrix((real.ravel(), (row, index)), shape=shape).tocsr()
    im = coo_matrix((imaginary.ravel(), (row, index)), shape=shape).tocsr()
    fixed = np.array([low, high])
    free = np.setdiff1d(np.arange(count), fixed)
    span = float(np.linalg.norm(mesh.vertices[high] - mesh.vertices[low]))
    place = np.array([[mesh.vertices[low, 0], 0.0], [mesh.vertices[low, 0], span]])
    system = _blocks(re[:, free], im[:, free])
    right = -(_blocks(re[:, fixed], im[:, fixed]) @ np.concatenate([place[:, 0], place[:, 1]]))
    solved = spsolve((system.T @ system).tocsc(), system.T @ right)
    flat = np.zeros((count, 2))
    flat[fixed] = place
    flat[free] = solved.reshape(2, -1).T
    return flat


def _central(mesh: Mesh, extreme: int) -> int:
    """A vertex near the middle, as far up or down as the extreme one nearly."""
    near = np.abs(mesh.vertices[:, 1] - mesh.vertices[extreme, 1]) < 0.12
    candidates = np.nonzero(near)[0]
    return int(candidates[np.abs(mesh.vertices[candidates, 0]).argmin()])


def _blocks(re: csr_matrix, im: csr_matrix) -> csr_matrix:
    return csr_matrix(bmat([[re, -im], [im, re]]))


def lay_out(
    mesh: Mesh, design: Design, shoulder: dict[str, Floats], elbow: dict[str, Floats], wrist: dict[str, Floats]
) -> Layout:
    """The sheet of a garment that stands on the body at rest."""
    piece = _pieces(mesh, design)
    flats: list[tuple[str, NDArray[np.bool_], Floats]] = []
    for name in ("front", "back"):
        chosen = piece == name
        if chosen.any():
            planar = design.region == "trousers"
            flats.append((name, chosen, _flat(mesh, chosen, name == "back", planar)))
    for name, side in (("left sleeve", "L"), ("right sleeve", "R")):
        chosen = piece == name
        if chosen.any():
            corners = mesh.vertices[mesh.triangles[chosen]]
            flats.append((name, chosen, _sleeve(corners, shoulder[side], elbow[side], wrist[side])))
    chosen = piece == "collar"
    if chosen.any():
        flats.append(("collar", chosen, _collar(mesh, chosen)))
    return _pack(len(mesh.triangles), flats)


def seamed(mesh: Mesh, design: Design) -> Mesh:
    """The garment with edges where its seams are: between front and back, and where sleeves are set in."""
    mesh = split(mesh, _facing(mesh))
    if _sleeved(design):
        for column in (0, 1):
            mesh = split(mesh, mesh.values[:, column] - 0.5)
    return mesh


def _sleeved(design: Design) -> bool:
    return design.sleeve > 0 and design.region in ("top", "dress")


def _facing(mesh: Mesh) -> Floats:
    """Positive in front, negative behind, evened, so that folds do not count."""
    facing = normals(mesh.vertices, mesh.triangles)
    return smooth(Mesh(facing, mesh.triangles, mesh.values), 12)[:, 2]


def _pieces(mesh: Mesh, design: Design) -> NDArray[np.str_]:
    """The piece that each triangle belongs to."""
    corners = mesh.triangles
    piece = np.where(_facing(mesh)[corners].mean(axis=1) > 0, "front", "back").astype("<U12")
    if _sleeved(design):
        for column, name in ((0, "left sleeve"), (1, "right sleeve")):
            piece[mesh.values[corners, column].mean(axis=1) > 0.5] = name
    piece[mesh.values[corners, 6].max(axis=1) > 0.5] = "collar"
    return piece


def _flat(mesh: Mesh, chosen: NDArray[np.bool_], mirrored: bool, planar: bool) -> Floats:
    """A front or back, flattened, ``(T, 3, 2)``; the middle of the body at the floor is its origin."""
    triangles = mesh.triangles[chosen]
    flat = mesh.vertices[triangles][..., :2].copy()
    member = _joined_by_edges(triangles)
    for k in np.nonzero(np.bincount(member) >= _LEAST)[0]:
        if not planar:
            piece, used = compact(Mesh(mesh.vertices, triangles[member == k], mesh.values))
            place = conformal(piece)
            # In the same place as seen from the front.
            place += (mesh.vertices[used, :2] - place).mean(axis=0)
            flat[member == k] = place[piece.triangles]
    return np.asarray(flat * [-1.0 if mirrored else 1.0, -1.0])


def _joined_by_edges(triangles: Ints) -> Ints:
    """The number of the connected piece that each triangle belongs to; pieces that touch in a point are two."""
    i, j = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]]).T
    code = np.minimum(i, j) * (int(triangles.max()) + 1) + np.maximum(i, j)
    order = np.argsort(code, kind="stable")
    same = np.nonzero(code[order][:-1] == code[order][1:])[0]
    count = len(triangles)
    one, two = order[same] % count, order[same + 1] % count
    graph = coo_matrix((np.ones(len(one)), (one, two)), shape=(count, count))
    return np.asarray(connected_components(graph, directed=False)[1], np.int64)


def _sleeve(corners: Floats, shoulder: Floats, elbow: Floats, wrist: Floats) -> Floats:
    """A sleeve unrolled about the arm, cut open below: across, and down from the shoulder."""
    points = corners.reshape(-1, 3)
    upper, lower = elbow - shoulder, wrist - elbow
    la, lb = float(np.linalg.norm(upper)), float(np.linalg.norm(lower))
    first, second = (points - shoulder) @ upper / la, (points - elbow) @ lower / lb
    bent = (first > la) | ((first > 0.8 * la) & (second > 0))
    down = np.where(bent, la + np.maximum(second, 0), np.minimum(first, la))
    axis = np.where(
        bent[:, None],
        elbow + np.maximum(second, 0)[:, None] * lower / lb,
        shoulder + np.minimum(first, la)[:, None] * upper / la,
    )
    outward = np.array([np.sign(shoulder[0]), 1.0, 0.0])
    outward -= (outward @ upper) * upper / la**2
    outward /= np.linalg.norm(outward)
    across = np.cross(outward, upper / la) * np.sign(shoulder[0])
    off = points - axis
    angle = np.arctan2(off @ across, off @ outward).reshape(-1, 3)
    # A triangle over the seam keeps to one side of it.
    wide = np.ptp(angle, axis=1) > np.pi
    angle[wide] = np.where(angle[wide] < 0, angle[wide] + 2 * np.pi, angle[wide])
    radius = np.interp(down, *_mean_by(down, np.linalg.norm(off, axis=1)))
    return np.stack([angle * radius.reshape(-1, 3), down.reshape(-1, 3)], axis=-1)


def _mean_by(key: Floats, value: Floats) -> tuple[Floats, Floats]:
    bins = np.linspace(key.min(), key.max() + 1e-6, 16)
    index = np.digitize(key, bins) - 1
    total, count = np.bincount(index, value, 15), np.bincount(index, minlength=15)
    known = count > 0
    return ((bins[:-1] + bins[1:]) / 2)[known], (total[known] / count[known])


def _collar(mesh: Mesh, chosen: NDArray[np.bool_]) -> Floats:
    values = mesh.values[mesh.triangles[chosen]]
    across, up = values[..., 4].copy(), values[..., 5]
    length = float(mesh.values[:, 4].max())
    base = values[..., 6] < 0.5
    # The neckline itself has no place on the collar: it takes that of the ring above.
    known = np.where(base, np.nan, across)
    middle = np.nanmean(known, axis=1, keepdims=True)
    across = np.where(base, middle, across)
    wide = np.ptp(across, axis=1) > length / 2
    across[wide] = np.where(across[wide] < length / 2, across[wide] + length, across[wide])
    return np.stack([across, -up], axis=-1)


def _pack(count: int, flats: list[tuple[str, NDArray[np.bool_], Floats]]) -> Layout:
    """Pieces in rows on a square sheet, the tallest first."""
    boxes = {name: (uv.reshape(-1, 2).min(axis=0), uv.reshape(-1, 2).max(axis=0)) for name, _, uv in flats}
    order = sorted(boxes, key=lambda name: -float((boxes[name][1] - boxes[name][0])[1]))
    best: tuple[float, dict[str, tuple[float, float]]] | None = None
    for limit in np.linspace(0.4, 4.0, 37):
        x, y, row, wide = _GAP, _GAP, 0.0, 0.0
        places = {}
        for name in order:
            w, h = boxes[name][1] - boxes[name][0]
            if x + w > limit and x > _GAP:
                x, y, row = _GAP, y + row + _GAP, 0.0
            places[name] = (x, y)
            x, row = x + w + _GAP, max(row, h)
            wide = max(wide, x)
        side = max(wide, y + row + _GAP)
        if best is None or side < best[0]:
            best = (side, places)
    assert best is not None
    unit, places = best
    sheet, piece = np.zeros((count, 3, 2)), np.zeros(count, np.uint8)
    panels: list[Panel] = []
    for name, chosen, uv in flats:
        low, high = boxes[name]
        shift = np.asarray(places[name]) - low
        sheet[chosen], piece[chosen] = (uv + shift) / unit, len(panels)
        zero = shift / unit
        a, b = (low + shift) / unit, (high + shift) / unit
        panels.append(
            Panel(name, (float(zero[0]), float(zero[1])), (float(a[0]), float(a[1]), float(b[0]), float(b[1])))
        )
    return Layout(sheet, piece, tuple(panels), unit)
