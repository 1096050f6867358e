"""The API's functions without a server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import gradio as gr
import pytest

from components.api import Api
from components.i18n import sentence
from components.records import Run
from components.studio import Studio
from components.visit import Visit
from tests.components.awaited import awaited
from tests.components.conftest import settle
from tests.components.fake import LYING, FakeRunner, picture, run_steps
from vton_core.errors import StorageError

FEET, HEAD = [150.0, 190.0], [150.0, 40.0]
ONE = {"position": FEET, "top": HEAD, "bottom": FEET}


def test_what_was_wrong_or_cancelled_before_is_not_said_again(studio: Studio, fitted: Visit) -> None:
    fitted.fail("model", sentence("Nobody was there."))
    fitted.run = Run(9, "job", 0, status="cancelled")
    made = awaited(Api(studio).place(fitted.name, FEET, HEAD, FEET))
    assert made.orig_name == f"tryon-{fitted.history[-1].number}.png"


def test_what_goes_wrong_now_is_said_even_where_it_was_said_before(
    studio: Studio, fitted: Visit, runner: FakeRunner
) -> None:
    full = StorageError("The disk is full: {name} could not be written. Free some space and try again.", name="x")

    def fail(*_: object) -> None:
        raise full

    runner.work = fail
    for _ in range(2):
        with pytest.raises(gr.Error, match="disk is full"):
            awaited(Api(studio).place(fitted.name, FEET, HEAD, FEET))


@pytest.fixture
def held(runner: FakeRunner) -> Iterator[None]:
    """What is begun stays under way until the end of the test."""
    gate = threading.Event()

    def work(*args: Any) -> None:
        gate.wait(2)
        run_steps(*args)

    runner.work = work
    yield
    gate.set()


@pytest.mark.usefixtures("held")
def test_what_another_call_has_begun_is_no_answer(
    studio: Studio, fitted: Visit, choose: Callable[..., None], runner: FakeRunner
) -> None:
    api, name = Api(studio), fitted.name
    assert studio.compose(fitted, ONE)
    with pytest.raises(gr.Error, match="still under way"):
        awaited(api.place(name, FEET, HEAD, FEET))
    choose(fitted, "model", colour=(1, 90, 90))
    assert studio.fit(fitted)
    with pytest.raises(gr.Error, match="still under way"):
        awaited(api.fit(name, length=0.1))


def test_who_waits_for_a_visit_holds_up_nobody_else(studio: Studio, fitted: Visit) -> None:
    taken, end = threading.Event(), threading.Event()

    def hold() -> None:
        with fitted.lock:
            taken.set()
            end.wait(5)

    async def meanwhile() -> bool:
        holder = threading.Thread(target=hold)
        holder.start()
        taken.wait()
        call = asyncio.create_task(Api(studio).fit(fitted.name))
        await asyncio.sleep(0.05)
        others_go_on = holder.is_alive()
        end.set()
        await call
        return others_go_on

    assert awaited(meanwhile())


def test_only_one_file_is_made_at_a_time(studio: Studio, fitted: Visit) -> None:
    studio.compose(fitted, ONE)
    settle(fitted)
    fitted.saving = "job"
    for what, kind in (("project", "png"), ("placed", "png"), ("composite", "jpeg"), ("composite", "ora")):
        assert not studio.offer(fitted, what, kind=kind)
    assert studio.offer(fitted, "figure")


def test_a_fit_that_is_there_already_is_an_answer(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    assert awaited(Api(studio).fit(fitted.name))["state"] == "done"
    assert len(runner.submitted) == 1


def test_a_garment_that_lies_on_its_side_is_turned_before_it_is_put_on(
    studio: Studio, fitted: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(studio.served, "received", Path)
    file: Any = {"path": str(picture(tmp_path / "lying.png", (60, 80), LYING))}
    assert awaited(Api(studio).fit(fitted.name, garment=file))["state"] == "done"
    assert fitted.uploads["garment"].size == (80, 60)
    assert fitted.fit
    assert fitted.fit.garment == fitted.uploads["garment"].digest
