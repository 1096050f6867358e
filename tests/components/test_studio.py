"""What a visitor can do, and what stays as it was when it cannot be done."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components import fits, stages
from components.scene import Sent, summary
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import BLANK, FakeRunner, load, picture, run_steps
from vton_core.errors import ImageError, InputError, PlacementError, StorageError
from vton_core.progress import Progress
from vton_core.types import Finish, Placement
from vton_core.workspace import Workspace

PLACEMENT = {"position": [150, 190], "top": [150, 40], "bottom": [150, 190], "flip": False}


def test_a_fit_shows_every_stage_with_its_time_and_picture(fitted: Visit) -> None:
    assert fitted.fit
    assert [stage.kind for stage in fitted.fit.stages] == ["cutout", "pose", "parse", "tryon"]
    for stage in fitted.fit.stages:
        assert stage.status == "done"
        assert stage.seconds == 0.5
        assert stage.preview
        assert fitted.preview_file(stage.preview).is_file()


def test_a_garment_is_cut_out_when_it_is_chosen_and_the_fit_finds_it(
    studio: Studio, visit: Visit, choose: Callable[..., None], runner: FakeRunner
) -> None:
    choose(visit, "garment", colour=(20, 160, 90))
    settle(visit)
    (cut,) = runner.cut
    choose(visit, "model")
    studio.fit(visit)
    settle(visit)
    assert visit.fit
    made, found = Workspace(visit.fit_root(visit.fit.number)), Workspace(cut)
    assert made.cloth_mask_file("garment").samefile(found.cloth_mask_file("garment"))


def test_what_is_no_garment_is_told_when_it_is_chosen(
    studio: Studio, visit: Visit, choose: Callable[..., None], tmp_path: Path
) -> None:
    choose(visit, "garment", colour=BLANK)
    settle(visit)
    assert "plain background" in visit.errors["garment"][0]["template"]
    choose(visit, "garment", colour=(20, 160, 90))
    settle(visit)
    assert "garment" not in visit.errors


def test_masks_of_garments_that_were_replaced_do_not_stay(
    studio: Studio, fitted: Visit, choose: Callable[..., None]
) -> None:
    assert fitted.fit
    before = fitted.cut_root(fitted.fit.garment)
    assert before.is_dir()
    choose(fitted, "garment", colour=(90, 30, 90))
    studio.fit(fitted)
    settle(fitted)
    assert not before.exists()
    assert fitted.cut_root(fitted.fit.garment).is_dir()


def test_the_figure_on_the_canvas_is_the_visible_part_with_its_own_numbers(fitted: Visit) -> None:
    assert fitted.fit
    figure = fitted.fit.figure
    assert (figure.origin, figure.size, figure.height) == ((15, 10), (30, 70), 70)
    assert figure.anchor[0] == pytest.approx((15 + 44) / 2)
    assert figure.cropped
    assert load(fitted.preview_file(figure.preview)).size == (30, 70)


def test_composing_puts_the_picture_into_the_history(studio: Studio, fitted: Visit) -> None:
    for _ in range(2):
        studio.compose(fitted, PLACEMENT)
        settle(fitted)
    assert [entry.placement for entry in fitted.history] == [PLACEMENT, PLACEMENT]
    assert fitted.shown == fitted.history[-1].number
    assert fitted.history[0].size == (300, 200)
    assert load(fitted.composite_file(fitted.shown)).size == (300, 200)


def test_the_scene_file_holds_the_three_points_and_the_flip(studio: Studio, fitted: Visit) -> None:
    studio.compose(fitted, {**PLACEMENT, "top": [150.5, 40], "flip": True})
    settle(fitted)
    (described,) = Workspace(fitted.scene_root("picture")).given_scenes()
    (figure,) = described.figures
    assert figure.placement == Placement((150, 190), (150.5, 40), (150, 190), True)
    assert figure.finish == Finish()
    assert described.picture.is_file()


def test_the_same_pictures_are_not_fitted_twice(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    studio.fit(fitted)
    settle(fitted)
    assert len(runner.submitted) == 1


def test_another_garment_keeps_what_is_known_of_the_model(
    studio: Studio, fitted: Visit, runner: FakeRunner, choose: Callable[..., None]
) -> None:
    choose(fitted, "garment", colour=(10, 20, 200))
    studio.fit(fitted)
    settle(fitted)
    assert runner.submitted[-1][1] == ("step4",)
    assert fitted.fit
    assert [stage.status for stage in fitted.fit.stages] == ["kept", "kept", "kept", "done"]
    figure = np.asarray(load(fitted.fit_root(fitted.fit.number) / "output/figure/model_garment.png"))
    assert tuple(figure[40, 30, :3]) == (10, 20, 200)


def test_another_model_starts_from_the_beginning(
    studio: Studio, fitted: Visit, runner: FakeRunner, choose: Callable[..., None]
) -> None:
    choose(fitted, "model", colour=(1, 90, 90))
    studio.fit(fitted)
    settle(fitted)
    assert len(runner.submitted[-1][1]) == 4
    assert len(list((fitted.root / "fits").iterdir())) == 1, "the earlier fit's folder was not removed"


@pytest.mark.parametrize("slot", ["model", "garment"])
def test_a_fit_that_fails_says_so_at_the_picture_and_keeps_the_earlier_one(
    studio: Studio, fitted: Visit, choose: Callable[..., None], slot: str
) -> None:
    studio.compose(fitted, PLACEMENT)
    settle(fitted)
    before = fitted.fit
    choose(fitted, slot, colour=BLANK)
    studio.fit(fitted)
    settle(fitted)
    assert fitted.fit == before
    assert fitted.run
    assert fitted.run.status == "failed"
    assert len(fitted.errors[slot]) == 1  # type: ignore[index]
    studio.compose(fitted, PLACEMENT)
    settle(fitted)
    assert len(fitted.history) == 2


def test_cancelling_keeps_the_earlier_fit(studio: Studio, fitted: Visit, choose: Callable[..., None]) -> None:
    gate = threading.Event()

    def slow(*args: Any) -> None:
        report = args[3]
        while not gate.wait(0.01):
            report(Progress("step1", 0.1, ""))

    studio.runner.work = slow  # type: ignore[attr-defined]
    before = fitted.fit
    choose(fitted, "model", colour=(9, 9, 99))
    studio.fit(fitted)
    assert fitted.running
    studio.cancel(fitted)
    settle(fitted)
    gate.set()
    assert fitted.run
    assert fitted.run.status == "cancelled"
    assert fitted.fit == before
    assert not fitted.errors
    studio.runner.work = run_steps  # type: ignore[attr-defined]
    studio.fit(fitted)
    settle(fitted)
    assert fitted.fit != before


def test_what_a_stage_remarked_is_shown_with_it_as_long_as_it_counts(
    studio: Studio, visit: Visit, choose: Callable[..., None]
) -> None:
    def remarks(*args: Any) -> None:
        report = args[3]
        if "step1" in args[1]:
            report(Progress("step1", 0.9, "", notes=("Several people were found. The largest was kept.",)))
        run_steps(*args)

    studio.runner.work = remarks  # type: ignore[attr-defined]
    choose(visit, "model")
    for colour in ((20, 160, 90), (10, 20, 200)):
        choose(visit, "garment", colour=colour)
        studio.fit(visit)
        settle(visit)
        assert [note["template"][:14] for note in stages.view(visit, str)["notes"]] == ["Several people"]
    again = Studio(studio.store, studio.runner, studio.served, studio.settings).enter(visit.name)
    assert again.fit == visit.fit
    choose(visit, "model", colour=(1, 90, 90))
    studio.runner.work = run_steps  # type: ignore[attr-defined]
    studio.fit(visit)
    settle(visit)
    assert stages.view(visit, str)["notes"] == []


def test_a_disk_that_fills_up_costs_nothing_that_was_there(
    studio: Studio, fitted: Visit, choose: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    studio.compose(fitted, PLACEMENT)
    settle(fitted)
    before, history = fitted.fit, list(fitted.history)
    choose(fitted, "garment", colour=(10, 20, 200))
    full = StorageError("The disk is full: {name} could not be written. Free some space and try again.", name="x")
    for work in (lambda: studio.fit(fitted), lambda: studio.compose(fitted, PLACEMENT)):
        written = iter([None])  # the first writing goes well, the one at the job's end does not

        def save(_: Visit, written: Iterator[None] = written) -> None:
            if next(written, full):
                raise full

        monkeypatch.setattr("components.state.save", save)
        with suppress(StorageError):
            work()
        settle(fitted)
        assert fitted.fit == before
        assert fitted.history == history
        assert [said for messages in fitted.errors.values() for said in messages]
        monkeypatch.undo()
    fitted.errors.clear()
    studio.compose(fitted, PLACEMENT)
    settle(fitted)
    assert not fitted.errors
    assert len(fitted.history) == 2


def test_pressing_fit_twice_runs_once(
    studio: Studio, visit: Visit, runner: FakeRunner, choose: Callable[..., None]
) -> None:
    choose(visit, "model")
    choose(visit, "garment", colour=(20, 160, 90))
    threads = [threading.Thread(target=studio.fit, args=(visit,)) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    settle(visit)
    assert len(runner.submitted) == 1


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
    assert summary(again.here) == PLACEMENT
    assert again.history == fitted.history
    assert again.shown == fitted.shown


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


def test_a_file_that_is_no_picture_leaves_the_slot_as_it_was(studio: Studio, fitted: Visit, tmp_path: Path) -> None:
    before = dict(fitted.uploads)
    bad = tmp_path / "notes.png"
    bad.write_bytes(b"no picture at all")
    with pytest.raises(ImageError):
        studio.choose(fitted, "model", bad, bad.name)
    assert fitted.uploads == before


def test_a_placement_that_is_none_is_refused(studio: Studio, fitted: Visit) -> None:
    for entry in ({}, {**PLACEMENT, "top": [1]}, {**PLACEMENT, "top": ["a", 2]}, {**PLACEMENT, "top": [150, 190]}):
        with pytest.raises(PlacementError):
            studio.compose(fitted, entry)
    assert not fitted.composing


def test_composing_needs_a_fit_and_a_background(studio: Studio, visit: Visit) -> None:
    with pytest.raises(InputError, match="nothing to place"):
        studio.compose(visit, PLACEMENT)
    with pytest.raises(InputError, match="missing"):
        studio.fit(visit)


def test_a_placement_for_another_scene_is_let_go(studio: Studio, fitted: Visit) -> None:
    studio.place(fitted, PLACEMENT, Sent("old"))
    assert fitted.here is None


def test_a_picture_of_the_history_can_be_shown_and_removed(studio: Studio, fitted: Visit) -> None:
    for _ in range(2):
        studio.compose(fitted, PLACEMENT)
        settle(fitted)
    first, second = (entry.number for entry in fitted.history)
    studio.show(fitted, first)
    assert fitted.shown == first
    studio.remove(fitted, first)
    assert fitted.shown == second
    assert not fitted.composite_file(first).exists()
    with pytest.raises(InputError):
        studio.show(fitted, first)


def test_downloads_are_the_files_of_the_workspace(studio: Studio, fitted: Visit) -> None:
    assert fitted.fit
    output = fitted.fit_root(fitted.fit.number) / "output"
    assert studio.file(fitted, "figure")[0] == output / "figure" / "model_garment.png"
    assert studio.file(fitted, "cutout")[0] == output / "background_step1" / "model.png"
    with pytest.raises(InputError):
        studio.file(fitted, "composite")
    with pytest.raises(InputError):
        studio.file(fitted, "../state.json")


def test_two_visitors_do_not_meet(studio: Studio, fitted: Visit) -> None:
    other = studio.enter(None)
    assert other.name != fitted.name
    assert not other.uploads
    with pytest.raises(InputError):
        studio.file(other, "figure")


def test_a_large_file_is_refused(studio: Studio, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.uploads.UPLOAD_LIMIT_MB", 0)
    with pytest.raises(ImageError, match="larger"):
        studio.choose(visit, "model", picture(tmp_path / "a.png"), "a.png")


def test_a_visit_in_use_is_one_however_often_old_ones_are_swept(
    studio: Studio, fitted: Visit, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("components.visits._SWEEP_SECONDS", 0)
    studio.enter(None)
    assert studio.enter(fitted.name) is fitted


def test_what_goes_wrong_after_a_fit_was_kept_does_not_cost_it(
    studio: Studio, fitted: Visit, choose: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("directory not empty")

    before = fitted.fit
    choose(fitted, "garment", colour=(10, 20, 200))
    for what in ("components.fits.prune", "components.placing.show"):
        monkeypatch.setattr(what, broken)
    studio.fit(fitted)
    settle(fitted)
    assert fitted.fit
    assert fitted.fit != before
    assert fitted.run is None
    assert not fitted.errors
    assert fitted.figure_file(fitted.fit.number).is_file()


def test_a_job_that_still_writes_where_a_fit_tidies_up_does_no_harm(
    studio: Studio, fitted: Visit, choose: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(path: str, *args: Any, **options: Any) -> None:
        raise OSError("directory not empty")

    assert fitted.fit
    before = fitted.cut_root(fitted.fit.garment)
    choose(fitted, "garment", colour=(10, 20, 200))
    settle(fitted)
    monkeypatch.setattr("os.rmdir", busy)
    fits.prune(fitted)
    monkeypatch.undo()
    assert before.is_dir()
    fits.prune(fitted)
    assert not before.exists()
