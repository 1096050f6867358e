"""A background process that runs steps: ``python -m vton_core.workers.worker``.

Commands come in and reports go out as JSON lines on the pipes that it was started with. It moves both away from the
standard descriptors first: whatever a library prints lands on standard error, and nothing but this module can write a
report. It ends, with all that its steps have started, when its standard input closes.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import traceback
from collections import deque
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path
from queue import SimpleQueue
from threading import Lock, Thread
from typing import BinaryIO, Final, TypeAlias, cast

from vton_core.errors import EngineError, JobError, VtonError
from vton_core.progress import Progress, Settings, StepName
from vton_core.workers.protocol import (
    Begun,
    Command,
    Failed,
    Finished,
    MalformedLineError,
    Progressed,
    Ready,
    Report,
    RunSteps,
    Told,
    WarmUp,
    command_from,
    line_of,
)
from vton_core.workspace import Workspace

__all__ = ["RUNNER", "WARMER", "Runner", "Warmer", "main"]

Runner: TypeAlias = Callable[[Workspace, Sequence[StepName], Settings, Callable[[Progress], None]], None]
Warmer: TypeAlias = Callable[[StepName, Settings], None]

RUNNER: Final = "vton_core.pipeline:run_steps"
WARMER: Final = "vton_core.workers.warm:warm_up"


class _Pipes:
    """The two ends that the supervisor holds the others of, out of every library's reach."""

    def __init__(self) -> None:
        self._in = os.fdopen(os.dup(0), "rb")
        self._out = os.dup(1)
        self._lock = Lock()
        if os.getpgrp() == os.getpid():
            guard = [sys.executable, "-I", "-S", str(Path(__file__).with_name("guard.py"))]
            self._guard = subprocess.Popen(guard, stdin=self._in, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.close(nothing)
        os.dup2(2, 1)

    def write(self, report: Report) -> None:
        """Send a report; the steps' own threads may report too."""
        rest = memoryview(line_of(report))
        with self._lock:
            while rest:
                rest = rest[os.write(self._out, rest) :]

    def read_into(self, inbox: SimpleQueue[Command]) -> None:
        """Read commands until the supervisor is gone, then end this process."""
        source: BinaryIO = self._in
        try:
            for line in source:
                inbox.put(command_from(line))
        except MalformedLineError:
            traceback.print_exc()
        sys.stderr.flush()
        if os.getpgrp() == os.getpid():
            os.killpg(0, signal.SIGKILL)
        os._exit(1)


def _load(name: str) -> Callable[..., None]:
    module, _, function = name.partition(":")
    return cast(Callable[..., None], getattr(import_module(module), function))


def _run(command: RunSteps, runner: Runner, pipes: _Pipes) -> None:
    def report(progress: Progress) -> None:
        pipes.write(Told(command.job, Progressed(progress)))

    pipes.write(Begun(command.job))
    try:
        runner(Workspace(Path(command.workspace)), command.steps, command.settings, report)
    except VtonError as error:
        pipes.write(Told(command.job, Failed.of(error)))
    except ImportError as error:
        lacking = EngineError(
            "The Python {python} lacks {module}, which this step needs. Install it there, or choose another engine or "
            "another Python.",
            python=sys.executable,
            module=error.name or str(error),
        )
        pipes.write(Told(command.job, Failed.of(lacking), traceback.format_exc()))
    except MemoryError:
        full = JobError("There was not enough memory for this picture. Choose a smaller one.")
        pipes.write(Told(command.job, Failed.of(full), traceback.format_exc()))
    except Exception as error:
        unforeseen = JobError(
            "The program met an error that it does not know ({name}). Try again, or try another picture.",
            name=type(error).__name__,
        )
        pipes.write(Told(command.job, Failed.of(unforeseen), traceback.format_exc()))
    else:
        pipes.write(Told(command.job, Finished()))


class _WarmUps:
    """What is got ready while there is nothing else to do; a job that comes is let go first."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._left: deque[tuple[StepName, Settings]] = deque()

    def __bool__(self) -> bool:
        return bool(self._left)

    def add(self, command: WarmUp) -> None:
        """Have so much more to get ready."""
        self._left.extend((step, command.settings) for step in command.steps)

    def next(self) -> None:
        """Get one more step ready."""
        # What is missing or broken here is told by the first job that needs it, to the one who asked for it.
        step, settings = self._left.popleft()
        try:
            warmer: Warmer = _load(self._name)
            warmer(step, settings)
        except Exception:
            traceback.print_exc()


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve the supervisor until it goes away."""
    parser = argparse.ArgumentParser(prog="python -m vton_core.workers.worker", description=__doc__)
    parser.add_argument("--runner", default=RUNNER, help="module:function that runs steps (default: %(default)s)")
    parser.add_argument("--warmer", default=WARMER, help="module:function that warms up (default: %(default)s)")
    chosen = parser.parse_args(arguments)
    pipes = _Pipes()
    inbox: SimpleQueue[Command] = SimpleQueue()
    Thread(target=pipes.read_into, args=(inbox,), daemon=True).start()
    runner: Runner = _load(chosen.runner)
    warm_ups = _WarmUps(chosen.warmer)
    pipes.write(Ready(warm=False))
    while True:
        if warm_ups and inbox.empty():
            warm_ups.next()
            if not warm_ups:
                pipes.write(Ready(warm=True))
            continue
        match inbox.get():
            case RunSteps() as command:
                _run(command, runner, pipes)
            case WarmUp() as command:
                warm_ups.add(command)


if __name__ == "__main__":
    main()
