"""Finds a Python that MediaPipe's pinned wheel knows, and gets one by uv where the machine has none."""

from __future__ import annotations

import os
import platform
import tempfile
from dataclasses import dataclass
from pathlib import Path

from tools.packages import Environment
from tools.shell import ROOT, SetupError, call, says, tell

__all__ = ["SUPPORTED", "Interpreter", "check_platform", "choose", "probe"]

SUPPORTED = ((3, 11), (3, 12))
MANAGED = ROOT / ".python"
_WANTED = "3.12"
_UV = "uv==0.13.9"
_NAMES = ("python3", "python3.12", "python3.11", "python")
# Debian splits the standard library: an interpreter that lacks these modules cannot carry the program.
_PROBE = (
    "import sys, ctypes, ssl, subprocess, venv; "
    "usable = sys.implementation.name == 'cpython' and sys.maxsize > 2**32; "
    "print(sys.version_info[0], sys.version_info[1], int(usable), sys.executable)"
)
_HINT = "Install Python 3.11 or 3.12, and name it if it is not on the PATH: make PYTHON=/path/to/python3.12 ..."


@dataclass(frozen=True)
class Interpreter:
    """A Python on this machine.

    Attributes:
        path: the program itself.
        version: major and minor.
        usable: a complete 64-bit CPython.
    """

    path: Path
    version: tuple[int, int]
    usable: bool

    @property
    def supported(self) -> bool:
        """Whether the pinned requirements install on it."""
        return self.usable and self.version in SUPPORTED


def check_platform(system: str = platform.system(), machine: str = platform.machine()) -> None:
    """Stop at once where the pinned packages have no build.

    Raises:
        SetupError: neither Linux on x86-64 nor macOS on Apple silicon.
    """
    if (system, machine) not in (("Linux", "x86_64"), ("Darwin", "arm64")):
        raise SetupError(
            f"MediaPipe and PyTorch have no build for {system} on {machine}. "
            "Use Linux on x86-64 (on Windows, inside WSL) or macOS on Apple silicon."
        )


def probe(command: str) -> Interpreter | None:
    """Ask a Python about itself; ``None`` if it is not there, is broken, or lacks part of its standard library."""
    answer = says([command, "-c", _PROBE], timeout=30)
    parts = answer.split(" ", 3) if answer else []
    if len(parts) != 4:
        return None
    return Interpreter(Path(parts[3]), (int(parts[0]), int(parts[1])), parts[2] == "1")


def choose() -> Interpreter:
    """The Python to build on: ``$PYTHON`` if set, else the machine's own, else one that uv fetches into ``.python``.

    Raises:
        SetupError: ``$PYTHON`` is not usable, or no Python could be had.
    """
    named = os.environ.get("PYTHON")
    if named:
        found = probe(named)
        if found is None or not found.supported:
            raise SetupError(f"PYTHON={named} is not a Python 3.11 or 3.12 that can be used. {_HINT}")
        return found
    others = []
    for command in (*_NAMES, *map(str, _managed())):
        found = probe(command)
        if found is not None and found.supported:
            return found
        if found is not None:
            others.append(found)
    return _fetch(others)


def _managed() -> list[Path]:
    return sorted(MANAGED.glob(f"cpython-{_WANTED}*/bin/python{_WANTED}"))


def _fetch(others: list[Interpreter]) -> Interpreter:
    versions = ", ".join(sorted({".".join(map(str, other.version)) for other in others})) or "none that works"
    tell(
        f"MediaPipe's pinned release needs Python 3.11 or 3.12; this machine has {versions}. "
        f"Getting Python {_WANTED} by uv into {MANAGED.name}/."
    )
    with tempfile.TemporaryDirectory(prefix="vton-uv-") as folder:
        fetched = _install_by_uv(Path(folder), others)
    found = [probe(str(path)) for path in _managed()]
    if fetched and found and found[-1] is not None and found[-1].supported:
        return found[-1]
    raise SetupError(f"Python {_WANTED} could not be fetched, and this machine has {versions}. {_HINT}")


def _install_by_uv(folder: Path, others: list[Interpreter]) -> bool:
    uv = "uv"
    if says([uv, "--version"]) is None:
        if not others:
            return False
        helper = Environment(folder / "uv")
        helper.create(others[0].path)
        helper.install(["--no-deps", _UV])
        uv = str(helper.path / "bin" / "uv")
    # The folder of its own keeps everything inside the clone; no link may appear in the user's PATH.
    extra = {"UV_PYTHON_INSTALL_DIR": str(MANAGED), "UV_PYTHON_INSTALL_BIN": "0"}
    return call([uv, "python", "install", _WANTED], extra=extra)
