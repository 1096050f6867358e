"""How the garment is worn, changed by keyboard after a fit, and the try-on beside what was before."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
from playwright.sync_api import expect

from tests.e2e.tab import Tab
from vton_core.images import read_rgba


def only(visit: Path, output: str) -> Path:
    """The one file of the visit's one fit in that folder."""
    (found,) = visit.glob(f"fits/*/output/{output}/*.png")
    return found


def test_another_length_does_the_try_on_alone_again_and_is_kept(fitted: Tab, visit: Path) -> None:
    page = fitted.page
    stages, panel = page.locator(".stages"), page.locator("#wearing")
    figure, cutout = read_rgba(only(visit, "figure")), only(visit, "background_step1").read_bytes()
    picture = page.locator(".stage-card[data-stage=tryon] img")
    run, source = stages.get_attribute("data-run"), picture.get_attribute("src") or ""
    fitted.wait_for_silence()
    made = page.locator(".shelf li").count()
    length = panel.locator("input[name=length]")
    expect(length).to_be_hidden()
    panel.locator("summary").press("Enter")
    assert panel.locator("input[name=tuck]:checked").get_attribute("value") == "auto"
    fitted.record()
    page.get_by_role("slider", name="Length").focus()
    for _ in range(4):
        page.keyboard.press("ArrowRight")
    expect(length).to_have_attribute("aria-valuetext", "20% longer")
    expect(stages).not_to_have_attribute("data-run", run or "")
    fitted.wait_for_end()
    fitted.wait_for_silence()
    fitted.wait_for_end()
    assert fitted.statuses() == ["kept", "kept", "kept", "done"], fitted.said("stages") + fitted.said("wearing")
    assert not {"running", "done"} & {status for state in fitted.recorded()[1:] for status in state["cards"][:3]}
    expect(picture).not_to_have_attribute("src", source)
    assert only(visit, "background_step1").read_bytes() == cutout
    worn = read_rgba(only(visit, "figure"))
    assert worn.shape == figure.shape
    assert np.mean((worn != figure).any(axis=2)) > 0.005
    assert page.locator(".shelf li").count() == made
    expect(page.locator("[data-part=fit]")).to_be_disabled()

    fitted.reload()
    expect(panel.locator(".used")).to_have_text("Length: 20% longer")
    expect(length).to_have_value("0.2")
    expect(page.locator("[data-part=fit]")).to_be_disabled()
    compare = page.get_by_role("slider", name=re.compile("^Compare"))
    compare.fill("60")
    expect(compare).to_have_attribute("aria-valuetext", "60% as before")
    expect(picture).to_have_css("clip-path", re.compile(r"60%"))
    panel.locator("summary").press("Enter")
    page.set_viewport_size({"width": 390, "height": 800})
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.locator("[data-language=ko]").click()
    expect(panel.locator(".used")).to_have_text("길이: 20% 길게")
    page.locator("[data-language=en]").click()
    page.set_viewport_size({"width": 1280, "height": 800})
