"""The page's handlers, without a server: what each wish shows, and what a wrong one says."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components import wishes
from components.page import PANELS, Page, _entering
from components.studio import Studio
from components.visit import Visit
from tests.components.awaited import awaited
from tests.components.conftest import settle
from tests.components.fake import picture
from tests.components.scenes import PLACEMENT
from vton_core.errors import StorageError


@pytest.fixture
def page(studio: Studio) -> Page:
    return Page(studio)


def watched(page: Page, visit: Visit) -> list[dict[str, Any]]:
    async def collect() -> list[dict[str, Any]]:
        return [dict(zip(PANELS, values, strict=True)) async for values in page.watch(visit)]

    return awaited(collect())


def raising(error: Exception) -> Callable[..., None]:
    def fail(*_: object) -> None:
        raise error

    return fail


def upload(studio: Studio, name: str, content: bytes) -> str:
    file = studio.served.folder / "abc" / name
    file.parent.mkdir(exist_ok=True)
    file.write_bytes(content)
    return str(file)


def test_the_blank_page_offers_samples_and_nothing_else(page: Page) -> None:
    shown = dict(zip(PANELS, page.values(Visit()), strict=True))
    assert {slot: len(found) for slot, found in shown["inputs"]["examples"].items()} == {
        "model": 2,
        "garment": 3,
        "background": 2,
    }
    assert not shown["inputs"]["ready"]
    assert shown["stages"]["run"] is None
    assert shown["placement"]["figures"] is None
    assert shown["history"]["items"] == []
    json.dumps(shown)


def test_one_click_fills_all_three(page: Page, visit: Visit) -> None:
    page.do(visit.name, "page", wishes.example, {"slot": None, "id": None})
    shown = watched(page, visit)[-1]["inputs"]
    assert shown["ready"]
    assert {slot for slot, chosen in shown["slots"].items() if chosen} == {"model", "garment", "background"}


def test_an_unknown_sample_is_a_sentence(page: Page, visit: Visit) -> None:
    page.do(visit.name, "page", wishes.example, {"slot": "model", "id": "../../secret"})
    assert "no sample" in watched(page, visit)[-1]["head"]["errors"][0]["template"]


def test_an_upload_is_taken_and_its_temporary_file_removed(
    page: Page, studio: Studio, visit: Visit, tmp_path: Path
) -> None:
    path = upload(studio, "me.png", picture(tmp_path / "a.png").read_bytes())
    page.do(visit.name, "model", wishes.choose, {"slot": "model", "path": path, "name": "me.png"})
    assert watched(page, visit)[-1]["inputs"]["slots"]["model"]["name"] == "me.png"
    assert not Path(path).exists()


@pytest.mark.parametrize("outside", ["/etc/passwd", "{workspaces}", "relative.png", ""])
def test_only_uploaded_files_are_taken(page: Page, studio: Studio, visit: Visit, tmp_path: Path, outside: str) -> None:
    mine = picture(tmp_path / "private.png")
    path = str(mine) if outside == "{workspaces}" else outside
    page.do(visit.name, "model", wishes.choose, {"slot": "model", "path": path, "name": "x.png"})
    shown = watched(page, visit)[-1]["inputs"]
    assert shown["slots"]["model"] is None
    assert "not there" in shown["errors"]["model"][0]["template"]
    assert mine.exists()


def test_a_bad_upload_says_so_once_and_the_slot_stops_waiting(page: Page, studio: Studio, visit: Visit) -> None:
    before = watched(page, visit)[-1]["inputs"]["stamps"]["garment"]
    path = upload(studio, "notes.jpg", b"these are notes")
    page.do(visit.name, "garment", wishes.choose, {"slot": "garment", "path": path, "name": "notes.jpg"})
    shown = watched(page, visit)[-1]["inputs"]
    assert shown["errors"]["garment"][0]["values"]["name"] == "notes.jpg"
    assert shown["stamps"]["garment"] != before
    page.studio.dismiss(visit, "garment")
    assert not watched(page, visit)[-1]["inputs"]["errors"]["garment"]


def test_a_slot_does_not_stop_waiting_before_its_sentence_is_there(page: Page, studio: Studio, visit: Visit) -> None:
    before, seen = visit.stamps["garment"], []
    path = upload(studio, "notes.jpg", b"these are notes")
    with visit.watched(lambda: seen.append((visit.stamps["garment"], "garment" in visit.errors))):
        page.do(visit.name, "garment", wishes.choose, {"slot": "garment", "path": path, "name": "notes.jpg"})
        page.do(visit.name, "garment", wishes.choose, {"slot": "garment", "path": "gone.png", "name": "gone.png"})
    assert {stamp for stamp, _ in seen} == {before + 1, before + 2}
    assert all(said for stamp, said in seen if stamp > before)


def test_a_fit_is_watched_to_its_end(page: Page, studio: Studio, visit: Visit, choose: Callable[..., None]) -> None:
    choose(visit, "model")
    choose(visit, "garment", colour=(20, 160, 90))
    choose(visit, "background", size=(300, 200))
    page.do(visit.name, "stages", lambda studio, visit, _: studio.fit(visit), {})
    states = watched(page, visit)
    fractions = [state["stages"]["run"]["fraction"] for state in states]
    assert fractions == sorted(fractions)
    last = states[-1]
    assert last["stages"]["run"]["status"] == "done"
    assert last["inputs"]["fresh"]
    assert last["placement"]["scene"]["figures"]
    for stage in last["stages"]["run"]["stages"]:
        assert (studio.served.folder / stage["url"].removeprefix(f"gradio_api/file={studio.served.folder}/")).is_file()


def test_a_page_whose_pictures_find_no_room_says_so(
    page: Page, fitted: Visit, studio: Studio, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise StorageError("The disk is full: {name} could not be written. Free some space and try again.", name="x")

    monkeypatch.setattr(studio.served, "publish", full)
    now = watched(page, fitted)[-1]
    assert len(now["head"]["errors"]) == 1
    assert {stage["url"] for stage in now["stages"]["run"]["stages"]} == {""}


def test_a_wish_that_breaks_is_a_sentence_not_a_traceback(
    page: Page, visit: Visit, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("secret path /home/me")

    page.do(visit.name, "placement", broken, {})
    said = watched(page, visit)[-1]["placement"]["errors"]
    assert len(said) == 1
    assert "secret" not in json.dumps(said)
    assert "ZeroDivisionError" in caplog.text


def test_a_lost_session_says_so(page: Page, studio: Studio) -> None:
    said = page.do("no such name", "page", wishes.example, {})
    assert not isinstance(said, Visit)
    assert page.lost(said)[0]["errors"] == [said]


def test_a_page_that_cannot_begin_says_why(
    page: Page, studio: Studio, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def loaded() -> list[list[Any]]:
        async def collect() -> list[list[Any]]:
            return [shown async for shown in _entering(page)(None)]

        return awaited(collect())

    for error, said in ((StorageError("The disk is full."), "disk is full"), (OSError("secret"), "went wrong")):
        monkeypatch.setattr(studio, "enter", raising(error))
        ((_, head, *_),) = loaded()
        assert said in head["errors"][0]["template"]
        assert head["entered"]
    assert "secret" in caplog.text


def test_composing_shows_the_picture_and_its_place_in_the_history(page: Page, fitted: Visit) -> None:
    page.do(fitted.name, "placement", wishes.compose, {"scene": PLACEMENT, "stamp": 1})
    settle(fitted)
    shown = watched(page, fitted)[-1]
    assert shown["result"]["composite"]["size"] == (300, 200)
    assert [item["shown"] for item in shown["history"]["items"]] == [True]


def test_a_download_is_offered_once(page: Page, studio: Studio, fitted: Visit) -> None:
    studio.offer(fitted, "figure")
    first = watched(page, fitted)[-1]["result"]["file"]
    assert first["name"].endswith(".png")
    studio.offer(fitted, "figure")
    assert watched(page, fitted)[-1]["result"]["file"]["stamp"] >= first["stamp"]


def test_a_panel_has_a_new_revision_when_it_shows_something_else_and_only_then(
    page: Page, studio: Studio, fitted: Visit
) -> None:
    def revisions() -> dict[str, int]:
        return {name: value["revision"] for name, value in zip(PANELS, page.values(fitted), strict=True)}

    first = revisions()
    assert revisions() == first
    page.do(fitted.name, "placement", wishes.place, {"scene": PLACEMENT, "stamp": fitted.stamp})
    second = revisions()
    assert {name for name in PANELS if second[name] > first[name]} == {"placement"}
    again = Studio(studio.store, studio.runner, studio.served, studio.settings).enter(fitted.name)
    after = {name: value["revision"] for name, value in zip(PANELS, page.values(again), strict=True)}
    assert all(after[name] > second[name] for name in PANELS), "a page that outlives the server takes its answers"
    assert page.lost({"template": "gone", "values": {}})[0]["revision"] >= after["head"]


def test_a_change_is_shown_at_once_and_together_with_its_rendering(page: Page, visit: Visit) -> None:
    visit.rendering = "job"

    async def first() -> int:
        def end() -> None:
            visit.rendering = None
            visit.stamp = 77
            visit.changed()

        asyncio.get_running_loop().call_later(0.01, end)
        states = page.watch(visit, patience=60)
        shown = dict(zip(PANELS, await anext(states), strict=True))
        return int(shown["placement"]["stamp"])

    assert awaited(first()) == 77


def test_nobody_is_told_any_more_who_watches_no_more(page: Page, visit: Visit) -> None:
    heard: list[int] = []
    with visit.watched(lambda: heard.append(visit.version)):
        visit.changed()
    visit.changed()
    assert heard == [visit.version - 1]
