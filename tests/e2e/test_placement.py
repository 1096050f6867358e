"""Placing by hand: exact at any zoom, turned, several, in the light of the place; by mouse, keyboard and touch."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.conftest import OpenTab
from tests.e2e.tab import Tab
from tests.e2e.test_visit import SIZE, composed
from vton_core.composition.geometry import FigureGeometry, placement_matrix
from vton_core.images import read_image
from vton_core.positions import format_position, parse_position
from vton_core.types import Placement
from vton_core.workspace import SceneFile, Workspace

FOLDS = ("figures", "finish", "front", "scale", "file", "keys")


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


def middle(placing: Tab, part: str) -> tuple[float, float]:
    """Where something of the canvas is on the screen."""
    placing.wait_for_frame()
    box = placing.page.locator(part).bounding_box()
    assert box
    return box["x"] + box["width"] / 2, box["y"] + box["height"] / 2


def drag(placing: Tab, start: tuple[float, float], by: tuple[float, float]) -> None:
    mouse = placing.page.mouse
    mouse.move(*start)
    mouse.down()
    mouse.move(start[0] + by[0], start[1] + by[1], steps=5)
    placing.wait_for_frame()
    mouse.up()
    placing.wait_for_frame()


def measure(placing: Tab, name: str) -> float:
    """The height or the turn that the panel shows."""
    placing.wait_for_frame()
    return float(placing.page.locator(f"[data-measure={name}]").input_value())


def described(visit: Path) -> SceneFile:
    """What the newest picture was made of."""
    (found,) = Workspace(visit / "scenes" / "picture").given_scenes()
    return found


def changed(before: Path, after: Path) -> Any:
    """Where two pictures differ clearly, ``bool (H, W)``."""
    return np.abs(read_image(before).astype(int) - read_image(after)).max(axis=2) > 8


def picture(visit: Path) -> Any:
    return read_image(composed(visit)).astype(int)


def test_the_browser_draws_where_the_core_composes(open_tab: OpenTab) -> None:
    page = open_tab().page
    rng = np.random.default_rng(7)
    for turn in (0.0, -33.3, 180.0):
        for flip in (False, True):
            x, y, x1, y1, x2, y2 = (round(float(v), 2) for v in rng.uniform(-200, 900, 6))
            placement = Placement((x, y), (x1, y1), (x2, y2), flip, turn)
            figure = {"anchor": [151.5, 389.5], "height": 377, "origin": [12, 7], "size": [300, 400]}
            entry = {"position": [x, y], "top": [x1, y1], "bottom": [x2, y2], "flip": flip, "rotate": turn}
            map_ = page.evaluate("([f, p]) => vton.geometry.drawing(f, [150, 100], p)", [figure, entry])
            matrix = placement_matrix(FigureGeometry((151.5, 389.5), 377.0, (0, 0, 1, 1)), placement)
            for u, v in ((0, 0), (150, 100), (40, 90)):
                there = matrix @ (12 + u * 2 - 0.5, 7 + v * 4 - 0.5, 1)
                a, b, c, d, e, f = map_
                assert (a * u + c * v + e, b * u + d * v + f) == pytest.approx(there + 0.5)
            text = page.evaluate("(p) => vton.geometry.positionFile(p)", entry)
            assert parse_position(text, "x") == placement
            assert page.evaluate("(t) => vton.geometry.fromPositionFile(t)", format_position(placement)) == entry
    for wrong in ("", "1 2\n3 4", "1 2 3 4 5 x", "1 2 3 4 3 4", "1 2 3 4 5 6 rotate", "1 2 3 4 5 6 rotate 500"):
        assert page.evaluate("(text) => vton.geometry.fromPositionFile(text)", wrong) is None


def test_heights_grow_with_the_distance_below_the_horizon(open_tab: OpenTab) -> None:
    page = open_tab().page
    people = [{"feet": [10, 300], "head": [10, 200]}, {"feet": [50, 700], "head": [50, 400]}]
    there = "([people, horizon, y]) => vton.geometry.heightThere(people, horizon, y)"
    assert page.evaluate(there, [people, 100, 500]) == pytest.approx(200)
    assert page.evaluate(there, [people, None, 320]) == 100
    assert page.evaluate(there, [[], 100, 320]) is None
    entry = {"position": [0, 300], "top": [0, 100], "bottom": [0, 300]}
    near = {"position": [0, 500], "top": [0, 300], "bottom": [0, 500]}
    assert page.evaluate("([a, b]) => vton.geometry.inPerspective(a, b, 100).top", [entry, near]) == [0, 100]


def test_a_click_is_exact_however_close_one_looks(placing: Tab, visit: Path) -> None:
    page = placing.page
    page.locator("[data-part=stage]").focus()
    centre = placing.at((450, 300), SIZE)
    page.mouse.move(*centre)
    page.keyboard.down("Control")
    for _ in range(5):
        page.mouse.wheel(0, -100)
    page.keyboard.up("Control")
    placing.wait_for_frame()
    box = page.locator("img[data-part=scene]").bounding_box()
    assert box
    zoom = box["width"] / SIZE[0]
    assert zoom > 6
    for offset in (0.04, 0.96):  # both ends of one pixel
        for point, (x, y) in (("position", (441, 297)), ("top", (443, 281)), ("bottom", (441, 297))):
            page.mouse.click(box["x"] + (x + offset) * zoom, box["y"] + (y + offset) * zoom)
            assert placing.numbers()[point] == (x, y)
    page.keyboard.down(" ")
    drag(placing, centre, (-60, -45))
    page.keyboard.up(" ")
    moved = page.locator("img[data-part=scene]").bounding_box()
    assert moved
    assert (moved["x"] - box["x"], moved["y"] - box["y"]) == pytest.approx((-60, -45), abs=0.5)
    placing.compose()
    (figure,) = described(visit).figures
    assert figure.placement == Placement((441, 297), (443, 281), (441, 297))
    page.locator("[data-part=stage]").press("0")
    expect(page.locator("[data-tool=whole]")).to_have_text("100%")


def test_handles_turn_and_size_and_everything_can_be_taken_back(placing: Tab, visit: Path) -> None:
    page = placing.page
    for pixel in ((300, 350), (300, 150), (300, 350)):
        placing.click_pixel(pixel, SIZE)
    feet = middle(placing, "[data-handle=position]")
    handle = middle(placing, "[data-handle=turn]")
    reach = feet[1] - handle[1]
    drag(placing, handle, (reach * np.sin(np.radians(20)), reach * (1 - np.cos(np.radians(20)))))
    turned = measure(placing, "rotate")
    assert turned == pytest.approx(20, abs=0.6)
    assert placing.numbers()["position"] == (300, 350)
    corner = middle(placing, "[data-handle=nw]")
    drag(placing, corner, ((corner[0] - feet[0]) * 0.25, (corner[1] - feet[1]) * 0.25))
    assert measure(placing, "height") == pytest.approx(250, abs=4)
    assert placing.numbers()["position"] == (300, 350)
    page.locator("[data-tool=undo]").click()
    assert (measure(placing, "height"), measure(placing, "rotate")) == (200, turned)
    page.locator("[data-tool=undo]").click()
    assert measure(placing, "rotate") == 0
    for _ in range(2):
        page.locator("[data-tool=redo]").click()
    assert measure(placing, "height") == pytest.approx(250, abs=4)
    expect(page.locator("[data-tool=redo]")).to_be_disabled()
    field = page.locator("[data-measure=rotate]")
    field.fill("-7.5")
    field.press("Enter")
    placing.compose()
    (figure,) = described(visit).figures
    assert figure.placement.rotate == -7.5
    assert figure.placement.height == pytest.approx(250, abs=4)


def test_two_figures_stand_one_before_the_other(placing: Tab, visit: Path) -> None:
    page = placing.page
    for pixel in ((250, 380), (250, 120), (250, 380)):
        placing.click_pixel(pixel, SIZE)
    placing.unfold("figures")
    page.locator(".adding .add").first.click()
    expect(page.locator(".cast li")).to_have_count(2)
    for pixel in ((290, 390), (290, 190), (290, 390)):
        placing.click_pixel(pixel, SIZE)
    page.keyboard.press("f")
    placing.compose()
    assert [f.placement.position for f in described(visit).figures] == [(250, 380), (290, 390)]
    assert [f.placement.flip for f in described(visit).figures] == [False, True]
    before = picture(visit)
    page.get_by_role("button", name="Send figure 2 backward").click()
    placing.compose()
    assert [f.placement.position for f in described(visit).figures] == [(290, 390), (250, 380)]
    assert np.abs(before - picture(visit)).max() > 8
    assert [image.get_attribute("data-part") for image in page.locator(".figures img").all()] == ["figure", None]
    head = placing.at((250, 150), SIZE)
    page.mouse.click(*head)  # on the other figure: chosen, not moved
    expect(page.get_by_role("button", name="Figure 2", exact=True)).to_have_attribute("aria-pressed", "true")
    assert placing.numbers()["position"] == (250, 380)
    page.locator("[data-part=stage]").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".cast li")).to_have_count(1)
    assert placing.numbers()["position"] == (290, 390)
    page.keyboard.press("Control+z")
    expect(page.locator(".cast li")).to_have_count(2)


def test_light_and_ground_are_previewed_and_composed(placing: Tab, visit: Path) -> None:
    page = placing.page
    rendered = page.locator("[data-part=rendered]")
    placing.compose()
    plain = composed(visit)
    placing.unfold("finish")
    page.locator("[data-preset=natural]").click()
    expect(page.locator("[data-preset=natural]")).to_have_attribute("aria-pressed", "true")
    expect(rendered).to_have_class(re.compile("shown"))
    first = rendered.get_attribute("src")
    slider = page.get_by_role("slider", name="Light", exact=True)
    slider.focus()
    slider.press("End")
    expect(slider).to_have_attribute("aria-valuetext", "100%")
    expect(rendered).not_to_have_attribute("src", first or "")
    expect(rendered).to_have_class(re.compile("shown"))
    drag(placing, placing.at((300, 300), SIZE), (15, 0))
    placing.compose()
    (figure,) = described(visit).figures
    assert figure.finish.light == 1
    assert figure.finish.contact > 0
    assert changed(plain, composed(visit)).mean() > 0.01
    expect(rendered).to_have_class(re.compile("shown"))
    page.locator("[data-tool=grid]").focus()
    start = placing.at((300, 300), SIZE)
    page.mouse.move(*start)
    page.mouse.down()
    page.mouse.move(start[0] + 30, start[1])
    placing.wait_for_frame()
    expect(rendered).not_to_have_class(re.compile("shown"))  # what moves is the browser's own
    page.mouse.up()


def test_what_is_painted_stands_in_front(placing: Tab, visit: Path, pictures: dict[str, Path]) -> None:
    page = placing.page
    scene = read_image(pictures["background"]).astype(int)
    placing.unfold("front")
    page.locator("[data-brush=paint]").click()
    start, end = placing.at((200, 300), SIZE), placing.at((400, 300), SIZE)
    drag(placing, start, (end[0] - start[0], 0))
    expect(page.locator("[data-part=front-used]")).to_have_text("Painted")
    page.locator("[data-brush=off]").click()
    placing.compose()
    band = slice(294, 307)
    assert described(visit).occluder
    assert np.abs(picture(visit) - scene)[band, 220:380].max() <= 2
    assert np.abs(picture(visit) - scene)[200:260, 220:380].max() > 30
    placing.reload()
    expect(page.locator("[data-part=front-used]")).to_have_text("Painted")
    placing.unfold("front")
    page.locator("[data-brush=erase]").click()
    start, end = placing.at((200, 300), SIZE), placing.at((400, 300), SIZE)
    drag(placing, start, (end[0] - start[0], 0))
    page.locator("[data-brush=off]").click()
    placing.compose()
    assert np.abs(picture(visit) - scene)[band, 220:380].max() > 30
    page.locator("[data-tool=undo]").click()
    placing.compose()
    assert np.abs(picture(visit) - scene)[band, 220:380].max() <= 2


def test_what_stands_in_front_is_painted_by_keyboard_too(placing: Tab, visit: Path) -> None:
    page, stage = placing.page, placing.page.locator("[data-part=stage]")
    placing.unfold("front")
    page.locator("[data-brush=paint]").click()
    before = placing.numbers()
    stage.focus()
    page.keyboard.press("Shift+ArrowDown")
    page.keyboard.down("Enter")
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.up("Enter")
    expect(page.locator("[data-part=front-used]")).to_have_text("Painted")
    page.keyboard.press("Control+z")
    expect(page.locator("[data-part=front-used]")).to_have_text("Nothing")
    page.keyboard.press("Control+y")
    page.locator("[data-brush=off]").click()
    assert placing.numbers() == before, "the arrow keys move the brush, not the model"
    placing.compose()
    occluder = described(visit).occluder
    assert occluder
    rows, columns = np.nonzero(read_image(occluder)[..., 0] > 128)
    assert np.ptp(columns) > np.ptp(rows) + 40


def test_what_is_painted_fits_a_background_of_another_height(
    placing: Tab, pictures: dict[str, Path], tmp_path: Path
) -> None:
    page = placing.page
    sizes = "() => [...document.querySelectorAll('#placement canvas')].map((c) => [c.width, c.height])"
    low = tmp_path / "low.png"
    with Image.open(pictures["background"]) as opened:
        opened.crop((0, 0, opened.width, opened.height // 2)).save(low)
    for file, height in ((low, SIZE[1] // 2), (pictures["background"], SIZE[1])):
        placing.choose("background", file)
        expect(page.locator("[data-part=stage]")).to_have_attribute("style", re.compile(rf"--h: {height};"))
        page.wait_for_function(f"() => document.querySelector('[data-part=scene]').naturalHeight === {height}")
        placing.wait_for_frame()
        assert page.evaluate(sizes) == [[SIZE[0], height]] * 2
    placing.wait_for_silence()


def test_the_horizon_keeps_the_size_right(placing: Tab) -> None:
    page = placing.page
    for pixel in ((300, 380), (300, 200), (300, 380)):
        placing.click_pixel(pixel, SIZE)
    placing.unfold("scale")
    page.get_by_role("switch", name="Keep in perspective").click()
    placing.wait_for_frame()
    handle = middle(placing, "[data-handle=horizon]")
    wanted = placing.at((0, 140), SIZE)[1]
    drag(placing, handle, (0, wanted - handle[1]))
    page.locator("[data-part=stage]").focus()
    for _ in range(6):
        page.keyboard.press("Shift+ArrowUp")
    assert placing.numbers()["position"] == (300, 320)
    assert measure(placing, "height") == pytest.approx(180 * (320 - 140) / (380 - 140), abs=1)
    for _ in range(6):
        page.keyboard.press("Shift+ArrowDown")
    assert measure(placing, "height") == pytest.approx(180, abs=0.2)


def test_the_whole_way_by_keyboard_alone(placing: Tab, visit: Path) -> None:
    page = placing.page
    page.locator("[data-part=stage]").focus()
    start = placing.numbers()
    for key in ("Shift+ArrowLeft", "ArrowUp", "+", ".", "Shift+>", "f"):
        page.keyboard.press(key)
    assert placing.numbers()["position"] == (start["position"][0] - 10, start["position"][1] - 1)
    assert measure(placing, "rotate") == 11
    reached: set[str] = set()
    for _ in range(40):
        page.keyboard.press("Tab")
        focused = page.evaluate(
            "() => { const at = document.activeElement; const own = { ...at.dataset };"
            " return own.handle || own.tool || own.more || (at.closest('.more') ? 'more' : own.axis || own.measure); }"
        )
        reached.add(str(focused))
        if focused == "compose":
            break
    assert {"turn", "top", "position", "compose"} <= reached
    count = page.locator(".shelf li").count()
    page.keyboard.press("Enter")
    expect(page.locator(".shelf li")).to_have_count(count + 1)
    expect(page.locator("[data-tool=compose]")).to_be_enabled()
    (figure,) = described(visit).figures
    assert (figure.placement.flip, figure.placement.rotate) == (True, 11)


def test_two_fingers_size_and_turn_the_figure_or_move_the_view(placing: Tab) -> None:
    page = placing.page
    for pixel in ((300, 380), (300, 180), (300, 380)):
        placing.click_pixel(pixel, SIZE)
    touch = page.context.new_cdp_session(page)

    def fingers(kind: str, *points: tuple[float, float]) -> None:
        found = [{"x": x, "y": y, "id": index} for index, (x, y) in enumerate(points)]
        touch.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": found})

    def pinch(at: tuple[float, float], start: float, end: float) -> None:
        fingers("touchStart", (at[0], at[1] - start))
        fingers("touchStart", (at[0], at[1] - start), (at[0], at[1] + start))
        for share in (0.25, 0.5, 0.75, 1):
            gap = start + (end - start) * share
            fingers("touchMove", (at[0], at[1] - gap), (at[0], at[1] + gap))
            placing.wait_for_frame()
        fingers("touchEnd", (at[0], at[1] - end))
        fingers("touchEnd")
        placing.wait_for_frame()

    pinch(placing.at((300, 300), SIZE), 40, 60)
    assert measure(placing, "height") == pytest.approx(300, abs=3)
    assert page.locator("[data-tool=whole]").inner_text() == "100%"
    pinch(placing.at((80, 150), SIZE), 30, 60)
    assert page.locator("[data-tool=whole]").inner_text() == "200%"
    assert measure(placing, "height") == pytest.approx(300, abs=3)
    page.locator("[data-tool=whole]").click()
    page.locator("[data-tool=undo]").click()
    assert measure(placing, "height") == 200
    touch.detach()


def test_a_position_file_is_saved_and_opened(placing: Tab, tmp_path: Path) -> None:
    page = placing.page
    placing.unfold("file")
    file = tmp_path / "mine.txt"
    file.write_text("# feet\n120 390\n120 190\n120 390\nflip\nrotate 4\n")
    page.locator("[data-part=position-file]").set_input_files(file)
    expect(page.locator("[data-measure=rotate]")).to_have_value("4")
    assert placing.numbers() == {"position": (120, 390), "top": (120, 190), "bottom": (120, 390)}
    saved = placing.save("[data-tool=save]", tmp_path)
    assert parse_position(saved.read_text(), "x") == parse_position(file.read_text(), "x")
    file.write_text("no numbers here")
    page.locator("[data-part=position-file]").set_input_files(file)
    expect(page.locator("#placement .notice.error")).to_be_visible()
    assert "position file" in placing.said("placement")[0]
    page.locator("#placement .notice .close").click()


def test_a_reload_finds_the_whole_scene_again(placing: Tab) -> None:
    page = placing.page
    placing.unfold("figures")
    page.locator(".adding .add").first.click()
    placing.click_pixel((100, 390), SIZE)
    page.keyboard.press("Escape")
    placing.unfold("finish")
    page.locator("[data-finish=contact]").check()
    placing.unfold("scale")
    page.get_by_role("switch", name="Keep in perspective").click()
    placing.wait_for_silence()
    before = placing.numbers()
    placing.reload()
    expect(page.locator(".cast li")).to_have_count(2)
    assert placing.numbers() == before
    expect(page.locator("[data-part=finish-used]")).to_have_text("Your own")
    expect(page.locator("[data-part=scale-used]")).to_have_text("Perspective")


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_nothing_stands_in_the_way_of_anybody(placing: Tab, width: int, theme: str) -> None:
    page = placing.page
    page.set_viewport_size({"width": width, "height": 900})
    page.evaluate("(theme) => vton.setTheme(theme)", theme)
    for fold in FOLDS:
        placing.unfold(fold)
        if fold == "finish":
            page.locator("[data-preset=natural]").click()
            page.locator("[data-finish=automatic]").click()
        placing.wait_for_frame()
        assert not placing.barriers("#placement", "#result"), fold
    page.evaluate("() => vton.setTheme('light')")
