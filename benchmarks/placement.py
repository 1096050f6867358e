"""How smoothly a figure moves on a twelve-megapixel background: ``python -m benchmarks.placement``.

The page runs in Chromium as a visitor has it, with the real engines; a hand drags the figure, turns it, sizes it and
looks closer. Counted are the frames that Chromium's own trace says were shown, how far apart they were, and which it
dropped.
"""

from __future__ import annotations

import argparse
import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

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
"""A frame that comes later than so many frames' time after the one before is late."""
_PATIENCE: Final = 180_000
_MOVES: Final = 180
_WAY, _SPEED = 300, 120
"""Pixels, and pixels a second."""
_FLAGS: Final = ("--headless", "--no-sandbox", "--disable-gpu", "--no-first-run")
_TRACED: Final = ["disabled-by-default-display.framedisplayed", "disabled-by-default-devtools.timeline.frame"]
"""Only the events of frames: a fuller trace slows the browser down."""


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


@dataclass(frozen=True)
class Frames:
    """The frames of a stretch of time.

    Attributes:
        apart: milliseconds from each frame that was shown to the next.
        wanted: frames for which there was something new to show.
        dropped: those of them that were not shown in their turn.
    """

    apart: NDArray[np.float64]
    wanted: int
    dropped: int


def read_trace(events: Sequence[Mapping[str, Any]]) -> Frames:
    """What Chromium's trace says of the frames: when the display showed one, and what became of each."""
    shown = sorted(event["ts"] / 1000 for event in events if event["name"] == "Display::FrameDisplayed")
    begun = [event for event in events if event["name"] == "PipelineReporter" and event["ph"] == "b"]
    states = [event["args"]["frame_reporter"]["state"] for event in begun]
    dropped = states.count("STATE_DROPPED")
    return Frames(np.diff(shown), dropped + sum(state.startswith("STATE_PRESENTED") for state in states), dropped)


def frames(page: Page, act: Callable[[], None]) -> Frames:
    """The frames while ``act`` was under way."""
    browser = page.context.browser
    assert browser
    browser.start_tracing(page=page, categories=_TRACED)
    act()
    return read_trace(json.loads(browser.stop_tracing())["traceEvents"])


def hand(page: Page, part: str) -> Callable[[], None]:
    """A finger that takes a part of the canvas and leads it aside.

    The browser makes its moves, one a frame: those that come from outside come late.
    """

    def act() -> None:
        box = page.locator(part).bounding_box()
        assert box
        devtools = page.context.new_cdp_session(page)
        start = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
        way = {"xDistance": _WAY, "yDistance": -_WAY // 4, "speed": _SPEED, "preventFling": True}
        devtools.send("Input.synthesizeScrollGesture", {**start, **way, "gestureSourceType": "touch"})
        devtools.detach()

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
        print(f"frames shown on a background of {SIZE[0]} x {SIZE[1]} pixels, milliseconds apart")
        print(
            f"{'':24}{'shown':>8}{'median':>8}{'95 %':>8}{'worst':>8}{'late':>8}{'dropped':>9}{'asked the server':>18}"
        )
        for name, act in acts.items():
            page.locator("[data-tool=reset]").click()
            page.locator("[data-part=stage]").press("ArrowUp")  # the handles come with the first change
            page.wait_for_timeout(1500)
            requests.clear()
            seen = frames(page, act)
            asked = sum("queue/join" in url for url in requests)
            print(f"{name:24}{_told(seen)}{asked:18}")


def _told(seen: Frames) -> str:
    apart = seen.apart
    if not len(apart):
        return f"{0:8}" + f"{'':41}"
    late = np.mean(apart > LATE * FRAME)
    return (
        f"{len(apart) + 1:8}{np.median(apart):8.1f}{np.percentile(apart, 95):8.1f}{apart.max():8.1f}{late:8.1%}"
        f"{seen.dropped / max(seen.wanted, 1):9.1%}"
    )


if __name__ == "__main__":
    main()
