"""The scene around the figure: its light and ground, what stands in front of it, its files, and that all of it is there
for everybody."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import expect

from tests.e2e.placing import SIZE, changed, composed, described, drag, picture
from tests.e2e.tab import Tab
from vton_core.images import read_image
from vton_core.positions import parse_position

FOLDS = ("figures", "finish", "front", "scale", "file", "keys")


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


def test_a_strength_is_seen_while_its_slider_is_held(placing: Tab) -> None:
    page = placing.page
    rendered = page.locator("[data-part=rendered]")
    placing.unfold("finish")
    page.locator("[data-preset=natural]").click()
    expect(rendered).to_have_class(re.compile("shown"))
    placing.wait_for_silence()
    first = rendered.get_attribute("src") or ""
    said, slider = (page.locator(f".part:has([name=light]) {part}") for part in (".said", "[name=light]"))
    before = said.inner_text()
    slider.scroll_into_view_if_needed()
    box = slider.bounding_box()
    assert box
    page.mouse.move(box["x"] + 0.6 * box["width"], box["y"] + box["height"] / 2)
    page.mouse.down()
    page.mouse.move(box["x"] + 0.95 * box["width"], box["y"] + box["height"] / 2, steps=4)
    expect(said).not_to_have_text(before)
    expect(rendered).to_have_class(re.compile("shown"))
    expect(rendered).not_to_have_attribute("src", first)
    page.mouse.up()
    placing.wait_for_silence()
    page.locator("[data-tool=undo]").click()
    expect(said).to_have_text(before)


def test_a_webp_may_keep_every_pixel(placing: Tab, visit: Path, tmp_path: Path) -> None:
    page = placing.page
    placing.compose()
    page.locator("input[name=format][value=webp]").check()
    expect(page.locator("[data-part=quality-row]")).to_be_visible()
    page.locator("[data-part=lossless]").check()
    expect(page.locator("[data-part=quality-row]")).to_be_hidden()
    saved = placing.save("[data-save=composite]", tmp_path)
    np.testing.assert_array_equal(read_image(saved), picture(visit))


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
    file.write_text("130 390\n130 190\n130 390\n")
    page.locator("[data-part=position-file]").set_input_files(file)
    expect(page.locator("#placement .notice.error")).to_have_count(0)


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
    placing.unfold("figures")
    page.get_by_role("button", name="Send figure 2 backward").click()
    placing.wait_for_silence()
    before = placing.numbers()
    placing.reload()
    expect(page.locator(".cast li")).to_have_count(2)
    assert [name.strip() for name in page.locator(".cast .open").all_text_contents()] == ["Figure 1", "Figure 2"]
    assert placing.numbers() == before
    expect(page.locator("[data-part=finish-used]")).to_have_text("Your own")
    expect(page.locator("[data-part=scale-used]")).to_have_text("Perspective")


CAST_SHADOW = "() => document.querySelectorAll('.cast-shadow, .own').forEach((part) => { part.hidden = false; })"
"""Show what there is of it for a figure whose feet are in the photo."""


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
            page.evaluate(CAST_SHADOW)
        placing.wait_for_frame()
        assert not placing.barriers("#placement", "#result"), fold
    page.evaluate("() => vton.setTheme('light')")
