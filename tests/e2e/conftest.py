"""The page as a visitor meets it: ``app.py`` in a process of its own with the real engines, and a real browser.

Each file of tests has a visitor of its own.
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.conftest import EXAMPLES
from tests.e2e.tab import Tab
from tools.browser import find

ROOT = Path(__file__).parents[2]
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Everything in this folder drives the page, and comes first: no process is left with a long file at the end."""
    for item in items:
        if Path(__file__).parent in item.path.parents:
            item.add_marker(pytest.mark.e2e)
    items.sort(key=lambda item: item.get_closest_marker("e2e") is None)


@dataclass(frozen=True)
class Server:
    """A running ``app.py``.

    Attributes:
        url: where it listens.
        workspaces: the folder of the visitors' workspaces.
        pid: its process.
    """

    url: str
    workspaces: Path
    pid: int

    def folder(self, tab: Tab) -> Path:
        """The folder of the visitor who has chosen a model in ``tab``: their name is in the picture's address."""
        digest, name = tab.chosen("model")[1].split("/")[-2:]
        (found,) = [
            folder
            for folder in self.workspaces.glob("*/page")
            if (preview := folder / "previews" / name).exists()
            and hashlib.sha256(folder.parent.name.encode() + b"\0" + preview.read_bytes()).hexdigest() == digest
        ]
        return found

    def workers(self) -> set[int]:
        """The background processes that run steps."""
        found = set()
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                parent = (folder / "stat").read_text().rpartition(")")[2].split()
                command = (folder / "cmdline").read_bytes()
            except (FileNotFoundError, ProcessLookupError):
                continue
            if int(parent[1]) == self.pid and parent[0] not in "ZX" and b"vton_core.workers.worker" in command:
                found.add(int(folder.name))
        return found

    @contextmanager
    def held(self) -> Iterator[set[int]]:
        """Hold those processes where they are: no run ends meanwhile, but for those that are cancelled."""
        found = self.workers()
        try:
            for worker in found:
                os.kill(worker, signal.SIGSTOP)
            yield found
        finally:
            for worker in found & self.workers():
                with suppress(ProcessLookupError):
                    os.kill(worker, signal.SIGCONT)


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The page, served once for all tests; it must end cleanly and without a traceback."""
    folder = tmp_path_factory.mktemp("page")
    log = folder / "log.txt"
    port = free_port()
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "app.py", "--port", str(port), "--workspaces", str(folder / "workspaces")],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=output,
            env={**os.environ, "PYTHONUNBUFFERED": "1"},
        )
        with process:
            assert process.stdout
            said = process.stdout.readline().decode()
            assert re.search(r"http://127\.0\.0\.1:\d+", said), log.read_text()
            yield Server(f"http://127.0.0.1:{port}", folder / "workspaces", process.pid)
            process.send_signal(signal.SIGTERM)
            assert process.wait(60) == 0
    assert "Traceback" not in log.read_text(), log.read_text()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """A Chromium."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=find(), args=list(FLAGS))
        yield started
        started.close()


OpenTab = Callable[..., Tab]


@pytest.fixture(scope="module")
def open_tab(server: Server, browser: Browser) -> Iterator[OpenTab]:
    """Open the page as a new visitor: ``open_tab(width=1280, locale="en-US")``; the browser may not complain of it."""
    opened: list[Tab] = []

    def open_one(width: int = 1280, height: int = 800, locale: str = "en-US") -> Tab:
        # No smooth scrolling: what a test presses must not move away under its pointer.
        context = browser.new_context(
            viewport={"width": width, "height": height}, locale=locale, reduced_motion="reduce"
        )
        tab = Tab(context.new_page(), server.url)
        opened.append(tab)
        return tab

    yield open_one
    for tab in opened:
        tab.page.context.close()
    assert not [tab.complaints for tab in opened if tab.complaints]


@pytest.fixture(scope="module")
def tab(open_tab: OpenTab, pictures: dict[str, Path]) -> Tab:
    """A visitor who has chosen three pictures."""
    opened = open_tab()
    for slot in ("model", "garment", "background"):
        opened.choose(slot, pictures[slot])
        assert opened.said(slot) == []
    return opened


@pytest.fixture(scope="module")
def fitted(tab: Tab) -> Tab:
    """The same visitor, once the model wears the garment."""
    tab.record()
    tab.fit()
    tab.wait_for_end()
    assert tab.statuses() == ["done"] * 4, tab.said("stages") + tab.said("model") + tab.said("garment")
    tab.run = tab.recorded()
    return tab


@pytest.fixture(scope="module")
def visit(server: Server, fitted: Tab) -> Path:
    """That visitor's folder."""
    return server.folder(fitted)


@pytest.fixture(scope="session")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Small copies of the examples: model, garment, background, and both models side by side (crowd)."""
    folder = tmp_path_factory.mktemp("pictures")
    found = {}
    for slot, name, share in (
        ("model", "model_woman.png", 2),
        ("garment", "garment_tee_green.png", 2),
        ("background", "background_terrace.png", 3),
    ):
        with Image.open(EXAMPLES / name) as opened:
            found[slot] = folder / f"{slot}.png"
            opened.convert("RGB").reduce(share).save(found[slot])
    crowd = Image.new("RGB", (768, 512), (214, 214, 216))
    for left, name in ((0, "woman"), (384, "man")):
        with (
            Image.open(EXAMPLES / f"model_{name}.png") as photo,
            Image.open(EXAMPLES / f"model_{name}_alpha.png") as mask,
        ):
            crowd.paste(photo.convert("RGB").reduce(2), (left, 0), mask.convert("L").reduce(2))
    found["crowd"] = folder / "crowd.png"
    crowd.save(found["crowd"])
    return found


@pytest.fixture
def placing(fitted: Tab) -> Iterator[Tab]:
    """The visitor whose model wears the garment: one figure at its standard place, before and after."""

    def afresh() -> None:
        page = fitted.page
        page.set_viewport_size({"width": 1280, "height": 900})
        page.evaluate("document.querySelectorAll('details.more').forEach((fold) => (fold.open = false))")
        fitted.unfold("figures")
        while page.locator(".cast li").count() > 1:
            page.locator(".cast li").first.locator("button").last.click()
            fitted.wait_for_frame()
        fitted.unfold("finish")
        page.locator("[data-preset=plain]").click()
        fitted.unfold("front")
        page.locator("[data-brush=off]").click()
        if page.locator("[data-tool=unpaint]").is_enabled():
            page.locator("[data-tool=unpaint]").click()
        fitted.unfold("scale")
        if page.locator("[data-part=perspective]").is_checked():
            page.locator("[data-part=perspective]").click()
        if page.locator("[data-tool=horizon]").get_attribute("aria-pressed") == "true":
            page.locator("[data-tool=horizon]").click()
        if page.locator("[data-tool=flip]").get_attribute("aria-pressed") == "true":
            page.locator("[data-tool=flip]").click()
        page.locator("[data-tool=reset]").click()
        page.locator("[data-tool=whole]").click()
        page.locator("[data-more=scale] summary").click()
        fitted.wait_for_silence()

    afresh()
    yield fitted
    afresh()
