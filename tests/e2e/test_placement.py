"""Placing by hand: exact at any zoom, turned, several; by mouse, keyboard and touch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import OpenTab
from tests.e2e.placing import SIZE, described, drag, measure, middle, picture
from tests.e2e.tab import Tab
from tests.position_file import format_position
from vton_core.composition.geometry import FigureGeometry, placement_matrix
from vton_core.positions import parse_position
from vton_core.types import Finish, Placement


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


def test_figures_are_bounded_by_height_and_width_and_keep_their_names(open_tab: OpenTab) -> None:
    page = open_tab().page
    tallest = "([w, h]) => vton.geometry.tallest({ size: [w, h], height: h }, [600, 400])"
    assert page.evaluate(tallest, [100, 400]) == 8000
    assert page.evaluate(tallest, [2000, 400]) == 1600
    called = "(all) => vton.geometry.called(all.map((n) => ({ called: n }))).map((p) => p.called)"
    assert page.evaluate(called, [2, 0, 2, None, 5]) == [2, 1, 3, 4, 5]


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
    expect(page.locator("[data-handle=ne]")).to_be_visible()
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
    expect(page.get_by_role("button", name="Figure 1", exact=True)).to_have_attribute("aria-pressed", "true")
    assert placing.numbers()["position"] == (250, 380)
    page.locator("[data-part=stage]").focus()
    page.keyboard.press("Delete")
    expect(page.locator(".cast li")).to_have_count(1)
    assert placing.numbers()["position"] == (290, 390)
    page.keyboard.press("Control+z")
    expect(page.locator(".cast li")).to_have_count(2)


def test_a_further_figure_stands_where_it_is_seen_whole_and_nobody_stands(placing: Tab) -> None:
    page = placing.page
    for pixel in ((420, 399), (420, 240), (420, 399)):
        placing.click_pixel(pixel, SIZE)
    placing.unfold("figures")
    places = {420}
    for _ in range(3):
        page.locator(".adding .add").first.click()
        placing.wait_for_frame()
        x, _, width, _ = placing.figure_box()
        stage = page.locator("[data-part=stage]").bounding_box()
        assert stage
        assert stage["x"] - 1 <= x
        assert x + width <= stage["x"] + stage["width"] + 1
        places.add(placing.numbers()["position"][0])
    assert len(places) == 4


def test_a_light_is_every_figures_at_one_click(placing: Tab, visit: Path) -> None:
    page = placing.page
    placing.unfold("finish")
    expect(page.locator("[data-tool=everybody]")).to_be_hidden()
    placing.unfold("figures")
    page.locator(".adding .add").first.click()
    placing.unfold("finish")
    page.locator("[data-preset=natural]").click()
    page.locator("[data-tool=everybody]").click()
    expect(page.locator("[data-tool=everybody]")).to_be_disabled()
    placing.compose()
    one, other = described(visit).figures
    assert one.finish == other.finish != Finish()


def test_a_figure_whose_feet_the_photo_lacks_says_so(placing: Tab) -> None:
    page = placing.page
    expect(page.locator("#placement-hint")).to_contain_text("lower edge")
    placing.unfold("finish")
    page.locator("[data-preset=natural]").click()
    said = page.locator(".part .none:visible")
    expect(said).to_have_count(1)
    expect(said).to_contain_text("No shadow")
    expect(page.locator(".cast-shadow")).to_be_hidden()
    page.locator("[data-finish=contact]").click()
    expect(page.locator(".part:has([name=shadow]) .none")).to_contain_text("No shadow")
    expect(said).to_have_count(1)


def test_fields_keep_the_focus_and_say_their_bounds(placing: Tab) -> None:
    page = placing.page
    field = page.locator("[data-measure=height]")
    before = measure(placing, "height")
    field.focus()
    for _ in range(3):
        page.keyboard.press("ArrowUp")
    assert measure(placing, "height") == before + 3
    expect(field).to_be_focused()
    for wanted, taken in (("99999999", 20 * SIZE[1]), ("-5", 2)):
        field.fill(wanted)
        field.press("Enter")
        assert measure(placing, "height") == taken
        expect(page.locator("[data-part=bounds]")).to_contain_text("from 2 to 8000")
    field.fill("200")
    field.press("Enter")
    expect(page.locator("[data-part=bounds]")).to_be_empty()
    field.fill("8000")
    field.press("Enter")
    page.locator("[data-part=stage]").press("Shift++")
    assert measure(placing, "height") == 8000
    field.fill("200")
    field.press("Enter")
    x = page.locator("[data-point=position] input").first
    start = placing.numbers()["position"]
    x.focus()
    for _ in range(2):
        page.keyboard.press("ArrowDown")
    assert placing.numbers()["position"] == (start[0] - 2, start[1])


def test_a_near_view_is_moved_by_keys(placing: Tab) -> None:
    page = placing.page
    page.locator("[data-tool=in]").click()
    page.locator("[data-part=stage]").focus()
    placing.wait_for_frame()
    scene = page.locator("[data-part=scene]")
    before, numbers = scene.bounding_box(), placing.numbers()
    page.keyboard.press("Alt+ArrowRight")
    page.keyboard.press("Alt+ArrowDown")
    placing.wait_for_frame()
    after = scene.bounding_box()
    assert before
    assert after
    assert (after["x"] - before["x"], after["y"] - before["y"]) == pytest.approx((-40, -40), abs=1)
    assert placing.numbers() == numbers


def test_on_a_phone_the_picture_stays_in_sight_of_its_light(placing: Tab) -> None:
    page = placing.page
    page.set_viewport_size({"width": 390, "height": 844})
    placing.unfold("finish")
    page.locator("[data-preset=natural]").click()
    slider = page.locator("[name=wrap]")
    slider.scroll_into_view_if_needed()
    placing.wait_for_frame()
    stage, strength = page.locator("[data-part=stage]").bounding_box(), slider.bounding_box()
    assert stage
    assert strength
    assert stage["y"] >= 0
    assert stage["y"] + stage["height"] < min(0.45 * 844, strength["y"])
    small = page.evaluate(
        "() => [...document.querySelectorAll('.placement :is(button, .switch, input:not([type=checkbox]), summary)')]"
        ".filter((one) => one.offsetParent && !one.closest('.stage'))"
        ".filter((one) => one.getBoundingClientRect().height < 44).map((one) => one.outerHTML)"
    )
    assert small == []


def test_a_finger_finds_the_corners_and_a_small_figure_between_them(placing: Tab) -> None:
    page = placing.page
    for pixel in ((300, 300), (300, 264), (300, 300)):
        placing.click_pixel(pixel, SIZE)
    devtools = page.context.new_cdp_session(page)
    devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": True})
    placing.wait_for_frame()
    page.locator("[data-part=stage]").press("g")
    page.locator("[data-part=stage]").press("g")
    placing.wait_for_frame()
    x, y, width, height = placing.figure_box()
    for name, corner in (("nw", (x, y)), ("se", (x + width, y + height))):
        handle = page.locator(f"[data-handle={name}]").bounding_box()
        seen = page.locator(f"[data-handle={name}] span").bounding_box()
        assert handle
        assert seen
        assert (handle["width"], handle["height"]) == pytest.approx((44, 44), abs=0.01)
        assert (seen["x"] + seen["width"] / 2, seen["y"] + seen["height"] / 2) == pytest.approx(corner, abs=1.5)
    touched = "([x, y]) => document.elementFromPoint(x, y).closest('[data-handle]')?.dataset.handle"
    assert page.evaluate(touched, [x + width / 2, y + height / 2]) not in ("nw", "ne", "se", "sw")
    devtools.send("Emulation.setTouchEmulationEnabled", {"enabled": False})
    devtools.detach()


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
