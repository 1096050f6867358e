"""Following the background jobs of a visit: a thread a job, which turns the supervisor's events into what is shown."""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from threading import Thread
from typing import Any, Final

from components import scene, state
from components.arrangement import People
from components.i18n import Message, message, sentence, told
from components.previews import preview, thumbnail
from components.records import Composite
from components.visit import Visit
from vton_core.errors import VtonError
from vton_core.images import read_image
from vton_core.progress import Progress
from vton_core.storage import write_bytes
from vton_core.workers.protocol import Failed, JobRunner, Progressed, Queued
from vton_core.workspace import Workspace

__all__ = ["LOST", "afterwards", "events", "follow", "follow_compose", "follow_people", "follow_preview", "wait"]

_LOG: Final = logging.getLogger(__name__)
LOST: Final = sentence("Something went wrong on this page. Try again; what you had is kept.")


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


def afterwards(*works: Callable[[], None]) -> None:
    """Do what follows once a job's results are kept: what goes wrong with it is logged, and costs none of them."""
    for work in works:
        try:
            work()
        except Exception:
            _LOG.exception("what follows a job could not be done")


def events(runner: JobRunner, job: str) -> Iterator[Queued | Progress]:
    """What a job tells until it ends; inside :func:`follow`'s work, which its failure ends."""
    for event in runner.watch(job):
        match event:
            case Queued():
                yield event
            case Progressed(progress):
                yield progress
            case Failed(kind, template, values):
                raise _EndedError(kind, told(template, values))


def wait(runner: JobRunner, job: str) -> None:
    """Wait for the end of a job whose progress nobody sees; inside :func:`follow`'s work."""
    for _ in events(runner, job):
        pass


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
                state.save(visit)
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
    """Wait for a small rendering of the scene and show it; if the scene has changed since, the next begins, however
    this one ended: ``again`` returns its job."""

    def following() -> str | None:
        try:
            return again() if visit.stamp != stamp else None
        except VtonError as error:
            visit.fail("placement", message(error))
        except Exception:
            _LOG.exception("the scene could not be rendered again")
            visit.fail("placement", LOST)
        return None

    def work() -> None:
        wait(runner, job)
        content = Workspace(root).preview_file(scene.NAME).read_bytes()
        name = f"rendered-{stamp:06d}.jpg"
        write_bytes(visit.preview_file(name), content)
        with visit.lock:
            before, visit.rendered = visit.rendered, {"name": name, "stamp": stamp}
            if before and before["name"] != name:
                visit.preview_file(before["name"]).unlink(missing_ok=True)
            job_of_now = following()
            visit.changed()
            visit.rendering = job_of_now  # last: who sees that nothing is under way any more sees all of the above

    def failed(kind: str, said: Message) -> None:
        with visit.lock:
            job_of_now = following()
            if kind != "JobCancelledError" and job_of_now is None:
                visit.fail("placement", said)
            visit.rendering = job_of_now

    follow(f"preview-{job}", work, failed)


def follow_people(runner: JobRunner, visit: Visit, job: str, root: Path, ground: str) -> None:
    """Wait for who stands in the background; where that cannot be told, nobody does."""

    def told(found: People) -> None:
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
