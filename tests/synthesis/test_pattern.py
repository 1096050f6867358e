"""People and patterns on a mannequin: joints and labels where they belong, and what is cut can be worn and sewn."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from synthesis.garments.design import DRESSES, KINDS, LOWER, TOPS
from synthesis.garments.frame import COLLAR, frame_of
from synthesis.garments.pattern import Edge, Pattern, cut
from synthesis.makehuman import Fitted
from synthesis.meshes import boundary_loops
from synthesis.people import Figure, Part, Person
from synthesis.poses import Arm, Pose, transforms
from synthesis.surfaces import Label, Surface
from tests.synthesis.mannequin import assets, figure
from tests.synthesis.test_meshes import grid


@pytest.fixture(scope="module")
def person() -> Figure:
    return figure()


@pytest.fixture(scope="module")
def patterns(person: Figure) -> dict[str, Pattern]:
    chosen = ("T-shirt", "long sleeve", "tank", "V-neck", "square neck", "shirt", "trousers", "skirt", "dress")
    return {kind: cut(person, KINDS[kind]) for kind in chosen}


class TestPeople:
    def test_they_stand_on_the_floor(self, person: Figure) -> None:
        assert person.body.vertices[np.unique(person.body.triangles), 1].min() == pytest.approx(0, abs=1e-9)

    def test_left_is_their_own(self, person: Figure) -> None:
        middles = person.body.vertices[person.body.triangles].mean(axis=1)
        for left, right in ((Label.LEFT_ARM, Label.RIGHT_ARM), (Label.LEFT_LEG, Label.RIGHT_LEG)):
            assert middles[person.body.label == left, 0].min() > 0
            assert middles[person.body.label == right, 0].max() < 0
        assert middles[person.body.label == Label.FACE, 1].min() > 1.45

    def test_joints_follow_the_pose(self, person: Figure) -> None:
        poses = [Pose(left=Arm(bend=bend)) for bend in (0.0, 90.0)]
        straight, bent = (person.joints(transforms(pose, person.skeleton, person.rest)) for pose in poses)
        wrist, rest = 7, [k for k in range(25) if k != 7]
        np.testing.assert_allclose(bent[rest], straight[rest], atol=1e-9)
        assert bent[wrist, 2] > straight[wrist, 2] + 0.1
        np.testing.assert_allclose(bent[1], (bent[2] + bent[5]) / 2)
        # Nose, neck, hips, knees and ankles from the top down.
        assert (np.diff(straight[[0, 1, 8, 10, 11], 1]) < 0).all()

    @pytest.mark.parametrize(("hair", "cards"), [("short01", True), ("afro01", False)])
    def test_curly_hair_has_no_cards(self, hair: str, cards: bool, monkeypatch: pytest.MonkeyPatch) -> None:
        mass = grid()
        far = np.array([[5.0, 0, 0], [5, 1, 0], [6, 1, 0], [6, 0, 0]])
        places = np.concatenate([mass.vertices, far])
        triangles = np.concatenate([mass.triangles, len(mass.vertices) + np.array([[0, 1, 2], [0, 2, 3]])])
        anchors, shares = np.zeros((len(places), 3), np.int64), np.tile([1.0, 0.0, 0.0], (len(places), 1))
        fitted = Fitted(triangles, np.zeros((len(triangles), 3, 2)), anchors, shares, places, {})
        monkeypatch.setattr(type(assets()), "fitted", lambda *_: fitted)
        (part,) = (part for part in Figure(assets(), Person(hair=hair, shoes="none")).parts if is_hair(part))
        assert (np.ptp(part.vertices[:, 0]) > 4) == cards
        assert len(part.weights) == len(part.vertices)
        assert part.uv is not None
        assert part.uv.shape == (len(part.triangles), 3, 2)


def is_hair(part: Part) -> bool:
    return bool((part.surface == Surface.HAIR).all())


def _openings(pattern: Pattern) -> int:
    return sum(len(loop) > 8 for loop in boundary_loops(pattern.mesh.triangles))


@pytest.mark.parametrize(
    ("kind", "openings"), [("T-shirt", 4), ("long sleeve", 4), ("tank", 4), ("skirt", 2), ("trousers", 3), ("dress", 4)]
)
def test_a_garment_has_an_opening_for_each_limb(patterns: dict[str, Pattern], kind: str, openings: int) -> None:
    assert _openings(patterns[kind]) == openings


def test_edges_are_named(patterns: dict[str, Pattern]) -> None:
    shirt = patterns["T-shirt"]
    x, y, _ = shirt.mesh.vertices.T
    for edge, there in ((Edge.NECK, y > 1.3), (Edge.CUFF, np.abs(x) > 0.2), (Edge.HEM, y < 1.1)):
        assert there[(shirt.edge == edge) & (shirt.trim < 1e-9)].all()
        assert ((shirt.edge == edge) & (shirt.trim < 1e-9)).sum() > 8


@pytest.mark.parametrize("kind", [*TOPS, *LOWER, *DRESSES])
def test_every_kind_can_be_cut_and_laid_out(person: Figure, kind: str) -> None:
    pattern = cut(person, KINDS[kind])
    assert np.isfinite(pattern.mesh.vertices).all()
    assert np.isfinite(pattern.layout.uv).all()
    assert 0 <= pattern.layout.uv.min() < pattern.layout.uv.max() <= 1
    assert {"front", "back"} <= {panel.name for panel in pattern.layout.panels}
    assert (pattern.mesh.values[:, COLLAR] > 0.5).any() == (pattern.design.collar != "none")


def test_measures_are_kept(person: Figure) -> None:
    frame = frame_of(person)
    short, long = (cut(person, replace(KINDS["T-shirt"], hem=hem)) for hem in (0.0, 1.0))
    assert short.mesh.vertices[:, 1].min() == pytest.approx(frame.waist, abs=0.02)
    assert long.mesh.vertices[:, 1].min() == pytest.approx(frame.crotch, abs=0.02)
    reach = [
        np.abs(cut(person, replace(KINDS["long sleeve"], sleeve=sleeve)).mesh.vertices[:, 0]).max()
        for sleeve in (0.5, 1.5, 1.95)
    ]
    assert np.diff(reach).min() > 0.05
    assert reach[2] == pytest.approx(frame.wrist["L"][0], abs=0.05)


def test_necks_have_their_shape(patterns: dict[str, Pattern]) -> None:
    """How wide the lowest 2 cm of the neckline in front are."""
    wide = {}
    for kind in ("V-neck", "T-shirt", "square neck"):
        pattern = patterns[kind]
        rim = pattern.mesh.vertices[(pattern.edge == Edge.NECK) & (pattern.trim < 1e-9)]
        front = rim[rim[:, 2] > 0.02]
        wide[kind] = np.ptp(front[front[:, 1] < front[:, 1].min() + 0.02, 0])
    assert wide["V-neck"] < 0.7 * wide["T-shirt"]
    assert wide["square neck"] > 1.2 * wide["T-shirt"]


@pytest.mark.parametrize("kind", ["T-shirt", "long sleeve", "skirt", "dress"])
def test_seams_are_as_long_on_both_sides(patterns: dict[str, Pattern], kind: str) -> None:
    pattern = patterns[kind]
    uv, piece = pattern.layout.uv * pattern.layout.unit, pattern.layout.piece
    sides: dict[tuple[int, int], list[tuple[int, float]]] = {}
    for number, triangle in enumerate(pattern.mesh.triangles.tolist()):
        for k in range(3):
            i, j = triangle[k], triangle[(k + 1) % 3]
            length = float(np.linalg.norm(uv[number, k] - uv[number, (k + 1) % 3]))
            sides.setdefault((min(i, j), max(i, j)), []).append((int(piece[number]), length))
    seams: dict[tuple[int, int], list[tuple[float, float]]] = {}
    for pair in sides.values():
        if len(pair) == 2 and pair[0][0] != pair[1][0]:
            (one, a), (two, b) = sorted(pair)
            seams.setdefault((one, two), []).append((a, b))
    assert seams
    for rows in seams.values():
        one, two = np.sum(rows, axis=0)
        assert one == pytest.approx(two, rel=0.15)


def test_what_is_tucked_in_lies_on_the_body_below_the_band(person: Figure) -> None:
    pattern = cut(person, replace(KINDS["T-shirt"], hem=1.0, tucked=True), band=LOWER["trousers"].rise)
    band = frame_of(person).hip + LOWER["trousers"].rise
    assert pattern.tucked.any()
    assert pattern.mesh.vertices[pattern.tucked, 1].max() < band
    assert (pattern.pin[pattern.tucked] == 0.5).all()
