"""Keeps warm background processes and runs jobs on them: one a workspace at a time, the visitors in turn.

One thread does all the work: it starts the workers (which end with it), hears them, and decides. Any other thread only
asks, under one lock.
"""

from __future__ import annotations

import logging
import os
import secrets
import selectors
import socket
import sys
import time
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from threading import Condition, Thread
from types import TracebackType
from typing import IO, Final

from vton_core.errors import JobError, WorkspaceError
from vton_core.progress import Settings, StepName
from vton_core.workers import verdicts
from vton_core.workers.fair import FairQueue
from vton_core.workers.job import Job, Watch
from vton_core.workers.leases import lease
from vton_core.workers.process import Worker
from vton_core.workers.protocol import (
    Begun,
    Event,
    Failed,
    Finished,
    MalformedLineError,
    Progressed,
    Queued,
    Ready,
    Report,
    RunSteps,
)
from vton_core.workers.routes import Routes

__all__ = ["Supervisor"]

_LOG: Final = logging.getLogger(__name__)
_DEFAULTS: Final = Settings()


class Supervisor:
    """Runs jobs in background processes (a :class:`vton_core.workers.protocol.JobRunner`), safe to use from any thread.

    Args:
        workers: how many jobs run at once; by default one, and one more for every four cores beyond the first four.
        pythons: interpreters for steps that need one of their own, see :class:`vton_core.workers.routes.Routes`.
        warm: the settings whose engines are got ready in the background before the first job; ``None``: nothing is.
        timeout: seconds that a job may run.
        remembered: how many ended jobs can still be watched; older ones are forgotten.
        runner: ``module:function`` that runs the steps in the worker, instead of the pipeline's.
        warmer: ``module:function`` that warms up the worker.

    Raises:
        EngineError: an interpreter of ``pythons`` cannot be used.
    """

    def __init__(
        self,
        *,
        workers: int | None = None,
        pythons: Mapping[str, str] | None = None,
        warm: Settings | None = _DEFAULTS,
        timeout: float = 600.0,
        remembered: int = 200,
        runner: str | None = None,
        warmer: str | None = None,
    ) -> None:
        cores = os.cpu_count() or 1
        self._limit = workers or max(1, cores // 4)
        self._routes = Routes(pythons or {})
        self._timeout = timeout
        self._remembered = remembered
        self._arguments = [f"--{name}={value}" for name, value in (("runner", runner), ("warmer", warmer)) if value]
        # With several workers each takes its share of the cores, or they would stand in each other's way.
        shared = self._limit > 1 and "OMP_NUM_THREADS" not in os.environ
        self._environment = {"OMP_NUM_THREADS": str(max(1, cores // self._limit))} if shared else {}
        # A thread that spins while it waits for another takes the core that the other, or the page, would work on.
        self._environment["OMP_WAIT_POLICY"] = os.environ.get("OMP_WAIT_POLICY", "passive")
        self._warm_ups = self._routes.warm_ups(warm) if warm else {}

        self._changed = Condition()
        self._jobs: dict[str, Job] = {}
        self._ended: deque[Job] = deque()
        self._running: list[Job] = []
        self._queue: FairQueue[Job] = FairQueue()
        self._workers: list[Worker] = []
        self._closing = False
        self._selector = selectors.DefaultSelector()
        self._woken, self._bell = socket.socketpair()
        self._bell.setblocking(False)
        self._selector.register(self._woken, selectors.EVENT_READ)
        self._thread = Thread(target=self._serve, name="supervisor", daemon=True)
        self._thread.start()

    def submit(self, workspace_root: Path, steps: Sequence[StepName], settings: Settings) -> str:
        """Queue a job.

        Raises:
            JobError: the supervisor is closed.
            WorkspaceError: the visitor's folder is being swept away.
        """
        workspace = str(Path(workspace_root).resolve())
        parts = self._routes.parts(steps, settings)
        if not parts:
            raise ValueError("a job needs a step")
        try:
            held = lease(Path(workspace))
        except OSError:
            raise WorkspaceError("This visit is not there any more. Start a new one.") from None
        job = Job(secrets.token_urlsafe(16), workspace, settings, parts, held)
        with self._changed:
            if self._closing:
                job.release()
                raise JobError("The program is closing. Start it again.")
            self._jobs[job.id] = job
            self._queue.push(str(held.folder) if held else workspace, job)
        self._ring()
        return job.id

    def watch(self, job_id: str) -> Watch:
        """Follow a job from its beginning.

        Raises:
            JobError: the job is unknown, or forgotten.
        """
        with self._changed:
            job = self._jobs.get(job_id)
        if job is None:
            raise JobError("This job is not known any more. Start it again.")
        return Watch(job, self._changed)

    def cancel(self, job_id: str) -> None:
        """Stop a job; when this returns, nothing works on it any more."""
        with self._changed:
            job = self._jobs.get(job_id)
            if job is None or job.ended:
                return
            worker = next((worker for worker in self._workers if worker.job is job), None)
            if worker:
                worker.kill(verdicts.CANCELLED)
            else:
                self._end(job, verdicts.CANCELLED)
                self._ring()
            self._changed.wait_for(lambda: job.ended)

    def close(self) -> None:
        """Stop every job and every worker; a second call does nothing."""
        with self._changed:
            self._closing = True
        self._ring()
        self._thread.join()

    def __enter__(self) -> Supervisor:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _ring(self) -> None:
        # A bell that rings already need not be rung again, and a closed one need not be rung at all.
        with suppress(OSError):
            self._bell.send(b"!")

    # What follows is the supervisor's own thread's.

    def _serve(self) -> None:
        try:
            with self._changed:
                for python in self._warm_ups:
                    for _ in range(self._limit if python == sys.executable else 1):
                        self._spawn(python, warm=True)
            while not self._closing:
                self._turn()
        except Exception:
            _LOG.exception("the supervisor has met an error and closes")
        finally:
            self._shut_down()

    def _turn(self) -> None:
        deadlines = [job.deadline for job in self._running]
        heard = self._selector.select(max(0.0, min(deadlines) - time.monotonic()) if deadlines else None)
        with self._changed:
            for key, _ in heard:
                if key.data is None:
                    self._woken.recv(1 << 12)
                elif key.data in self._workers:
                    self._hear(key.data, key.fileobj)
            self._stop_late_jobs()
            while len(self._running) < self._limit and (job := self._queue.pop(self._may_start)):
                self._running.append(job)
                job.deadline = time.monotonic() + self._timeout
                self._hand_on(job)
            for position, job in enumerate(self._queue.order(), 1):
                if job.position != position:
                    job.position = position
                    self._tell(job, Queued(position))

    def _may_start(self, job: Job) -> bool:
        return all(other.workspace != job.workspace for other in self._running)

    def _stop_late_jobs(self) -> None:
        for worker in self._workers:
            if worker.job and worker.job.deadline <= time.monotonic() and worker.verdict is None:
                worker.kill(verdicts.late(self._timeout))

    def _hand_on(self, job: Job) -> None:
        """Give the job's next part to a worker of its interpreter."""
        part = job.parts[0]
        free = [worker for worker in self._workers if worker.free and worker.python == part.python]
        worker = max(free, key=lambda worker: (worker.warm, worker.listens), default=None)
        worker = worker or self._spawn(part.python, warm=False)
        if worker is None:
            self._end(job, verdicts.unfit(part.python, "it could not be started"))
            return
        worker.give(job, RunSteps(job.id, job.workspace, part.steps, job.settings))

    def _spawn(self, python: str, warm: bool) -> Worker | None:
        try:
            worker = Worker(python, self._arguments, self._environment)
        except OSError:
            _LOG.exception("the background process of %s could not be started", python)
            return None
        self._workers.append(worker)
        for pipe in (worker.stdout, worker.stderr):
            self._selector.register(pipe, selectors.EVENT_READ, worker)
        if warm and python in self._warm_ups:
            worker.send(self._warm_ups[python])
        return worker

    def _hear(self, worker: Worker, pipe: object) -> None:
        try:
            if pipe is worker.stdout:
                for report in worker.reports():
                    self._take(worker, report)
            elif not worker.drain():
                self._deafen(worker.stderr)
        except MalformedLineError as error:
            _LOG.error("the background process %d sent %s", worker.pid, error)
            worker.kill(verdicts.crashed("what it said could not be understood"))
        except EOFError:
            self._bury(worker)

    def _deafen(self, pipe: IO[bytes]) -> None:
        if pipe in self._selector.get_map():
            self._selector.unregister(pipe)

    def _take(self, worker: Worker, report: Report) -> None:
        if worker.verdict or isinstance(report, Ready):
            return
        job = worker.job
        if job is None or job.id != report.job:
            raise MalformedLineError("a report of a job that it was not given")
        if isinstance(report, Begun):
            worker.begun = True
            return
        if report.trace:
            _LOG.error("a step failed in the background process %d\n%s", worker.pid, report.trace)
        if isinstance(report.event, Progressed):
            self._tell(job, report.event)
            return
        worker.job = None
        job.parts.pop(0)
        if isinstance(report.event, Finished) and job.parts:
            self._hand_on(job)
        else:
            self._end(job, report.event)

    def _bury(self, worker: Worker) -> None:
        """A worker has ended: its job fails, and another worker takes its place."""
        for pipe in (worker.stdout, worker.stderr):
            self._deafen(pipe)
        cause = worker.bury()
        self._workers.remove(worker)
        if worker.verdict is None:
            _LOG.error("the background process %d ended unexpectedly: %s\n%s", worker.pid, cause, worker.tail)
        # One that dies of its warm-up would do so for ever; the next job gets one that does without.
        if not self._closing and worker.listens and (worker.begun or worker.warm or worker.verdict):
            self._spawn(worker.python, warm=True)
        job = worker.job
        if job and worker.listens and not (worker.begun or worker.verdict):
            self._hand_on(job)
        elif job:
            never_listened = worker.python != sys.executable and not worker.listens
            crash = (
                verdicts.unfit(worker.python, worker.last_words or cause) if never_listened else verdicts.crashed(cause)
            )
            self._end(job, worker.verdict or crash)

    def _end(self, job: Job, event: Finished | Failed) -> None:
        if job in self._running:
            self._running.remove(job)
        self._queue.remove(job)
        job.release()
        self._tell(job, event)
        self._ended.append(job)
        while len(self._ended) > self._remembered:
            del self._jobs[self._ended.popleft().id]

    def _tell(self, job: Job, event: Event) -> None:
        job.tell(event)
        self._changed.notify_all()

    def _shut_down(self) -> None:
        with self._changed:
            self._closing = True
            for worker in self._workers:
                worker.kill(verdicts.CLOSED)
            for worker in list(self._workers):
                self._bury(worker)
            for job in [job for job in self._jobs.values() if not job.ended]:
                self._end(job, verdicts.CLOSED)
            self._selector.close()
            for end in (self._woken, self._bell):
                end.close()
