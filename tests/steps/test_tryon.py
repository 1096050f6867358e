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
from vton_core.progress import Progress
from vton_core.types import Canvas, Cutout, Garment, ParseMap, Point, Pose, TryOn, Wearing
from vton_core.workspace import Workspace

__all__ = ["done", "photos"]  # fixtures


class _Engine:
    """Puts nothing on, and knows where the hem is."""

    def __init__(self) -> None:
        self.given: list[Mapping[str, Point]] = []
        self.knows = True

    def dress(
        self, cutout: Cutout, canvas: Canvas, pose: Pose, parse: ParseMap, garment: Garment, wearing: Wearing
    ) -> TryOn:
        self.given.append(garment.corrections)
        nothing = np.zeros(cutout.alpha.shape, bool)
        found: dict[str, Point] = {"left_hem": (3.0, 4.0), **garment.corrections} if self.knows else {}
        return TryOn(cutout, nothing, np.zeros((*nothing.shape, 4), np.uint8), found)


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
