"""Finds a Chromium for the tests that drive the page, and gets one where there is none."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from tools.packages import Environment
from tools.shell import SetupError, call, says, tell

__all__ = ["ensure_browser", "find"]

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
_PLACES = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
# Playwright's driver is a program of its own that needs libatomic, which a bare system lacks.
_PACKAGES = ("chromium", "libatomic1")
_OWN = "from playwright.sync_api import sync_playwright as s\nwith s() as p: print(p.chromium.executable_path)"
_NONE = (
    "The tests drive the page in a browser, and none could be installed. Install Chromium (on Debian, as an "
    "administrator: apt-get install chromium libatomic1), or run every other test with: make test E2E=no"
)


def find() -> str | None:
    """The machine's own Chromium or Chrome, if it starts (Ubuntu's is a script that only asks for a snap)."""
    for name in (*_NAMES, *_PLACES):
        path = shutil.which(name)
        if path and says([path, "--version"]) is not None:
            return path
    return None


def ensure_browser(environment: Environment) -> None:
    """See to it that there is a browser and that Playwright's own program, which drives it, starts.

    Raises:
        SetupError: one of them is missing and could not be installed.
    """
    if _complete(environment):
        return
    tell("The tests drive the page in a browser: installing Chromium.")
    if _is_debian():
        _install_by_apt()
    if not (_complete(environment) or _download(environment)):
        raise SetupError(_NONE)


def _complete(environment: Environment) -> bool:
    driver = says([environment.python, "-m", "playwright", "--version"])
    return driver is not None and bool(find() or _playwrights(environment))


def _download(environment: Environment) -> bool:
    return call([environment.python, "-m", "playwright", "install", "chromium"]) and bool(_playwrights(environment))


def _playwrights(environment: Environment) -> str | None:
    path = says([environment.python, "-c", _OWN])
    return path if path and says([path, "--version"]) is not None else None


def _is_debian() -> bool:
    release = Path("/etc/os-release")
    return release.exists() and "ID=debian" in release.read_text(encoding="utf-8").splitlines()


def _install_by_apt() -> None:
    rights = _rights()
    if rights is None:
        return
    apt = [*rights, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet=2"]
    # One unreachable archive fails the update though the others may have what is needed.
    call([*apt, "update"])
    call([*apt, "install", "--yes", "--no-install-recommends", *_PACKAGES])


def _rights() -> list[str] | None:
    """What to put before a command to run it as the administrator; ``None`` without the right to."""
    if os.geteuid() == 0:
        return []
    if not shutil.which("sudo"):
        return None
    silent = ["sudo", "--non-interactive"]
    if says([*silent, "true"]) is not None:
        return silent
    return ["sudo"] if sys.stdin.isatty() else None
