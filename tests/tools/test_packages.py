"""Where pip and PyTorch come from."""

from __future__ import annotations

import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests.tools.conftest import Fake, Recorded
from tools import packages
from tools.packages import Environment, install_torch
from tools.shell import SetupError, clean_environment


class TestTorch:
    def arguments(self, offered: Sequence[str]) -> list[str]:
        environment = Recorded(Path("nowhere"), offered)
        install_torch(environment)
        (arguments,) = environment.installed
        return arguments

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux has CUDA in the standard wheel")
    def test_a_cpu_wheel_is_preferred_and_a_local_one_most(self) -> None:
        local = self.arguments(["--no-index", "--index-url"])
        remote = self.arguments(["--index-url"])
        assert "--no-index" in local
        assert packages.TORCH_INDEX in remote
        assert local[-1] == remote[-1] == f"torch=={packages.pinned('torch')}+cpu"

    @pytest.mark.skipif(sys.platform != "linux", reason="only Linux has CUDA in the standard wheel")
    def test_the_standard_wheel_brings_the_libraries_it_needs(self) -> None:
        standard = self.arguments([])
        assert "--no-deps" not in standard
        assert standard[-1] == f"torch=={packages.pinned('torch')}"

    def test_elsewhere_the_standard_wheel_is_the_cpu_one(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(sys, "platform", "darwin")
        assert self.arguments([]) == ["--no-deps", f"torch=={packages.pinned('torch')}"]

    def test_a_package_that_is_not_pinned_is_an_error(self, tmp_path: Path) -> None:
        empty = tmp_path / "requirements.txt"
        empty.write_text("# nothing\n", encoding="utf-8")
        with pytest.raises(SetupError, match="does not pin torch"):
            packages.pinned("torch", empty)


class TestEnvironment:
    @pytest.fixture
    def here(self) -> Environment:
        return Environment(Path(sys.prefix))

    def test_what_an_index_offers_is_read_from_pip(
        self, here: Environment, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        (tmp_path / "sample-1.0+cpu-py3-none-any.whl").touch()
        (tmp_path / "sample-2.0-py3-none-any.whl").touch()
        monkeypatch.setenv("PIP_FIND_LINKS", str(tmp_path))
        assert here.offers("sample", "1.0+cpu", ["--no-index"])
        assert not here.offers("sample", "2.0+cpu", ["--no-index"])

    def test_an_index_that_does_not_answer_offers_nothing(self, here: Environment) -> None:
        assert not here.offers("sample", "1.0", ["--index-url", "http://127.0.0.1:9/simple"])

    def test_a_failed_install_is_an_error(self, here: Environment, tmp_path: Path) -> None:
        with pytest.raises(SetupError, match="could not be installed"):
            here.install(["--dry-run", "--no-index", f"--find-links={tmp_path}", "sample==1.0"])

    def test_it_is_made_with_pip_even_from_debians_package(
        self, fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for way in ("_pip_from_python", "_pip_from_pip"):
            monkeypatch.setattr(Environment, way, lambda *_: False)
        wheel = tmp_path / "pip-9-py3-none-any.whl"
        with zipfile.ZipFile(wheel, "w") as archive:
            archive.writestr("pip/__init__.py", "")
            archive.writestr(
                "pip/__main__.py",
                "import sys, sysconfig, zipfile\n"
                "if sys.argv[1] == 'install': zipfile.ZipFile(sys.argv[-1]).extractall(sysconfig.get_path('purelib'))",
            )
        fake("apt-get", f'case "$*" in *"download python3-pip-whl") cp "{wheel}" pip.deb;; esac')
        fake("dpkg-deb", 'mkdir -p "$3/usr/share/python-wheels" && cp "$2" "$3/usr/share/python-wheels/pip-9.whl"')
        environment = Environment(tmp_path / "venv")
        environment.create(Path(sys.executable))
        assert environment.works()

    def test_where_pip_cannot_be_had_the_user_is_told_what_to_do(
        self, fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        for way in ("_pip_from_python", "_pip_from_pip"):
            monkeypatch.setattr(Environment, way, lambda *_: False)
        fake("apt-get", "exit 100")
        fake("dpkg-deb", "exit 2")
        with pytest.raises(SetupError, match="apt-get install python3-venv"):
            Environment(tmp_path / "venv").create(Path(sys.executable))

    def test_an_environment_behind_a_link_is_not_deleted(self, tmp_path: Path) -> None:
        kept = tmp_path / "kept"
        kept.mkdir()
        link = tmp_path / "venv"
        link.symlink_to(kept)
        Environment(link).remove()
        assert kept.is_dir()
        assert not link.exists()

    def test_the_shell_cannot_lead_the_install_astray(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("PIP_TARGET", "/elsewhere")
        monkeypatch.setenv("PYTHONPATH", "/elsewhere")
        assert "/elsewhere" not in clean_environment().values()
