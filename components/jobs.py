"""Following the background jobs of a visit: a thread a job, which turns the supervisor's events into what is shown."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from threading import Thread
from typing import Any, Final

from components import edits, fits, scene
from components.i18n import Message, message, recognise, sentence
from components.previews import preview, thumbnail
from components.stage_views import StageViews
from components.visit import Composite, Fit, Place, Run, Visit
from vton_core.errors import VtonError
from vton_core.images import read_image
from vton_core.progress import Progress, StepName
from vton_core.storage import write_bytes
from vton_core.workers.protocol import Failed, JobRunner, Progressed, Queued
from vton_core.workspace import Workspace

__all__ = ["LOST", "follow", "follow_compose", "follow_fit", "follow_people", "follow_preview", "wait"]

_LOG: Final = logging.getLogger(__name__)
_WEIGHTS: Final[dict[StepName, float]] = {"step1": 0.35, "step2": 0.15, "step3": 0.2, "step4": 0.3}
LOST: Final = sentence("Something went wrong on this page. Try again; what you had is kept.")
_PLACES: Final[dict[str, Place]] = {"NoPersonError": "model", "NoGarmentError": "garment"}


class _EndedError(Exception):
    """The job ended with this message of that kind."""

    def __init__(self, kind: str, said: Message) -> None:
        super().__init__(kind)
        self.kind, self.said = kind, said


def follow(name: str, work: Callable[[], None], failed: Callable[[str, Message], None]) -> None:
    """Do ``work`` in a thread of its own; what goes wrong is told to ``failed``, by its kind and in a sentence."""

    def run() -> None:
        try:
            work()
        except _EndedError as end:
            failed(end.kind, end.said)
        except VtonError as error:
            failed(type(error).__name__, message(error))
        except Exception:
            _LOG.exception("a job's results could not be taken in")
            failed("Exception", LOST)

    Thread(target=run, name=name, daemon=True).start()


def _events(runner: JobRunner, job: str) -> Iterator[Queued | Progress]:
    for event in runner.watch(job):
        match event:
            case Queued():
                yield event
            case Progressed(progress):
                yield progress
            case Failed(kind, template, values):
                raise _EndedError(kind, {"template": template, "values": dict(values)})


def wait(runner: JobRunner, job: str) -> None:
    """Wait for the end of a job whose progress nobody sees; inside :func:`follow`'s work."""
    for _ in _events(runner, job):
        pass


def follow_fit(runner: JobRunner, visit: Visit, run: Run, digests: tuple[str, str], second: str = "") -> None:
    """Show the progress of a fit as it comes; at its end make it the visit's fit, or say why not."""
    steps = fits.FIT_STEPS[run.first :]
    total = sum(_WEIGHTS[step] for step in steps)
    workspace = Workspace(visit.fit_root(run.number))
    worn = fits.pair(visit)
    views = StageViews(visit, workspace, worn, run.number)
    started = time.monotonic()

    def redraw() -> None:
        """Show anew what was corrected by hand in stages that are not done again."""
        for index in edits.redrawn(visit.fit.edits if visit.fit else {}, run.edits, run.first):
            small = views.make(index)
            with visit.lock:
                run.stages[index] = replace(run.stages[index], preview=small)
                visit.changed()

    def work() -> None:
        redraw()
        for progress in _events(runner, run.job):
            if isinstance(progress, Queued):
                with visit.lock:
                    run.message = sentence("Waiting: number {position} in the queue.", position=progress.position)
                    visit.changed()
                continue
            index = fits.FIT_STEPS.index(progress.step)
            done = sum(_WEIGHTS[step] for step in fits.FIT_STEPS[run.first : index])
            finished = progress.seconds is not None
            small = views.make(index) if finished else None
            with visit.lock:
                stage = run.stages[index]
                run.fraction = max(run.fraction, (done + _WEIGHTS[progress.step] * progress.fraction) / total)
                if progress.message:
                    run.message = recognise(progress.message)
                run.ceiling = (done + _WEIGHTS[progress.step]) / total
                notes = (*stage.notes, *(note for note in map(recognise, progress.notes) if note not in stage.notes))
                run.stages[index] = (
                    replace(stage, status="done", seconds=progress.seconds, preview=small)
                    if finished
                    else replace(stage, status="running", notes=notes)
                )
                visit.changed()
        finish(time.monotonic() - started)

    def finish(seconds: float) -> None:
        fits.under_one_name(workspace, worn)
        figure = fits.figure_view(visit, workspace, run.number)
        kinds = fits.kinds(workspace)
        with visit.lock:
            earlier, others, arrangement = visit.fit, visit.earlier, visit.arrangement
            same = earlier is not None and (earlier.model, earlier.garment, earlier.engines) == (*digests, run.engines)
            same = same and earlier is not None and earlier.second == second
            stages = tuple(run.stages)
            fit = Fit(
                *(run.number, *digests, stages, round(seconds, 3), figure, run.engines, run.wearing, run.edits, kinds),
                second,
            )
            visit.arrangement = scene.refitted(visit, earlier, fit)
            visit.earlier = fits.earlier(visit, fit, replaced=same)
            visit.fit = fit
            try:
                visit.save()
            except VtonError:
                visit.fit, visit.earlier, visit.arrangement = earlier, others, arrangement
                raise
            fits.prune(visit)
            visit.changed()
            visit.run = None  # last: who sees that nothing is under way any more sees all of the above

    def failed(kind: str, said: Message) -> None:
        with visit.lock:
            fits.discard(visit, run.number)
            cancelled = kind == "JobCancelledError"
            run.stages = [
                replace(stage, status="failed" if stage.status == "running" else stage.status) for stage in run.stages
            ]
            if not cancelled:
                corrected = visit.fit is not None and run.edits != visit.fit.edits
                visit.fail(_PLACES.get(kind, "correct" if corrected else "stages"), said)
            visit.changed()
            run.status = "cancelled" if cancelled else "failed"

    follow(f"fit-{run.job}", work, failed)


def follow_compose(
    runner: JobRunner, visit: Visit, job: str, number: int, root: Path, placement: Mapping[str, Any]
) -> None:
    """Wait for a composite, then put it into the history and show it, or say why not."""

    def work() -> None:
        wait(runner, job)
        target = visit.composite_file(number)
        write_bytes(target, Workspace(root).result_file(scene.NAME).read_bytes())
        picture = read_image(target)
        preview(picture, visit.preview_file(f"composite-{number:04d}.webp"))
        thumbnail(picture, visit.preview_file(f"composite-{number:04d}-small.webp"))
        size = (picture.shape[1], picture.shape[0])
        with visit.lock:
            earlier = visit.shown
            visit.history.append(Composite(number, time.time(), size, dict(placement)))
            visit.shown = visit.pictured = number
            try:
                visit.save()
            except VtonError:
                visit.history.pop()
                visit.shown, visit.pictured = earlier, 0
                raise
            visit.changed()
            visit.composing = None

    def failed(_: str, said: Message) -> None:
        with visit.lock:
            visit.fail("placement", said)
            visit.composing = None

    follow(f"compose-{job}", work, failed)


def follow_preview(
    runner: JobRunner, visit: Visit, job: str, root: Path, stamp: int, again: Callable[[], str | None]
) -> None:
    """Wait for a small rendering of the scene and show it; if the scene has changed since, the next begins: ``again``
    returns its job."""

    def work() -> None:
        wait(runner, job)
        content = Workspace(root).preview_file(scene.NAME).read_bytes()
        name = f"rendered-{stamp:06d}.webp"
        write_bytes(visit.preview_file(name), content)
        with visit.lock:
            before, visit.rendered = visit.rendered, {"name": name, "stamp": stamp}
            if before and before["name"] != name:
                visit.preview_file(before["name"]).unlink(missing_ok=True)
            following = again() if visit.stamp != stamp else None
            visit.changed()
            visit.rendering = following  # last: who sees that nothing is under way any more sees all of the above

    def failed(kind: str, said: Message) -> None:
        with visit.lock:
            if kind != "JobCancelledError":
                visit.fail("placement", said)
            visit.rendering = None

    follow(f"preview-{job}", work, failed)


def follow_people(runner: JobRunner, visit: Visit, job: str, root: Path, ground: str) -> None:
    """Wait for who stands in the background; where that cannot be told, nobody does."""

    def told(found: dict[str, Any]) -> None:
        with visit.lock:
            visit.people[ground] = found
            visit.changed()
            visit.looking = None

    def work() -> None:
        wait(runner, job)
        (file,) = (Workspace(root).output / "people").glob("*.json")
        found = json.loads(file.read_text("utf-8"))
        told({"people": found["people"], "horizon": found["horizon"]})

    def failed(kind: str, said: Message) -> None:
        _LOG.info("the background was not searched for people: %s: %s", kind, said["template"])
        told({"people": [], "horizon": None})

    follow(f"people-{job}", work, failed)
