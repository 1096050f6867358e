"""One background process, seen from the supervisor: started, spoken to, listens to, ended."""

from __future__ import annotations

import os
import signal
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, Final, cast

import vton_core
from vton_core.workers.job import Job
from vton_core.workers.protocol import (
    Command,
    Failed,
    MalformedLineError,
    Ready,
    Report,
    RunSteps,
    line_of,
    report_from,
)

__all__ = ["Worker"]

_ROOT: Final = Path(vton_core.__file__).parent.parent
_CHUNK: Final = 1 << 16
_LONGEST_LINE: Final = 1 << 22
_TAIL_BYTES: Final = 1 << 13
_LAST_BREATH: Final = 0.5


class Worker:
    """A running ``vton_core.workers.worker``, leader of a process group of its own.

    ``listens`` once it has started, ``warm`` once its engines are ready; ``begun`` tells that it has taken up the
    ``job`` that it was given last; with a ``verdict`` it has been killed and its end is awaited.

    Args:
        python: the interpreter that runs it.
        arguments: for the worker.
        environment: variables on top of this process's.

    Raises:
        OSError: the interpreter cannot be started.
    """

    def __init__(self, python: str, arguments: Sequence[str], environment: Mapping[str, str]) -> None:
        self.python = python
        self.job: Job | None = None
        self.listens = False
        self.warm = False
        self.begun = False
        self.verdict: Failed | None = None
        self._partial = b""
        self._tail = b""
        path = os.pathsep.join(filter(None, (str(_ROOT), os.environ.get("PYTHONPATH"))))
        settled = {"PYTHONPATH": path, "PYTHONSAFEPATH": "1", "PYTHONFAULTHANDLER": "1", **environment}
        self._process = subprocess.Popen(
            [python, "-m", "vton_core.workers.worker", *arguments],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            bufsize=0,
            env={**os.environ, **settled},
            start_new_session=True,
        )
        self._stdin, self.stdout, self.stderr = (
            cast(IO[bytes], pipe) for pipe in (self._process.stdin, self._process.stdout, self._process.stderr)
        )
        for pipe in (self.stdout, self.stderr):
            os.set_blocking(pipe.fileno(), False)

    @property
    def pid(self) -> int:
        """Its process id, and its group's."""
        return self._process.pid

    @property
    def free(self) -> bool:
        """It can take a job."""
        return self.job is None and self.verdict is None

    def give(self, job: Job, command: RunSteps) -> None:
        """Hand it a part of a job."""
        self.job, self.begun = job, False
        self.send(command)

    def send(self, command: Command) -> None:
        """Send a command; one that does not arrive is told by the end of the reports."""
        with suppress(BrokenPipeError):
            self._stdin.write(line_of(command))

    def reports(self) -> Iterator[Report]:
        """What it has reported since the last call.

        Raises:
            EOFError: it has ended.
            MalformedLineError: it wrote something else.
        """
        chunk = self.stdout.read(_CHUNK)
        if chunk is None:
            return
        if not chunk:
            raise EOFError
        *lines, self._partial = (self._partial + chunk).split(b"\n")
        if len(self._partial) > _LONGEST_LINE:
            raise MalformedLineError("a line without an end")
        for line in lines:
            report = report_from(line)
            if isinstance(report, Ready):
                self.listens, self.warm = True, report.warm
            yield report

    def drain(self) -> bool:
        """Keep the last of what it printed; false once there is nothing more to come."""
        while chunk := self.stderr.read(_CHUNK):
            self._tail = (self._tail + chunk)[-_TAIL_BYTES:]
        return chunk is None

    @property
    def tail(self) -> str:
        """The last that it printed."""
        return self._tail.decode("utf-8", "replace").strip()

    @property
    def last_words(self) -> str:
        """The last line that it printed, without the point at its end."""
        return self.tail.rpartition("\n")[2].strip().rstrip(".")[:200]

    def kill(self, verdict: Failed) -> None:
        """End it and all that it has started, now; ``verdict`` is what its job is told."""
        self.verdict = self.verdict or verdict
        self._end_group()

    def _end_group(self) -> None:
        with suppress(ProcessLookupError):
            os.killpg(self.pid, signal.SIGKILL)

    def bury(self) -> str:
        """See it off, once its reports have ended.

        Returns:
            What ended it, in a few words.
        """
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(_LAST_BREATH)
        self._end_group()
        code = self._process.wait()
        self.drain()
        with suppress(ChildProcessError):
            # Where this process is the machine's first one, those that a dead worker leaves behind become its children.
            while True:
                os.waitpid(-self.pid, 0)
        for pipe in (self._stdin, self.stdout, self.stderr):
            pipe.close()
        return f"signal {-code}" if code < 0 else f"exit code {code}"
