"""From the body to a pattern: MakeHuman's tights are smoothed, loosened, cut and lengthened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from synthesis.garments.design import Design
from synthesis.garments.ease import along_arm, loosened, straight_legs
from synthesis.garments.frame import (
    ARM_LEFT,
    ARM_RIGHT,
    COLLAR,
    COLLAR_U,
    COLLAR_V,
    Frame,
    frame_of,
    tights_of,
)
from synthesis.garments.layout import Layout, lay_out, seamed
from synthesis.meshes import Floats, Ints, Mesh, boundary_loops, clip, compact, extrude, normals, refine, smooth
from synthesis.people import Figure

__all__ = ["Edge", "Pattern", "cut"]

_STEP: Final = 0.014


class Edge:
    """What kind of edge a point of the cloth is nearest to."""

    NONE, NECK, CUFF, HEM = range(4)


@dataclass(frozen=True)
class Pattern:
    """A garment on the body at rest, before draping.

    Attributes:
        design: its parameters.
        mesh: the cloth; its values are those that :mod:`synthesis.garments.frame` names.
        layout: its panels, flat.
        weights: ``float32 (V, B)``: which bones a point of the cloth lies over.
        pin: ``(V,)`` in [0, 1]: how firmly a point is held where the body carries it (waistbands, collars).
        anchor: ``float64 (V, 3)``, where a held point belongs at rest.
        tucked: ``bool (V,)``: what is inside another garment when worn.
        edge: ``uint8 (V,)``, the nearest kind of edge.
        trim: ``(V,)``, the distance to it, metres.
    """

    design: Design
    mesh: Mesh
    layout: Layout
    weights: NDArray[np.float32]
    pin: Floats
    anchor: Floats
    tucked: NDArray[np.bool_]
    edge: NDArray[np.uint8]
    trim: Floats


def cut(figure: Figure, design: Design, band: float | None = None) -> Pattern:
    """The pattern of a garment for a figure at rest.

    Args:
        figure: who wears it.
        design: its parameters.
        band: for what is tucked in, the rise of what it is tucked into.
    """
    frame = frame_of(figure)
    tights = tights_of(figure)
    mesh = _trousers(tights, frame, design) if design.region == "trousers" else _upper(tights, frame, design)
    mesh = seamed(mesh, design)
    used = np.unique(figure.body.triangles)
    _, near = cKDTree(figure.rest[used]).query(mesh.vertices)
    weights = figure.skeleton.weights[used[near]]
    edge, trim = _edges(mesh, frame, design)
    pin, anchor = _pins(mesh, design, edge, trim), mesh.vertices
    tucked = np.zeros(len(mesh.vertices), bool)
    if band is not None:
        # What is tucked in lies close on the body.
        tucked = mesh.vertices[:, 1] < frame.hip + band - 0.02
        outward = normals(figure.rest, figure.body.triangles)[used[near]]
        anchor = np.where(tucked[:, None], figure.rest[used[near]] + 0.005 * outward, anchor)
        pin = np.where(tucked, 0.5, pin)
    layout = lay_out(mesh, design, frame.shoulder, frame.elbow, frame.wrist)
    return Pattern(design, mesh, layout, weights, pin, anchor, tucked, edge, trim)


def _height(frame: Frame, hem: float) -> float:
    """Where a hem lies, from its share of the way down."""
    stops = [frame.waist + (frame.waist - frame.crotch), frame.waist, frame.crotch, frame.knee, frame.ankle]
    return float(np.interp(hem, [-1, 0, 1, 2, 3], stops))


def _upper(tights: Mesh, frame: Frame, design: Design) -> Mesh:
    """Tops, dresses and skirts: a torso, sleeves, and a tube from the hip down."""
    mesh, base = _torso(tights, frame)
    mesh = mesh.moved(smooth(mesh, 5))
    mesh = mesh.moved(loosened(mesh, frame, design))
    mesh = refine(mesh.moved(smooth(mesh, 3)))
    mesh = mesh.moved(smooth(mesh, 2))
    if design.region == "skirt":
        # Without the ends of sleeves, which may hang as low.
        mesh = _largest(clip(mesh, mesh.vertices[:, 1] - (frame.hip + design.rise)))
    else:
        mesh = _armholes(mesh, frame, design)
        mesh = clip(mesh, _neckline(mesh, design))
        mesh = _largest(mesh)
    hem = _height(frame, design.hem)
    mesh = clip(mesh, hem - mesh.vertices[:, 1]) if hem > base else _lengthened(mesh, hem, design.flare)
    if design.collar != "none" and design.region != "skirt":
        mesh = _collared(mesh, design)
    return mesh


def _torso(tights: Mesh, frame: Frame) -> tuple[Mesh, float]:
    """The tights above the legs, and where they are cut: as low as leaves one opening, since thighs may touch."""
    for base in np.arange(frame.crotch + 0.035, frame.hip + 0.08, 0.01):
        mesh = clip(tights, base - tights.vertices[:, 1])
        middles = [mesh.vertices[loop].mean(axis=0) for loop in boundary_loops(mesh.triangles)]
        if sum(abs(x) < 0.25 and y < base + 0.02 for x, y, _ in middles) == 1:
            break
    return mesh, float(base)


def _trousers(tights: Mesh, frame: Frame, design: Design) -> Mesh:
    y = tights.vertices[:, 1]
    waist, hem = frame.hip + design.rise, _height(frame, design.hem)
    mesh = clip(tights, np.maximum(y - (waist + 0.05), (hem - 0.03) - y))
    mesh = mesh.moved(smooth(mesh, 4))
    mesh = mesh.moved(straight_legs(mesh, frame, design))
    mesh = refine(mesh.moved(smooth(mesh, 2)))
    mesh = mesh.moved(smooth(mesh, 2))
    mesh = clip(mesh, mesh.vertices[:, 1] - waist)
    return _largest(clip(mesh, hem - mesh.vertices[:, 1]))


def _largest(mesh: Mesh) -> Mesh:
    """The mesh without loose scraps."""
    a, b, c = mesh.triangles.T
    count = len(mesh.vertices)
    graph = coo_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, c])), shape=(count, count))
    _, part = connected_components(graph, directed=False)
    keep = part[a] == np.bincount(part[a]).argmax()
    return compact(mesh, keep)[0]


def _ridge(mesh: Mesh, width: float) -> tuple[float, float]:
    """Height and depth of the shoulder's ridge at a distance from the middle."""
    near = np.abs(np.abs(mesh.vertices[:, 0]) - width) < 0.012
    best = mesh.vertices[near][mesh.vertices[near, 1].argmax()]
    return float(best[1]), float(best[2])


def _neckline(mesh: Mesh, design: Design) -> Floats:
    """Negative below the neckline."""
    x, y, z = np.abs(mesh.vertices[:, 0]), mesh.vertices[:, 1], mesh.vertices[:, 2]
    width = design.neck_width
    height, ridge = _ridge(mesh, width)
    u = np.clip(x / width, 0, 1)
    shape = {"round": np.sqrt(1 - u**2), "v": 1 - u, "square": 1 - u**6}[design.neck]
    front = np.clip((z - ridge) / 0.02 * 0.5 + 0.5, 0, 1)
    depth = design.neck_back * np.sqrt(1 - u**2) * (1 - front) + design.neck_front * shape * front
    return np.asarray(y - (height - depth + 3 * np.maximum(x - width, 0)))


def _armholes(mesh: Mesh, frame: Frame, design: Design) -> Mesh:
    if design.sleeve > 0:
        for column, side in ((ARM_LEFT, "L"), (ARM_RIGHT, "R")):
            along, _ = along_arm(mesh.vertices, side, frame)
            field = np.where(mesh.values[:, column] > 0.3, along - design.sleeve, -1.0)
            mesh = _largest(clip(mesh, field))
        return mesh
    x, y = np.abs(mesh.vertices[:, 0]), mesh.vertices[:, 1]
    top, _ = _ridge(mesh, design.shoulder)
    under = frame.armpit - 0.015
    side = np.abs(mesh.vertices[(np.abs(y - under) < 0.02) & (mesh.values[:, :2].max(axis=1) < 0.5), 0]).max()
    u = np.clip((top - y) / (top - under), 0, 1)
    limit = design.shoulder - 0.012 * np.sin(np.pi * u) + (side + 0.01 - design.shoulder) * (1 - np.sqrt(1 - u**2))
    field = np.where(u < 1, x - limit, np.minimum(y - under, -0.001))
    return clip(mesh, np.where(mesh.values[:, :2].max(axis=1) > 0.6, np.maximum(field, 0.01), field))


def _lengthened(mesh: Mesh, hem: float, flare: float) -> Mesh:
    loop = min(boundary_loops(mesh.triangles)[:4], key=lambda way: float(mesh.vertices[way, 1].mean()))
    start = mesh.vertices[loop]
    length = float(start[:, 1].mean()) - hem
    count = max(round(length / _STEP), 1)
    centre = start.mean(axis=0)
    share = np.arange(1, count + 1)[:, None, None] / count
    rings = np.repeat(start[None], count, axis=0)
    rings = centre + (rings - centre) * (1 + flare * share)
    rings[..., 1] = start[None, :, 1] + share[..., 0] * (hem - start[None, :, 1])
    values = np.repeat(mesh.values[loop][None], count, axis=0)
    return extrude(mesh, loop, rings, values)


def _neck_loop(mesh: Mesh) -> Ints:
    loops = [loop for loop in boundary_loops(mesh.triangles) if len(loop) > 12]
    return max(loops, key=lambda way: float(mesh.vertices[way, 1].mean()))


_SHIRT_COLLAR: Final = np.array(
    [
        (0.0, 0.009),
        (0.0, 0.018),
        (0.003, 0.025),
        (0.008, 0.026),
        (0.012, 0.020),
        (0.016, 0.010),
        (0.020, 0.000),
        (0.025, -0.009),
    ]
)
"""Out and up from the neckline, metres, ring after ring: the stand, then the fall."""


def _collared(mesh: Mesh, design: Design) -> Mesh:
    loop = _neck_loop(mesh)
    # The neckline, evened.
    start = mesh.vertices[loop]
    for _ in range(12):
        start = start + 0.5 * ((np.roll(start, 1, axis=0) + np.roll(start, -1, axis=0)) / 2 - start)
    vertices = mesh.vertices.copy()
    vertices[loop] = start
    mesh = mesh.moved(vertices)
    centre = start.mean(axis=0)
    out = start - centre
    out[:, 1] = 0
    radius = np.linalg.norm(out, axis=1, keepdims=True)
    out /= radius
    around = np.concatenate([[0.0], np.linalg.norm(np.diff(start, axis=0), axis=1).cumsum()])
    up = np.array([0.0, 1.0, 0.12])
    if design.collar == "turtle":
        count = 7
        lift = np.arange(1, count + 1) * 0.012
        inward = np.minimum(lift * 0.35, 0.014)
        rings = np.stack([start + up * h - out * i for h, i in zip(lift, inward, strict=True)])
        fall = lift
    else:
        rings = np.stack([start + out * o + up * h for o, h in _SHIRT_COLLAR])
        fall = np.linalg.norm(np.diff(_SHIRT_COLLAR, axis=0, prepend=0), axis=1).cumsum()
    values = np.repeat(mesh.values[loop][None], len(rings), axis=0)
    values[..., COLLAR_U], values[..., COLLAR_V], values[..., COLLAR] = around[None], fall[:, None], 1.0
    grown = extrude(mesh, loop, rings, values)
    if design.collar == "turtle":
        return grown
    # The collar is open in front: a slit in the stand, the points apart.
    gap = np.interp(grown.values[:, COLLAR_V], [0.0, 0.011, 0.022, 0.04, 0.09], [-0.01, -0.003, 0.004, 0.006, 0.028])
    in_front = (grown.values[:, COLLAR] > 0.5) & (grown.vertices[:, 2] > centre[2])
    return clip(grown, np.where(in_front, gap - np.abs(grown.vertices[:, 0]), -0.02))


def _edges(mesh: Mesh, frame: Frame, design: Design) -> tuple[NDArray[np.uint8], Floats]:
    loops = [loop for loop in boundary_loops(mesh.triangles) if len(loop) > 8]
    points, kinds = [], []
    for loop in loops:
        middle = mesh.vertices[loop].mean(axis=0)
        low = middle[1] < (frame.armpit + frame.waist) / 2 and abs(middle[0]) < 0.05
        if design.region in ("trousers", "skirt"):
            kind = Edge.HEM if middle[1] < frame.hip + design.rise - 0.04 else Edge.NECK
        elif low:
            kind = Edge.HEM
        else:
            kind = Edge.CUFF if abs(middle[0]) > 0.06 else Edge.NECK
        points.append(mesh.vertices[loop])
        kinds.append(np.full(len(loop), kind, np.uint8))
    distance, index = cKDTree(np.concatenate(points)).query(mesh.vertices)
    return np.concatenate(kinds)[index], distance


def _pins(mesh: Mesh, design: Design, edge: NDArray[np.uint8], trim: Floats) -> Floats:
    """What is held: waistbands and collars."""
    pin = np.zeros(len(mesh.vertices))
    if design.region in ("trousers", "skirt"):
        pin[(edge == Edge.NECK) & (trim < 0.025)] = 0.5
    if design.region != "trousers" and design.region != "skirt":
        # A neckline does not slide off the shoulders; its lowest part in front hangs free.
        pin[(edge == Edge.NECK) & (trim < 0.02)] = 0.02
    pin[mesh.values[:, COLLAR] > 0.5] = 0.5 if design.collar == "shirt" else 0.1
    return pin
