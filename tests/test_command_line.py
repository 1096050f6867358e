"""The command line: exit codes, what is printed where, and one sentence for whatever goes wrong."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.workspace.conftest import PAIR, done, photos
from vton_core import commands
from vton_core.__main__ import main
from vton_core.engines.registry import ENGINES
from vton_core.images import read_image
from vton_core.workspace import Workspace

__all__ = ["done", "photos"]

_ROOT = Path(__file__).parents[1]
_HEAVY = ("torch", "mediapipe", "cv2", "scipy", "PIL", "numpy", "gradio", "jax", "matplotlib")

Capture = pytest.CaptureFixture[str]


def refused(capsys: Capture, *arguments: object) -> str:
    """Run a command that must fail with one sentence on standard error; the sentence."""
    assert main([str(argument) for argument in arguments]) == 1
    printed = capsys.readouterr()
    assert printed.err.count("\n") == 1
    assert "Traceback" not in printed.err
    assert printed.out == ""
    return printed.err.strip()


def _loaded_by(*arguments: str) -> set[str]:
    script = (
        "import sys\nfrom vton_core.__main__ import main\n"
        "try: main(sys.argv[1:])\nexcept SystemExit as end: assert not end.code\n"
        f"print('loaded', *[name for name in {_HEAVY!r} if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], cwd=_ROOT, capture_output=True, text=True, check=True
    )
    return set(done.stdout.splitlines()[-1].split()[1:])


@pytest.mark.parametrize("arguments", [("--help",), ("run", "--help"), ("weights", "--help")])
def test_help_loads_nothing_heavy(arguments: tuple[str, ...]) -> None:
    assert _loaded_by(*arguments) == set()


def test_listing_engines_loads_none_of_them() -> None:
    assert not _loaded_by("engines") & {"torch", "mediapipe", "cv2", "gradio"}


@pytest.mark.parametrize(
    "arguments", [(), ("fly",), ("run",), ("run", "--workspace", ".", "--step", "step6"), ("run", "--canvas", "wide")]
)
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...], capsys: Capture) -> None:
    with pytest.raises(SystemExit) as end:
        main(arguments)
    assert end.value.code == 2
    assert "usage: python -m vton_core" in capsys.readouterr().err


def test_a_step_runs_and_says_how_long_it_took(done: Workspace, capsys: Capture) -> None:
    assert main(["run", "--workspace", str(done.root), "--step", "step5"]) == 0
    printed = capsys.readouterr()
    assert printed.out.startswith("step5 ")
    assert printed.err == ""
    assert read_image(done.final_file(PAIR, "yard")).shape == (90, 160, 3)


@pytest.mark.parametrize("step", ["background", "pose", "parsing", "tryon"])
def test_an_unknown_engine_is_told_before_any_work(done: Workspace, capsys: Capture, step: str) -> None:
    known = next(engine.name for engine in ENGINES if engine.step == step)
    sentence = refused(capsys, "run", "--workspace", done.root, "--step", "step5", f"--{step}", "magic")
    assert sentence.startswith(f"There is no {step} engine called 'magic'. Choose one of: {known}")
    assert not (done.output / "final").exists()


def test_a_canvas_out_of_range(done: Workspace, capsys: Capture) -> None:
    assert "Choose 256 to 4096" in refused(capsys, "run", "--workspace", done.root, "--canvas", 100)


def test_a_workspace_that_is_not_there(tmp_path: Path, capsys: Capture) -> None:
    assert "is not a folder. Make it" in refused(capsys, "run", "--workspace", tmp_path / "lost")
    (tmp_path / "file").write_text("")
    assert "is not a folder. Make it" in refused(capsys, "run", "--workspace", tmp_path / "file")
    assert "no model photo in inputs/org_img" in refused(capsys, "run", "--workspace", tmp_path)


def test_engines_names_each_with_its_licence(capsys: Capture) -> None:
    assert main(["engines"]) == 0
    # Indented lines say what gets the weights of the engine above them.
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith(" ")]
    assert len(lines) == len(ENGINES)
    assert sum(" default " in line for line in lines) == 4
    for line, engine in zip(lines, ENGINES, strict=True):
        assert line.split()[:2] == [engine.step, engine.name]
        assert engine.licence in line


def _raise(error: BaseException) -> Callable[..., None]:
    def fail(*_: object, **__: object) -> None:
        raise error

    return fail


@pytest.mark.parametrize(
    ("error", "sentence"),
    [
        (MemoryError(), "There was not enough memory for this picture. Choose a smaller one."),
        (PermissionError(13, "Permission denied", "/a/b"), "/a/b cannot be used: Permission denied."),
        (OSError("it broke"), "A file cannot be used: it broke."),
    ],
)
def test_what_the_system_refuses_is_a_sentence(
    done: Workspace, capsys: Capture, monkeypatch: pytest.MonkeyPatch, error: Exception, sentence: str
) -> None:
    monkeypatch.setattr(commands, "run_steps", _raise(error))
    assert refused(capsys, "run", "--workspace", done.root) == sentence


@pytest.mark.parametrize(
    ("number", "sentence"),
    [
        (errno.ENOSPC, "The disk is full: "),
        (errno.EROFS, "may not be written. Choose another folder, or allow writing to it."),
    ],
)
def test_a_disk_that_takes_nothing(
    done: Workspace, capsys: Capture, monkeypatch: pytest.MonkeyPatch, number: int, sentence: str
) -> None:
    monkeypatch.setattr("vton_core.storage.os.fdopen", _raise(OSError(number, os.strerror(number))))
    assert sentence in refused(capsys, "run", "--workspace", done.root, "--step", "step5")
    assert sentence in refused(capsys, "demo", "--workspace", done.root)


def test_an_interruption_exits_with_130(done: Workspace, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "run_steps", _raise(KeyboardInterrupt()))
    assert main(["run", "--workspace", str(done.root)]) == 130
    assert capsys.readouterr().err == "Interrupted.\n"


def test_a_name_cannot_write_to_the_terminal(done: Workspace, capsys: Capture) -> None:
    (done.inputs / "test_pairs.txt").write_bytes(b"\x1b[2J\x07 shirt")
    sentence = refused(capsys, "run", "--workspace", done.root, "--step", "step4")
    assert "there is no '?[2J?' in inputs/image" in sentence


def test_a_reader_that_leaves_early_is_no_error_message() -> None:
    process = subprocess.Popen(
        [sys.executable, "-u", "-m", "vton_core", "engines"], cwd=_ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )
    assert process.stdout is not None
    process.stdout.close()
    _, said = process.communicate()
    assert said == b""
    assert process.returncode == 1
