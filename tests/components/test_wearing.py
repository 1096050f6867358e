"""How the garment is worn: what is wished, what is refused, and what a wish makes the page do again."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from typing import Any

import gradio as gr
import pytest

from components import wearing, wishes
from components.api import Api
from components.page import PANELS, Page
from components.records import Fit
from components.scene import summary
from components.studio import Studio
from components.visit import Visit
from tests.components.awaited import awaited
from tests.components.conftest import settle
from tests.components.fake import FakeRunner, run_steps
from tests.components.scenes import PLACEMENT
from vton_core.errors import InputError
from vton_core.progress import Progress, Settings, StepName
from vton_core.workspace import Workspace

PLAIN = {"tuck": "auto", "sleeves": 0.0, "length": 0.0, "width": 0.0, "neck": 0.0, "garment": "auto", "second": "auto"}


def panel(studio: Studio, visit: Visit) -> dict[str, Any]:
    """The panel's value."""
    found: dict[str, Any] = dict(zip(PANELS, Page(studio).values(visit), strict=True))["wearing"]
    return found


def wear(studio: Studio, visit: Visit, **wanted: object) -> None:
    """What a slider or a radio button does."""
    page = Page(studio)
    page.do(visit.name, "wearing", wishes.wear, wanted)


def fit_of(visit: Visit) -> Fit:
    settle(visit)
    assert visit.fit
    return visit.fit


@pytest.fixture
def settings(runner: FakeRunner) -> list[Settings]:
    """The settings of every fit from now on."""
    used: list[Settings] = []

    def work(
        workspace: Workspace, steps: Sequence[StepName], settings: Settings, report: Callable[[Progress], None]
    ) -> None:
        if "step4" in steps:
            used.append(settings)
        run_steps(workspace, steps, settings, report)

    runner.work = work
    return used


def test_the_blank_page_wishes_nothing(studio: Studio) -> None:
    shown = panel(studio, Visit())
    assert shown["chosen"] == shown["plain"] == PLAIN
    assert shown["tucks"] == ("auto", "in", "out")
    assert (shown["limit"], shown["behind"]) == (0.5, False)
    json.dumps(shown)


def test_the_command_lines_wishes_are_where_the_page_begins(studio: Studio, visit: Visit) -> None:
    studio.settings = Settings(tuck="in", width=0.1)
    assert panel(studio, visit)["chosen"] == {**PLAIN, "tuck": "in", "width": 0.1}
    studio.wear(visit, {"width": 0})
    assert panel(studio, visit)["chosen"] == {**PLAIN, "tuck": "in"}


@pytest.mark.parametrize(
    "wishes",
    [
        *({"tuck": "up"}, {"length": 0.55}, {"neck": "deep"}),
        *({"width": float("nan")}, {"sleeves": [0.1]}, {"sleeves": 10**400}),
    ],
)
def test_what_cannot_be_worn_is_a_sentence_and_changes_nothing(
    studio: Studio, fitted: Visit, runner: FakeRunner, wishes: dict[str, object]
) -> None:
    studio.wear(fitted, {"length": 0.1})
    with pytest.raises(InputError):
        wearing.checked(wishes)
    wear(studio, fitted, **wishes)
    shown = panel(studio, fitted)
    assert len(shown["errors"]) == 1
    assert shown["chosen"] == {**PLAIN, "length": 0.1}
    assert len(runner.submitted) == 1
    wear(studio, fitted, length=0)
    assert panel(studio, fitted)["errors"] == []


def test_wishes_wait_for_the_first_fit(
    studio: Studio, visit: Visit, runner: FakeRunner, choose: Callable[..., None], settings: list[Settings]
) -> None:
    wear(studio, visit, tuck="in", sleeves=-0.25)
    choose(visit, "model")
    choose(visit, "garment", colour=(20, 160, 90))
    wear(studio, visit, neck=0.1)
    assert runner.submitted == []
    studio.fit(visit)
    fit = fit_of(visit)
    assert len(runner.submitted[0][1]) == 4
    assert (settings[0].tuck, settings[0].sleeves, settings[0].neck) == ("in", -0.25, 0.1)
    assert fit.wearing == {**PLAIN, "tuck": "in", "sleeves": -0.25, "neck": 0.1}
    assert studio.fitted(visit)


def test_a_changed_wish_does_the_try_on_alone_again(
    studio: Studio, fitted: Visit, runner: FakeRunner, settings: list[Settings]
) -> None:
    before = fit_of(fitted)
    wear(studio, fitted, length=0.2)
    fit = fit_of(fitted)
    assert [steps for _, steps in runner.submitted[1:]] == [("step4",)]
    assert settings[0].length == 0.2
    assert [stage.status for stage in fit.stages] == ["kept", "kept", "kept", "done"]
    assert fit.number > before.number
    wear(studio, fitted, length=0.2)
    settle(fitted)
    assert len(runner.submitted) == 2, "the same wish again is no work"
    again = Studio(studio.store, runner, studio.served, studio.settings).enter(fitted.name)
    assert panel(studio, again)["chosen"] == {**PLAIN, "length": 0.2}
    assert again.fit == fit
    assert studio.fitted(again)


def test_the_placement_and_the_history_stay(studio: Studio, fitted: Visit) -> None:
    studio.compose(fitted, PLACEMENT)
    settle(fitted)
    wear(studio, fitted, tuck="out")
    fit_of(fitted)
    shown = dict(zip(PANELS, Page(studio).values(fitted), strict=True))
    assert len(shown["history"]["items"]) == 1
    assert summary(shown["placement"]["scene"]) == PLACEMENT
    assert fitted.composite_file(fitted.history[0].number).exists()


def test_a_wish_during_a_run_is_behind_after_it(
    studio: Studio, fitted: Visit, runner: FakeRunner, settings: list[Settings]
) -> None:
    ordinary = runner.work

    def change(*args: Any) -> None:
        runner.work = ordinary
        wear(studio, fitted, width=0.3)
        assert not panel(studio, fitted)["behind"]
        ordinary(*args)

    runner.work = change
    wear(studio, fitted, width=0.1)
    assert fit_of(fitted).wearing["width"] == 0.1
    assert len(runner.submitted) == 2
    assert panel(studio, fitted)["behind"]
    wear(studio, fitted)
    assert fit_of(fitted).wearing["width"] == settings[-1].width == 0.3
    assert not panel(studio, fitted)["behind"]


def test_with_another_garment_a_wish_waits_for_fit(
    studio: Studio, fitted: Visit, runner: FakeRunner, choose: Callable[..., None]
) -> None:
    choose(fitted, "garment", colour=(160, 20, 90))
    wear(studio, fitted, length=0.2)
    settle(fitted)
    assert len(runner.submitted) == 1
    assert not panel(studio, fitted)["behind"]


def test_a_fit_from_before_there_were_wishes_is_as_it_comes_out(studio: Studio, fitted: Visit) -> None:
    file = fitted.root / "state.json"
    state = json.loads(file.read_text())
    del state["wearing"], state["fit"]["wearing"]
    file.write_text(json.dumps(state))
    again = Studio(studio.store, studio.runner, studio.served, studio.settings).enter(fitted.name)
    assert again.fit
    assert studio.fitted(again)
    studio.wear(again, {"tuck": "in"})
    assert studio.behind(again)


def test_the_api_takes_wishes_and_keeps_those_left_out(studio: Studio, fitted: Visit, settings: list[Settings]) -> None:
    api = Api(studio)
    status = awaited(api.fit(fitted.name, tuck="in", neck=-0.5))
    kinds = {"kind": "auto", "second_kind": "auto"}
    plain = {**kinds, **{name: value for name, value in PLAIN.items() if name not in ("garment", "second")}}
    assert status["wearing"] == {**plain, "tuck": "in", "neck": -0.5}
    assert awaited(api.fit(fitted.name))["wearing"] == status["wearing"]
    assert [(used.tuck, used.neck) for used in settings] == [("in", -0.5)]
    assert awaited(api.fit(fitted.name, kind="dress"))["wearing"]["kind"] == "dress"
    assert settings[-1].garment == "dress"
    assert awaited(api.fit(fitted.name, second_kind="lower"))["wearing"]["second_kind"] == "lower"
    assert (settings[-1].garment, settings[-1].second) == ("dress", "lower")
    with pytest.raises(gr.Error, match="no kind of garment"):
        awaited(api.fit(fitted.name, kind="hat"))
    with pytest.raises(gr.Error, match=r"from -0\.5 to 0\.5"):
        awaited(api.fit(fitted.name, neck=0.6))
