"""How smoothly a figure moves on a twelve-megapixel background: ``python -m benchmarks.placement``.

The page runs in Chromium as a visitor has it, with the real engines; a hand drags the figure, turns it, sizes it and
looks closer. Counted are the browser's frames: how long each lasted, and what share of them was late.
"""

from __future__ import annotations

import argparse
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from playwright.sync_api import Page, sync_playwright

from tools.browser import find

ROOT: Final = Path(__file__).parent.parent
EXAMPLES: Final = ROOT / "assets" / "examples"
SIZE: Final = (4000, 3000)
FRAME: Final = 1000 / 60
LATE: Final = 1.5
"""Frames that lasted longer than so many of their time are late."""
_PATIENCE: Final = 180_000
_MOVES: Final = 180
_FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")
_RECORD: Final = """() => {
  window.frames_ = [];
  const note = (time) => { window.frames_.push(time); window.noting_ = requestAnimationFrame(note); };
  window.noting_ = requestAnimationFrame(note);
}"""
_RECORDED: Final = "() => { cancelAnimationFrame(window.noting_); return window.frames_; }"


@contextmanager
def page_of(browser_flags: tuple[str, ...]) -> Iterator[Page]:
    """The page in a browser, both started for this."""
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        command = [sys.executable, "app.py", "--port", "7899", "--workspaces", f"{folder}/workspaces"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, env={**os.environ}) as server:
            assert server.stdout
            try:
                server.stdout.readline()
                browser = playwright.chromium.launch(executable_path=find(), args=list(browser_flags))
                page = browser.new_page(viewport={"width": 1280, "height": 900}, locale="en-US")
                page.set_default_timeout(_PATIENCE)
                page.goto("http://127.0.0.1:7899")
                page.wait_for_function("() => localStorage.getItem('vton-visitor')")
                yield page
                browser.close()
            finally:
                server.send_signal(signal.SIGTERM)
                server.communicate()  # its last words need a reader


def prepare(page: Page, background: Path) -> None:
    """Three pictures, dressed."""
    files = {"model": EXAMPLES / "model_woman.png", "garment": EXAMPLES / "garment_longsleeve.png"}
    for slot, file in {**files, "background": background}.items():
        place = page.locator(f".slot[data-slot={slot}]")
        place.locator("input[type=file]").set_input_files(file)
        place.locator(".file-name", has_text=file.name).wait_for()
    page.locator("[data-part=fit]").click()
    page.locator("img[data-part=figure]").wait_for()
    page.wait_for_timeout(3000)
    page.locator("[data-part=stage]").scroll_into_view_if_needed()


def frames(page: Page, act: Callable[[], None]) -> NDArray[np.float64]:
    """How long each frame lasted while ``act`` was under way, in milliseconds."""
    page.evaluate(_RECORD)
    act()
    return np.diff(np.asarray(page.evaluate(_RECORDED), np.float64))


def hand(page: Page, part: str) -> Callable[[], None]:
    """A hand that takes a part of the canvas and leads it around in small circles."""

    def act() -> None:
        box = page.locator(part).bounding_box()
        assert box
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        for step in range(_MOVES):
            angle = step / 20
            page.mouse.move(x + 60 * np.sin(angle) - step / 9, y + 30 * (np.cos(angle) - 1))
        page.mouse.up()

    return act


def wheel(page: Page) -> None:
    """Look closer and back."""
    page.keyboard.down("Control")
    for step in range(_MOVES // 2):
        page.mouse.wheel(0, -40 if step < _MOVES // 4 else 40)
    page.keyboard.up("Control")


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.placement", description=__doc__)
    parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, page_of(_FLAGS) as page:
        background = Path(folder) / "large.jpg"
        with Image.open(EXAMPLES / "background_terrace.png") as opened:
            opened.convert("RGB").resize(SIZE, Image.Resampling.LANCZOS).save(background, quality=92)
        prepare(page, background)
        requests: list[str] = []
        page.on("request", lambda sent: requests.append(sent.url))
        acts = {
            "nothing": lambda: page.wait_for_timeout(2000),
            "drag the figure": hand(page, "img[data-part=figure]"),
            "turn it": hand(page, "[data-handle=turn]"),
            "size it": hand(page, "[data-handle=ne]"),
            "look closer and back": lambda: wheel(page),
        }
        print(f"frames on a background of {SIZE[0]} x {SIZE[1]} pixels, milliseconds")
        print(f"{'':24}{'frames':>8}{'median':>8}{'95 %':>8}{'worst':>8}{'late':>8}{'asked the server':>18}")
        for name, act in acts.items():
            page.locator("[data-tool=reset]").click()
            page.locator("[data-part=stage]").press("ArrowUp")  # the handles come with the first change
            page.wait_for_timeout(1500)
            requests.clear()
            times = frames(page, act)
            asked = sum("queue/join" in url for url in requests)
            late = np.mean(times > LATE * FRAME)
            print(
                f"{name:24}{len(times):8}{np.median(times):8.1f}{np.percentile(times, 95):8.1f}{times.max():8.1f}"
                f"{late:8.1%}{asked:18}"
            )


if __name__ == "__main__":
    main()
