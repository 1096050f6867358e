"""Fits: their stages, what is kept from one to the next, and what stays where one fails."""

from __future__ import annotations

import errno
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import pytest

from components import stages
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import BLANK, FakeRunner, load, run_steps
from tests.components.scenes import PLACEMENT
from vton_core.errors import StorageError
from vton_core.progress import Progress


def test_a_fit_shows_every_stage_with_its_time_and_picture(fitted: Visit) -> None:
    assert fitted.fit
    assert [stage.kind for stage in fitted.fit.stages] == ["cutout", "pose", "parse", "tryon"]
    for stage in fitted.fit.stages:
        assert stage.status == "done"
        assert stage.seconds == 0.5
        assert stage.preview
        assert fitted.preview_file(stage.preview).is_file()


def test_the_figure_on_the_canvas_is_the_visible_part_with_its_own_numbers(fitted: Visit) -> None:
    assert fitted.fit
    figure = fitted.fit.figure
    assert (figure.origin, figure.size, figure.height) == ((15, 10), (30, 70), 70)
    assert figure.anchor[0] == pytest.approx((15 + 44) / 2)
    assert figure.cropped
    assert load(fitted.preview_file(figure.preview)).size == (30, 70)


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


def test_a_fit_that_finds_no_room_to_begin_is_a_sentence(
    studio: Studio, fitted: Visit, choose: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    before = fitted.fit
    choose(fitted, "garment", colour=(10, 20, 200))
    settle(fitted)
    for what in ("os.link", "shutil.copy2"):
        monkeypatch.setattr(what, full)
    with pytest.raises(StorageError, match="disk is full"):
        studio.fit(fitted)
    monkeypatch.undo()
    assert not fitted.running
    studio.fit(fitted)
    settle(fitted)
    assert fitted.fit != before


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
