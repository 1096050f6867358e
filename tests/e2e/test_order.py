"""What overtakes what: the hand's last move wins over older ones, and over what the server said before it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import APIResponse, Page, Route, expect

from tests.e2e.conftest import OpenTab
from tests.e2e.placing import SIZE
from tests.e2e.tab import Tab

NEWEST = """() => {
  const props = { value: { revision: 5, said: "a" } };
  const state = vton.newest(props);
  const seen = [];
  for (const [revision, said] of [[4, "older"], [5, "same"], [7, "b"], [6, "older"], [8, "c"]]) {
    props.value = { revision, said };
    seen.push([state.take(), state.value.said]);
  }
  return seen;
}"""


@contextmanager
def held(page: Page, what: str, *, answer: bool) -> Iterator[list[Route]]:
    """Hold back the first request that has ``what`` in it, or the answer to it, until the end."""
    routes: list[Route] = []
    answers: list[APIResponse] = []

    def look(route: Route) -> None:
        if routes or what not in (route.request.post_data or ""):
            route.continue_()
            return
        routes.append(route)
        if answer:
            answers.append(route.fetch())

    page.route("**/queue/join*", look)
    yield routes
    for route in routes:
        if answer:
            route.fulfill(response=answers[0])
        else:
            route.continue_()
    page.unroute("**/queue/join*")


def wait_for(page: Page, routes: list[Route]) -> None:
    """Wait until something is held back."""
    for _ in range(600):
        if routes:
            return
        page.wait_for_timeout(100)
    raise AssertionError("nothing was held back")


@pytest.fixture(scope="module")
def placing(fitted: Tab) -> Tab:
    """A visitor who has composed once."""
    fitted.click_pixel((300, 390), SIZE)
    fitted.compose()
    fitted.wait_for_silence()
    return fitted


def test_a_panel_takes_nothing_older_than_what_it_shows(open_tab: OpenTab) -> None:
    assert open_tab().page.evaluate(NEWEST) == [[False, "a"], [False, "a"], [True, "b"], [False, "b"], [True, "c"]]


def test_an_older_move_that_arrives_late_is_let_go(placing: Tab) -> None:
    page = placing.page
    page.locator("[data-tool=reset]").click()
    placing.wait_for_silence()
    with held(page, '"scene"', answer=False) as routes:
        placing.click_pixel((100, 390), SIZE)
        wait_for(page, routes)
        page.locator("[data-tool=reset]").click()
        placing.click_pixel((500, 380), SIZE)
        page.wait_for_timeout(2000)  # the server has the second
    placing.wait_for_silence()
    before = placing.numbers()
    assert before["position"] == (500, 380)
    placing.reload()
    assert placing.numbers() == before


def test_an_older_answer_that_arrives_late_changes_nothing(placing: Tab) -> None:
    page, items = placing.page, placing.page.locator(".shelf li")
    placing.compose()
    placing.wait_for_silence()
    count = items.count()
    with held(page, '"scene"', answer=True) as routes:
        page.locator("[data-tool=flip]").click()
        wait_for(page, routes)
        page.wait_for_timeout(1000)  # what was answered there is of now
        page.locator(".shelf .close").last.click()
        expect(items).to_have_count(count - 1)
    page.wait_for_timeout(1500)
    expect(items).to_have_count(count - 1)
    page.reload()  # Gradio's client leaves the stream open of which an answer was late
    placing.wait_until_ready()
    placing.complaints.clear()  # of what that cut off


def test_a_move_just_before_a_reload_is_kept(placing: Tab) -> None:
    page = placing.page
    page.locator("[data-tool=reset]").click()
    placing.wait_for_silence(2800)
    with held(page, '"scene"', answer=False):  # nothing of it reaches the server
        placing.click_pixel((220, 370), SIZE)
        page.locator("[data-tool=flip]").click()
        before = placing.numbers()
        page.reload()
        placing.wait_until_ready()
        expect(page.locator("[data-tool=flip]")).to_have_attribute("aria-pressed", "true")
        assert placing.numbers() == before
    placing.complaints.clear()  # of what the first reload cut off
    placing.wait_for_silence()
    placing.reload()
    assert placing.numbers() == before
    expect(page.locator("[data-tool=flip]")).to_have_attribute("aria-pressed", "true")


def test_a_move_just_before_another_background_goes_along(
    placing: Tab, pictures: dict[str, Path], tmp_path: Path
) -> None:
    page, larger = placing.page, (SIZE[0] * 3 // 2, SIZE[1] * 3 // 2)
    with Image.open(pictures["background"]) as opened:
        opened.transpose(Image.Transpose.FLIP_LEFT_RIGHT).resize(larger).save(tmp_path / "larger.png")

    def carried(point: tuple[int, int], share: float) -> tuple[int, int]:
        x, y = ((v + 0.5) * share - 0.5 for v in point)
        return round(x), round(y)

    page.locator("[data-tool=reset]").click()
    page.keyboard.press("Escape")
    placing.wait_for_silence()
    with held(page, '"scene"', answer=False) as routes:  # what tells of the move arrives after the other background
        placing.click_pixel((150, 380), SIZE)
        placing.choose("background", tmp_path / "larger.png")
        wait_for(page, routes)
        expect(page.locator("[data-part=stage]")).to_have_attribute("style", re.compile(rf"--w: {larger[0]};"))
    there = carried((150, 380), 1.5)
    expect(page.locator("[data-point=position] input").first).to_have_value(str(there[0]))
    assert placing.numbers()["position"] == there
    placing.wait_for_silence()
    box = placing.figure_box()
    page.mouse.move(box[0] + box[2] / 2, box[1] + box[3] / 2)
    page.mouse.down()
    page.mouse.move(box[0] + box[2] / 2 + 90, box[1] + box[3] / 2, steps=3)
    placing.choose("background", pictures["background"])  # while the hand holds the figure
    expect(page.locator(".slot[data-slot=background] .file-name")).to_contain_text(f"{SIZE[0]} × {SIZE[1]}")
    dragged = placing.numbers()["position"]
    assert dragged != there
    page.mouse.up()
    back = carried(dragged, 2 / 3)
    expect(page.locator("[data-point=position] input").first).to_have_value(str(back[0]))
    placing.reload()
    assert placing.numbers()["position"] == back


def test_a_scene_survives_another_dressing_with_all_that_can_be_taken_back(placing: Tab) -> None:
    page = placing.page
    page.locator("[data-tool=reset]").click()
    placing.click_pixel((350, 380), SIZE)
    page.keyboard.press("Escape")
    placing.unfold("figures")
    page.locator(".adding .add").first.click()
    expect(page.locator(".cast li")).to_have_count(2)
    page.locator("[data-tool=flip]").click()
    before, picture = placing.numbers(), page.locator("img[data-part=figure]").get_attribute("src")
    run = page.locator(".stages").get_attribute("data-run")
    page.locator("#wearing summary").first.click()
    page.locator("#wearing input[name=length]").fill("0.2")
    expect(page.locator(".stages")).not_to_have_attribute("data-run", run or "")
    page.locator("[data-part=stage]").focus()
    page.keyboard.press("ArrowRight")  # while the garment is put on
    placing.wait_for_end()
    expect(page.locator("img[data-part=figure]")).not_to_have_attribute("src", picture or "")
    now = placing.numbers()
    assert now == {name: (x + 1, y) for name, (x, y) in before.items()}
    expect(page.locator(".cast li")).to_have_count(2)
    placing.wait_for_silence()
    page.locator("[data-tool=undo]").click()
    assert placing.numbers() == before
    page.locator("[data-tool=undo]").click()
    expect(page.locator("[data-tool=flip]")).to_have_attribute("aria-pressed", "false")
    page.locator("[data-tool=undo]").click()
    expect(page.locator(".cast li")).to_have_count(1)
    placing.compose()
    placing.reload()
    expect(page.locator(".cast li")).to_have_count(1)
    assert re.search(r"\d", page.locator("[data-part=about]").first.inner_text())
