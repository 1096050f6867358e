"""Running steps now, each under the Python that it was given: the command line's way to the workers."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from vton_core.pipeline import check, run_steps
from vton_core.progress import Progress, Settings, StepName
from vton_core.workers.protocol import Failed, Progressed
from vton_core.workers.routes import Routes
from vton_core.workers.supervisor import Supervisor
from vton_core.workspace import Workspace

__all__ = ["run_under_pythons"]

_TEN_DAYS: Final = 864_000.0
_SILENT: Final = logging.NullHandler()


def run_under_pythons(
    workspace: Workspace,
    steps: Sequence[StepName],
    settings: Settings,
    report: Callable[[Progress], None],
    pythons: Mapping[str, str],
) -> None:
    """As :func:`vton_core.pipeline.run_steps`, with some steps under interpreters of their own.

    Those run in a background process, which ends, with all that it has started, as soon as this call does.

    Args:
        workspace: where the files are; all that passes between the processes.
        steps: which steps, in this order.
        settings: engines and canvas.
        report: called as the work goes on.
        pythons: interpreters, see :class:`vton_core.workers.routes.Routes`.

    Raises:
        VtonError: what a step cannot do, in one sentence, or why an interpreter cannot run it.
    """
    check(settings)
    parts = Routes(pythons).parts(steps, settings)
    # What the background process prints is for the page's log; here the error's sentence says it.
    logging.getLogger("vton_core.workers").addHandler(_SILENT)
    with Supervisor(workers=1, pythons=pythons, warm=None, timeout=_TEN_DAYS) as supervisor:
        for part in parts:
            if part.python == sys.executable:
                run_steps(workspace, part.steps, settings, report)
            else:
                _follow(supervisor, workspace.root, part.steps, settings, report)


def _follow(
    supervisor: Supervisor,
    root: Path,
    steps: Sequence[StepName],
    settings: Settings,
    report: Callable[[Progress], None],
) -> None:
    for event in supervisor.watch(supervisor.submit(root, steps, settings)):
        match event:
            case Progressed(progress):
                report(progress)
            case Failed() as failed:
                raise failed.error()
