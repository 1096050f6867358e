"""Which Python the set-up takes."""

from __future__ import annotations

import ast
import sys
from pathlib import Path

import pytest

from tests.tools.conftest import Fake
from tools import interpreter
from tools.shell import ROOT, SetupError


def answering(version: str, path: str = "/somewhere/python", usable: int = 1) -> str:
    """A script that answers the probe as that Python would."""
    return f'echo "{version.replace(".", " ")} {usable} {path}"'


class TestChoose:
    def test_the_running_python_is_recognised(self) -> None:
        found = interpreter.probe(sys.executable)
        assert found is not None
        assert found.version == sys.version_info[:2]
        assert found.supported

    def test_the_machines_own_python_comes_first(self, fake: Fake) -> None:
        fake("python3", answering("3.11", "/own"))
        fake("python3.12", answering("3.12", "/other"))
        assert interpreter.choose().path == Path("/own")

    def test_a_newer_default_is_passed_over_for_a_supported_one(self, fake: Fake) -> None:
        fake("python3", answering("3.14", "/new"))
        fake("python3.12", answering("3.12", "/fits"))
        assert interpreter.choose().path == Path("/fits")

    @pytest.mark.parametrize("script", ["exit 127", answering("3.12", usable=0), "echo what"])
    def test_a_python_that_cannot_carry_the_program_is_passed_over(self, fake: Fake, script: str) -> None:
        fake("python3", script)
        fake("python3.11", answering("3.11", "/fits"))
        assert interpreter.choose().path == Path("/fits")

    def test_a_named_python_is_taken(self, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
        fake("python3", answering("3.11", "/own"))
        monkeypatch.setenv("PYTHON", str(fake("mine", answering("3.12", "/mine"))))
        assert interpreter.choose().path == Path("/mine")

    @pytest.mark.parametrize("script", ["exit 1", answering("3.13")])
    def test_a_named_python_that_does_not_fit_is_refused(
        self, fake: Fake, monkeypatch: pytest.MonkeyPatch, script: str
    ) -> None:
        fake("python3", answering("3.11"))
        monkeypatch.setenv("PYTHON", str(fake("mine", script)))
        with pytest.raises(SetupError, match=r"mine is not a Python 3\.11 or 3\.12"):
            interpreter.choose()

    @pytest.mark.parametrize("version", ["3.9", "3.13", "3.14"])
    def test_where_none_fits_uv_fetches_one_once(
        self,
        fake: Fake,
        tmp_path: Path,
        monkeypatch: pytest.MonkeyPatch,
        capsys: pytest.CaptureFixture[str],
        version: str,
    ) -> None:
        managed = tmp_path / ".python"
        monkeypatch.setattr(interpreter, "MANAGED", managed)
        fake("python3", answering(version))
        built = fake("built", answering("3.12", "/managed"))
        fake(
            "uv",
            'if [ "$1" = --version ]; then exit 0; fi\n'
            f'[ "$*" = "python install 3.12" ] && echo called >>"{tmp_path}/calls" || exit 1\n'
            'folder="$UV_PYTHON_INSTALL_DIR/cpython-3.12.9-linux-x86_64-gnu/bin"\n'
            f'mkdir -p "$folder" && cp "{built}" "$folder/python3.12"',
        )
        assert interpreter.choose().path == Path("/managed")
        assert f"this machine has {version}" in capsys.readouterr().out
        assert interpreter.choose().path == Path("/managed")
        assert (tmp_path / "calls").read_text(encoding="utf-8") == "called\n"

    def test_where_uv_cannot_fetch_one_the_user_is_told_what_to_do(
        self, fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(interpreter, "MANAGED", tmp_path / ".python")
        fake("python3", answering("3.13"))
        fake("uv", '[ "$1" = --version ]')
        with pytest.raises(SetupError, match=r"this machine has 3\.13\. Install Python 3\.11 or 3\.12"):
            interpreter.choose()

    def test_without_any_python_or_uv_the_user_is_told_what_to_do(
        self, fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(interpreter, "MANAGED", tmp_path / ".python")
        fake("python3", "exit 1")
        with pytest.raises(SetupError, match="this machine has none that works"):
            interpreter.choose()

    @pytest.mark.parametrize("place", [("Linux", "aarch64"), ("Darwin", "x86_64"), ("Windows", "AMD64")])
    def test_a_platform_without_builds_is_named(self, place: tuple[str, str]) -> None:
        with pytest.raises(SetupError, match=f"no build for {place[0]} on {place[1]}"):
            interpreter.check_platform(*place)

    def test_platforms_with_builds_pass(self) -> None:
        interpreter.check_platform("Linux", "x86_64")
        interpreter.check_platform("Darwin", "arm64")

    @pytest.mark.parametrize("path", sorted((ROOT / "tools").glob("*.py")), ids=lambda path: path.name)
    def test_the_set_up_itself_has_no_newer_syntax_than_3_8(self, path: Path) -> None:
        ast.parse(path.read_text(encoding="utf-8"), feature_version=(3, 8))
