"""The accordion of engines in a browser, with an engine that is there and one whose weights are not."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests.e2e.conftest import ROOT, free_port
from tests.e2e.tab import Tab

_PAGE = """
import sys
from vton_core import weights
from vton_core.engines import registry
from vton_core.engines.registry import EngineSpec
from vton_core.weights import WeightFile

command = "python -m vton_core weights fetch thread"
lost = WeightFile("thread", "thread.pth", "pose", "CC-BY-NC-4.0", "a tailor", command)
known = weights.manifest()
weights.manifest = lambda: (*known, lost)
registry.ENGINES += (
    EngineSpec("pose", "medium", "nowhere:Medium", (), "MIT", "feels it"),
    EngineSpec("pose", "tailor", "nowhere:Tailor", ("thread",), "CC-BY-NC-4.0", "sews it"),
)
import app
sys.exit(app.main(sys.argv[1:]))
"""


@pytest.fixture
def url(tmp_path: Path) -> Iterator[str]:
    """A page with two more engines of the pose."""
    port = free_port()
    process = subprocess.Popen(
        [sys.executable, "-c", _PAGE, "--port", str(port), "--workspaces", str(tmp_path / "workspaces")],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    with process:
        assert process.stdout
        assert process.stdout.readline()
        yield f"http://127.0.0.1:{port}"
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


def test_engines_are_chosen_by_keyboard_and_say_what_they_lack(url: str, browser: Browser) -> None:
    context = browser.new_context(viewport={"width": 1280, "height": 900}, locale="en-US")
    tab = Tab(context.new_page(), url)
    page = tab.page
    steps = page.locator("#engines fieldset")
    expect(steps).to_have_count(4)
    expect(steps.first).to_be_hidden()
    page.locator("#engines summary").first.focus()
    page.keyboard.press("Enter")
    expect(page.locator("#engines input:checked")).to_have_count(4)
    assert page.locator("#engines input:checked").evaluate_all("all => all.map((one) => one.value)") == [
        "mediapipe",
        "mediapipe",
        "parser",
        "garment",
    ]
    pose = page.locator("fieldset[data-step=pose]")
    lacking = pose.locator("[data-engine=tailor]")
    expect(lacking.locator("input")).to_be_disabled()
    expect(lacking.locator("pre")).to_be_hidden()
    lacking.locator("summary").press("Enter")
    expect(lacking.locator("pre")).to_be_visible()
    expect(lacking.locator("pre")).to_have_text("python -m vton_core weights fetch thread")
    expect(lacking.locator(".restricted")).to_have_text("Not for commercial use")
    expect(lacking.locator(".licence")).to_have_text("Licence: CC-BY-NC-4.0")
    page.locator("#engines > details > summary, #engines [data-part=root] > summary").first.focus()
    # Past the engines of the first step, and what they lack, to the next group.
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.name") == "engine-pose":
            break
    page.keyboard.press("ArrowDown")
    expect(pose.locator("input[value=medium]")).to_be_checked()
    expect(pose.locator("input[value=medium]")).to_be_focused()
    expect(page.locator("#engines .used")).to_have_text("Pose: medium")
    tab.wait_for_silence()
    tab.reload()
    expect(page.locator("#engines .used")).to_have_text("Pose: medium")
    page.locator("[data-language=ko]").click()
    expect(page.locator("#engines h2")).to_have_text("엔진")
    expect(page.locator("#engines .used")).to_have_text("자세: medium")
    expect(page.locator("fieldset[data-step=parsing] .licence").first).to_have_text("라이선스: Apache-2.0")
    assert not tab.complaints
    context.close()
