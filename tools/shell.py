"""Runs other programs and speaks to the user."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

__all__ = ["ROOT", "SetupError", "call", "clean_environment", "says", "tell"]

ROOT = Path(__file__).resolve().parent.parent

# What a user's shell may set that would send an install elsewhere than into the virtual environment.
_STRAY = ("PYTHONHOME", "PYTHONPATH", "PIP_TARGET", "PIP_PREFIX", "PIP_USER", "PIP_REQUIREMENT", "PIP_NO_INDEX")


class SetupError(Exception):
    """The set-up cannot go on; its text says why and what to do."""


def tell(sentence: str) -> None:
    """Say what is going on."""
    print(f"[setup] {sentence}", flush=True)


def clean_environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """This process's environment without what would lead an install astray, and with ``extra``."""
    environment = {name: value for name, value in os.environ.items() if name not in _STRAY}
    environment["PIP_USER"] = "0"
    environment["PIP_DISABLE_PIP_VERSION_CHECK"] = "1"
    environment.update(extra or {})
    return environment


def call(
    command: Sequence[str | Path],
    cwd: Path = ROOT,
    extra: Mapping[str, str] | None = None,
    timeout: float | None = None,
) -> bool:
    """Run a program whose output the user sees; true if it ended well within ``timeout`` seconds."""
    try:
        arguments = [str(part) for part in command]
        done = subprocess.run(arguments, cwd=cwd, env=clean_environment(extra), check=False, timeout=timeout)
    except (OSError, subprocess.TimeoutExpired) as error:
        print(error, file=sys.stderr)
        return False
    return done.returncode == 0


def says(
    command: Sequence[str | Path], cwd: Path = ROOT, extra: Mapping[str, str] | None = None, timeout: float = 60
) -> str | None:
    """What a program prints, stripped; ``None`` if it could not be run or did not end well in ``timeout`` seconds."""
    try:
        done = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env=clean_environment(extra),
            check=False,
            timeout=timeout,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
    except (OSError, subprocess.TimeoutExpired, UnicodeDecodeError):
        return None
    return done.stdout.strip() if done.returncode == 0 else None
