"""A browser tab with the page in it, and what a visitor does there."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, Request, expect

__all__ = ["PATIENCE", "Tab"]

PATIENCE = 120_000
"""Milliseconds after which a test gives up waiting; nothing here measures time."""

LONG_REST = 2800
"""Milliseconds after which a page at rest asks nothing of its own accord any more."""

LEFT_OPEN = 15_000
"""Milliseconds after which a stream of answers counts as idle: where a question meets the end of a stream, a second one
may be opened, which ends only with the next answer that goes through it."""

STAGES = ("cutout", "pose", "parse", "tryon")
_RECORD = """() => {
  window.seen = [];
  const look = () => {
    const cards = [...document.querySelectorAll(".stage-card")].map((card) => card.dataset.status);
    const percent = Number(document.querySelector("#stages [role=progressbar]").getAttribute("aria-valuenow"));
    const last = window.seen.at(-1);
    if (!last || last.cards.join() !== cards.join() || last.percent !== percent) window.seen.push({ cards, percent });
  };
  new MutationObserver(look).observe(document.querySelector("#stages"), { subtree: true, attributes: true });
}"""


class Tab:
    """Args:
    page: the browser's.
    url: the address of the page.
    """

    def __init__(self, page: Page, url: str) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.run: list[dict[str, Any]] = []
        self._asked = 0
        self._open: set[Request] = set()
        page.set_default_timeout(PATIENCE)
        expect.set_options(timeout=PATIENCE)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        page.on(
            "request",
            lambda sent: None if sent.url.startswith((url, "data:", "blob:")) else self.complaints.append(sent.url),
        )
        page.on("request", self._begun)
        page.on("requestfinished", self._ended)
        page.on("requestfailed", self._ended)
        page.on("domcontentloaded", lambda _: self._open.clear())
        page.goto(url)
        self.wait_until_ready()

    def _begun(self, sent: Request) -> None:
        if "/queue/" in sent.url:
            self._asked += 1
            self._open.add(sent)

    def _ended(self, sent: Request) -> None:
        self._open.discard(sent)

    def wait_until_ready(self) -> None:
        """Wait until the server has said whose page this is."""
        self.page.wait_for_function("() => localStorage.getItem('vton-visitor')")
        expect(self.page.locator("[data-part=slots] .slot")).to_have_count(3)

    def choose(self, slot: str, file: Path) -> None:
        """Upload a file for a slot and wait for the answer, good or bad."""
        place = self.page.locator(f".slot[data-slot={slot}]")
        place.locator("input[type=file]").set_input_files(file)
        expect(place.locator(".sending")).to_be_hidden()

    def open_project(self, file: Path) -> None:
        """Open a project file and wait for the answer, good or bad."""
        self.page.locator("[data-part=project]").set_input_files(file)
        expect(self.page.locator("[data-part=open]")).to_be_enabled()

    def chosen(self, slot: str) -> tuple[str, str]:
        """What a slot says of its picture, and the address of the preview."""
        place = self.page.locator(f".slot[data-slot={slot}]")
        return place.locator(".file-name").inner_text(), place.locator(".drop img").get_attribute("src") or ""

    def said(self, place: str) -> list[str]:
        """The sentences that stand near a slot or in a panel."""
        scope = f".slot[data-slot={place}]" if place in ("model", "garment", "background") else f"#{place}"
        return self.page.locator(f"{scope} .notice p").all_text_contents()

    def statuses(self) -> list[str]:
        """The stages' states, in their order."""
        cards = self.page.locator(".stage-card").all()
        return [card.get_attribute("data-status") or "" for card in cards]

    def record(self) -> None:
        """Begin to note every state of the stages."""
        self.page.evaluate(_RECORD)

    def recorded(self) -> list[dict[str, Any]]:
        """What was noted since: ``{"cards": [state, …], "percent": n}``."""
        seen: list[dict[str, Any]] = self.page.evaluate("() => window.seen")
        return seen

    def fit(self) -> None:
        """Press Fit and wait until the run has begun; it may have ended already."""
        stages = self.page.locator(".stages")
        before = stages.get_attribute("data-run")
        self.page.locator("[data-part=fit]").click()
        expect(stages).to_have_attribute("data-run", re.compile(rf"^(?!{before}$)\d+$"))

    def wait_for_end(self) -> None:
        """Wait until no run is under way."""
        expect(self.page.locator(".stages")).to_have_attribute("data-status", re.compile("done|failed|cancelled"))

    def numbers(self) -> dict[str, tuple[int, int]]:
        """The three points as the panel's fields show them."""
        self.wait_for_frame()
        for field in self.page.locator("[data-point] input").all():
            expect(field).not_to_have_value("")
        found = {
            name: [field.input_value() for field in self.page.locator(f"[data-point={name}] input").all()]
            for name in ("position", "top", "bottom")
        }
        return {name: (int(x), int(y)) for name, (x, y) in found.items()}

    def at(self, pixel: tuple[float, float], size: tuple[int, int]) -> tuple[float, float]:
        """Where on the screen the middle of a background's pixel is."""
        self.page.locator("[data-part=stage]").scroll_into_view_if_needed()
        box = self.page.locator("[data-part=stage]").bounding_box()
        assert box
        return (
            box["x"] + (pixel[0] + 0.5) * box["width"] / size[0],
            box["y"] + (pixel[1] + 0.5) * box["height"] / size[1],
        )

    def click_pixel(self, pixel: tuple[float, float], size: tuple[int, int]) -> None:
        """Click a pixel of the background."""
        self.page.mouse.click(*self.at(pixel, size))
        self.wait_for_frame()

    def wait_for_frame(self) -> None:
        """Wait until what was done is drawn."""
        self.page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def figure_box(self) -> tuple[float, float, float, float]:
        """Where the figure's preview stands on the screen: x, y, width, height."""
        self.wait_for_frame()
        box = self.page.locator("img[data-part=figure]").bounding_box()
        assert box
        return box["x"], box["y"], box["width"], box["height"]

    def wait_for_silence(self, rest: int = 900) -> None:
        """Wait until the page has been told everything, and has had nothing to tell for ``rest`` milliseconds."""
        heard, waited, since = -1, 0, 0
        while heard != self._asked or (self._open and since < LEFT_OPEN):
            assert waited < PATIENCE, [sent.url for sent in self._open]
            since = since + rest if heard == self._asked else 0
            heard, waited = self._asked, waited + rest
            self.page.wait_for_timeout(rest)

    def reload(self) -> None:
        """Load the page anew once nothing is under way: an answer that is cut off is no fault of the page."""
        self.wait_for_silence(LONG_REST)
        self.page.reload()
        self.wait_until_ready()

    def compose(self) -> None:
        """Press Compose and wait for the picture, which the page scrolls to."""
        items, picture = self.page.locator(".shelf li"), self.page.locator("#result [data-part=picture]")
        count, before = items.count(), picture.get_attribute("src")
        self.page.locator("[data-tool=compose]").click()
        expect(items).to_have_count(count + 1)
        expect(picture).not_to_have_attribute("src", before or "")
        expect(self.page.locator("[data-tool=compose]")).to_be_enabled()

    def unfold(self, name: str) -> None:
        """Open one of the placement panel's folds."""
        fold = self.page.locator(f"[data-more={name}]")
        if fold.get_attribute("open") is None:
            fold.locator("summary").click()

    def barriers(self, *places: str) -> list[tuple[str, str, str]]:
        """What axe finds in the way of somebody, in some places or on the whole page; and whether it is too wide."""
        self.page.wait_for_timeout(250)  # colours change in a moment
        context = {"include": [[place] for place in places]} if places else None
        found = Axe().run(self.page, context=context).response["violations"]
        told = [(entry["id"], node["html"][:160], node["failureSummary"]) for entry in found for node in entry["nodes"]]
        wide = self.page.evaluate("() => document.documentElement.scrollWidth - innerWidth")
        return [*told, *([("too wide", f"by {wide}", "")] if wide > 0 else [])]

    def save(self, button: str, folder: Path) -> Path:
        """Press a button that hands out a file, and return the file."""
        with self.page.expect_download() as caught:
            self.page.locator(button).click()
        target = folder / caught.value.suggested_filename
        caught.value.save_as(target)
        return target
