"""Corrections by hand: a point dragged and moved by keys, a mask painted, what is done again; two garments."""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from threading import Event

import numpy as np
import pytest
from PIL import Image, ImageDraw
from playwright.sync_api import Locator, Route, expect

from tests.e2e.conftest import OpenTab, Server
from tests.e2e.placing import drag
from tests.e2e.tab import Tab
from vton_core.images import read_rgba
from vton_core.labels import Label
from vton_core.workspace import Workspace


@pytest.fixture(scope="module")
def mine(open_tab: OpenTab, pictures: dict[str, Path]) -> Tab:
    """A visitor whose model wears a garment."""
    tab = open_tab()
    for slot in ("model", "garment"):
        tab.choose(slot, pictures[slot])
    tab.fit()
    tab.wait_for_end()
    assert tab.statuses() == ["done"] * 4, tab.said("stages") + tab.said("model") + tab.said("garment")
    return tab


def workspace(tab: Tab, server: Server) -> Workspace:
    """The workspace of the visitor's one fit."""
    (found,) = (server.folder(tab) / "fits").iterdir()
    return Workspace(found)


def open_subject(tab: Tab, subject: str) -> Locator:
    """Open what is to be corrected; the pane it is in, with its pictures there: those of the last run."""
    panel = tab.page.locator("#correct")
    if not panel.locator("[data-subject]").first.is_visible():
        panel.locator("summary").click()
    panel.locator(f"[data-subject='{subject}']").click()
    return pane_in(tab)


def pane_in(tab: Tab) -> Locator:
    """The pane with what has been opened; what is drawn on the pictures of the run before would be lost."""
    tab.wait_for_silence()
    pane = tab.page.locator("#correct [data-part=pane]")
    pane.scroll_into_view_if_needed()
    expect(pane).to_have_attribute("aria-busy", "false")
    return pane


def redo(tab: Tab, held: Iterable[Route] = ()) -> list[str]:
    """Press Redo, let go of what was held back until then, and wait; the states of the stages."""
    run = tab.page.locator(".stages").get_attribute("data-run")
    tab.page.locator("#correct [data-act=redo]").click()
    for route in held:
        route.continue_()
    expect(tab.page.locator(".stages")).not_to_have_attribute("data-run", run or "")
    tab.wait_for_end()
    expect(tab.page.locator("#correct [data-act=redo]")).to_be_disabled()
    return tab.statuses()


def middle(place: Locator) -> tuple[float, float]:
    """Where the middle of an element is on the screen."""
    box = place.bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def test_a_dragged_landmark_does_the_try_on_alone_again(mine: Tab, server: Server) -> None:
    page, before = mine.page, workspace(mine, server)
    figure, cutout = read_rgba(before.figures()["model_garment"]), before.cutout_file("model").read_bytes()
    page.locator(".stage-card[data-stage=tryon] .edit").click()
    dots = {name: page.locator(f"[data-dot={name}]") for name in ("left_hem", "right_hem")}
    expect(dots["left_hem"]).to_be_visible()
    mine.wait_for_silence()
    found = workspace(mine, server).read_landmarks("garment")
    assert found
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    for dot in dots.values():
        drag(mine, middle(dot), (0, -40))
    said = dots["left_hem"].get_attribute("aria-label") or ""
    dots["left_hem"].focus()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Shift+ArrowDown")
    x, y = (int(number) for number in re.findall(r"\d+", said))
    expect(dots["left_hem"]).to_have_attribute("aria-label", f"Left hem: {x - 1}, {y + 10}")
    page.keyboard.press("Control+z")
    expect(dots["left_hem"]).to_have_attribute("aria-label", said)
    page.keyboard.press("Control+Shift+z")
    expect(dots["left_hem"]).to_have_attribute("aria-label", f"Left hem: {x - 1}, {y + 10}")
    assert asked == [], "nothing goes to the server before Redo is pressed"
    assert redo(mine) == ["kept", "kept", "kept", "done"], mine.said("stages") + mine.said("correct")
    after = workspace(mine, server)
    moved = after.read_corrections("garment")
    assert set(moved) == {"left_hem", "right_hem"}
    assert moved["left_hem"] == pytest.approx((x - 1, y + 10), abs=0.6)
    assert moved["right_hem"][1] < found.points["right_hem"][1] - 5
    used = after.read_landmarks("garment")
    assert used
    assert used.points["left_hem"] == pytest.approx(moved["left_hem"], abs=0.01)
    assert after.cutout_file("model").read_bytes() == cutout
    assert np.mean((read_rgba(after.figures()["model_garment"]) != figure).any(axis=2)) > 0.003


def test_a_zoomed_point_is_placed_exactly_and_outlives_a_reload(mine: Tab) -> None:
    page = mine.page
    pane = open_subject(mine, "joints")
    dot = page.locator("[data-dot=LEFT_ELBOW]")
    for _ in range(3):
        page.locator("#correct [data-act=in]").click()
    dot.focus()
    box = pane.bounding_box()
    assert box
    x, y = middle(dot)
    assert box["x"] < x < box["x"] + box["width"]
    assert box["y"] < y < box["y"] + box["height"]
    page.get_by_label("x in pixels").fill("321")
    page.get_by_label("x in pixels").press("Enter")
    expect(dot).to_have_attribute("aria-label", re.compile(r"^Their left elbow: 321, \d+$"))
    said = dot.get_attribute("aria-label") or ""
    mine.reload()
    expect(page.locator("#correct .used")).to_have_text("2 corrected")
    open_subject(mine, "joints")
    expect(page.locator("[data-dot=LEFT_ELBOW]")).to_have_attribute("aria-label", said)
    page.locator("#correct [data-act=reset]").click()
    expect(page.locator("[data-dot=LEFT_ELBOW]")).not_to_have_attribute("aria-label", said)


def test_a_painted_cutout_is_redone_from_the_pose_on_and_reset(mine: Tab, server: Server) -> None:
    page = mine.page
    before = read_rgba(workspace(mine, server).cutout_file("model"))
    pane = open_subject(mine, "cutout")
    page.locator("#correct [data-brush=take]").click()
    x, y = middle(pane)
    drag(mine, (x - 20, y + 60), (40, 30))
    assert redo(mine) == ["kept", "done", "done", "done"], mine.said("stages") + mine.said("correct")
    after = read_rgba(workspace(mine, server).cutout_file("model"))
    gone = (before[..., 3] > 200) & (after[..., 3] < 50)
    assert gone.mean() > 0.001
    same = before[..., 3] == after[..., 3]
    assert same.mean() > 0.9
    np.testing.assert_array_equal(after[same][:, :3], before[same][:, :3])
    mine.reload()
    open_subject(mine, "cutout")
    page.locator("#correct [data-act=reset]").click()
    assert redo(mine) == ["kept", "done", "done", "done"]
    np.testing.assert_array_equal(read_rgba(workspace(mine, server).cutout_file("model")), before)


def test_painted_parts_do_the_try_on_alone_again_and_are_reset(mine: Tab, server: Server) -> None:
    page, before = mine.page, workspace(mine, server)
    size = before.read_canvas("model").size
    found = before.read_parse("model", size)
    page.locator(".stage-card[data-stage=parse] .edit").click()
    pane = pane_in(mine)
    expect(page.locator("#correct [data-brush=take]")).to_be_hidden()
    expect(page.locator("#correct [data-brush=upper_clothes]")).to_have_attribute("aria-pressed", "true")
    page.locator("#correct [data-brush=skirt]").click()
    pane.scroll_into_view_if_needed()
    x, y = middle(pane)
    drag(mine, (x - 20, y), (40, 20))
    # A part of it is taken back.
    page.locator("#correct [data-brush=found]").click()
    drag(mine, (x + 20, y + 20), (1, 1))
    assert redo(mine) == ["kept", "kept", "kept", "done"], mine.said("stages") + mine.said("correct")
    parse = workspace(mine, server).read_parse("model", size)
    changed = parse != found
    assert changed.mean() > 0.001
    assert set(np.unique(parse[changed])) == {Label.SKIRT}
    mine.reload()
    open_subject(mine, "parts")
    expect(page.locator("#correct [data-subject=parts]")).to_have_class(re.compile("edited"))
    page.locator("#correct [data-act=reset]").click()
    assert redo(mine) == ["kept", "kept", "kept", "done"]
    np.testing.assert_array_equal(workspace(mine, server).read_parse("model", size), found)


def test_a_click_fills_an_area_and_is_taken_back(mine: Tab, server: Server) -> None:
    page, before = mine.page, workspace(mine, server)
    canvas = before.read_canvas("model")
    found = before.read_parse("model", canvas.size)
    pane = open_subject(mine, "parts")
    page.locator("#correct [data-brush=dress]").click()
    page.locator("#correct [data-act=fill]").click()
    expect(page.locator("#correct [data-act=fill]")).to_have_attribute("aria-pressed", "true")
    pane.scroll_into_view_if_needed()
    drag(mine, middle(pane), (0, 0))
    page.keyboard.press("Control+z")
    expect(page.locator("#correct [data-act=redo]")).to_be_disabled()
    page.keyboard.press("Control+Shift+z")
    assert redo(mine) == ["kept", "kept", "kept", "done"], mine.said("stages") + mine.said("correct")
    parse = workspace(mine, server).read_parse("model", canvas.size)
    place = canvas.to_canvas(np.array(canvas.source_size) / 2 - 0.5)
    label = found[round(place[1]), round(place[0])]
    assert np.mean(parse[found == label] == Label.DRESS) > 0.95
    assert np.mean(parse[found != label] != found[found != label]) < 0.01
    page.locator("#correct [data-act=reset]").click()
    page.locator("#correct [data-act=fill]").click()
    assert redo(mine) == ["kept", "kept", "kept", "done"]
    np.testing.assert_array_equal(workspace(mine, server).read_parse("model", canvas.size), found)


def test_another_subject_opens_before_the_next_fits_are_ready(mine: Tab, server: Server) -> None:
    page = mine.page
    passed: list[Route] = []
    held: list[Route] = []
    opened = Event()

    def hold(route: Route) -> None:
        # Redo itself passes; what asks for the next fit's subjects waits.
        if passed and not opened.is_set():
            held.append(route)
            return
        passed.append(route)
        route.continue_()

    cutout = workspace(mine, server).cutout_file("model").read_bytes()
    open_subject(mine, "garment.points")
    page.locator("[data-dot=left_hem]").focus()
    page.keyboard.press("Shift+ArrowUp")
    page.route("**/queue/join*", hold)
    assert redo(mine) == ["kept", "kept", "kept", "done"], mine.said("stages") + mine.said("correct")
    pane = open_subject(mine, "garment.mask")
    expect(page.locator("#correct [data-subject='garment.mask']")).to_have_attribute("aria-pressed", "true")
    page.locator("#correct [data-brush=take]").click()
    drag(mine, middle(pane), (30, 20))
    # They come, their pictures do not, and Redo is pressed.
    pictures: list[Route] = []
    page.route(masks := "**/edit-*-garment.mask.webp*", lambda route: pictures.append(route))
    opened.set()
    with page.expect_request(masks):
        for route in held:
            route.continue_()
    expect(pane).to_have_attribute("aria-busy", "true")
    page.unroute(masks)
    assert redo(mine, pictures) == ["kept", "kept", "kept", "done"], mine.said("stages") + mine.said("correct")
    assert workspace(mine, server).cutout_file("model").read_bytes() == cutout
    expect(page.locator("#correct [data-subject='garment.mask']")).to_have_class(re.compile("edited"))


def test_a_mask_is_painted_by_keyboard(mine: Tab, server: Server) -> None:
    page = mine.page
    pane = open_subject(mine, "garment.mask")
    page.locator("#correct [data-brush=take]").click()
    pane.focus()
    page.keyboard.press("ArrowUp")
    page.keyboard.down("Space")
    for _ in range(3):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.up("Space")
    mask = workspace(mine, server).cloth_mask_file("garment").read_bytes()
    assert redo(mine) == ["kept", "kept", "kept", "done"], mine.said("stages") + mine.said("correct")
    assert workspace(mine, server).cloth_mask_file("garment").read_bytes() != mask
    assert mine.said("correct") == []


def test_what_is_not_sent_outlives_another_fit(mine: Tab) -> None:
    page = mine.page
    open_subject(mine, "garment.points")
    dot = page.locator("[data-dot=right_hem]")
    dot.focus()
    before = dot.get_attribute("aria-label") or ""
    page.keyboard.press("Shift+ArrowUp")
    expect(dot).not_to_have_attribute("aria-label", before)
    said = dot.get_attribute("aria-label") or ""
    open_subject(mine, "garment.mask")
    pane = page.locator("#correct [data-part=pane]")
    drag(mine, middle(pane), (30, 20))
    run = page.locator(".stages").get_attribute("data-run")
    wearing = page.locator("#wearing")
    wearing.locator("summary").click()
    wearing.locator("input[name=length]").focus()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".stages")).not_to_have_attribute("data-run", run or "")
    mine.wait_for_end()
    mine.wait_for_silence()
    expect(page.locator("#correct [data-subject='garment.mask']")).to_have_class(re.compile("edited"))
    expect(page.locator("#correct [data-act=redo]")).to_be_enabled()
    open_subject(mine, "garment.points")
    expect(dot).to_have_attribute("aria-label", said)
    for subject in ("garment.points", "garment.mask"):
        open_subject(mine, subject)
        page.locator("#correct [data-act=reset]").click()
    assert mine.complaints == []


def test_the_panel_fits_a_phone_and_speaks_korean(mine: Tab) -> None:
    page = mine.page
    page.set_viewport_size({"width": 390, "height": 800})
    for subject in ("joints", "garment.points", "cutout", "parts"):
        open_subject(mine, subject)
        assert not mine.barriers("#correct"), subject
    page.locator("[data-language=ko]").click()
    expect(page.locator("#correct h2")).to_have_text("직접 고치기")
    open_subject(mine, "garment.points")
    expect(page.locator("[data-dot=left_hem]")).to_have_attribute("aria-label", re.compile("^왼쪽 밑단"))
    assert page.evaluate("() => document.documentElement.scrollWidth") <= 390
    page.locator("[data-language=en]").click()
    page.set_viewport_size({"width": 1280, "height": 800})


def test_what_cannot_be_corrected_now_says_what_to_do(mine: Tab, pictures: dict[str, Path], tmp_path: Path) -> None:
    other = tmp_path / "other.png"
    with Image.open(pictures["garment"]) as opened:
        opened.rotate(1, fillcolor=(255, 255, 255)).save(other)
    mine.choose("garment", other)
    mine.page.locator(".stage-card[data-stage=cutout] .edit").click()
    expect(mine.page.locator("#stages [data-part=notes]")).to_contain_text("Press Fit, then correct")
    mine.choose("garment", pictures["garment"])
    mine.page.locator(".stage-card[data-stage=cutout] .edit").click()
    expect(mine.page.locator("#correct [data-subject=cutout]")).to_have_attribute("aria-pressed", "true")


def test_a_second_garment_is_worn_with_the_first_and_taken_out(mine: Tab, server: Server, tmp_path: Path) -> None:
    page = mine.page
    figure = read_rgba(workspace(mine, server).figures()["model_garment"])
    trousers = Image.new("RGB", (480, 640), (245, 245, 245))
    legs = [(170, 60), (310, 60), (345, 600), (265, 600), (240, 230), (215, 600), (135, 600)]
    ImageDraw.Draw(trousers).polygon(legs, fill=(150, 40, 120))
    trousers.save(tmp_path / "trousers.png")
    kinds = page.locator("#wearing [data-choice=second]")
    page.locator("#wearing summary").first.click()
    expect(kinds).to_be_hidden()
    page.get_by_role("button", name="Add a second garment").click()
    slot = page.locator(".slot[data-slot=second]")
    expect(slot).to_be_visible()
    mine.choose("second", tmp_path / "trousers.png")
    mine.fit()
    mine.wait_for_end()
    assert mine.statuses() == ["kept", "kept", "kept", "done"], mine.said("stages") + mine.said("second")
    both = workspace(mine, server)
    assert (both.inputs / "test_pairs.txt").read_text() == "model garment+second\n"
    changed = (read_rgba(both.figures()["model_garment"]) != figure).any(axis=2)
    assert changed[changed.shape[0] // 2 :].mean() > 0.02, "below the waist there is another garment"
    expect(page.locator("#wearing [data-seen=garment]")).to_have_text("now: A top")
    mine.wait_for_silence()
    page.reload()
    expect(page.locator(".slot[data-slot=second] .file-name")).not_to_be_empty()
    page.locator("#wearing summary").first.click()
    expect(kinds.get_by_role("radio", name="Trousers or a skirt")).to_be_enabled()
    expect(kinds).to_contain_text("now: Trousers or a skirt")
    page.locator(".slot[data-slot=second] .more").click()
    expect(page.locator(".slot[data-slot=second]")).to_have_count(0)
    expect(page.locator("[data-part=fit]")).to_be_enabled()
