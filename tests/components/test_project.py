"""A project that is opened: all that it holds is there again, and what cannot be opened changes nothing."""

from __future__ import annotations

import errno
import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import orjson
import pytest

from components.page import Page
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import POINTS, picture
from tests.components.scenes import PLACEMENT, mask, two
from vton_core.errors import StorageError
from vton_core.export.project import pack
from vton_core.progress import Settings
from vton_core.types import Placement
from vton_core.workspace import Workspace


@pytest.fixture
def saved(studio: Studio, fitted: Visit, tmp_path: Path) -> Callable[[], Path]:
    """Save the visit's project."""

    def saved() -> Path:
        studio.offer(fitted, "project")
        settle(fitted)
        assert fitted.download
        file = tmp_path / "mine.zip"
        file.write_bytes(Path(fitted.download["url"].removeprefix("gradio_api/file=")).read_bytes())
        return file

    return saved


def opened(studio: Studio, visit: Visit, file: Path, tmp_path: Path) -> None:
    """Open a copy of a file, as an upload is."""
    sent = tmp_path / "sent" / file.name
    sent.parent.mkdir(exist_ok=True)
    sent.write_bytes(file.read_bytes())
    studio.open(visit, sent)
    settle(visit)
    assert not sent.exists()


def test_another_visitor_finds_everything_and_composes_the_same(
    studio: Studio, fitted: Visit, saved: Callable[[], Path], tmp_path: Path
) -> None:
    studio.wear(fitted, {"length": 0.2})
    studio.fit(fitted)
    settle(fitted)
    arrangement = two(fitted, occluder=mask(), horizon=33, drawn=True)
    arrangement["figures"][0]["called"] = 2
    studio.compose(fitted, arrangement)
    settle(fitted)
    other = studio.enter(None)
    opened(studio, other, saved(), tmp_path)
    assert not other.errors
    assert other.fit
    assert fitted.fit
    assert {slot: (up.digest, up.name) for slot, up in other.uploads.items()} == {
        slot: (up.digest, up.name) for slot, up in fitted.uploads.items()
    }
    assert studio.fitted(other)
    assert studio.wearing(other)["length"] == 0.2
    assert [stage.status for stage in other.fit.stages] == ["kept"] * 4
    assert all(other.preview_file(stage.preview or "").is_file() for stage in other.fit.stages)
    assert other.here
    assert fitted.here
    same = {**other.here, "figures": [{**e, "figure": fitted.fit.number} for e in other.here["figures"]]}
    assert {**same, "occluder": None} == {**fitted.here, "occluder": None}
    studio.compose(other, {name: value for name, value in other.here.items() if name != "occluder"})
    settle(other)
    assert not other.errors
    assert (
        other.composite_file(other.history[-1].number).read_bytes()
        == fitted.composite_file(fitted.history[-1].number).read_bytes()
    )
    again = Studio(studio.store, studio.runner, studio.served, studio.settings).enter(other.name)
    assert again.here == other.here
    assert again.fit == other.fit


def test_figures_of_earlier_fits_come_along_and_those_of_the_visit_stay(
    studio: Studio, fitted: Visit, choose: Callable[..., None], saved: Callable[[], Path], tmp_path: Path
) -> None:
    first = fitted.fit
    assert first
    choose(fitted, "model", colour=(1, 90, 90))
    studio.fit(fitted)
    settle(fitted)
    assert fitted.fit
    figures = [{**PLACEMENT, "figure": fitted.fit.number}, {**PLACEMENT, "figure": first.number}]
    studio.compose(fitted, {"figures": figures})
    settle(fitted)
    before, made = set(fitted.known_fits), fitted.composite_file(fitted.history[-1].number).read_bytes()
    opened(studio, fitted, saved(), tmp_path)
    assert not fitted.errors
    assert before < set(fitted.known_fits)
    assert fitted.here
    assert fitted.fit
    mine, other = (entry["figure"] for entry in fitted.here["figures"])
    assert mine == fitted.fit.number
    assert other not in before
    studio.compose(fitted, fitted.here)
    settle(fitted)
    assert fitted.composite_file(fitted.history[-1].number).read_bytes() == made
    assert len(fitted.history) == 2


def test_points_that_were_moved_stay_moved_in_the_next_fit(
    studio: Studio, fitted: Visit, saved: Callable[[], Path], tmp_path: Path
) -> None:
    studio.correct(fitted, {"garment.points": {"left_hem": [12.0, 50.0]}}, {})
    settle(fitted)
    studio.place(fitted, PLACEMENT)
    other = studio.enter(None)
    opened(studio, other, saved(), tmp_path)
    edit = {"moved": {"left_hem": [12.0, 50.0]}, "found": {"left_hem": list(POINTS["left_hem"])}}
    assert other.edits == {"garment.points": edit}
    assert studio.fitted(other)
    studio.wear(other, {"length": 0.1})
    studio.fit(other)
    settle(other)
    assert other.fit
    landmarks = Workspace(other.fit_root(other.fit.number)).read_landmarks("garment")
    assert landmarks
    assert landmarks.points["left_hem"] == (12.0, 50.0)


def test_two_garments_are_both_there_again(
    studio: Studio, fitted: Visit, choose: Callable[..., None], saved: Callable[[], Path], tmp_path: Path
) -> None:
    choose(fitted, "second", colour=(90, 20, 160))
    studio.wear(fitted, {"second": "lower"})
    studio.fit(fitted)
    settle(fitted)
    studio.compose(fitted, PLACEMENT)
    settle(fitted)
    other = studio.enter(None)
    opened(studio, other, saved(), tmp_path)
    assert not other.errors
    assert other.uploads["second"].digest == fitted.uploads["second"].digest
    assert studio.fitted(other)
    assert other.fit
    assert other.fit.kinds == {"garment": "upper", "second": "lower"}
    assert other.here
    studio.compose(other, other.here)
    settle(other)
    first, second = (v.composite_file(v.history[-1].number).read_bytes() for v in (fitted, other))
    assert first == second


def test_a_project_of_the_command_line_with_names_of_its_own(
    studio: Studio, fitted: Visit, visit: Visit, saved: Callable[[], Path], tmp_path: Path
) -> None:
    workspace = Workspace(tmp_path / "work")
    picture(workspace.inputs / "org_img" / "ann.png")
    picture(workspace.inputs / "cloth" / "shirt.png", colour=(20, 160, 90))
    picture(workspace.inputs / "bg_images" / "place.png", size=(300, 200))
    pack(workspace, Settings(sleeves=0.1), tmp_path / "ann.zip")
    other = studio.enter(None)
    opened(studio, other, tmp_path / "ann.zip", tmp_path)
    assert not other.errors
    assert {slot: upload.name for slot, upload in other.uploads.items()} == {
        "model": "ann.png",
        "garment": "shirt.png",
        "background": "place.png",
    }
    assert other.fit is None
    assert studio.wearing(other)["sleeves"] == 0.1
    studio.fit(other)
    settle(other)
    assert other.fit


def _rewritten(file: Path, target: Path, name: str, content: bytes | None) -> Path:
    with zipfile.ZipFile(file) as old, zipfile.ZipFile(target, "w") as new:
        for info in old.infolist():
            if info.filename != name:
                new.writestr(info.filename, old.read(info.filename))
        if content is not None:
            new.writestr(name, content)
    return target


SCENE = {"background": "bg_images/background.png", "figures": [{"figure": "nobody_shirt", **PLACEMENT}]}

FAR = {**SCENE, "figures": [{**PLACEMENT, "figure": "model_garment", "position": [1e300, 190]}]}

CROWD = [{**PLACEMENT, "figure": "model_garment"}] * 13


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("project.json", b"{}"),
        ("../../state.json", b"{}"),
        ("inputs/org_img/model.png", b"no picture"),
        ("inputs/org_img/model.png", None),
        ("inputs/image/model_canvas.json", b"[]"),
        ("output/cihp_parsing/model.png", b"no picture"),
        ("output/figure/model_garment.png", b""),
        ("inputs/scenes/picture.json", b"{}"),
        ("inputs/scenes/picture.json", json.dumps(SCENE).encode()),
        ("inputs/scenes/picture.json", json.dumps(FAR).encode()),
        (
            "inputs/scenes/picture.json",
            json.dumps({**SCENE, "figures": [{**PLACEMENT, "figure": "model_garment"}] * 13}).encode(),
        ),
    ],
)
def test_what_cannot_be_opened_is_one_sentence_and_nothing_is_lost(
    studio: Studio, fitted: Visit, saved: Callable[[], Path], tmp_path: Path, name: str, content: bytes | None
) -> None:
    studio.compose(fitted, PLACEMENT)
    settle(fitted)
    bad = _rewritten(saved(), tmp_path / "bad.zip", name, content)
    kept: list[Any] = [fitted.fit, dict(fitted.uploads), fitted.here, list(fitted.history)]
    opened(studio, fitted, bad, tmp_path)
    assert [fitted.fit, dict(fitted.uploads), fitted.here, list(fitted.history)] == kept
    assert len(fitted.errors["project"]) == 1
    assert not (fitted.root / "opening").exists()
    studio.compose(fitted, PLACEMENT)
    settle(fitted)
    assert len(fitted.history) == 2


@pytest.mark.parametrize(
    "notes",
    [
        *(b"[]", b"{", b'{"names": 3}', b'{"scene": {"selected": "x", "horizon": "y", "called": 3}}', b"\xff"),
        *(b'{"scene": {"horizon": %s}}' % digits for digits in (b"9" * 400, b"9" * 5000, b"9" * 20, b"NaN")),
    ],
)
def test_notes_that_cannot_be_read_are_left_out(
    studio: Studio, fitted: Visit, saved: Callable[[], Path], tmp_path: Path, notes: bytes
) -> None:
    studio.place(fitted, PLACEMENT)
    file = _rewritten(saved(), tmp_path / "noted.zip", "inputs/page.json", notes)
    other = studio.enter(None)
    opened(studio, other, file, tmp_path)
    assert not other.errors
    assert other.here
    assert other.here["figures"][0]["position"] == PLACEMENT["position"]
    assert other.here["selected"] == 0
    assert other.here["horizon"] is None


def test_whatever_a_project_holds_can_be_sent_to_a_browser(
    studio: Studio, fitted: Visit, saved: Callable[[], Path], tmp_path: Path
) -> None:
    studio.place(fitted, PLACEMENT)
    file = _rewritten(saved(), tmp_path / "named.zip", "inputs/page.json", b'{"names": {"model": "\\ud800.jpg"}}')
    other = studio.enter(None)
    opened(studio, other, file, tmp_path)
    assert not other.errors
    assert other.uploads["model"].name == "?.jpg"
    orjson.dumps(Page(studio).values(other))


def test_what_is_said_of_a_project_can_be_sent_to_a_browser(
    studio: Studio, fitted: Visit, saved: Callable[[], Path], tmp_path: Path
) -> None:
    studio.place(fitted, PLACEMENT)
    lost = json.dumps({**SCENE, "background": "bg_images/\udc80.png"}).encode()
    file = _rewritten(saved(), tmp_path / "lost.zip", "inputs/scenes/picture.json", lost)
    opened(studio, fitted, file, tmp_path)
    assert fitted.errors["project"]
    orjson.dumps(Page(studio).values(fitted))


def test_a_project_that_finds_no_room_is_one_sentence(
    studio: Studio, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr("shutil.move", full)
    file = tmp_path / "mine.zip"
    file.write_bytes(b"no project")
    with pytest.raises(StorageError, match="disk is full"):
        studio.open(visit, file)
    assert not visit.opening


def test_an_opening_that_breaks_leaves_all_as_it_was(
    studio: Studio, fitted: Visit, saved: Callable[[], Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OverflowError

    studio.place(fitted, PLACEMENT)
    file = saved()
    kept: list[Any] = [fitted.fit, dict(fitted.uploads), fitted.here, dict(fitted.known_fits)]
    monkeypatch.setattr("components.project.arranged", broken)
    opened(studio, fitted, file, tmp_path)
    monkeypatch.undo()
    assert [fitted.fit, dict(fitted.uploads), fitted.here, dict(fitted.known_fits)] == kept
    assert "damaged" in fitted.errors["project"][0]["template"]


def test_the_three_points_of_a_line_of_backgrounds_are_the_scene(
    studio: Studio, fitted: Visit, saved: Callable[[], Path], tmp_path: Path
) -> None:
    studio.place(fitted, PLACEMENT)
    file = _rewritten(saved(), tmp_path / "a.zip", "inputs/scenes/picture.json", None)
    with zipfile.ZipFile(file, "a") as archive:
        archive.writestr("inputs/backgrounds.txt", "bg_images/background.png bg_images/p.txt\n")
        archive.writestr("inputs/bg_images/p.txt", "40 150\n40 90\n40 150\nflip\n")
    other = studio.enter(None)
    opened(studio, other, file, tmp_path)
    assert other.here
    (entry,) = other.here["figures"]
    placed = Placement((40, 150), (40, 90), (40, 150), True)
    assert (tuple(entry["position"]), tuple(entry["top"]), entry["flip"]) == (placed.position, placed.top, True)
