"""What is installed, and when."""

from __future__ import annotations

import subprocess
import sys
import threading
from pathlib import Path

import pytest

from tests.tools.conftest import Recorded
from tools import interpreter, packages, setup
from tools.shell import SetupError


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Recorded:
    """A set-up that runs against small requirements files and installs nothing."""
    for name in ("RUNTIME", "DEV", "WARDROBE"):
        path = tmp_path / f"{name.lower()}.txt"
        path.write_text("some==1\n", encoding="utf-8")
        monkeypatch.setattr(setup, name, path)
    monkeypatch.setattr(setup, "call", lambda *_, **__: True)
    monkeypatch.setattr(setup, "choose", lambda: interpreter.Interpreter(Path("python"), (3, 11), True))
    return Recorded(tmp_path / ".venv", ["--no-index"])


class TestPrepare:
    def test_a_second_run_installs_nothing(self, place: Recorded) -> None:
        setup.prepare(place, dev=True)
        first = list(place.installed)
        setup.prepare(place, dev=True)
        setup.prepare(place, dev=False)
        assert place.installed == first
        assert [arguments[-1] for arguments in first] == [
            f"torch=={packages.pinned('torch')}+cpu",
            str(setup.RUNTIME),
            str(setup.DEV),
        ]

    def test_the_tests_packages_come_on_top(self, place: Recorded) -> None:
        setup.prepare(place, dev=False)
        place.installed.clear()
        setup.prepare(place, dev=True)
        assert place.installed == [["--no-deps", "--requirement", str(setup.DEV)]]
        assert place.made == 1

    def test_changed_requirements_are_installed_from_scratch(self, place: Recorded) -> None:
        setup.prepare(place, dev=False)
        setup.RUNTIME.write_text("some==2\n", encoding="utf-8")
        setup.prepare(place, dev=False)
        assert place.made == 2

    def test_the_wardrobe_has_an_environment_of_its_own(self, place: Recorded, tmp_path: Path) -> None:
        own = Recorded(tmp_path / ".wardrobe" / "venv", [])
        setup.prepare_wardrobe(own)
        setup.prepare_wardrobe(own)
        assert own.installed == [["--no-deps", "--requirement", str(setup.WARDROBE)]]
        assert place.made == 0
        setup.WARDROBE.write_text("some==2\n", encoding="utf-8")
        setup.prepare_wardrobe(own)
        assert own.made == 2

    @pytest.mark.parametrize("failure", [SetupError("pip failed"), KeyboardInterrupt()])
    def test_an_interrupted_install_is_never_built_upon(self, place: Recorded, failure: BaseException) -> None:
        setup.prepare(place, dev=False)
        place.failure = failure
        with pytest.raises(type(failure)):
            setup.prepare(place, dev=True)
        place.failure = None
        setup.prepare(place, dev=True)
        assert place.made == 2
        setup.prepare(place, dev=True)
        assert place.made == 2

    def test_a_copied_environment_is_made_anew(self, place: Recorded) -> None:
        setup.prepare(place, dev=False)
        copy = Recorded(place.path.with_name("copy"), ["--no-index"])
        place.path.rename(copy.path)
        setup.prepare(copy, dev=False)
        assert copy.made == 1

    @pytest.mark.parametrize("content", ["", "[]", "{", '{"runtime": "?"}'])
    def test_a_damaged_record_counts_as_none(self, place: Recorded, content: str) -> None:
        setup.prepare(place, dev=False)
        (place.path / "setup.json").write_text(content, encoding="utf-8")
        setup.prepare(place, dev=False)
        assert place.made == 2

    def test_an_environment_whose_python_has_gone_is_made_anew(
        self, place: Recorded, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        setup.prepare(place, dev=False)
        with monkeypatch.context() as patch:
            patch.setattr(Recorded, "works", lambda _: False)
            setup.prepare(place, dev=False)
        assert place.made == 2

    @pytest.mark.parametrize("error", [SetupError("Install Python."), OSError(28, "No space left on device")])
    def test_a_failure_is_one_sentence_and_a_status(
        self, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], error: Exception
    ) -> None:
        def fail(*_: object, **__: object) -> None:
            raise error

        monkeypatch.setattr(setup, "prepare", fail)
        assert setup.main([]) == 1
        written = capsys.readouterr().err
        assert str(error) in written
        assert len(written.splitlines()) == 1

    def test_two_set_ups_of_one_folder_take_turns(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        lock = tmp_path / "lock"
        lock.touch()
        monkeypatch.setattr(setup, "__file__", str(lock))
        hold = "import fcntl, sys; f = open(sys.argv[1]); fcntl.flock(f, fcntl.LOCK_EX); print(flush=True); input()"
        entered = threading.Event()

        def enter() -> None:
            with setup._alone():
                entered.set()

        with subprocess.Popen(
            [sys.executable, "-c", hold, str(lock)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        ) as other:
            assert other.stdout is not None
            other.stdout.readline()
            waiting = threading.Thread(target=enter)
            waiting.start()
            assert not entered.wait(0.2)
            other.communicate("\n")
        waiting.join(30)
        assert entered.is_set()
