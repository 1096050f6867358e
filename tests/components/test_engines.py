"""The choice of engines: what is offered, what is refused, and what a change makes the next fit do again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from components import i18n, wishes
from components.page import PANELS, Page
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import FakeRunner, run_steps
from vton_core import weights
from vton_core.__main__ import main
from vton_core.engines import registry
from vton_core.engines.registry import ENGINES, EngineSpec
from vton_core.errors import InputError, MissingWeightsError, UnknownEngineError

FAKES = (
    EngineSpec("parsing", "oracle", "nowhere:Oracle", (), "MIT", "knows it all"),
    EngineSpec("pose", "medium", "nowhere:Medium", (), "MIT", "feels it"),
    EngineSpec("tryon", "tailor", "nowhere:Tailor", ("thread", "needle"), "Apache-2.0", "sews it"),
)
COMMAND = "python -m vton_core weights fetch "


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """More engines than there are, and a folder with a manifest of their weights."""
    monkeypatch.setattr(registry, "ENGINES", (*ENGINES, *FAKES))
    listed = json.loads((weights.FOLDER / "manifest.json").read_text())
    for name in ("thread", "needle"):
        listed.append(
            {
                "name": name,
                "file": f"{name}.pth",
                "step": "tryon",
                "licence": "CC-BY-NC-4.0",
                "source": "a tailor",
                "command": COMMAND + name,
            }
        )
    made = tmp_path / "weights"
    made.mkdir()
    (made / "manifest.json").write_text(json.dumps(listed))
    (made / "parser.safetensors").write_bytes(b"")
    monkeypatch.setattr(weights, "FOLDER", made)
    monkeypatch.delenv(weights.VARIABLE, raising=False)
    weights.manifest.cache_clear()
    yield made
    weights.manifest.cache_clear()


def shown(studio: Studio, visit: Visit) -> dict[str, Any]:
    """The panels' values."""
    return dict(zip(PANELS, Page(studio).values(visit), strict=True))


def offered(studio: Studio, visit: Visit, name: str) -> dict[str, Any]:
    steps = shown(studio, visit)["engines"]["steps"]
    (found,) = [engine for step in steps for engine in step["engines"] if engine["name"] == name]
    return found


def test_the_blank_page_offers_every_engine_with_the_defaults_chosen(studio: Studio) -> None:
    panel = shown(studio, Visit())["engines"]
    assert [step["step"] for step in panel["steps"]] == ["background", "pose", "parsing", "tryon"]
    assert panel["chosen"] == {
        "background": "mediapipe",
        "pose": "mediapipe",
        "parsing": "parser",
        "tryon": "garment",
    }
    for step in panel["steps"]:
        assert [engine["name"] for engine in step["engines"] if engine["default"]] == [panel["chosen"][step["step"]]]
        assert all(engine["licence"] and engine["summary"] for engine in step["engines"])
    json.dumps(panel)


def test_licences_and_what_is_missing_are_shown(studio: Studio, visit: Visit, folder: Path) -> None:
    tailor = offered(studio, visit, "tailor")
    assert (tailor["licence"], tailor["commercial"]) == ("Apache-2.0, CC-BY-NC-4.0", False)
    assert tailor["command"] == COMMAND + "thread needle"
    (folder / "thread.pth").write_bytes(b"x")
    assert offered(studio, visit, "tailor")["command"] == COMMAND + "needle"
    (folder / "needle.pth").write_bytes(b"x")
    assert offered(studio, visit, "tailor")["command"] == ""
    assert offered(studio, visit, "oracle")["commercial"]


def test_the_command_line_says_the_same(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["engines"]) == 0
    lines = capsys.readouterr().out.splitlines()
    (at,) = [number for number, line in enumerate(lines) if "tailor" in line]
    assert "CC-BY-NC-4.0 (not for commercial use)" in lines[at]
    assert f"weights missing: {COMMAND}thread needle" in lines[at + 1]


def test_a_choice_is_kept_and_found_again(studio: Studio, visit: Visit) -> None:
    Page(studio).do(visit.name, "engines", wishes.use, {"step": "parsing", "name": "oracle"})
    assert shown(studio, visit)["engines"]["chosen"]["parsing"] == "oracle"
    again = Studio(studio.store, studio.runner, studio.served, studio.settings).enter(visit.name)
    assert shown(studio, again)["engines"]["chosen"]["parsing"] == "oracle"


def test_a_choice_that_is_no_longer_there_is_let_go(
    studio: Studio, visit: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.use(visit, "parsing", "oracle")
    monkeypatch.setattr(registry, "ENGINES", ENGINES)
    assert studio.engines(visit)["parsing"] == "parser"


def test_what_cannot_be_chosen_is_a_sentence(studio: Studio, visit: Visit) -> None:
    for step, name, kind in (
        ("tryon", "tailor", MissingWeightsError),
        ("tryon", "nobody", UnknownEngineError),
        ("cooking", "parser", InputError),
    ):
        with pytest.raises(kind):
            studio.use(visit, step, name)
        Page(studio).do(visit.name, "engines", wishes.use, {"step": step, "name": name})
        assert len(shown(studio, visit)["engines"]["errors"]) == 1
    assert not visit.engines
    studio.use(visit, "parsing", "oracle")
    assert shown(studio, visit)["engines"]["errors"] == []


@pytest.mark.parametrize(
    ("step", "name", "steps", "statuses"),
    [
        ("parsing", "oracle", ("step3", "step4"), ["kept", "kept", "done", "done"]),
        ("pose", "medium", ("step2", "step3", "step4"), ["kept", "done", "done", "done"]),
    ],
)
def test_another_engine_does_its_step_and_those_after_it_again(
    studio: Studio, fitted: Visit, runner: FakeRunner, step: str, name: str, steps: tuple[str, ...], statuses: list[str]
) -> None:
    used: list[Any] = []
    runner.work = lambda *args: (used.append(args[2]), run_steps(*args))
    assert shown(studio, fitted)["inputs"]["fresh"]
    studio.use(fitted, step, name)
    assert not shown(studio, fitted)["inputs"]["fresh"]
    studio.fit(fitted)
    settle(fitted)
    assert runner.submitted[-1][1] == steps
    assert getattr(used[-1], step) == name
    assert fitted.fit
    assert [stage.status for stage in fitted.fit.stages] == statuses
    assert shown(studio, fitted)["inputs"]["fresh"]
    again = Studio(studio.store, runner, studio.served, studio.settings).enter(fitted.name)
    assert again.fit == fitted.fit
    assert studio.fitted(again)
    studio.fit(fitted)
    settle(fitted)
    assert len(runner.submitted) == 2


def test_another_cutout_begins_at_the_beginning(
    studio: Studio, fitted: Visit, runner: FakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    knife = EngineSpec("background", "knife", "nowhere:Knife", (), "MIT", "cuts it")
    monkeypatch.setattr(registry, "ENGINES", (*registry.ENGINES, knife))
    studio.use(fitted, "background", "knife")
    studio.fit(fitted)
    settle(fitted)
    assert len(runner.submitted[-1][1]) == 4
    assert fitted.fit
    assert [stage.status for stage in fitted.fit.stages] == ["done"] * 4


def test_a_choice_during_a_fit_counts_from_the_next(
    studio: Studio, visit: Visit, runner: FakeRunner, choose: Callable[..., None]
) -> None:
    choose(visit, "model")
    choose(visit, "garment", colour=(20, 160, 90))

    def change(*args: Any) -> None:
        studio.use(visit, "parsing", "oracle")
        run_steps(*args)

    runner.work = change
    studio.fit(visit)
    settle(visit)
    assert visit.fit
    assert visit.fit.engines["parsing"] == "parser"
    assert not studio.fitted(visit)


def test_every_summary_has_its_korean() -> None:
    korean = i18n.catalogue("ko")["sentences"]
    assert not [engine.summary for engine in ENGINES if engine.summary not in korean]
