"""Visits: found again, apart from one another, never written over."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from components import scene
from components.state import load
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import FakeRunner
from tests.components.scenes import PLACEMENT
from vton_core.errors import InputError, StorageError


def test_a_session_is_found_again_after_a_restart(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    studio.place(fitted, PLACEMENT)
    studio.compose(fitted, PLACEMENT)
    settle(fitted)
    again = Studio(studio.store, runner, studio.served, studio.settings).enter(fitted.name)
    assert again.name == fitted.name
    assert again.uploads == fitted.uploads
    assert again.fit == fitted.fit
    assert (again.here, again.scene) == (fitted.here, fitted.scene)
    assert again.here
    assert scene.summary(again.here) == PLACEMENT
    assert again.history == fitted.history
    assert again.shown == fitted.shown


def test_a_visit_from_before_there_were_scenes_is_found_again(tmp_path: Path, fitted: Visit) -> None:
    state = json.loads((fitted.root / "state.json").read_text())
    for name in ("earlier", "arrangement", "stood", "people", "stamp", "rendered"):
        del state[name]
    (fitted.root / "state.json").write_text(json.dumps({**state, "placement": PLACEMENT, "placed_on": "3-abc"}))
    again = load(fitted.name, fitted.root)
    assert again.fit == fitted.fit
    assert again.here is None


@pytest.mark.parametrize("state", ["", "{", "[]", "{}", '{"counter": "x"}'])
def test_a_visit_that_cannot_be_understood_is_not_written_over(
    studio: Studio, fitted: Visit, runner: FakeRunner, choose: Callable[..., None], state: str
) -> None:
    studio.compose(fitted, PLACEMENT)
    settle(fitted)
    (composite,) = (fitted.root / "history").iterdir()
    kept = composite.read_bytes()
    (fitted.root / "state.json").write_text(state)
    later = Studio(studio.store, runner, studio.served, studio.settings)
    again = later.enter(fitted.name)
    assert again.name == fitted.name
    assert not again.uploads
    assert not again.root.exists()
    (aside,) = again.root.parent.glob("page-*")
    assert (aside / "history" / composite.name).read_bytes() == kept
    choose(again, "model")
    assert later.enter(fitted.name) is again


def test_a_visit_that_cannot_be_read_is_not_taken_for_a_new_one(
    studio: Studio, fitted: Visit, runner: FakeRunner
) -> None:
    file = fitted.root / "state.json"
    file.rename(file.with_name("kept.json"))
    file.mkdir()
    later = Studio(studio.store, runner, studio.served, studio.settings)
    with pytest.raises(StorageError, match="could not be read"):
        later.enter(fitted.name)
    file.rmdir()
    file.with_name("kept.json").rename(file)
    assert later.enter(fitted.name).fit == fitted.fit


def test_an_unknown_name_gets_a_new_session(studio: Studio) -> None:
    assert studio.enter("../../etc").name != "../../etc"
    with pytest.raises(InputError):
        studio.visit("nobody")


def test_two_visitors_do_not_meet(studio: Studio, fitted: Visit) -> None:
    other = studio.enter(None)
    assert other.name != fitted.name
    assert not other.uploads
    with pytest.raises(InputError):
        studio.file(other, "figure")


def test_a_visit_in_use_is_one_however_often_old_ones_are_swept(
    studio: Studio, fitted: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.visits._SWEEP_SECONDS", 0)
    studio.enter(None)
    assert studio.enter(fitted.name) is fitted
