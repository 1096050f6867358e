"""Programs that stand in for the machine's own, and an environment that only takes notes."""

from __future__ import annotations

import stat
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tools.packages import Environment

Fake = Callable[..., Path]


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Fake:
    """Makes shell scripts under given names the only programs on the PATH."""
    folder = tmp_path / "bin"
    folder.mkdir()
    monkeypatch.setenv("PATH", str(folder))
    monkeypatch.delenv("PYTHON", raising=False)

    def make(name: str, script: str, place: Path = folder) -> Path:
        place.mkdir(parents=True, exist_ok=True)
        path = place / name
        path.write_text(f"#!/bin/sh\nPATH=/usr/bin:/bin\n{script}\n", encoding="utf-8")
        path.chmod(path.stat().st_mode | stat.S_IXUSR)
        return path

    return make


class Recorded(Environment):
    """An environment that notes what it is asked to install."""

    def __init__(self, path: Path, offered: Sequence[str] = ()) -> None:
        super().__init__(path)
        self.offered = offered
        self.installed: list[list[str]] = []
        self.made = 0
        self.failure: BaseException | None = None

    def works(self) -> bool:
        return self.path.exists()

    def create(self, base: Path) -> None:
        self.remove()
        self.path.mkdir()
        self.made += 1

    def install(self, arguments: Sequence[str]) -> None:
        if self.failure is not None:
            raise self.failure
        self.installed.append(list(arguments))

    def offers(self, name: str, version: str, arguments: Sequence[str], timeout: float = 90) -> bool:
        return version.endswith("+cpu") and arguments[0] in self.offered
