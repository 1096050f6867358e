"""What the commands of the Makefile do."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.tools.conftest import Fake
from tools.shell import ROOT, clean_environment

MAKE = shutil.which("make") or "make"


class TestMake:
    def make(self, *arguments: str, path: str | None = None) -> subprocess.CompletedProcess[str]:
        environment = {**clean_environment(), "PATH": path or os.environ["PATH"]}
        for name in ("PYTHON", "MAKEFLAGS", "MAKELEVEL", "ARGS", "TESTS", "E2E"):
            environment.pop(name, None)
        command = [MAKE, *arguments]
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    @pytest.mark.parametrize(
        ("target", "last"),
        [("run", "app.py --port 1"), ("demo", "-m vton_core demo --port 1"), ("test", "-m pytest")],
    )
    def test_each_command_prepares_and_starts(self, target: str, last: str) -> None:
        lines = self.make("--dry-run", target, "ARGS=--port 1").stdout.strip().splitlines()
        assert any("-m tools.setup" in line for line in lines)
        assert last in lines[-1]

    def test_every_check_is_part_of_make_test(self) -> None:
        written = self.make("--dry-run", "test").stdout
        for part in ("--dev --browser", "ruff check", "ruff format --check", "mypy", "pytest"):
            assert part in written

    def test_without_a_browser_the_other_tests_remain(self) -> None:
        written = self.make("--dry-run", "test", "E2E=no").stdout
        assert "--browser" not in written
        assert '-m "not e2e"' in written

    def test_without_a_python_the_user_is_told_what_to_do(self, fake: Fake, tmp_path: Path) -> None:
        fake("python3", "exit 1")
        done = self.make("setup", path=str(tmp_path / "bin"))
        assert done.returncode != 0
        assert "Install Python 3.11 or 3.12" in done.stderr

    def test_help_names_the_three_commands(self) -> None:
        written = self.make().stdout
        assert all(f"make {name}" in written for name in ("run", "demo", "test"))

    def test_ci_runs_make_test_and_passes_its_status_on(self, fake: Fake, tmp_path: Path) -> None:
        fake("make", f'echo "$CI $*" >"{tmp_path}/asked"; exit 7')
        command = ["/bin/bash", str(ROOT / ".ci" / "run")]
        path = f"{tmp_path / 'bin'}:/usr/bin:/bin"
        done = subprocess.run(command, env={**os.environ, "PATH": path}, cwd=tmp_path, check=False)
        assert (done.returncode, (tmp_path / "asked").read_text(encoding="utf-8")) == (7, "true test\n")
