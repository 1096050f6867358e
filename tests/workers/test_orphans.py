"""No background process outlives the process that supervises it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from tests.workers.conftest import Bench, alive, ran, until

PAGE = """
import sys, threading, time
from pathlib import Path
from vton_core.progress import Settings
from vton_core.workers import Supervisor

supervisor = Supervisor(workers=1, warm=None, runner="tests.workers.fakes:run")
supervisor.submit(Path(sys.argv[1]), ("step1",), Settings())
for line in sys.stdin:
    exec(line)
"""


@pytest.mark.parametrize(
    ("action", "end"),
    [
        ("burn", signal.SIGKILL),
        ("hold-interpreter", signal.SIGKILL),
        ("child", signal.SIGKILL),
        ("child", signal.SIGTERM),
        ("burn", "sys.exit()"),
        ("burn", "raise ValueError"),
    ],
)
def test_workers_end_with_the_page(bench: Bench, action: str, end: signal.Signals | str) -> None:
    root = bench.workspace([action])
    page = subprocess.Popen(
        [sys.executable, "-c", PAGE, str(root)],
        stdin=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[2],
        text=True,
    )
    until(lambda: ran(root))
    pids = [ran(root)[0]["pid"]]
    if action == "child":
        until(lambda: (root / "child").exists() and (root / "child").read_text())
        pids.append(int((root / "child").read_text()))
    if action == "hold-interpreter":
        until(lambda: (root / "holds").exists())
    assert all(map(alive, pids))
    if isinstance(end, signal.Signals):
        os.kill(page.pid, end)
        page.communicate()
    else:
        page.communicate(end + "\n")
    until(lambda: not any(map(alive, pids)))


def test_a_worker_whose_input_ends_ends() -> None:
    worker = subprocess.Popen(
        [sys.executable, "-m", "vton_core.workers.worker", "--runner", "tests.workers.fakes:run"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    )
    assert worker.stdout
    assert worker.stdin
    worker.stdout.readline()
    worker.stdin.close()
    assert worker.wait(60) != 0
    worker.stdout.close()
