"""MakeHuman's core assets (CC0): the base mesh, its targets, its skeleton, and meshes fitted to it.

Their file formats are described at http://www.makehumancommunity.org/wiki/Documentation:Index. Lengths are decimetres
in the files and metres here.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from synthesis.errors import AssetsMissingError
from synthesis.meshes import Floats, Ints, triangulate

__all__ = ["SOURCES", "Assets", "Fitted", "Skeleton"]

SOURCES: Final = (
    "git clone https://github.com/makehumancommunity/makehuman (commit a8bc2d54ff0ac92e78ff71431b1023eda42bf482) "
    "and https://github.com/makehumancommunity/makehuman-assets (commit 8cf9645b975a98eea056b140df11a1d278da0d10) "
    "into one folder, and pass that folder as --assets."
)
_UNIT: Final = 0.1


@dataclass(frozen=True)
class Skeleton:
    """Bones, parents before children.

    Attributes:
        names: of the ``B`` bones.
        parents: ``int64 (B,)``, -1 at the root.
        joints: for each bone the vertices whose mean is its head, and those of its tail.
        weights: ``float32 (V, B)``: how much each vertex of the base mesh follows each bone; rows sum to 1.
    """

    names: tuple[str, ...]
    parents: Ints
    joints: tuple[tuple[Ints, Ints], ...]
    weights: NDArray[np.float32]

    def index(self, name: str) -> int:
        """The number of a bone."""
        return self.names.index(name)

    def below(self, name: str) -> list[int]:
        """A bone and all that hang on it."""
        found = [self.index(name)]
        for bone, parent in enumerate(self.parents):
            if parent in found:
                found.append(bone)
        return found

    def heads(self, vertices: Floats) -> Floats:
        """Where the bones begin, ``float64 (B, 3)``."""
        return np.stack([vertices[head].mean(axis=0) for head, _ in self.joints])

    def tails(self, vertices: Floats) -> Floats:
        """Where the bones end, ``float64 (B, 3)``."""
        return np.stack([vertices[tail].mean(axis=0) for _, tail in self.joints])


@dataclass(frozen=True)
class Fitted:
    """A mesh that follows the base mesh: hair, eyes, shoes.

    Attributes:
        triangles: ``int64 (T, 3)``.
        uv: ``float64 (T, 3, 2)``, texture coordinates at the corners.
        anchors: ``int64 (V, 3)``, three vertices of the base mesh for each vertex.
        shares: ``float64 (V, 3)``, their weights.
        offsets: ``float64 (V, 3)``, added after scaling.
        scales: for each axis two vertices of the base mesh and their distance at scale 1, where given.
    """

    triangles: Ints
    uv: Floats
    anchors: Ints
    shares: Floats
    offsets: Floats
    scales: dict[int, tuple[int, int, float]]

    def fit(self, base: Floats) -> Floats:
        """Its vertices on a shaped base mesh, ``float64 (V, 3)``."""
        scale = np.ones(3)
        for axis, (i, j, length) in self.scales.items():
            scale[axis] = abs(base[i, axis] - base[j, axis]) / length
        return np.asarray(np.einsum("vk,vkc->vc", self.shares, base[self.anchors]) + self.offsets * scale)

    def weights(self, skeleton: Skeleton) -> NDArray[np.float32]:
        """How much each vertex follows each bone."""
        share = np.clip(self.shares, 1e-6, None)
        total = np.einsum("vk,vkb->vb", share, skeleton.weights[self.anchors])
        return np.asarray(total / total.sum(axis=1, keepdims=True), np.float32)


@dataclass(frozen=True)
class _Object:
    vertices: Floats
    uv: Floats
    polygons: list[list[int]]
    polygon_uv: list[list[int]]
    groups: list[str]


class Assets:
    """The two repositories, side by side in one folder.

    Args:
        folder: holds ``makehuman`` and ``makehuman-assets``.

    Raises:
        AssetsMissingError: a file is not there (raised when it is needed).
    """

    def __init__(self, folder: Path) -> None:
        self._core = folder / "makehuman" / "makehuman" / "data"
        self._base = folder / "makehuman-assets" / "base"

    @cached_property
    def _mesh(self) -> _Object:
        return _read_object(_there(self._core / "3dobjs" / "base.obj"))

    @property
    def vertices(self) -> Floats:
        """The base mesh before any target, ``float64 (V, 3)``."""
        return self._mesh.vertices

    def triangles(self, group: str) -> Ints:
        """The triangles of one of the base mesh's groups: ``body``, ``helper-tights`` …"""
        return triangulate([p for p, name in zip(self._mesh.polygons, self._mesh.groups, strict=True) if name == group])

    def target(self, name: str) -> Floats:
        """What a target adds to the vertices, ``float64 (V, 3)``; zero for a target that MakeHuman does not have."""
        path = self._core / "targets" / f"{name}.target"
        _there(path.parent)
        shift = np.zeros_like(self.vertices)
        if path.exists():
            lines = path.read_text(encoding="utf-8").splitlines()
            rows = [line.split() for line in lines if line and not line.startswith("#")]
            if rows:
                table = np.asarray(rows, np.float64)
                shift[table[:, 0].astype(np.int64)] = table[:, 1:4] * _UNIT
        return shift

    @cached_property
    def skeleton(self) -> Skeleton:
        """The default rig."""
        rig = json.loads(_there(self._core / "rigs" / "default.mhskel").read_text(encoding="utf-8"))
        weights = json.loads(_there(self._core / "rigs" / "default_weights.mhw").read_text(encoding="utf-8"))["weights"]
        names: list[str] = []
        bones = rig["bones"]
        while len(names) < len(bones):
            names += [b for b in bones if b not in names and (not bones[b]["parent"] or bones[b]["parent"] in names)]
        parents = [names.index(bones[b]["parent"]) if bones[b]["parent"] else -1 for b in names]
        matrix = np.zeros((len(self.vertices), len(names)), np.float32)
        for bone, pairs in weights.items():
            index, share = zip(*pairs, strict=True)
            matrix[list(index), names.index(bone)] = share
        matrix[matrix.sum(axis=1) <= 0, 0] = 1
        matrix /= matrix.sum(axis=1, keepdims=True)
        joints = tuple(
            (np.asarray(rig["joints"][bones[b]["head"]]), np.asarray(rig["joints"][bones[b]["tail"]])) for b in names
        )
        return Skeleton(tuple(names), np.asarray(parents, np.int64), joints, matrix)

    def fitted(self, kind: str, name: str) -> Fitted:
        """A mesh made for the base mesh: ``hair``, ``clothes`` or ``eyebrows`` by name, or ``eyes``/``high-poly``."""
        folder = (self._core if kind == "eyes" else self._base) / kind / name
        return _read_fitted(_there(folder / f"{name}.mhclo"))


def _there(path: Path) -> Path:
    if not path.exists():
        raise AssetsMissingError(path, SOURCES)
    return path


def _read_object(path: Path) -> _Object:
    vertices: list[list[float]] = []
    uv: list[list[float]] = []
    polygons: list[list[int]] = []
    polygon_uv: list[list[int]] = []
    groups: list[str] = []
    group = ""
    for line in path.read_text(encoding="utf-8", errors="ignore").splitlines():
        head, _, rest = line.partition(" ")
        if head == "v":
            vertices.append([float(word) for word in rest.split()[:3]])
        elif head == "vt":
            uv.append([float(word) for word in rest.split()[:2]])
        elif head == "g":
            group = rest.strip()
        elif head == "f":
            corners = [word.split("/") for word in rest.split()]
            polygons.append([int(c[0]) - 1 for c in corners])
            polygon_uv.append([int(c[1]) - 1 if len(c) > 1 and c[1] else 0 for c in corners])
            groups.append(group)
    return _Object(np.asarray(vertices) * _UNIT, np.asarray(uv or [[0.0, 0.0]]), polygons, polygon_uv, groups)


def _read_fitted(path: Path) -> Fitted:
    scales: dict[int, tuple[int, int, float]] = {}
    rows: list[list[float]] = []
    file = ""
    reading = False
    for line in path.read_text(encoding="utf-8", errors="ignore").splitlines():
        words = line.split()
        if not words or words[0].startswith("#"):
            continue
        if words[0] == "obj_file":
            file = words[1]
        elif words[0] in ("x_scale", "y_scale", "z_scale"):
            scales["xyz".index(words[0][0])] = (int(words[1]), int(words[2]), float(words[3]) * _UNIT)
        elif words[0] == "verts":
            reading = True
        elif reading and words[0].isdigit():
            numbers = [float(word) for word in words]
            single = [numbers[0]] * 3 + [1.0, 0.0, 0.0] + [0.0] * 3
            rows.append(single if len(numbers) == 1 else (numbers + [0.0] * 9)[:9])
        elif words[0] == "delete_verts":
            reading = False
    table = np.asarray(rows)
    mesh = _read_object(_there(path.parent / file))
    corners = triangulate(mesh.polygon_uv)
    return Fitted(
        triangulate(mesh.polygons),
        mesh.uv[corners],
        table[:, :3].astype(np.int64),
        table[:, 3:6],
        table[:, 6:9] * _UNIT,
        scales,
    )
