"""How far a garment's cloth stands off the body at rest, before it is draped."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from synthesis.garments.design import Design
from synthesis.garments.frame import ARM_LEFT, ARM_RIGHT, LEG_LEFT, LEG_RIGHT, Frame
from synthesis.meshes import Floats, Ints, Mesh, normals

__all__ = ["along_arm", "loosened", "straight_legs"]

_BINS: Final = 72


def loosened(mesh: Mesh, frame: Frame, design: Design) -> Floats:
    """The vertices off the body: a little on the shoulders, by the ease below, straight down where it is straight."""
    vertices = mesh.vertices.copy()
    arms = mesh.values[:, :2].max(axis=1)
    below = np.clip((frame.neck[1] - 0.02 - vertices[:, 1]) / (frame.neck[1] - frame.armpit), 0, 1)
    sleeved = np.clip(arms * 2 - 0.4, 0, 1)
    off = 0.006 + (design.ease - 0.006) * np.maximum(below, 0) * (1 - sleeved) + sleeved * design.sleeve_ease * 0.5
    vertices += normals(vertices, mesh.triangles) * off[:, None]
    torso = arms < 0.5
    centre = np.array([0.0, float(vertices[torso & (vertices[:, 1] > frame.crotch), 2].mean())])
    top = frame.armpit - 0.01
    table, levels = _profile(mesh.moved(vertices), torso, top, float(vertices[:, 1].min()), centre)
    table = _hull(table)
    hung = np.maximum.accumulate(table, axis=0)
    target = table + design.straight * (hung - table)
    angle = np.arctan2(vertices[:, 2] - centre[1], vertices[:, 0] - centre[0])
    row = np.interp(-vertices[:, 1], -levels, np.arange(len(levels)))
    column = (angle + np.pi) / (2 * np.pi) * _BINS
    r0, c0 = np.floor(row).astype(int), np.floor(column).astype(int)
    fr, fc = row - r0, column - c0
    r1 = np.minimum(r0 + 1, len(levels) - 1)

    def at(r: Ints, c: Ints) -> Floats:
        return np.asarray(target[r, c % _BINS])

    goal = (1 - fr) * ((1 - fc) * at(r0, c0) + fc * at(r0, c0 + 1)) + fr * ((1 - fc) * at(r1, c0) + fc * at(r1, c0 + 1))
    radius = np.hypot(vertices[:, 0] - centre[0], vertices[:, 2] - centre[1])
    blend = np.clip((top - vertices[:, 1]) / 0.06, 0, 1) * torso
    scale = 1 + blend * (np.maximum(goal / np.maximum(radius, 1e-6), 1) - 1)
    vertices[:, 0] = centre[0] + (vertices[:, 0] - centre[0]) * scale
    vertices[:, 2] = centre[1] + (vertices[:, 2] - centre[1]) * scale
    return _wide_sleeves(vertices, mesh.values, frame, design)


def straight_legs(mesh: Mesh, frame: Frame, design: Design) -> Floats:
    """The vertices of trousers off the legs: by the ease, and straight down where they are straight."""
    vertices = mesh.vertices + normals(mesh.vertices, mesh.triangles) * design.ease
    for column in (LEG_LEFT, LEG_RIGHT):
        leg = (mesh.values[:, column] > 0.5) & (vertices[:, 1] < frame.crotch)
        if not leg.any():
            continue
        # The axis of the leg and its girth, level by level; cloth hangs from the widest place above.
        levels = np.arange(vertices[leg, 1].max(), vertices[leg, 1].min() - 0.02, -0.02)
        rows = [leg & (np.abs(vertices[:, 1] - level) < 0.02) for level in levels]
        levels = levels[[row.any() for row in rows]]
        rows = [row for row in rows if row.any()]
        axis = np.stack([(vertices[row].max(axis=0) + vertices[row].min(axis=0)) / 2 for row in rows])
        girth = np.array(
            [np.linalg.norm((vertices[row] - a)[:, [0, 2]], axis=1).mean() for row, a in zip(rows, axis, strict=True)]
        )
        hung = np.maximum.accumulate(girth) * 0.92
        wide = girth + design.straight * np.maximum(hung - girth, 0)
        y = -vertices[leg, 1]
        centre = np.stack([np.interp(y, -levels, axis[:, k]) for k in (0, 2)], axis=1)
        flat = vertices[leg][:, [0, 2]] - centre
        radius = np.linalg.norm(flat, axis=1)
        round_up = np.interp(y, -levels, wide) / np.maximum(radius, 1e-6)
        fade = np.clip((y + frame.crotch) / 0.15, 0, 1)
        scale = 1 + fade * design.straight * (np.maximum(round_up, 1) - 1)
        moved = vertices[leg]
        moved[:, [0, 2]] = centre + flat * scale[:, None]
        vertices[leg] = moved
    return vertices


def along_arm(vertices: Floats, side: str, frame: Frame) -> tuple[Floats, Floats]:
    """How far along an arm points lie (0 the shoulder, 1 the elbow, 2 the wrist), and the nearest point of its axis."""
    h, e, w = frame.shoulder[side], frame.elbow[side], frame.wrist[side]
    first = (vertices - h) @ (e - h) / ((e - h) @ (e - h))
    second = (vertices - e) @ (w - e) / ((w - e) @ (w - e))
    lower = (first > 1) | ((first > 0.8) & (second > 0))
    along = np.where(lower, 1 + np.maximum(second, 0), np.minimum(first, 1))
    upper_point = h + np.clip(first, -0.5, 1)[:, None] * (e - h)
    lower_point = e + np.clip(second, 0, 1.5)[:, None] * (w - e)
    return along, np.where(lower[:, None], lower_point, upper_point)


def _wide_sleeves(vertices: Floats, values: Floats, frame: Frame, design: Design) -> Floats:
    vertices = vertices.copy()
    for column, side in ((ARM_LEFT, "L"), (ARM_RIGHT, "R")):
        along, axis = along_arm(vertices, side, frame)
        share = np.clip(values[:, column] * 2 - 1, 0, 1)
        taper = np.interp(along, [0, 0.3, 1, 1.9], [0.0, 1.0, 0.8, 0.35])
        out = vertices - axis
        size = np.maximum(np.linalg.norm(out, axis=1, keepdims=True), 1e-6)
        vertices += out / size * (share * taper * design.sleeve_ease)[:, None]
    return vertices


def _profile(mesh: Mesh, select: NDArray[np.bool_], top: float, bottom: float, centre: Floats) -> tuple[Floats, Floats]:
    """How far the surface is from an upright axis: radii ``(levels, directions)``, and the levels from the top down."""
    levels = np.arange(top, bottom - 0.01, -0.015)
    angle = np.arctan2(mesh.vertices[:, 2] - centre[1], mesh.vertices[:, 0] - centre[0])
    radius = np.hypot(mesh.vertices[:, 2] - centre[1], mesh.vertices[:, 0] - centre[0])
    directions = np.linspace(-np.pi, np.pi, _BINS, endpoint=False)
    table = np.full((len(levels), _BINS), np.nan)
    turn = np.abs((angle[None] - directions[:, None] + np.pi) % (2 * np.pi) - np.pi) < 0.15
    for row, level in enumerate(levels):
        near = select & (np.abs(mesh.vertices[:, 1] - level) < 0.025)
        both = turn & near[None]
        found = both.any(axis=1)
        table[row, found] = np.where(both, radius[None], 0).max(axis=1)[found]
    for row in table:
        known = ~np.isnan(row)
        if known.any():
            row[~known] = np.interp(directions[~known], directions[known], row[known], period=2 * np.pi)
    known = ~np.isnan(table).any(axis=1)
    table[~known] = table[known][np.abs(np.subtract.outer(levels[~known], levels[known])).argmin(axis=1)]
    return table, levels


def _hull(table: Floats) -> Floats:
    """Each level's convex hull, as radii: cloth spans hollows. By the support function and its envelope."""
    directions = np.linspace(-np.pi, np.pi, _BINS, endpoint=False)
    cosine = np.cos(np.subtract.outer(directions, directions))
    support = (table[:, None, :] * cosine[None]).max(axis=2)
    ratio = np.where(cosine > 0.1, support[:, None, :] / np.maximum(cosine, 0.1)[None], np.inf)
    return np.asarray(ratio.min(axis=2))
