"""What passes between the page, the supervisor and its workers.

A watcher of a job sees events. A worker reads commands and writes reports, each a JSON object on a line of its own;
pictures never pass through the pipes, they lie in the workspace.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from vton_core import errors
from vton_core.errors import VtonError
from vton_core.progress import Progress, Settings, StepName

__all__ = [
    "Begun",
    "Command",
    "Event",
    "Failed",
    "Finished",
    "JobRunner",
    "MalformedLineError",
    "Progressed",
    "Queued",
    "Ready",
    "Report",
    "RunSteps",
    "Told",
    "WarmUp",
    "Watcher",
    "command_from",
    "line_of",
    "report_from",
]


@dataclass(frozen=True)
class Queued:
    """The job waits; ``position`` 1 is the next to start."""

    position: int


@dataclass(frozen=True)
class Progressed:
    """A step goes on, or has ended."""

    progress: Progress


@dataclass(frozen=True)
class Finished:
    """The job has ended well; no event follows."""


@dataclass(frozen=True)
class Failed:
    """The job has ended without its result; no event follows.

    Attributes:
        kind: name of the class in :mod:`vton_core.errors`.
        template: the sentence, with ``{name}`` fields.
        values: what stands in the fields.
        notes: which of several pictures it is about.
    """

    kind: str
    template: str
    values: dict[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()

    @classmethod
    def of(cls, error: VtonError) -> Failed:
        """The event that tells of ``error``."""
        return cls(type(error).__name__, error.template, dict(error.values), tuple(getattr(error, "__notes__", ())))

    def error(self) -> VtonError:
        """The error that it tells of."""
        kind = getattr(errors, self.kind, VtonError)
        made: VtonError = kind(self.template, **self.values)
        for note in self.notes:
            made.add_note(note)
        return made


Event: TypeAlias = Queued | Progressed | Finished | Failed


class Watcher(Protocol):
    """The events of a job from its beginning; blocks until the next, and ends after the last.

    ``close`` may be called from any thread and ends the iteration at once.
    """

    def __iter__(self) -> Iterator[Event]: ...
    def __next__(self) -> Event: ...
    def close(self) -> None: ...


class JobRunner(Protocol):
    """Runs steps elsewhere: the supervisor of this machine's workers, or a cluster's."""

    def submit(self, workspace_root: Path, steps: Sequence[StepName], settings: Settings) -> str:
        """Queue ``steps`` on a workspace and return the job's unguessable id."""

    def watch(self, job_id: str) -> Watcher:
        """Follow a job. Any number of watchers may, also after it has ended, until it is forgotten."""

    def cancel(self, job_id: str) -> None:
        """Stop a job; when this returns, nothing works on it any more. Nothing happens if it has ended already."""

    def close(self) -> None:
        """Stop every job and every worker."""


@dataclass(frozen=True)
class RunSteps:
    """Command: run ``steps`` on the workspace."""

    job: str
    workspace: str
    steps: tuple[StepName, ...]
    settings: Settings


@dataclass(frozen=True)
class WarmUp:
    """Command: get the engines of ``steps`` ready while there is nothing else to do."""

    steps: tuple[StepName, ...]
    settings: Settings


@dataclass(frozen=True)
class Ready:
    """Report: the worker listens, or, where ``warm``, has got its engines ready."""

    warm: bool


@dataclass(frozen=True)
class Begun:
    """Report: the worker has taken the job up."""

    job: str


@dataclass(frozen=True)
class Told:
    """Report: an event of a job; ``trace`` is the traceback of a failure that nobody foresaw."""

    job: str
    event: Progressed | Finished | Failed
    trace: str = ""


Command: TypeAlias = RunSteps | WarmUp
Report: TypeAlias = Ready | Begun | Told


class MalformedLineError(ValueError):
    """A line that is no message of this protocol."""


def line_of(message: Command | Report) -> bytes:
    """The message as one line of ASCII, with its line feed."""
    body: dict[str, Any]
    match message:
        case Begun(job):
            body = {"type": "begun", "job": job}
        case Told(job, Progressed(progress)):
            body = {"type": "progress", "job": job, "progress": asdict(progress)}
        case Told(job, Finished()):
            body = {"type": "done", "job": job}
        case Told(job, Failed() as failed, trace):
            body = {"type": "failed", "job": job, **asdict(failed), "trace": trace}
        case Ready(warm):
            body = {"type": "ready", "warm": warm}
        case RunSteps():
            body = {"type": "job", **asdict(message)}
        case WarmUp():
            body = {"type": "warm-up", **asdict(message)}
    return json.dumps(body).encode("ascii") + b"\n"


def command_from(line: bytes) -> Command:
    """Read a line that a worker was sent.

    Raises:
        MalformedLineError: it is no command.
    """
    body = _body(line)
    try:
        steps, settings = tuple(body["steps"]), Settings(**body["settings"])
        if body["type"] == "job":
            return RunSteps(str(body["job"]), str(body["workspace"]), steps, settings)
        if body["type"] == "warm-up":
            return WarmUp(steps, settings)
    except (KeyError, TypeError, VtonError) as error:
        raise MalformedLineError(f"not a command: {line[:200]!r}") from error
    raise MalformedLineError(f"not a command: {line[:200]!r}")


def report_from(line: bytes) -> Report:
    """Read a line that a worker wrote.

    Raises:
        MalformedLineError: it is no report.
    """
    body = _body(line)
    try:
        match body["type"]:
            case "ready":
                return Ready(bool(body["warm"]))
            case "begun":
                return Begun(str(body["job"]))
            case "progress":
                return Told(str(body["job"]), Progressed(_progress(body["progress"])))
            case "done":
                return Told(str(body["job"]), Finished())
            case "failed":
                values = {str(name): str(value) for name, value in body["values"].items()}
                event = Failed(str(body["kind"]), str(body["template"]), values, tuple(map(str, body["notes"])))
                return Told(str(body["job"]), event, str(body["trace"]))
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise MalformedLineError(f"not a report: {line[:200]!r}") from error
    raise MalformedLineError(f"not a report: {line[:200]!r}")


def _body(line: bytes) -> Mapping[str, Any]:
    try:
        body = json.loads(line)
    except ValueError as error:
        raise MalformedLineError(f"not JSON: {line[:200]!r}") from error
    if not isinstance(body, dict):
        raise MalformedLineError(f"not an object: {line[:200]!r}")
    return body


def _progress(entry: Mapping[str, Any]) -> Progress:
    listed = {name: tuple(entry[name]) for name in ("files", "notes")}
    return Progress(**{**entry, **listed})
