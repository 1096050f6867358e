"""Small renderings of the scene: which there are, and what happens where one fails."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest

from components.sent import Sent
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import FakeRunner, run_steps
from tests.components.scenes import PLACEMENT, shown, two
from vton_core.errors import InputError


def test_only_what_the_browser_cannot_show_is_rendered_and_the_latest_wins(
    studio: Studio, fitted: Visit, runner: FakeRunner
) -> None:
    studio.place(fitted, PLACEMENT, Sent(stamp=1))
    settle(fitted)
    assert not [steps for _, steps in runner.submitted if steps == ("preview",)]
    for stamp in (2, 3, 4):
        studio.place(fitted, {**PLACEMENT, "position": [100 + stamp, 190], "finish": {"light": 0.5}}, Sent(stamp=stamp))
    settle(fitted)
    assert fitted.rendered
    assert fitted.rendered["stamp"] == 4
    assert shown(fitted)["rendered"]["stamp"] == 4
    assert 1 <= len([steps for _, steps in runner.submitted if steps == ("preview",)]) <= 3
    assert len(list((fitted.root / "previews").glob("rendered-*"))) == 1
    studio.place(fitted, PLACEMENT, Sent(stamp=5))
    assert shown(fitted)["rendered"] is None


def test_a_rendering_that_fails_does_not_cost_the_one_of_what_was_changed_since(
    studio: Studio, fitted: Visit, runner: FakeRunner
) -> None:
    begun, gate = threading.Event(), threading.Event()

    def fails_once(*args: Any) -> None:
        runner.work = run_steps
        begun.set()
        gate.wait(30)
        raise InputError("This one could not be rendered.")

    runner.work = fails_once
    studio.place(fitted, {**PLACEMENT, "finish": {"light": 0.4}}, Sent(stamp=1))
    assert begun.wait(30)
    studio.place(fitted, {**PLACEMENT, "finish": {"light": 0.5}}, Sent(stamp=2))
    gate.set()
    settle(fitted)
    assert fitted.rendered
    assert fitted.rendered["stamp"] == 2
    assert not fitted.errors


def test_a_rendering_that_cannot_begin_again_ends(
    studio: Studio, fitted: Visit, runner: FakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gate = threading.Event(), threading.Event()

    def waits(*args: Any) -> None:
        begun.set()
        gate.wait(30)
        run_steps(*args)

    def broken(*_: object) -> None:
        raise OSError

    runner.work = waits
    studio.place(fitted, {**PLACEMENT, "finish": {"light": 0.4}}, Sent(stamp=1))
    assert begun.wait(30)
    studio.place(fitted, {**PLACEMENT, "finish": {"light": 0.5}}, Sent(stamp=2))
    monkeypatch.setattr("components.scene.write", broken)
    gate.set()
    settle(fitted)
    assert fitted.errors["placement"]


def test_another_dressing_is_rendered_anew(studio: Studio, fitted: Visit, choose: Callable[..., None]) -> None:
    studio.place(fitted, two(fitted), Sent(stamp=10))
    settle(fitted)
    first = shown(fitted)["rendered"]
    choose(fitted, "garment", colour=(10, 20, 200))
    studio.fit(fitted)
    settle(fitted)
    assert shown(fitted)["rendered"] not in (None, first)
    assert shown(fitted)["rendered"]["stamp"] == fitted.stamp
