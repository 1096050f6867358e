"""A job as the supervisor remembers it, and the view of it that a watcher holds."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from threading import Condition
from typing import Final

from vton_core.progress import Settings, StepName
from vton_core.workers.leases import Lease
from vton_core.workers.protocol import Event, Failed, Finished, Progressed, Queued

__all__ = ["Job", "Part", "Watch"]

_LAST: Final = (Finished, Failed)


@dataclass(frozen=True)
class Part:
    """Steps of a job that one worker can run: they share an interpreter."""

    python: str
    steps: tuple[StepName, ...]


@dataclass(eq=False)
class Job:
    """Args:
    id: unguessable.
    workspace: absolute path of the workspace.
    settings: engines and canvas.
    parts: what is still to be handed to a worker, in order.
    lease: keeps the visitor's folder from being swept, until the job ends.
    deadline: when it has run too long, on the monotonic clock.
    position: in the queue, as last told.
    """

    id: str
    workspace: str
    settings: Settings
    parts: list[Part]
    lease: Lease | None
    deadline: float = math.inf
    position: int = 0
    log: list[tuple[int, Event]] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Nothing works on it any more."""
        return bool(self.log) and isinstance(self.log[-1][1], _LAST)

    def release(self) -> None:
        """Let go of the visitor's folder."""
        if self.lease:
            self.lease.release()

    def tell(self, event: Event) -> None:
        """Add an event; one that only overtakes the last takes its place, so that the log stays short."""
        number = self.log[-1][0] + 1 if self.log else 1
        if self.log and _overtakes(event, self.log[-1][1]):
            self.log.pop()
        self.log.append((number, event))

    def after(self, number: int) -> tuple[int, Event] | None:
        """The first event with a higher number."""
        newer: Sequence[tuple[int, Event]] = self.log
        for at in range(len(self.log), 0, -1):
            if self.log[at - 1][0] <= number:
                newer = self.log[at:]
                break
        return newer[0] if newer else None


def _overtakes(event: Event, last: Event) -> bool:
    match event, last:
        case Queued(), Queued():
            return True
        case Progressed(new), Progressed(old):
            return new.step == old.step and old.seconds is None and not old.files and not old.notes
    return False


class Watch:
    """The events of a job, from the first to the last; see :class:`vton_core.workers.protocol.Watcher`.

    Nothing refers to a watch but its holder, so an abandoned one costs nothing.
    """

    def __init__(self, job: Job, changed: Condition) -> None:
        self._job, self._changed = job, changed
        self._seen = 0
        self._over = False

    def __iter__(self) -> Watch:
        return self

    def __next__(self) -> Event:
        with self._changed:
            while not self._over:
                if found := self._job.after(self._seen):
                    self._seen, event = found
                    self._over = isinstance(event, _LAST)
                    return event
                self._changed.wait()
        raise StopIteration

    def close(self) -> None:
        """End the iteration, also for a thread that is waiting in it."""
        with self._changed:
            self._over = True
            self._changed.notify_all()
