"""The command line with steps under another Python."""

from __future__ import annotations

import os
import sys
from functools import partial
from pathlib import Path

import pytest

from tests.workers.conftest import Bench, alive, environment, ran, until
from tests.workspace.conftest import done, photos
from vton_core.__main__ import main
from vton_core.errors import NoPersonError, WorkerCrashedError
from vton_core.progress import Progress, Settings
from vton_core.workers import elsewhere
from vton_core.workers.supervisor import Supervisor
from vton_core.workspace import Workspace

__all__ = ["done", "photos"]

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def fakes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Background processes that do what a workspace's script says."""
    monkeypatch.setattr(elsewhere, "Supervisor", partial(Supervisor, runner="tests.workers.fakes:run"))


def refused(capsys: Capture, *arguments: object) -> str:
    """Run a command that must fail with one sentence on standard error; the sentence."""
    assert main([str(argument) for argument in arguments]) == 1
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1, printed.err
    return printed.err.strip()


def test_a_step_writes_the_same_under_another_python(
    done: Workspace, other_python: str, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    step = ["run", "--workspace", str(done.root), "--step", "step3"]
    assert main(step) == 0
    here = {file.name: file.read_bytes() for file in done.parse_file("ann").parent.iterdir()}
    for file in done.parse_file("ann").parent.iterdir():
        file.unlink()
    capsys.readouterr()
    seen: list[str] = []
    monkeypatch.setattr(elsewhere, "_follow", _noting(seen))
    assert main([*step, "--python", f"parsing={other_python}"]) == 0
    assert seen == ["step3"]
    assert capsys.readouterr().out.startswith("step3 ")
    assert {file.name: file.read_bytes() for file in done.parse_file("ann").parent.iterdir()} == here


def _noting(seen: list[str]):  # type: ignore[no-untyped-def]
    """The real way to the other Python, with a note of what went it."""
    honest = elsewhere._follow

    def follow(supervisor, root, steps, settings, report):  # type: ignore[no-untyped-def]
        seen.extend(steps)
        honest(supervisor, root, steps, settings, report)

    return follow


def test_only_the_named_step_leaves_this_process(
    fakes: None, bench: Bench, other_python: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    here: list[str] = []
    monkeypatch.setattr(elsewhere, "run_steps", lambda workspace, steps, settings, report: here.extend(steps))
    root, told = bench.workspace(), []
    elsewhere.run_under_pythons(
        Workspace(root), ("step1", "step3", "step4"), Settings(canvas=300), told.append, {"parsing": other_python}
    )
    assert here == ["step1", "step4"]
    assert [(entry["python"], entry["steps"], entry["canvas"]) for entry in ran(root)] == [
        (other_python, ["step3"], 300)
    ]
    assert told[-1] == Progress("step3", 1.0, "", 0.01, ("step3.png",))


def test_what_goes_wrong_there_is_the_same_error_here(fakes: None, bench: Bench, other_python: str) -> None:
    for script, kind, said in (
        ("fail", NoPersonError, "Nobody was found in model.png"),
        ("kill", WorkerCrashedError, "signal 9"),
    ):
        with pytest.raises(kind, match=said):
            elsewhere.run_under_pythons(
                Workspace(bench.workspace([script])), ("step2",), Settings(), lambda _: None, {"pose": other_python}
            )


def test_an_interruption_frees_the_processor_at_once(fakes: None, bench: Bench, other_python: str) -> None:
    root = bench.workspace(["child"])

    def interrupt(_: Progress) -> None:
        until(lambda: (root / "child").exists() and (root / "child").read_text())
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        elsewhere.run_under_pythons(Workspace(root), ("step2",), Settings(), interrupt, {"pose": other_python})
    assert not alive(ran(root)[0]["pid"])
    until(lambda: not alive(int((root / "child").read_text())))  # killed, but nobody here waits for its end


def test_a_python_that_is_not_there(done: Workspace, capsys: Capture, tmp_path: Path) -> None:
    said = refused(capsys, "run", "--workspace", done.root, "--python", f"parsing={tmp_path / 'nowhere'}")
    assert said == (
        f"The Python interpreter for parsing, {tmp_path / 'nowhere'}, is not there or may not be started. "
        "Correct its path."
    )
    assert "no step called 'cooking'" in refused(
        capsys, "run", "--workspace", done.root, "--python", f"cooking={sys.executable}"
    )


def test_a_python_that_lacks_torch(done: Workspace, capsys: Capture, tmp_path: Path) -> None:
    python, packages = environment(tmp_path / "environment")
    paths = [path for path in sys.path if path.endswith(("site-packages", "dist-packages"))]
    lines = ["import sys; sys.modules['torch'] = None", *paths]
    (packages / "shared.pth").write_text("\n".join(lines) + "\n")
    said = refused(capsys, "run", "--workspace", done.root, "--step", "step3", "--python", f"parsing={python}")
    assert said.startswith(f"The Python {python} lacks torch, which this step needs. Install it there")


def test_a_python_that_has_nothing(done: Workspace, capsys: Capture, bare_python: str) -> None:
    said = refused(capsys, "run", "--workspace", done.root, "--step", "step3", "--python", f"parsing={bare_python}")
    assert said.startswith(f"The Python {bare_python} cannot run this step (ModuleNotFoundError: No module named")


def test_the_environment_may_name_it_and_the_argument_comes_first(
    done: Workspace, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("VTON_PYTHON_PARSING", "/nowhere/a")
    assert "/nowhere/a" in refused(capsys, "run", "--workspace", done.root, "--step", "step3")
    command = ("run", "--workspace", done.root, "--step", "step3", "--python", "parsing=/nowhere/b")
    assert "/nowhere/b" in refused(capsys, *command)


@pytest.mark.parametrize("text", ["parsing", "=x", "parsing="])
def test_wrong_usage(text: str, capsys: Capture) -> None:
    with pytest.raises(SystemExit) as end:
        main(["demo", "--python", text])
    assert end.value.code == 2
    assert "is not STEP=PYTHON" in capsys.readouterr().err
    assert "VTON_PYTHON_PARSING" not in os.environ
