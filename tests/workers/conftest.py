from __future__ import annotations

import json
import os
import sys
import time
import venv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from vton_core.progress import Settings
from vton_core.workers import Event, Supervisor

PATIENCE = 60.0


def until(condition: Callable[[], object]) -> None:
    """Wait for what has to come; the limit only keeps a failing test from hanging."""
    end = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def alive(pid: int) -> bool:
    """The process runs; a dead one that nobody has fetched yet does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] not in "ZX"
    except FileNotFoundError:
        return False


class Bench:
    """Supervisors of fake workers, workspaces with scripts, and what happened there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.supervisors: list[Supervisor] = []

    def supervisor(self, **arguments: Any) -> Supervisor:
        fakes = {"workers": 1, "runner": "tests.workers.fakes:run", "warmer": "tests.workers.fakes:warm_up"}
        made = Supervisor(**{**fakes, **arguments})
        self.supervisors.append(made)
        return made

    def workspace(self, *script: Any, at: str = "") -> Path:
        root = self.folder / (at or f"workspace-{len(list(self.folder.iterdir()))}")
        root.mkdir(parents=True, exist_ok=True)
        (root / "script.json").write_text(json.dumps(script))
        return root

    @staticmethod
    def run(supervisor: Supervisor, root: Path, *steps: Any, **settings: Any) -> list[Event]:
        return list(supervisor.watch(supervisor.submit(root, steps or ("step1",), Settings(**settings))))

    @staticmethod
    def start(supervisor: Supervisor, root: Path, *steps: Any) -> tuple[str, int]:
        """Submit a job and wait until its step runs; its id and its worker's process id."""
        before = len(ran(root))
        job = supervisor.submit(root, steps or ("step1",), Settings())
        until(lambda: len(ran(root)) > before)
        return job, ran(root)[-1]["pid"]


def ran(root: Path) -> list[dict[str, Any]]:
    """What the fake steps noted in a workspace."""
    log = root / "ran.jsonl"
    return [json.loads(line) for line in log.read_text().splitlines()] if log.exists() else []


def environment(folder: Path) -> tuple[str, Path]:
    """A second environment without packages: its interpreter, and where its packages would lie."""
    venv.create(folder, symlinks=True, with_pip=False)
    return str(folder / "bin" / "python"), next((folder / "lib").glob("python*/site-packages"))


@pytest.fixture(scope="session")
def other_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The interpreter of a second environment, which sees this one's packages."""
    python, packages = environment(tmp_path_factory.mktemp("environment"))
    paths = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    (packages / "shared.pth").write_text("\n".join(paths) + "\n")
    return python


@pytest.fixture(scope="session")
def bare_python(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The interpreter of a second environment that has no packages."""
    return environment(tmp_path_factory.mktemp("bare"))[0]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    made = Bench(tmp_path / "bench")
    made.folder.mkdir()
    yield made
    for supervisor in made.supervisors:
        supervisor.close()


@pytest.fixture(autouse=True)
def _one_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("OMP_NUM_THREADS", os.environ.get("OMP_NUM_THREADS", "1"))
