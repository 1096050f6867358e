"""Assets of a crude mannequin instead of MakeHuman's: a body of capsules, and bones in it."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import numpy as np
from skimage.measure import marching_cubes

from synthesis.makehuman import Assets, Fitted, Skeleton
from synthesis.people import Figure, Person

__all__ = ["assets", "figure"]

_CELL: Final = 0.03
_LOW: Final = np.array([-0.75, -0.05, -0.3])
_HIGH: Final = np.array([0.75, 1.85, 0.3])
_BONES: Final = {
    "root": ("", (0, 0.92, 0)),
    "spine05": ("root", (0, 0.97, 0)),
    "spine04": ("spine05", (0, 1.05, 0)),
    "spine03": ("spine04", (0, 1.15, 0)),
    "neck01": ("spine03", (0, 1.47, 0)),
    "neck02": ("neck01", (0, 1.52, 0)),
    "head": ("neck02", (0, 1.58, 0)),
    "eye.L": ("head", (0.03, 1.66, 0.09)),
    "clavicle.L": ("spine03", (0.03, 1.42, 0)),
    "upperarm01.L": ("clavicle.L", (0.18, 1.40, 0)),
    "lowerarm01.L": ("upperarm01.L", (0.38, 1.20, 0)),
    "wrist.L": ("lowerarm01.L", (0.56, 1.02, 0)),
    **{
        f"finger{finger}-{part}.L": (
            "wrist.L" if part == 1 else f"finger{finger}-{part - 1}.L",
            (0.60 + 0.02 * part, 0.98 - 0.02 * part, 0.02 * (3 - finger)),
        )
        for finger in range(1, 6)
        for part in range(1, 4)
    },
    "upperleg01.L": ("root", (0.10, 0.92, 0)),
    "lowerleg01.L": ("upperleg01.L", (0.12, 0.50, 0)),
    "foot.L": ("lowerleg01.L", (0.13, 0.09, 0)),
    "toe1-1.L": ("foot.L", (0.11, 0.03, 0.12)),
    "toe5-1.L": ("foot.L", (0.16, 0.03, 0.10)),
}
_CAPSULES: Final = {
    "root": ((0, 0.93, 0), (0, 1.05, 0), 0.15),
    "spine03": ((0, 1.1, 0), (0, 1.3, 0), 0.14),
    "clavicle.L": ((0.05, 1.36, 0), (0.14, 1.39, 0), 0.075),
    "neck01": ((0, 1.4, 0), (0, 1.56, 0), 0.055),
    "head": ((0, 1.62, 0), (0, 1.7, 0), 0.09),
    "upperarm01.L": ((0.17, 1.40, 0), (0.38, 1.20, 0), 0.05),
    "lowerarm01.L": ((0.38, 1.20, 0), (0.60, 0.98, 0), 0.042),
    "wrist.L": ((0.60, 0.98, 0), (0.66, 0.92, 0), 0.04),
    "upperleg01.L": ((0.10, 0.88, 0), (0.12, 0.52, 0), 0.085),
    "lowerleg01.L": ((0.12, 0.48, 0), (0.13, 0.08, 0), 0.06),
    "foot.L": ((0.13, 0.05, -0.02), (0.14, 0.05, 0.13), 0.05),
}
"""Bone: from, to, radius, metres."""


def _both(name: str) -> list[tuple[str, float]]:
    return [(name, 1.0), (name[:-1] + "R", -1.0)] if name.endswith(".L") else [(name, 1.0)]


def _distances(points: np.ndarray) -> tuple[list[str], np.ndarray]:
    """How far points are outside each capsule."""
    names, found = [], []
    for bone, (start, end, radius) in _CAPSULES.items():
        for name, sign in _both(bone):
            a, b = np.array(start) * [sign, 1, 1], np.array(end) * [sign, 1, 1]
            t = np.clip((points - a) @ (b - a) / ((b - a) @ (b - a)), 0, 1)
            names.append(name)
            found.append(np.linalg.norm(points - a - t[:, None] * (b - a), axis=1) - radius)
    return names, np.stack(found)


def _surface(level: float, parts: tuple[str, ...] = ()) -> tuple[np.ndarray, np.ndarray]:
    """Vertices and triangles at a distance from the body, without the named parts."""
    axes = [np.arange(low, high, _CELL) for low, high in zip(_LOW, _HIGH, strict=True)]
    points = np.stack(np.meshgrid(*axes, indexing="ij"), axis=-1)
    names, each = _distances(points.reshape(-1, 3))
    kept = each[[not name.startswith(parts) if parts else True for name in names]]
    # Joined smoothly.
    volume = -0.02 * np.log(np.exp(-kept / 0.02).sum(axis=0)).reshape(points.shape[:3])
    vertices, triangles, _, _ = marching_cubes(volume, level, spacing=(_CELL,) * 3, gradient_direction="ascent")
    return vertices.astype(float) + _LOW, triangles.astype(np.int64)


class _Mannequin(Assets):
    def __init__(self) -> None:
        super().__init__(Path())
        body, self._body = _surface(0.0)
        tights, tights_triangles = _surface(0.004, ("head", "wrist", "foot"))
        self._tights = tights_triangles + len(body)
        skin = np.concatenate([body, tights])
        bones = {
            name: (parent[:-1] + name[-1] if parent.endswith(".L") else parent, np.array(place) * [sign, 1, 1])
            for bone, (parent, place) in _BONES.items()
            for name, sign in _both(bone)
        }
        names = tuple(bones)
        heads = np.array([place for _, place in bones.values()], float)
        self._vertices = np.concatenate([skin, heads, heads + np.array([0.0, -0.02, 0.003])])
        count, first = len(names), len(skin)
        near, each = _distances(skin)
        share = np.exp(-np.maximum(each, -0.02) / 0.015)
        weights = np.zeros((len(self._vertices), count), np.float32)
        for name, row in zip(near, share / share.sum(axis=0), strict=True):
            weights[:first, names.index(name)] += row
        weights[first:] = np.tile(np.eye(count), (2, 1))
        parents = np.array([names.index(parent) if parent else -1 for parent, _ in bones.values()])
        joints = tuple((np.array([first + k]), np.array([first + count + k])) for k in range(count))
        self._skeleton = Skeleton(names, parents, joints, weights)

    @property
    def vertices(self) -> np.ndarray:
        return self._vertices

    @property
    def skeleton(self) -> Skeleton:  # type: ignore[override]
        return self._skeleton

    def triangles(self, group: str) -> np.ndarray:
        return self._body if group == "body" else self._tights

    def target(self, name: str) -> np.ndarray:
        shift = np.zeros_like(self._vertices)
        shift[0] = 1e-9
        return shift

    def fitted(self, kind: str, name: str) -> Fitted:
        """Two small cards before the face."""
        corners = np.array([[x, y] for x in (-0.04, -0.03, -0.02, 0.02, 0.03, 0.04) for y in (1.66, 1.68)])
        places = np.concatenate([corners, np.full((12, 1), 0.1)], axis=1)
        triangles = np.array([[k, k + 2, k + 1] for k in (0, 1, 2, 6, 7, 8)])
        anchors = np.zeros((12, 3), np.int64)
        shares = np.tile([1.0, 0.0, 0.0], (12, 1))
        return Fitted(triangles, np.zeros((6, 3, 2)), anchors, shares, places - self._vertices[0], {})


@cache
def assets() -> Assets:
    """Those of the mannequin; whatever the person's parameters, it has one shape."""
    return _Mannequin()


def figure() -> Figure:
    """The mannequin, barefoot and bald."""
    return Figure(assets(), Person(hair="none", shoes="none"))
