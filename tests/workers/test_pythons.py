"""Steps that run under an interpreter of their own."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from tests.workers.conftest import Bench, ran, until
from vton_core.errors import EngineError, UnknownEngineError
from vton_core.progress import Settings
from vton_core.workers import Failed, Finished, Supervisor
from vton_core.workers.routes import Routes, named_pythons

STEPS = ("step1", "step2", "step3", "step4")


def test_each_step_runs_under_its_interpreter(bench: Bench, other_python: str) -> None:
    supervisor, root = bench.supervisor(pythons={"parsing": other_python}), bench.workspace()
    assert bench.run(supervisor, root, *STEPS)[-1] == Finished()
    here = sys.executable
    assert [(entry["python"], entry["steps"]) for entry in ran(root)] == [
        (here, ["step1", "step2"]),
        (other_python, ["step3"]),
        (here, ["step4"]),
    ]
    assert ran(root)[0]["pid"] == ran(root)[2]["pid"]


def test_each_worker_warms_up_its_own_steps(bench: Bench, other_python: str, monkeypatch: pytest.MonkeyPatch) -> None:
    log = bench.folder / "warm"
    monkeypatch.setenv("FAKE_WARM_LOG", str(log))
    bench.supervisor(pythons={"parsing": other_python})
    until(lambda: log.exists() and len(log.read_text().splitlines()) == 5)
    steps: dict[int, list[str]] = {}
    for line in map(json.loads, log.read_text().splitlines()):
        steps.setdefault(line["pid"], []).append(line["step"])
    assert sorted(steps.values()) == [["step1", "step2", "step4", "step5"], ["step3"]]


def test_a_crash_under_the_other_interpreter_fails_the_job_alone(bench: Bench, other_python: str) -> None:
    supervisor = bench.supervisor(pythons={"parsing": other_python})
    failed = bench.run(supervisor, bench.workspace(["kill"]), "step3")[-1]
    assert isinstance(failed, Failed)
    assert failed.kind == "WorkerCrashedError"
    assert bench.run(supervisor, bench.workspace(), *STEPS)[-1] == Finished()


def test_an_engine_may_have_an_interpreter_that_its_step_has_not(other_python: str) -> None:
    routes = Routes({"parsing:parser": other_python})
    assert [part.python for part in routes.parts(("step3",), Settings())] == [other_python]
    assert [part.python for part in routes.parts(("step3",), Settings(parsing="another"))] == [sys.executable]


def test_an_interpreter_that_is_not_there_is_told_at_once(tmp_path: Path) -> None:
    with pytest.raises(EngineError, match="nowhere"):
        Supervisor(pythons={"parsing": str(tmp_path / "nowhere")})
    with pytest.raises(EngineError, match="cooking"):
        Supervisor(pythons={"cooking": sys.executable})
    with pytest.raises(UnknownEngineError, match="parser"):
        Supervisor(pythons={"parsing:oracle": sys.executable})


def test_an_interpreter_that_cannot_run_the_worker_fails_its_jobs(bench: Bench) -> None:
    supervisor = bench.supervisor(pythons={"parsing": "/bin/true"})
    failed = bench.run(supervisor, bench.workspace(), "step3")[-1]
    assert isinstance(failed, Failed)
    assert failed.kind == "WorkerCrashedError"
    assert str(failed.error()).startswith("The Python /bin/true cannot run this step (exit code 0). Install")
    assert bench.run(supervisor, bench.workspace(), "step1")[-1] == Finished()


def test_an_environment_without_the_packages_says_what_it_lacks(bench: Bench, bare_python: str) -> None:
    supervisor = bench.supervisor(pythons={"parsing": bare_python})
    failed = bench.run(supervisor, bench.workspace(), "step3")[-1]
    assert isinstance(failed, Failed)
    assert failed.values["python"] == bare_python
    assert "No module named" in str(failed.error())


def test_the_environment_names_interpreters() -> None:
    assert named_pythons({"VTON_PYTHON_PARSING": "/a", "VTON_PYTHON_POSE": "", "PYTHON": "/b"}) == {"parsing": "/a"}
