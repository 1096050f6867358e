"""Step 4 and a garment's landmarks: what was moved is read, what was used is written."""

from __future__ import annotations

import json
from collections.abc import Mapping

import numpy as np
import pytest

from tests.workspace.conftest import done, photos
from vton_core.engines import registry
from vton_core.errors import WorkspaceError
from vton_core.pipeline import run_steps
from vton_core.progress import Progress, Settings
from vton_core.types import Canvas, Cutout, Garment, GarmentKind, Image, Mask, ParseMap, Point, Pose, TryOn, Wearing
from vton_core.workspace import Workspace

__all__ = ["done", "photos"]  # fixtures


class _Engine:
    """Puts nothing on, and knows where the hem is."""

    def __init__(self) -> None:
        self.given: list[Mapping[str, Point]] = []
        self.knows = True
        self.kind: GarmentKind = "upper"
        self.worn: list[GarmentKind] = []

    def dress(
        self, cutout: Cutout, canvas: Canvas, pose: Pose, parse: ParseMap, garment: Garment, wearing: Wearing
    ) -> TryOn:
        self.given.append(garment.corrections)
        self.worn.append(wearing.garment)
        nothing = np.zeros(cutout.alpha.shape, bool)
        found: dict[str, Point] = {"left_hem": (3.0, 4.0), **garment.corrections} if self.knows else {}
        return TryOn(cutout, nothing, np.zeros((*nothing.shape, 4), np.uint8), found, self.kind)

    def parse(self, image: Image, pose: Pose, mask: Mask | None = None) -> ParseMap:
        self.given.append({"parsed": (0.0, 0.0)})
        return np.zeros(image.shape[:2], np.uint8)


@pytest.fixture
def engine(monkeypatch: pytest.MonkeyPatch) -> _Engine:
    made = _Engine()
    monkeypatch.setattr(registry, "_load", lambda step, name: made)
    return made


def test_landmarks_are_written_as_they_were_used(done: Workspace, engine: _Engine) -> None:
    told: list[Progress] = []
    run_steps(done, ("step4",), report=told.append)
    assert engine.given == [{}]
    assert json.loads((done.root / "output/cloth-landmarks/shirt.json").read_text()) == {
        "garment": "upper",
        "size": [60, 50],
        "points": {"left_hem": [3.0, 4.0]},
    }
    assert "output/cloth-landmarks/shirt.json" in {name for progress in told for name in progress.files}


def test_what_was_moved_by_hand_is_read(done: Workspace, engine: _Engine) -> None:
    path = done.inputs / "cloth-landmarks" / "shirt.json"
    path.parent.mkdir()
    path.write_text('{"left_hem": [7, 8.5]}')
    run_steps(done, ("step4",))
    assert engine.given == [{"left_hem": (7.0, 8.5)}]
    found = done.read_landmarks("shirt")
    assert found is not None
    assert found.points == {"left_hem": (7.0, 8.5)}


def test_an_engine_that_knows_no_landmarks_writes_none(done: Workspace, engine: _Engine) -> None:
    engine.knows = False
    run_steps(done, ("step4",))
    assert done.read_landmarks("shirt") is None


def test_corrections_that_cannot_be_read_are_a_sentence(done: Workspace, engine: _Engine) -> None:
    done.write_corrections("shirt", {"left_knee": (1.0, 2.0)})
    with pytest.raises(WorkspaceError, match=r"inputs/cloth-landmarks/shirt\.json moves 'left_knee'"):
        run_steps(done, ("step4",))
    assert engine.given == []


@pytest.mark.parametrize(
    ("kind", "sentence"),
    [
        ("lower", "The garment was taken for trousers or a skirt."),
        ("dress", "The garment was taken for a dress."),
        ("upper", None),
    ],
)
def test_what_a_garment_was_taken_for_is_told(
    done: Workspace, engine: _Engine, kind: GarmentKind, sentence: str | None
) -> None:
    engine.kind = kind
    told: list[Progress] = []
    run_steps(done, ("step4",), report=told.append)
    assert [note for progress in told for note in progress.notes] == ([sentence] if sentence else [])
    found = done.read_landmarks("shirt")
    assert found is not None
    assert found.garment == kind
    # Who has chosen it knows.
    told.clear()
    run_steps(done, ("step4",), Settings(garment=kind), told.append)
    assert not any(progress.notes for progress in told)


def test_a_garment_that_lies_on_its_side_is_told(done: Workspace, engine: _Engine) -> None:
    picture = done.read_cloth("shirt")
    alpha = np.ones(picture.shape[:2], np.float32)
    done.write_cloth_mask("shirt", Garment(picture[..., :3].copy(), alpha, sorts={"top": 1.0}, home=True, turns=1))
    told: list[Progress] = []
    run_steps(done, ("step4",), report=told.append)
    assert engine.given == [{}]
    notes = [note for progress in told for note in progress.notes]
    assert notes == ["The garment seems to lie on its side. Turn its photo."]


def test_two_garments_are_put_on_in_order(done: Workspace, engine: _Engine) -> None:
    shirt = done.cloths()["shirt"]
    (shirt.parent / "jeans.png").write_bytes(shirt.read_bytes())
    (done.inputs / "test_pairs.txt").write_text("ann shirt+jeans")
    told: list[Progress] = []
    run_steps(done, ("step4",), Settings(garment="upper"), told.append)
    # In between the figure is parsed anew; what has no sleeves is no second top.
    assert engine.given == [{}, {"parsed": (0.0, 0.0)}, {}]
    assert engine.worn == ["upper", "lower"]
    assert "output/figure/ann_shirt+jeans.png" in {name for progress in told for name in progress.files}
    assert done.read_landmarks("jeans") is not None
    # What is said of it is done, and nothing is remarked on it.
    told.clear()
    engine.worn.clear()
    run_steps(done, ("step4",), Settings(garment="upper", second="dress"), told.append)
    assert engine.worn == ["upper", "dress"]
    assert not any(progress.notes for progress in told)


def test_after_a_lower_garment_the_second_is_worn_as_its_shape_tells(done: Workspace, engine: _Engine) -> None:
    shirt = done.cloths()["shirt"]
    (shirt.parent / "jeans.png").write_bytes(shirt.read_bytes())
    (done.inputs / "test_pairs.txt").write_text("ann jeans+shirt")
    engine.kind = "lower"
    run_steps(done, ("step4",), Settings(garment="lower"))
    assert engine.worn == ["lower", "auto"]
