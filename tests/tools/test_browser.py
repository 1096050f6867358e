"""Where the browser comes from."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.tools.conftest import Fake
from tools import browser
from tools.packages import Environment
from tools.shell import SetupError


class TestBrowser:
    def test_one_that_starts_is_found(self, fake: Fake) -> None:
        fake("chromium-browser", "exit 1")
        path = fake("google-chrome", "echo Google Chrome 150")
        assert browser.find() == str(path)

    def test_where_none_can_be_had_the_user_is_told_what_to_do(
        self, fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(browser, "_PLACES", ())
        monkeypatch.setattr(browser, "_is_debian", lambda: False)
        environment = Environment(tmp_path / "venv")
        fake("python", "exit 1", environment.python.parent)
        with pytest.raises(SetupError, match=r"apt-get install chromium.*make test E2E=no"):
            browser.ensure_browser(environment)

    def test_on_debian_the_administrator_installs_it(
        self, fake: Fake, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(browser, "_PLACES", ())
        monkeypatch.setattr(browser, "_is_debian", lambda: True)
        monkeypatch.setattr(browser, "_rights", list)
        environment = Environment(tmp_path / "venv")
        fake("python", '[ "$3" = --version ]', environment.python.parent)
        chromium = fake("aside", "echo Chromium 150")
        script = f'case "$*" in *install*chromium*) cp "{chromium}" "{chromium.parent}/chromium";; esac'
        fake("env", f'PATH="{chromium.parent}:$PATH"; shift; exec "$@"')
        fake("apt-get", script)
        browser.ensure_browser(environment)
        assert browser.find() == str(chromium.parent / "chromium")

    def test_sudo_is_used_where_it_asks_for_nothing(self, fake: Fake, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(os, "geteuid", lambda: 1000)
        assert browser._rights() is None
        fake("sudo", "exit 0")
        assert browser._rights() == ["sudo", "--non-interactive"]
