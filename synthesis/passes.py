"""From surfaces in space to what is known of every pixel."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from synthesis import kernels
from synthesis.cameras import Camera
from synthesis.meshes import Floats, Ints, normals
from synthesis.surfaces import Surface
from synthesis.views import View, encode_normals

__all__ = ["Layer", "openness", "view"]

_SAMPLES: Final = 4
_DIRECTIONS: Final = 48
_MAP: Final = 288
_CLEAR: Final = 0.012
"""How far off its surface a point looks for the light, metres."""


@dataclass(frozen=True)
class Layer:
    """A surface where it is seen.

    Attributes:
        vertices: ``float64 (V, 3)``.
        triangles: ``int64 (T, 3)``.
        surface, label, edge: ``uint8 (T,)``.
        panel: ``uint8 (T,)``, the piece of cloth; nothing is averaged across its border.
        uv: ``float64 (T, 3, 2)`` in [0, 1]; for hair, across and along the strands.
        trim: ``float64 (T, 3)``, metres.
        lift: how much nearer to the camera it counts, metres, so that cloth hides what it lies on.
        open: whether it has a back.
        lining: whether that back is another surface, the one numbered one higher.
    """

    vertices: Floats
    triangles: Ints
    surface: NDArray[np.uint8]
    label: NDArray[np.uint8]
    edge: NDArray[np.uint8]
    panel: NDArray[np.uint8]
    uv: Floats
    trim: Floats
    lift: float = 0.0
    open: bool = False
    lining: bool = False


def openness(layers: Sequence[Layer]) -> list[Floats]:
    """How much of the surroundings each vertex sees, as the first four spherical harmonics.

    Depth maps from many directions, as for shadows; the sum over the directions that a vertex sees.

    Returns:
        For each layer ``float64 (V, 4)``: ``a`` and ``b`` of the best ``a + b · d``.
    """
    vertices, triangles = _joined(layers)
    normal = np.concatenate([normals(layer.vertices, layer.triangles) for layer in layers])
    two_sided = np.concatenate([np.full(len(layer.vertices), layer.open) for layer in layers])
    centre = (vertices.max(axis=0) + vertices.min(axis=0)) / 2
    scale = (_MAP - 8) / (2 * np.linalg.norm(vertices - centre, axis=1).max())
    total = np.zeros((len(vertices), 4))
    for direction in _sphere(_DIRECTIONS):
        side = np.cross(direction, [0.0, 1.0, 0.0] if abs(direction[1]) < 0.9 else [1.0, 0.0, 0.0])
        side /= np.linalg.norm(side)
        axes = np.stack([side, np.cross(direction, side), -direction])
        facing = normal @ direction
        points = (vertices - centre) @ axes.T
        points[:, :2] = points[:, :2] * scale + _MAP / 2
        depth = np.full((_MAP, _MAP), np.inf)
        kernels.depth_only(depth, points, triangles)
        sign = np.where(two_sided & (facing < 0), -1.0, 1.0)
        off = (vertices - centre + _CLEAR * sign[:, None] * normal) @ axes.T
        x, y = (np.clip(np.rint(off[:, k] * scale + _MAP / 2).astype(np.int64), 0, _MAP - 1) for k in range(2))
        seen = (off[:, 2] <= depth[y, x] + 0.008) & ((facing > 0) | two_sided)
        total[seen, 0] += 1
        total[seen, 1:] += 3 * direction
    total /= _DIRECTIONS
    stops = np.cumsum([len(layer.vertices) for layer in layers])[:-1]
    return np.split(total, stops)


def view(layers: Sequence[Layer], lights: Sequence[Floats], camera: Camera, joints: Floats | None) -> View:
    """What a camera sees.

    Args:
        layers: all surfaces.
        lights: of :func:`openness`, for the same layers.
        camera: the camera.
        joints: ``(25, 3)`` in space, or None.
    """
    width, height = camera.size
    vertices, triangles = _joined(layers)
    lift = np.concatenate([np.full(len(layer.vertices), layer.lift) for layer in layers])
    points = camera.project(vertices)
    points[:, :2] = (points[:, :2] + 0.5) * _SAMPLES - 0.5
    points[:, 2] -= lift
    shape = (height * _SAMPLES, width * _SAMPLES)
    depth, first, second = (np.zeros(shape) for _ in range(3))
    owner = np.full(shape, -1, np.int64)
    fuzz, fray = (np.concatenate([_hair(layer)[k] for layer in layers]) for k in range(2))
    kernels.rasterise(depth, owner, first, second, points, triangles, fuzz, fray)
    kinds, table = _kinds(layers, points, triangles)
    corners = _corners(layers, lights, camera)
    key, alpha = np.zeros((height, width), np.int64), np.zeros((height, width))
    mean = np.zeros((height, width, corners.shape[2] + 1))
    kernels.gather(key, alpha, mean, depth, owner, first, second, kinds, corners, _SAMPLES)
    return _packed(key, alpha, mean, table, camera, joints)


def _joined(layers: Sequence[Layer]) -> tuple[Floats, Ints]:
    start = np.cumsum([0, *[len(layer.vertices) for layer in layers]])
    triangles = [layer.triangles + first for layer, first in zip(layers, start, strict=False)]
    vertices = np.concatenate([layer.vertices for layer in layers])
    return vertices, np.ascontiguousarray(np.concatenate(triangles))


def _sphere(count: int) -> Floats:
    """Directions spread evenly, by the golden angle."""
    k = np.arange(count) + 0.5
    y = 1 - 2 * k / count
    turn = np.pi * (1 + 5**0.5) * k
    r = np.sqrt(1 - y * y)
    return np.stack([r * np.cos(turn), y, r * np.sin(turn)], axis=1)


def _hair(layer: Layer) -> tuple[Floats, Floats]:
    """For each corner how far along its strand hair is, and where across; negative for all else."""
    hair = (layer.surface == Surface.HAIR)[:, None]
    # Only the last part of a card frays.
    along = np.clip((1 - layer.uv[..., 1]) * 5 - 4, 0, 1)
    return np.where(hair, along, -1.0), np.where(hair, layer.uv[..., 0], 0.0)


def _kinds(layers: Sequence[Layer], points: Floats, triangles: Ints) -> tuple[Ints, NDArray[np.uint8]]:
    """A number from 1 on for each triangle, and what it means: surface, label, edge, panel."""
    names = ("surface", "label", "edge", "panel")
    surface, *rest = (np.concatenate([getattr(layer, name) for layer in layers]) for name in names)
    lined = np.concatenate([np.full(len(layer.triangles), layer.lining) for layer in layers])
    a, b, c = (points[triangles[:, k], :2] for k in range(3))
    turned = ((b - a)[:, 0] * (c - a)[:, 1] - (b - a)[:, 1] * (c - a)[:, 0]) > 0
    surface = surface + (lined & turned).astype(np.uint8)
    rows, kinds = np.unique(np.stack([surface, *rest], axis=1), axis=0, return_inverse=True)
    return kinds.reshape(-1).astype(np.int64) + 1, np.concatenate([np.zeros((1, 4), np.uint8), rows])


def _corners(layers: Sequence[Layer], lights: Sequence[Floats], camera: Camera) -> Floats:
    """What is averaged: normal (3), light (4), uv (2), trim (1), at every corner."""
    found = []
    for layer, light in zip(layers, lights, strict=True):
        normal = normals(layer.vertices, layer.triangles) @ camera.rotation.T
        turned = np.concatenate([light[:, :1], light[:, 1:] @ camera.rotation.T], axis=1)
        values = np.concatenate([normal, turned], axis=1)[layer.triangles]
        laid = ((layer.surface >= Surface.GARMENT) | (layer.surface == Surface.HAIR))[:, None, None]
        found.append(
            np.concatenate([values, np.where(laid, np.clip(layer.uv, 0, 1), 0.0), layer.trim[..., None]], axis=2)
        )
    return np.ascontiguousarray(np.concatenate(found))


def _packed(
    key: Ints, alpha: Floats, mean: Floats, table: NDArray[np.uint8], camera: Camera, joints: Floats | None
) -> View:
    width, height = camera.size
    seen = key > 0
    surface, label, edge = (table[key, k] for k in range(3))
    normal = mean[..., :3] / np.maximum(np.linalg.norm(mean[..., :3], axis=2, keepdims=True), 1e-9)
    # The back of a cloth faces the camera too.
    normal = np.where(normal[..., 2:] > 0.15, -normal, normal)
    light = np.concatenate([mean[..., 3:4] * 31, np.clip(mean[..., 4:7], -1, 1) * 15.5 + 15.5], axis=2)
    distance = mean[..., -1]
    nearest = float(distance[seen].min()) if seen.any() else 0.0
    found = np.zeros((25, 3), np.float32)
    if joints is not None:
        place = camera.project(joints)
        inside = (place[:, :2] >= 0).all(axis=1) & (place[:, 0] <= width - 1) & (place[:, 1] <= height - 1)
        found[inside, :2], found[inside, 2] = place[inside, :2], 1

    def only(values: Floats, kind: type[np.generic] = np.uint8) -> NDArray[Any]:
        mask = seen if values.ndim == 2 else seen[..., None]
        return np.where(mask, np.rint(values), 0).astype(kind)

    return View(
        surface=surface,
        label=label,
        alpha=only(alpha * 255),
        uv=only(np.clip(mean[..., 7:9], 0.0, 1.0) * 4095.0, np.uint16),
        normal=np.where(seen[..., None], encode_normals(normal), 0).astype(np.uint8),
        light=only(np.clip(light, 0, 31)),
        depth=only((distance - nearest) * 2000 + 1, np.uint16),
        edge=edge,
        trim=only(np.clip(mean[..., 9] * 1000, 0, 255)),
        joints=found,
        nearest=nearest,
        focal=camera.focal,
    )  # fmt: skip
