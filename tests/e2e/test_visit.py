"""A whole visit on the real engines: upload, cancel, fit, place, compose, download, reload."""

from __future__ import annotations

import math
import re
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import ROOT, OpenTab, Server
from tests.e2e.placing import SIZE, composed
from tests.e2e.tab import Tab
from tests.position_file import format_position
from vton_core.images import read_image, read_rgba, write_png
from vton_core.workspace import Workspace

POINTS = {
    1280: {"position": (187, 391), "top": (203, 64), "bottom": (180, 386)},
    390: {"position": (402, 377), "top": (395, 120), "bottom": (402, 377)},
}


def position_file(visit: Path) -> str:
    """What the newest composite's one figure was placed by, as a position file says it."""
    (described,) = Workspace(visit / "scenes" / "picture").given_scenes()
    (figure,) = described.figures
    return format_position(figure.placement)


def reset(tab: Tab) -> None:
    """The placement that is offered at first."""
    tab.page.locator("[data-tool=reset]").click()


def test_a_page_that_waits_for_its_visitor_asks_for_no_frames(open_tab: OpenTab) -> None:
    page = open_tab().page

    def frames() -> int:
        """How many were asked for in a second: the numbers of the requests follow one another."""
        ask = "requestAnimationFrame(() => {})"
        count = page.evaluate(
            f"(from) => new Promise((done) => setTimeout(() => done({ask} - from), 1000))", page.evaluate(ask)
        )
        assert isinstance(count, int)
        return count

    # It may settle first.
    assert any(frames() < 10 for _ in range(30))


def test_cancel_ends_the_process_and_the_pictures_stay(
    open_tab: OpenTab, server: Server, pictures: dict[str, Path]
) -> None:
    tab = open_tab()
    for slot in ("model", "garment"):
        tab.choose(slot, pictures[slot])
    tab.fit()
    expect(tab.page.locator(".stage-card[data-stage=cutout]")).to_have_attribute("data-status", "running")
    with server.held() as busy:
        assert busy
        tab.page.locator("[data-part=cancel]").click()
        tab.wait_for_end()
    assert not busy & server.workers()
    assert "Cancelled" in tab.page.locator("#stages [data-part=summary]").inner_text()
    assert [tab.said(place) for place in ("model", "garment", "stages")] == [[], [], []]
    expect(tab.page.locator("[data-part=fit]")).to_be_enabled()


def test_a_picture_that_lies_on_its_side_is_turned(
    open_tab: OpenTab, pictures: dict[str, Path], tmp_path: Path
) -> None:
    upright = read_image(pictures["garment"])
    lying = tmp_path / "lying.png"
    write_png(lying, np.ascontiguousarray(np.rot90(upright)))
    tab = open_tab()
    turn = tab.page.locator(".slot[data-slot=garment] .turn")
    expect(turn).to_be_hidden()
    tab.choose("garment", lying)
    size = tab.page.locator(".slot[data-slot=garment] .size")
    expect(size).to_have_text(f"{upright.shape[0]} × {upright.shape[1]}")
    turn.click()
    expect(size).to_have_text(f"{upright.shape[1]} × {upright.shape[0]}")
    expect(turn).to_be_enabled()
    assert tab.said("garment") == []
    assert not tab.barriers("#inputs")


def test_the_stages_appear_one_after_the_other(fitted: Tab) -> None:
    # When the recording began, nothing or a cancelled run may have stood there.
    seen = [state for state in fitted.run if not {"failed", None} & set(state["cards"])]
    order = re.compile(r"(done )*(running )?(waiting )*")
    assert all(order.fullmatch("".join(f"{status} " for status in state["cards"])) for state in seen), seen
    for stage in range(4):
        assert "running" in {state["cards"][stage] for state in seen}
    percents = [state["percent"] for state in seen]
    assert percents == sorted(percents)
    assert percents[-1] == 100
    shapes = set()
    for card in fitted.page.locator(".stage-card").all():
        assert re.fullmatch(r"\d+(\.\d)? s", card.locator(".time").inner_text())
        expect(card.locator("img")).to_be_visible()
        width, height = card.locator("img").evaluate("image => [image.naturalWidth, image.naturalHeight]")
        assert min(width, height) > 100
        shapes.add(round(width / height, 1))
    assert len(shapes) == 1, "the stages show different parts of the photo"


@pytest.mark.parametrize("width", list(POINTS))
def test_the_pixel_clicked_is_the_pixel_in_the_position_file(fitted: Tab, visit: Path, width: int) -> None:
    fitted.page.set_viewport_size({"width": width, "height": 800})
    reset(fitted)
    points = POINTS[width]
    for name in ("position", "top"):
        fitted.click_pixel(points[name], SIZE)
        assert fitted.numbers()[name] == points[name]
    # After the second click the figure stands there already: feet on the first, as tall as from there to the second.
    feet = fitted.at((points["position"][0], points["position"][1]), SIZE)
    x, y, wide, tall = fitted.figure_box()
    scale = fitted.at((1, 0), SIZE)[0] - fitted.at((0, 0), SIZE)[0]
    assert y + tall == pytest.approx(feet[1], abs=2 * scale)
    assert tall == pytest.approx(math.dist(points["position"], points["top"]) * scale, rel=0.03)
    assert x < feet[0] < x + wide
    fitted.click_pixel(points["bottom"], SIZE)
    assert fitted.numbers() == points
    fitted.compose()
    assert position_file(visit) == "".join(f"{x} {y}\n" for x, y in points.values())


def test_the_picture_has_the_figure_where_the_clicks_said(fitted: Tab, visit: Path, pictures: dict[str, Path]) -> None:
    points = POINTS[390]
    reset(fitted)
    for pixel in points.values():
        fitted.click_pixel(pixel, SIZE)
    fitted.compose()
    scene, result = read_image(pictures["background"]), read_image(composed(visit))
    assert result.shape == scene.shape
    rows, columns = np.nonzero(np.abs(result.astype(int) - scene).max(axis=2) > 8)
    assert rows.max() == pytest.approx(points["position"][1], abs=1)
    assert np.ptp(rows) + 1 == pytest.approx(math.dist(points["top"], points["bottom"]), abs=4)
    assert columns.min() < points["position"][0] < columns.max()


def test_the_figure_follows_the_hand_without_the_server(fitted: Tab) -> None:
    page = fitted.page
    page.set_viewport_size({"width": 1280, "height": 800})
    reset(fitted)
    fitted.wait_for_silence()
    before = fitted.numbers()
    scale = fitted.at((1, 0), SIZE)[0] - fitted.at((0, 0), SIZE)[0]
    box = fitted.figure_box()
    start = (box[0] + box[2] / 2, box[1] + box[3] / 2)
    asked: list[str] = []
    page.on("request", lambda sent: asked.append(sent.url))
    page.mouse.move(*start)
    page.mouse.down()
    for step in (1, 2, 3):
        page.mouse.move(start[0] - 21 * step, start[1] - 8 * step)
        fitted.wait_for_frame()
        now = fitted.figure_box()
        assert now[0] - box[0] == pytest.approx(-21 * step, abs=scale)
        assert now[1] - box[1] == pytest.approx(-8 * step, abs=scale)
    assert not asked
    page.mouse.up()
    by = (round(-63 / scale), round(-24 / scale))
    for name, point in fitted.numbers().items():
        assert (point[0] - before[name][0], point[1] - before[name][1]) == pytest.approx(by, abs=1)
    fitted.page.locator("[data-tool=undo]").click()
    assert fitted.numbers() == before


def test_handles_keys_wheel_and_flip(fitted: Tab) -> None:
    page = fitted.page
    reset(fitted)
    start = fitted.numbers()
    handle = page.locator("[data-handle=top]").bounding_box()
    assert handle
    x, y = handle["x"] + handle["width"] / 2, handle["y"] + handle["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x, y + 50, steps=4)
    page.mouse.up()
    shorter = fitted.numbers()
    assert shorter["position"] == start["position"]
    assert shorter["top"][1] > start["top"][1]
    page.locator("[data-part=stage]").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Shift+ArrowUp")
    moved = fitted.numbers()
    assert moved == {name: (x + 1, y - 10) for name, (x, y) in shorter.items()}
    page.keyboard.press("+")
    assert fitted.numbers()["top"][1] == moved["top"][1] - 1
    page.mouse.move(*fitted.at((300, 200), SIZE))
    page.mouse.wheel(0, 100)
    expect(page.locator("[data-point=top] input").nth(1)).not_to_have_value(str(moved["top"][1] - 1))
    assert fitted.numbers()["top"][1] > moved["top"][1]
    page.keyboard.press("f")
    expect(page.locator("[data-tool=flip]")).to_have_attribute("aria-pressed", "true")
    fitted.wait_for_frame()
    assert re.search(r"matrix\(-", page.locator("img[data-part=figure]").get_attribute("style") or "")
    while page.locator("[data-tool=undo]").is_enabled():
        page.keyboard.press("Control+z")
    expect(page.locator("[data-tool=flip]")).to_have_attribute("aria-pressed", "false")


def test_downloads(fitted: Tab, visit: Path, pictures: dict[str, Path], tmp_path: Path) -> None:
    reset(fitted)
    fitted.compose()
    picture = fitted.save("[data-save=composite]", tmp_path)
    assert picture.suffix == ".png"
    assert picture.read_bytes() == composed(visit).read_bytes()
    photo = read_image(pictures["model"])
    for what in ("figure", "cutout"):
        rgba = read_rgba(fitted.save(f"[data-save={what}]", tmp_path))
        assert rgba.shape[:2] == photo.shape[:2]
        assert (rgba[..., 3].min(), rgba[..., 3].max()) == (0, 255)
    numbers = fitted.numbers().values()
    fitted.unfold("file")
    assert fitted.save("[data-tool=save]", tmp_path).read_text() == "".join(f"{x} {y}\n" for x, y in numbers)


def test_the_command_line_makes_the_same_bytes(
    fitted: Tab, visit: Path, pictures: dict[str, Path], tmp_path: Path
) -> None:
    reset(fitted)
    fitted.page.locator("[data-tool=flip]").click()
    fitted.compose()
    inputs = tmp_path / "inputs"
    for folder, slot in (("org_img", "model"), ("cloth", "garment"), ("bg_images", "background")):
        (inputs / folder).mkdir(parents=True)
        shutil.copy(pictures[slot], inputs / folder)
    (inputs / "bg_images" / "position.txt").write_text(position_file(visit))
    (inputs / "backgrounds.txt").write_text("bg_images/background.png bg_images/position.txt\n")
    command = [sys.executable, "-m", "vton_core", "run", "--step", "all", "--workspace", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    final = tmp_path / "output" / "final" / "model_garment_background.png"
    assert final.read_bytes() == composed(visit).read_bytes()


def test_another_visitor_opens_the_project_and_composes_the_same(
    fitted: Tab, visit: Path, server: Server, open_tab: OpenTab, tmp_path: Path
) -> None:
    reset(fitted)
    fitted.click_pixel((250, 385), SIZE)
    fitted.unfold("finish")
    fitted.page.locator("[data-preset=natural]").click()
    fitted.compose()
    before, names = fitted.numbers(), [fitted.chosen(slot)[0] for slot in ("model", "garment", "background")]
    project = fitted.save("[data-save=project]", tmp_path)
    fitted.page.locator("[data-preset=plain]").click()
    other = open_tab(width=390)
    other.open_project(project)
    expect(other.page.locator("[data-part=finish-used]")).to_have_text("Natural")
    assert other.numbers() == before
    assert other.statuses() == ["kept"] * 4
    assert [other.chosen(slot)[0] for slot in ("model", "garment", "background")] == names
    expect(other.page.locator("[data-part=fit]")).to_be_disabled()
    other.compose()
    assert composed(server.folder(other)).read_bytes() == composed(visit).read_bytes()
    project.write_bytes(b"no project")
    other.open_project(project)
    (sentence,) = other.page.locator("[data-part=project-errors] p").all_inner_texts()
    assert "not a project" in sentence
    assert other.numbers() == before
    other.reload()
    expect(other.page.locator(".shelf li")).to_have_count(1)
    assert other.numbers() == before
    assert other.page.evaluate("() => document.documentElement.scrollWidth") <= 390


def test_a_reload_finds_everything_again(fitted: Tab) -> None:
    fitted.click_pixel((250, 390), SIZE)
    fitted.page.keyboard.press("ArrowLeft")
    fitted.compose()
    before, shelf = fitted.numbers(), fitted.page.locator(".shelf li").count()
    names = [fitted.chosen(slot)[0] for slot in ("model", "garment", "background")]
    fitted.reload()
    expect(fitted.page.locator(".shelf li")).to_have_count(shelf)
    assert fitted.statuses() == ["done"] * 4
    assert fitted.numbers() == before
    assert [fitted.chosen(slot)[0] for slot in ("model", "garment", "background")] == names
    expect(fitted.page.locator("#result [data-part=figure] img")).to_be_visible()


def test_the_history_shows_and_forgets(fitted: Tab) -> None:
    page = fitted.page
    for pixel in ((200, 380), (400, 380)):
        fitted.click_pixel(pixel, SIZE)
        fitted.compose()
        reset(fitted)
    shown = page.locator("#result [data-part=figure] img")
    newest = shown.get_attribute("src")
    page.locator(".shelf .open").nth(1).click()
    expect(shown).not_to_have_attribute("src", newest or "")
    count = page.locator(".shelf li").count()
    page.locator(".shelf .close").nth(1).click()
    expect(page.locator(".shelf li")).to_have_count(count - 1)
    expect(shown).to_have_attribute("src", newest or "")


def test_the_page_speaks_the_browsers_language_and_can_be_switched(
    open_tab: OpenTab, pictures: dict[str, Path]
) -> None:
    tab = open_tab(width=390, locale="ko-KR")
    assert not tab.barriers()
    title = tab.page.locator("h1")
    assert re.search("[가-힣]", title.inner_text())
    assert tab.page.locator("html").get_attribute("lang") == "ko"
    notes = pictures["model"].with_name("notes.png")
    notes.write_text("these are notes")
    tab.choose("model", notes)
    (korean,) = tab.said("model")
    assert re.search("[가-힣]", korean)
    tab.open_project(notes)
    expect(tab.page.locator("[data-part=project-errors] p")).to_have_text(re.compile("[가-힣]"))
    tab.page.get_by_role("button", name="두 번째 옷 추가").click()
    assert not tab.barriers()
    tab.page.locator("[data-language=en]").click()
    assert not re.search("[가-힣]", title.inner_text())
    assert "not a picture" in tab.said("model")[0]
    tab.reload()
    assert not re.search("[가-힣]", title.inner_text())
    tab.page.evaluate("() => vton.setTheme('dark')")
    assert not tab.barriers()


@pytest.mark.parametrize(("language", "theme", "width"), [("ko", "dark", 390), ("en", "light", 1280)])
def test_nothing_on_the_whole_page_stands_in_the_way_of_anybody(
    fitted: Tab, language: str, theme: str, width: int
) -> None:
    page = fitted.page
    page.set_viewport_size({"width": width, "height": 900})
    page.locator(f"[data-language={language}]").click()
    page.evaluate("(theme) => vton.setTheme(theme)", theme)
    for panel in ("engines", "correct", "wearing"):
        page.locator(f"#{panel} details").first.evaluate("(fold) => (fold.open = true)")
    page.locator("#correct [data-subject=cutout]").click()
    page.locator("#stages input[type=range]").fill("60")
    assert not fitted.barriers()


def test_nothing_stands_in_the_way_while_the_page_works(fitted: Tab, server: Server) -> None:
    fitted.page.locator("[data-slot=garment] [data-example]").first.click()
    with server.held():
        fitted.fit()
        expect(fitted.page.locator("[data-part=cancel]")).to_be_visible()
        assert not fitted.barriers("#inputs", "#stages", "#placement")
    fitted.wait_for_end()
