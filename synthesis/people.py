"""People by parameters: the shape of the body, what is on the head and the feet, and the joints."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import product
from typing import Final

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import cKDTree

from synthesis.makehuman import Assets, Fitted
from synthesis.meshes import Floats, Ints, Mesh, compact, normals, refine
from synthesis.poses import Transforms, skin
from synthesis.surfaces import Label, Surface

__all__ = ["HAIR", "SHOES", "Figure", "Part", "Person"]

HAIR: Final = ("short01", "short02", "short04", "afro01", "braid01", "long01", "ponytail01", "none")
SHOES: Final = ("shoes01", "shoes02", "shoes03", "shoes06", "none")
_CURLY: Final = ("afro01",)
"""Hair whose cards are curls in a texture that is not used: as strands they would be a grid."""
_CARD: Final = 4
"""Corners of a card."""
_CURLS: Final = 0.003
"""How rough curly hair is, metres."""
_ANCESTRIES: Final = ("african", "asian", "caucasian")


@dataclass(frozen=True)
class Person:
    """An adult.

    Attributes:
        sex: ``female`` or ``male``.
        age: 0 is 25 years, 1 is 90.
        muscle, weight: -1 to 1 about the average.
        height, proportions: -1 to 1 about the average.
        cup: -1 to 1 about the average, for women.
        ancestry: three shares (African, Asian, European) that sum to 1.
        hair: one of ``HAIR``.
        shoes: one of ``SHOES``.
        brows: the number of the eyebrows, 1 to 12.
    """

    sex: str = "female"
    age: float = 0.1
    muscle: float = 0.0
    weight: float = 0.0
    height: float = 0.0
    proportions: float = 0.4
    cup: float = 0.0
    ancestry: tuple[float, float, float] = (0.0, 0.0, 1.0)
    hair: str = "short02"
    shoes: str = "shoes02"
    brows: int = 1


@dataclass(frozen=True)
class Part:
    """A surface of the figure, at rest.

    Attributes:
        vertices: ``float64 (V, 3)``.
        triangles: ``int64 (T, 3)``.
        weights: ``float32 (V, B)`` for skinning.
        surface, label: ``uint8 (T,)``, :class:`~synthesis.surfaces.Surface` and the CIHP label.
        uv: ``float64 (T, 3, 2)`` for hair, else None.
    """

    vertices: Floats
    triangles: Ints
    weights: NDArray[np.float32]
    surface: NDArray[np.uint8]
    label: NDArray[np.uint8]
    uv: Floats | None = None


class Figure:
    """A person made of MakeHuman's assets, at rest.

    Args:
        assets: the files.
        person: the parameters.
    """

    def __init__(self, assets: Assets, person: Person) -> None:
        self.assets = assets
        self.person = person
        self.skeleton = assets.skeleton
        base = assets.vertices + sum(share * assets.target(name) for name, share in _targets(person) if share)
        shoes = self._shoes(base)
        soles = base[np.unique(assets.triangles("body"))] if shoes is None else shoes.vertices
        self._lift = np.array([0.0, -soles[:, 1].min(), 0.0])
        self.rest = base + self._lift
        self._shoe_part = None if shoes is None else self._raised(shoes)

    @cached_property
    def body(self) -> Part:
        """The skin, in the parts of CIHP."""
        triangles = self.assets.triangles("body")
        label = self._skin_labels(triangles)
        surface = np.full(len(triangles), Surface.SKIN, np.uint8)
        surface[self._lips(triangles)] = Surface.LIPS
        scalp = self._scalp(triangles)
        surface[scalp], label[scalp] = Surface.HAIR, Label.HAIR
        return Part(self.rest, triangles, self.skeleton.weights, surface, label)

    @cached_property
    def parts(self) -> list[Part]:
        """All that is seen but clothes."""
        found = [self.body, self._eyes(), self._brows()]
        if self._hair_part is not None:
            found.append(self._hair_part)
        if self._shoe_part is not None:
            found.append(self._shoe_part)
        return found

    @cached_property
    def hidden(self) -> NDArray[np.bool_]:
        """Vertices of the base mesh inside the shoes, ``bool (V,)``."""
        inside = np.zeros(len(self.rest), bool)
        if self._shoe_part is not None:
            top = self._shoe_part.vertices[:, 1].max() - 0.015
            feet = self.skeleton.weights[:, self._bones("foot.L") + self._bones("foot.R")].sum(axis=1) > 0.2
            inside = feet & (self.rest[:, 1] < top)
        return inside

    @property
    def shoes(self) -> Part | None:
        """The shoes, if any."""
        return self._shoe_part

    def joints(self, posed: Transforms) -> Floats:
        """The 25 joints of BODY_25 in space, ``float64 (25, 3)``."""
        heads = dict(zip(self.skeleton.names, self.skeleton.heads(self.rest), strict=True))
        tails = dict(zip(self.skeleton.names, self.skeleton.tails(self.rest), strict=True))
        rotations, shifts = posed

        def place(name: str, point: Floats) -> Floats:
            bone = self.skeleton.index(name)
            return np.asarray(rotations[bone] @ point + shifts[bone])

        found = np.zeros((25, 3))
        for joint, name in _JOINTS.items():
            found[joint] = place(name, heads[name])
        for joint, name in _TIPS.items():
            found[joint] = place(name, tails[name])
        body = skin(self.rest, self.skeleton.weights, posed)
        for joint, vertex in self._landmarks.items():
            found[joint] = body[vertex]
        found[1] = (found[2] + found[5]) / 2
        found[8] = (found[9] + found[12]) / 2
        return found

    @cached_property
    def _landmarks(self) -> dict[int, int]:
        used = np.unique(self.assets.triangles("body"))
        weights, rest = self.skeleton.weights[used], self.rest[used]
        head = weights[:, self._bones("head")].sum(axis=1) > 0.9
        found = {0: int(used[head][rest[head, 2].argmax()])}
        found |= {17: int(used[head][rest[head, 0].argmin()]), 18: int(used[head][rest[head, 0].argmax()])}
        for joint, side in ((21, "L"), (24, "R")):
            foot = weights[:, self._bones(f"foot.{side}")].sum(axis=1) > 0.8
            found[joint] = int(used[foot][rest[foot, 2].argmin()])
        return found

    def _bones(self, name: str) -> list[int]:
        return self.skeleton.below(name)

    def _skin_labels(self, triangles: Ints) -> NDArray[np.uint8]:
        groups = {
            Label.FACE: self._bones("head"),
            Label.LEFT_ARM: self._bones("upperarm01.L"),
            Label.RIGHT_ARM: self._bones("upperarm01.R"),
            Label.LEFT_LEG: self._bones("upperleg01.L"),
            Label.RIGHT_LEG: self._bones("upperleg01.R"),
        }
        weights = self.skeleton.weights
        sums = {label: weights[:, bones].sum(axis=1) for label, bones in groups.items()}
        sums[Label.TORSO_SKIN] = 1 - np.sum(list(sums.values()), axis=0)
        labels = np.asarray(list(sums), np.uint8)
        share = np.stack(list(sums.values()), axis=1)[triangles].mean(axis=1)
        return np.asarray(labels[share.argmax(axis=1)], np.uint8)

    def _lips(self, triangles: Ints) -> NDArray[np.bool_]:
        moved = np.zeros(len(self.rest))
        for name in ("upperlip-volume-incr", "lowerlip-volume-incr"):
            size = np.linalg.norm(self.assets.target(f"mouth/mouth-{name}"), axis=1)
            moved = np.maximum(moved, size / size.max())
        return np.asarray((moved[triangles] > 0.25).all(axis=1))

    def _scalp(self, triangles: Ints) -> NDArray[np.bool_]:
        """Skin close under the hair, which must not shine through."""
        if self._hair_part is None:
            return np.zeros(len(triangles), bool)
        distance, _ = cKDTree(self._hair_part.vertices).query(self.rest)
        head = self.skeleton.weights[:, self._bones("head")].sum(axis=1) > 0.8
        return np.asarray(((distance < 0.009) & head)[triangles].all(axis=1))

    def _fit(self, fitted: Fitted, surface: Surface, label: Label) -> Part:
        count = len(fitted.triangles)
        return Part(
            fitted.fit(self.rest),
            fitted.triangles,
            fitted.weights(self.skeleton),
            np.full(count, surface, np.uint8),
            np.full(count, label, np.uint8),
            fitted.uv,
        )

    def _eyes(self) -> Part:
        part = self._fit(self.assets.fitted("eyes", "high-poly"), Surface.SCLERA, Label.FACE)
        surface = part.surface.copy()
        corners = part.vertices[part.triangles].mean(axis=1)
        for side in (corners[:, 0] > 0, corners[:, 0] <= 0):
            eye = part.vertices[np.unique(part.triangles[side])]
            centre = (eye.max(axis=0) + eye.min(axis=0)) / 2
            radius = (eye.max(axis=0) - eye.min(axis=0))[:2].mean() / 2
            off = np.hypot(*(corners[side] - centre)[:, :2].T) / radius
            front = corners[side, 2] > centre[2]
            iris = np.where(off < 0.26, Surface.PUPIL, Surface.IRIS)
            surface[side] = np.where(front & (off < 0.58), iris, Surface.SCLERA)
        return Part(part.vertices, part.triangles, part.weights, surface, part.label)

    def _brows(self) -> Part:
        part = self._fit(self.assets.fitted("eyebrows", f"eyebrow{self.person.brows:03d}"), Surface.BROW, Label.FACE)
        vertices = part.vertices.copy()
        for side in (vertices[:, 0] > 0, vertices[:, 0] <= 0):
            # The card is larger than the hair drawn on it: flatter, along the line of its middles.
            x, y = vertices[side, 0], vertices[side, 1]
            line = np.polyval(np.polyfit(x, y, 2), x)
            vertices[side, 1] = line + 0.7 * (y - line)
        vertices[:, 2] += 0.0012
        return Part(vertices, part.triangles, part.weights, part.surface, part.label)

    @cached_property
    def _hair_part(self) -> Part | None:
        if self.person.hair == "none":
            return None
        part = self._fit(self.assets.fitted("hair", self.person.hair), Surface.HAIR, Label.HAIR)
        return _curly(part) if self.person.hair in _CURLY else part

    def _shoes(self, base: Floats) -> Part | None:
        if self.person.shoes == "none":
            return None
        fitted = self.assets.fitted("clothes", self.person.shoes)
        vertices = fitted.fit(base)
        left = vertices[fitted.triangles].mean(axis=1)[:, 0] > 0
        label = np.where(left, Label.LEFT_SHOE, Label.RIGHT_SHOE).astype(np.uint8)
        surface = np.full(len(left), Surface.SHOE, np.uint8)
        return Part(vertices, fitted.triangles, fitted.weights(self.skeleton), surface, label)

    def _raised(self, part: Part) -> Part:
        return Part(part.vertices + self._lift, part.triangles, part.weights, part.surface, part.label, part.uv)


_JOINTS: Final = {
    2: "upperarm01.R", 3: "lowerarm01.R", 4: "wrist.R", 5: "upperarm01.L", 6: "lowerarm01.L", 7: "wrist.L",
    9: "upperleg01.R", 10: "lowerleg01.R", 11: "foot.R", 12: "upperleg01.L", 13: "lowerleg01.L", 14: "foot.L",
    15: "eye.R", 16: "eye.L",
}  # fmt: skip
_TIPS: Final = {19: "toe1-1.L", 20: "toe5-1.L", 22: "toe1-1.R", 23: "toe5-1.R"}


def _curly(hair: Part) -> Part:
    """The hair's mass without its cards, rough and mottled instead."""
    a, b, c = hair.triangles.T
    count = len(hair.vertices)
    graph = coo_matrix((np.ones(2 * len(a)), (np.r_[a, b], np.r_[b, c])), shape=(count, count))
    _, piece = connected_components(graph, directed=False)
    mass = hair.triangles[np.bincount(piece)[piece[a]] > _CARD]
    mesh = refine(refine(compact(Mesh(hair.vertices, mass, hair.weights.astype(np.float64)))[0]))
    rng = np.random.default_rng(0)
    off = _CURLS * rng.standard_normal((len(mesh.vertices), 1))
    uv = np.stack([rng.random(len(mesh.vertices)), np.ones(len(mesh.vertices))], axis=1)
    return Part(
        mesh.vertices + off * normals(mesh.vertices, mesh.triangles),
        mesh.triangles,
        mesh.values.astype(np.float32),
        np.full(len(mesh.triangles), Surface.HAIR, np.uint8),
        np.full(len(mesh.triangles), Label.HAIR, np.uint8),
        uv[mesh.triangles],
    )


def _mix(value: float, low: str, middle: str, high: str) -> list[tuple[str, float]]:
    """A value from -1 to 1 as shares of three names."""
    return [(high if value > 0 else low, abs(value)), (middle, 1 - abs(value))]


def _targets(person: Person) -> list[tuple[str, float]]:
    """The targets that make a person, and their shares."""
    found = []
    ages = [("young", 1 - person.age), ("old", person.age)]
    for (age, a), (ancestry, share) in product(ages, zip(_ANCESTRIES, person.ancestry, strict=True)):
        found.append((f"macrodetails/{ancestry}-{person.sex}-{age}", a * share))
    muscles = _mix(person.muscle, "minmuscle", "averagemuscle", "maxmuscle")
    weights = _mix(person.weight, "minweight", "averageweight", "maxweight")
    tall = "maxheight" if person.height > 0 else "minheight"
    ideal = "idealproportions" if person.proportions > 0 else "uncommonproportions"
    for (age, a), (muscle, m), (weight, w) in product(ages, muscles, weights):
        share = a * m * w
        body = f"{person.sex}-{age}-{muscle}-{weight}"
        found.append((f"macrodetails/universal-{body}", share))
        found.append((f"macrodetails/height/{body}-{tall}", share * abs(person.height)))
        found.append((f"macrodetails/proportions/{body}-{ideal}", share * abs(person.proportions)))
        if person.sex == "female":
            cup = "maxcup" if person.cup > 0 else "mincup"
            found.append((f"breast/{body}-{cup}-averagefirmness", share * abs(person.cup)))
    return found
