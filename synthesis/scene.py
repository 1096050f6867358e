"""A planned simulation carried out: the person, the garments, the cameras."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from synthesis.cameras import Camera, centred, framed
from synthesis.garments.drape import Draped, drape
from synthesis.garments.frame import COLLAR
from synthesis.garments.pattern import Edge, Pattern, cut
from synthesis.makehuman import Assets
from synthesis.meshes import Floats, Mesh, compact, refine, smooth
from synthesis.passes import Layer, openness, view
from synthesis.people import Figure
from synthesis.plan import Look, Task
from synthesis.poses import Transforms, skin, transforms
from synthesis.surfaces import Label, Surface
from synthesis.views import Sheet, Simulation, View

__all__ = ["simulate"]

_LABELS: Final = {"top": Label.UPPER_CLOTHES, "dress": Label.DRESS, "trousers": Label.PANTS, "skirt": Label.SKIRT}
_SURFACES: Final = (Surface.GARMENT, Surface.OTHER)
_LIFT: Final = 0.004
_MARGINS: Final = {Edge.NONE: 0.0, Edge.NECK: 0.03, Edge.CUFF: 0.05, Edge.HEM: 0.07}
"""How far inside a garment's edge the body counts as hidden, metres."""


def simulate(assets: Assets, task: Task, size: tuple[int, int]) -> Simulation:
    """Carry out a task; ``size`` is that of the pictures, ``(width, height)``."""
    figure = Figure(assets, task.person)
    draped = _dressed(figure, task)
    posed = transforms(task.pose, figure.skeleton, figure.rest)
    layers = _person(figure, posed, [item.pattern for item in draped.values()])
    for level, (k, item) in enumerate(draped.items(), start=1):
        layers += _cloth(item.pattern, item.worn, _SURFACES[k], level * _LIFT, item.pattern.tucked)
    lights = openness(layers)
    points = np.concatenate([layer.vertices for layer in layers])
    joints = figure.joints(posed)
    sheets, shops = [], []
    for k, style in enumerate(task.styles):
        item = draped[k]
        sheets.append(_sheet(item.pattern, style))
        shops.append(_shop(item, size))
    return Simulation(
        seed=task.seed,
        about=_about(task),
        sheets=tuple(sheets),
        views=tuple(view(layers, lights, _camera(points, look, size), joints) for look in task.looks),
        shops=tuple(shops),
    )


def _dressed(figure: Figure, task: Task) -> dict[int, Draped]:
    """The garments draped, by their number in the task, from the innermost out."""
    order = list(range(len(task.garments)))
    if not task.garments[0].tucked:
        order.reverse()
    found: dict[int, Draped] = {}
    for k in order:
        design = task.garments[k]
        band = task.garments[1].rise if design.tucked else None
        below = [item.solid for item in found.values()]
        found[k] = drape(figure, task.pose, cut(figure, design, band), below, flat=task.styles[k] == "flat")
    return found


def _person(figure: Figure, posed: Transforms, patterns: list[Pattern]) -> list[Layer]:
    hidden = figure.hidden.copy()
    for pattern in patterns:
        hidden |= _covered(figure, pattern)
    layers = []
    for part in figure.parts:
        keep = np.ones(len(part.triangles), bool)
        if part is figure.body:
            keep = ~hidden[part.triangles].all(axis=1)
        count = int(keep.sum())
        layers.append(
            Layer(
                vertices=skin(part.vertices, part.weights, posed),
                triangles=part.triangles[keep],
                surface=part.surface[keep],
                label=part.label[keep],
                edge=np.zeros(count, np.uint8),
                panel=np.zeros(count, np.uint8),
                uv=np.zeros((count, 3, 2)) if part.uv is None else part.uv[keep],
                trim=np.zeros((count, 3)),
                open=part.uv is not None and bool((part.surface == Surface.HAIR).all()),
            )
        )
    return [replace(layer, vertices=(mesh := _used(layer)).vertices, triangles=mesh.triangles) for layer in layers]


def _used(layer: Layer) -> Mesh:
    return compact(Mesh(layer.vertices, layer.triangles, np.zeros((len(layer.vertices), 0))))[0]


def _covered(figure: Figure, pattern: Pattern) -> NDArray[np.bool_]:
    """Vertices of the body well inside a garment, at rest."""
    distance, near = cKDTree(pattern.mesh.vertices).query(figure.rest)
    margin = np.array([_MARGINS[kind] for kind in range(len(_MARGINS))])[pattern.edge]
    return np.asarray((distance < 0.05) & (pattern.trim > margin)[near])


def _cloth(
    pattern: Pattern, vertices: Floats, surface: Surface, lift: float, hidden: NDArray[np.bool_] | None = None
) -> list[Layer]:
    """A garment, refined for the picture, without the ``hidden (V,)``. A collar's back is no lining."""
    values = np.stack([pattern.trim, pattern.mesh.values[:, COLLAR]], axis=1)
    mesh = refine(Mesh(vertices, pattern.mesh.triangles, values))
    mesh = mesh.moved(smooth(mesh, 2))
    uv = _refined(pattern.layout.uv)
    kind = np.sort(pattern.edge[pattern.mesh.triangles], axis=1)[:, 1].repeat(4)
    collar = mesh.values[mesh.triangles, 1].max(axis=1) > 0.5
    layers = []
    shown = np.ones(len(collar), bool) if hidden is None else ~hidden[pattern.mesh.triangles].all(axis=1).repeat(4)
    for chosen, lining in ((~collar & shown, True), (collar & shown, False)):
        if chosen.any():
            part, _ = compact(mesh, chosen)
            count = int(chosen.sum())
            layers.append(
                Layer(
                    vertices=part.vertices,
                    triangles=part.triangles,
                    surface=np.full(count, surface, np.uint8),
                    label=np.full(count, _LABELS[pattern.design.region], np.uint8),
                    edge=kind[chosen],
                    panel=pattern.layout.piece.repeat(4)[chosen],
                    uv=uv[chosen],
                    trim=part.values[part.triangles, 0],
                    lift=lift,
                    open=True,
                    lining=lining,
                )
            )
    return layers


def _refined(corners: Floats) -> Floats:
    """Values at the corners of triangles, ``(T, 3, K)``, for the four parts that ``meshes.refine`` makes of each."""
    a, b, c = (corners[:, k] for k in range(3))
    ab, bc, ca = (a + b) / 2, (b + c) / 2, (c + a) / 2
    parts = [(a, ab, ca), (ab, b, bc), (ca, bc, c), (ab, bc, ca)]
    return np.asarray(np.stack([np.stack(part, axis=1) for part in parts], axis=1).reshape(-1, 3, corners.shape[2]))


def _camera(points: Floats, look: Look, size: tuple[int, int]) -> Camera:
    floor = float(points[:, 1].min())
    return framed(
        points - [0.0, floor, 0.0],
        size=size,
        framing=look.framing,
        yaw=look.yaw,
        pitch=look.pitch,
        distance=look.distance,
        margin=look.margin,
        aside=look.aside,
    ).raised(floor)


def _shop(item: Draped, size: tuple[int, int]) -> View:
    layers = _cloth(item.pattern, item.shop, Surface.GARMENT, 0.0)
    return view(layers, openness(layers), centred(item.shop, size=size), None)


def _sheet(pattern: Pattern, style: str) -> Sheet:
    panels = tuple((panel.name, panel.origin, panel.box) for panel in pattern.layout.panels)
    front = pattern.mesh.vertices[(np.abs(pattern.mesh.vertices[:, 0]) < 0.015) & (pattern.mesh.vertices[:, 2] > 0.03)]
    top = float(front[:, 1].max()) if pattern.design.region in ("top", "dress") and len(front) else 0.0
    return Sheet(
        kind=pattern.design.kind,
        label=int(_LABELS[pattern.design.region]),
        unit=pattern.layout.unit,
        panels=panels,
        collar=pattern.design.collar,
        neck=top,
        style=style,
    )


def _about(task: Task) -> dict[str, str]:
    return {
        "person": repr(task.person),
        "pose": task.pose_name,
        "garments": ", ".join(design.kind + (", tucked in" if design.tucked else "") for design in task.garments),
        "looks": ", ".join(f"{look.framing} {look.yaw - task.pose.turn:+.0f}°" for look in task.looks),
    }
