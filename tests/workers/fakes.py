"""Steps for the tests' workers: what a job does is written in the file ``script.json`` of its workspace.

The script is a list of actions, ``[name, argument …]``; those of :data:`_ACTIONS`.
"""

from __future__ import annotations

import ctypes
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from vton_core.errors import NoPersonError
from vton_core.progress import Progress, Settings, StepName
from vton_core.workspace import Workspace

Report = Callable[[Progress], None]
_LIBC = ctypes.CDLL(None)


def run(workspace: Workspace, steps: Sequence[StepName], settings: Settings, report: Report) -> None:
    """Note which process runs which steps, then do what the script says."""
    root = workspace.root
    with (root / "ran.jsonl").open("a") as log:
        entry = {"pid": os.getpid(), "steps": list(steps), "python": sys.executable, "canvas": settings.canvas}
        log.write(json.dumps(entry) + "\n")
    script = root / "script.json"
    for step in steps:
        report(Progress(step, 0.0, "begun"))
        for name, *arguments in json.loads(script.read_text()) if script.exists() else []:
            _ACTIONS[name](root, *arguments)
        report(Progress(step, 1.0, "", seconds=0.01, files=(f"{step}.png",)))


def warm_up(step: StepName, settings: Settings) -> None:
    """Note that it was called, where the environment names a file to note it in; wait for the file of that step where
    it names a folder of such files."""
    if log := os.environ.get("FAKE_WARM_LOG"):
        with Path(log).open("a") as file:
            file.write(json.dumps({"pid": os.getpid(), "step": step, "python": sys.executable}) + "\n")
    if os.environ.get("FAKE_WARM") == "crash":
        os._exit(3)
    if gates := os.environ.get("FAKE_WARM_GATES"):
        while not (Path(gates) / step).exists():
            time.sleep(0.005)


def _wait(root: Path, name: str) -> None:
    (root / f"waits-for-{name}").touch()
    while not (root / name).exists():
        time.sleep(0.005)


def _burn(_: Path) -> None:
    while True:
        pass


def _hold_interpreter(root: Path) -> None:
    (root / "holds").touch()
    ctypes.PyDLL(None).sleep(600)


def _child(root: Path) -> None:
    child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
    (root / "child").write_text(str(child.pid))
    time.sleep(600)


def _print(_: Path, text: str) -> None:
    print(text, flush=True)
    sys.__stdout__.write(text)
    os.write(1, text.encode() + b"\n")
    subprocess.run([sys.executable, "-c", f"print({text!r})"], check=True)
    _LIBC.puts(text.encode())
    _LIBC.fflush(None)


def _read_input(root: Path) -> None:
    (root / "input").write_text(sys.stdin.read())


def _garble(_: Path, text: str) -> None:
    """Write to the protocol's own pipe, as native code that has lost its way may do."""
    for file in Path("/proc/self/fd").iterdir():
        if int(file.name) > 2 and file.is_symlink() and str(file.readlink()).startswith("pipe:"):
            with suppress(OSError):
                os.write(int(file.name), text.encode() + b"\n")
    time.sleep(600)


def _fail(_: Path) -> None:
    raise NoPersonError("Nobody was found in {name}. Choose another.", name="model.png")


def _stumble(_: Path) -> None:
    raise ZeroDivisionError("a slip")


_ACTIONS: dict[str, Callable[..., Any]] = {
    "wait": _wait,
    "burn": _burn,
    "hold-interpreter": _hold_interpreter,
    "child": _child,
    "print": _print,
    "read-input": _read_input,
    "garble": _garble,
    "fail": _fail,
    "stumble": _stumble,
    "exit": lambda _, code: os._exit(code),
    "kill": lambda _: os.kill(os.getpid(), signal.SIGKILL),
    "sleep": lambda _, seconds: time.sleep(seconds),
    "flood": lambda _, count: sys.stderr.write("x" * count),
}
