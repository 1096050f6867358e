"""The figures of a visit on their background: what is taken, what is kept, what is rendered."""

from __future__ import annotations

import base64
import io
import json
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from components import placement, scene
from components.fits import KEPT
from components.scene import Sent
from components.state import load
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import FakeRunner, run_steps
from vton_core.errors import InputError, PlacementError
from vton_core.types import Finish
from vton_core.workspace import Workspace

PLACEMENT = {"position": [150, 190], "top": [150, 40], "bottom": [150, 190], "flip": False}


def mask(value: int = 255, size: tuple[int, int] = (30, 20)) -> str:
    """A painted mask as the browser sends it, white in its left half."""
    picture = Image.new("L", size)
    picture.paste(value, (0, 0, size[0] // 2, size[1]))
    stream = io.BytesIO()
    picture.save(stream, "PNG")
    return "data:image/png;base64," + base64.b64encode(stream.getvalue()).decode()


def number(fitted: Visit) -> int:
    assert fitted.fit
    return fitted.fit.number


def two(fitted: Visit, **more: Any) -> dict[str, Any]:
    near = {**PLACEMENT, "figure": number(fitted), "rotate": 5.5, "finish": {"light": 0.5, "shadow_angle": 40}}
    return {"figures": [{**PLACEMENT, "figure": number(fitted), "position": [40, 170]}, near], "selected": 0, **more}


@pytest.fixture
def another(studio: Studio, fitted: Visit, choose: Callable[..., None]) -> Callable[[int], None]:
    """Dress another model."""

    def another(shade: int) -> None:
        choose(fitted, "model", colour=(shade, 90, 90))
        studio.fit(fitted)
        settle(fitted)

    return another


def shown(fitted: Visit) -> dict[str, Any]:
    return placement.view(fitted, str, scene.current(fitted))


def test_a_figure_is_called_what_the_page_called_it(fitted: Visit) -> None:
    sent = two(fitted)
    for called, kept in ((2, 2), (0, None), ("2", None), (10**9, None)):
        sent["figures"][1]["called"] = called
        arrangement = scene.arranged(fitted, sent)
        assert arrangement["figures"][1].get("called") == kept
        assert all("called" not in entry for entry in scene.summary(arrangement)["figures"])


def test_the_page_offers_a_finish_at_one_click() -> None:
    assert Finish(**placement.NATURAL) != Finish()


def test_several_figures_are_written_in_their_order_with_what_belongs_to_each(
    studio: Studio, fitted: Visit, runner: FakeRunner
) -> None:
    studio.compose(fitted, two(fitted, occluder=mask()))
    settle(fitted)
    assert not fitted.errors
    assert [steps for _, steps in runner.submitted[-2:]] == [("step5",), ("preview",)], "the picture comes first"
    (described,) = Workspace(fitted.scene_root("picture")).given_scenes()
    far, near = described.figures
    assert far.placement.position == (40, 170)
    assert (near.placement.rotate, near.finish) == (5.5, Finish(light=0.5, shadow_angle=40))
    assert described.occluder
    with Image.open(described.occluder) as opened:
        assert opened.size == (300, 200)
        alpha = np.asarray(opened)
    assert alpha[:, :140].min() == 255
    assert alpha[:, 160:].max() == 0
    assert fitted.history[-1].placement["figures"][1]["rotate"] == 5.5


@pytest.mark.parametrize(
    "change",
    [
        {"figures": []},
        {"figures": [PLACEMENT] * 13},
        {"figures": "all"},
        {"figures": [{**PLACEMENT, "figure": 99}]},
        {"figures": [{**PLACEMENT, "figure": "x"}]},
        {"figures": [{**PLACEMENT, "figure": float("inf")}]},
        {"figures": [{**PLACEMENT, "top": [10**400, 1]}]},
        {"figures": [{**PLACEMENT, "finish": {"light": 10**400}}]},
        {"figures": [{**PLACEMENT, "finish": {"light": 2}}]},
        {"figures": [{**PLACEMENT, "finish": {"light": "much"}}]},
        {"figures": [{**PLACEMENT, "finish": {"light": None}}, 3]},
        {"occluder": "data:image/png;base64,AAAA"},
        {"occluder": "https://example.org/a.png"},
        {"occluder": 3},
        {"occluder": mask(size=(5000, 2))},
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_changes_nothing(
    studio: Studio, fitted: Visit, change: dict[str, Any]
) -> None:
    studio.place(fitted, PLACEMENT)
    before = fitted.here
    with pytest.raises((InputError, PlacementError)):
        studio.place(fitted, two(fitted, **change))
    assert fitted.here == before


def test_a_mask_stays_until_it_is_taken_away(studio: Studio, fitted: Visit) -> None:
    studio.place(fitted, two(fitted, occluder=mask()))
    studio.place(fitted, two(fitted))
    assert fitted.here
    kept = fitted.here["occluder"]
    assert fitted.preview_file(kept).is_file()
    assert shown(fitted)["scene"]["occluder"] == kept
    for nothing in (None, mask(0)):
        studio.place(fitted, two(fitted, occluder=nothing))
        assert fitted.here["occluder"] is None
    settle(fitted)


def test_of_masks_that_are_painted_one_after_another_the_last_is_kept(studio: Studio, fitted: Visit) -> None:
    for width in (2, 5, 9):
        studio.place(fitted, two(fitted, occluder=mask(size=(width, 8))))
    assert fitted.here
    assert [file.name for file in (fitted.root / "previews").glob("occluder-*")] == [fitted.here["occluder"]]
    settle(fitted)


def test_what_stands_in_front_of_one_background_does_not_on_another(
    studio: Studio, fitted: Visit, choose: Callable[..., None]
) -> None:
    studio.place(fitted, two(fitted, occluder=mask()))
    settle(fitted)
    choose(fitted, "background", size=(300, 200), colour=(10, 20, 30))
    studio.place(fitted, two(fitted))
    assert fitted.here
    assert fitted.here["occluder"] is None


def test_another_background_takes_the_figures_along(studio: Studio, fitted: Visit, choose: Callable[..., None]) -> None:
    first = fitted.scene
    finish = {"light": 0.5}
    tiny = {"position": [20, 30], "top": [20, 20], "bottom": [20, 30], "figure": number(fitted)}
    sent = {"figures": [{**PLACEMENT, "finish": finish}, tiny], "horizon": 70, "drawn": True, "perspective": True}
    studio.place(fitted, {**sent, "occluder": mask()}, Sent(first, stamp=10))
    settle(fitted)
    before = fitted.here
    choose(fitted, "background", size=(600, 300), colour=(10, 20, 30))
    rendered = shown(fitted)["rendered"]
    assert rendered is None or rendered["stamp"] > 10, "what was rendered is of the background before"
    assert fitted.here
    large, small = fitted.here["figures"]
    assert (large["position"], large["top"], large["bottom"]) == ([300, 285], [300, 60], [300, 285])
    assert (large["finish"], small["top"]) == (finish, [40, 30])
    assert (fitted.here["horizon"], fitted.here["perspective"], fitted.here["occluder"]) == (None, False, None)
    settle(fitted)
    assert shown(fitted)["rendered"], "light and shadow are shown there, too"
    choose(fitted, "background", size=(300, 200), colour=(240, 240, 250))
    assert fitted.here == before, "who comes back finds all as it was"
    settle(fitted)


def test_a_move_on_the_background_before_goes_along_unless_it_was_overtaken(
    studio: Studio, fitted: Visit, choose: Callable[..., None]
) -> None:
    first = fitted.scene
    choose(fitted, "background", size=(600, 400), colour=(10, 20, 30))
    studio.place(fitted, {**PLACEMENT, "position": [40, 190]}, Sent(first, stamp=fitted.stamp + 10))
    assert fitted.here
    assert fitted.here["figures"][0]["position"] == [80, 380]
    again = load(fitted.name, fitted.root)
    assert again.here == fitted.here
    with pytest.raises(InputError, match="background has changed"):
        studio.compose(fitted, {**PLACEMENT, "position": [60, 190]}, Sent(first, stamp=fitted.stamp + 10))
    assert fitted.here["figures"][0]["position"] == [120, 380]
    studio.place(fitted, PLACEMENT, Sent(fitted.scene, stamp=fitted.stamp + 20))
    studio.place(fitted, {**PLACEMENT, "flip": True}, Sent(first, stamp=fitted.stamp - 5))
    assert not fitted.here["figures"][0]["flip"]


def test_a_rendering_that_fails_does_not_cost_the_one_of_what_was_changed_since(
    studio: Studio, fitted: Visit, runner: FakeRunner
) -> None:
    begun, gate = threading.Event(), threading.Event()

    def fails_once(*args: Any) -> None:
        runner.work = run_steps
        begun.set()
        gate.wait(30)
        raise InputError("This one could not be rendered.")

    runner.work = fails_once
    studio.place(fitted, {**PLACEMENT, "finish": {"light": 0.4}}, Sent(stamp=1))
    assert begun.wait(30)
    studio.place(fitted, {**PLACEMENT, "finish": {"light": 0.5}}, Sent(stamp=2))
    gate.set()
    settle(fitted)
    assert fitted.rendered
    assert fitted.rendered["stamp"] == 2
    assert not fitted.errors


def test_a_rendering_that_cannot_begin_again_ends(
    studio: Studio, fitted: Visit, runner: FakeRunner, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun, gate = threading.Event(), threading.Event()

    def waits(*args: Any) -> None:
        begun.set()
        gate.wait(30)
        run_steps(*args)

    def broken(*_: object) -> None:
        raise OSError

    runner.work = waits
    studio.place(fitted, {**PLACEMENT, "finish": {"light": 0.4}}, Sent(stamp=1))
    assert begun.wait(30)
    studio.place(fitted, {**PLACEMENT, "finish": {"light": 0.5}}, Sent(stamp=2))
    monkeypatch.setattr("components.scene.write", broken)
    gate.set()
    settle(fitted)
    assert fitted.errors["placement"]


def test_only_what_the_browser_cannot_show_is_rendered_and_the_latest_wins(
    studio: Studio, fitted: Visit, runner: FakeRunner
) -> None:
    studio.place(fitted, PLACEMENT, Sent(stamp=1))
    settle(fitted)
    assert not [steps for _, steps in runner.submitted if steps == ("preview",)]
    for stamp in (2, 3, 4):
        studio.place(fitted, {**PLACEMENT, "position": [100 + stamp, 190], "finish": {"light": 0.5}}, Sent(stamp=stamp))
    settle(fitted)
    assert fitted.rendered
    assert fitted.rendered["stamp"] == 4
    assert shown(fitted)["rendered"]["stamp"] == 4
    assert 1 <= len([steps for _, steps in runner.submitted if steps == ("preview",)]) <= 3
    assert len(list((fitted.root / "previews").glob("rendered-*"))) == 1
    studio.place(fitted, PLACEMENT, Sent(stamp=5))
    assert shown(fitted)["rendered"] is None


def test_an_arrangement_that_was_overtaken_is_let_go(studio: Studio, fitted: Visit) -> None:
    studio.place(fitted, {**PLACEMENT, "flip": True}, Sent(stamp=20, number=2))
    studio.place(fitted, two(fitted, occluder=mask()), Sent(stamp=10, number=1))
    assert fitted.here
    assert [entry["flip"] for entry in fitted.here["figures"]] == [True]
    assert (fitted.stamp, fitted.answered) == (20, 2)
    studio.compose(fitted, PLACEMENT, Sent(stamp=15, number=3))
    settle(fitted)
    assert fitted.history[-1].placement == PLACEMENT, "what somebody saw is what they get"
    assert fitted.here["figures"][0]["flip"]
    with pytest.raises(InputError, match="background has changed"):
        studio.compose(fitted, PLACEMENT, Sent("another scene", stamp=30))


def test_what_is_refused_is_answered_too(studio: Studio, fitted: Visit) -> None:
    with pytest.raises(PlacementError):
        studio.place(fitted, {}, Sent(stamp=1, number=7))
    assert fitted.answered == 7


def test_a_move_from_before_another_dressing_moves_who_is_dressed_now(
    studio: Studio, fitted: Visit, choose: Callable[..., None]
) -> None:
    studio.place(fitted, two(fitted), Sent(stamp=10))
    before, scene_before = number(fitted), fitted.scene
    for shade in (100, 200):
        choose(fitted, "garment", colour=(10, 20, shade))
        studio.fit(fitted)
        settle(fitted)
    assert fitted.scene == scene_before
    late = {"figures": [{**PLACEMENT, "figure": before, "position": [7, 170]}]}
    studio.place(fitted, late, Sent(fitted.scene, before, 30))
    assert fitted.here
    (entry,) = fitted.here["figures"]
    assert (entry["figure"], entry["position"]) == (number(fitted), [7, 170])
    assert fitted.stamp > 30, "the browser takes it over"


def test_a_move_from_before_another_person_keeps_that_person(
    studio: Studio, fitted: Visit, another: Callable[[int], None]
) -> None:
    first = number(fitted)
    another(1)
    second = number(fitted)
    both = {"figures": [{**PLACEMENT, "figure": first}, {**PLACEMENT, "figure": second}]}
    studio.place(fitted, both, Sent(stamp=10))
    another(2)
    moved = {"figures": [{**both["figures"][0], "flip": True}, both["figures"][1]]}
    studio.place(fitted, moved, Sent(fitted.scene, second, 30))
    assert fitted.here
    assert [(entry["figure"], entry["flip"]) for entry in fitted.here["figures"]] == [
        (first, True),
        (number(fitted), False),
    ]
    studio.place(fitted, {"figures": [{**PLACEMENT, "figure": second}]}, Sent(fitted.scene, second, 40))
    assert [entry["figure"] for entry in fitted.here["figures"]] == [number(fitted)]


@pytest.mark.parametrize("cut", [False, True])
def test_another_person_takes_the_place_and_nothing_else_is_lost(
    studio: Studio, fitted: Visit, another: Callable[[int], None], cut: bool
) -> None:
    finish = {"light": 0.5}
    entry = {**PLACEMENT, "figure": number(fitted), "position": [40, 170], "finish": finish}
    sent = {"figures": [entry], "horizon": 70, "drawn": True, "perspective": True, "occluder": mask()}
    studio.place(fitted, sent, Sent(stamp=10))
    before = fitted.here
    assert before
    assert fitted.fit
    if cut:
        cropped = not fitted.fit.figure.cropped
        fitted.fit = replace(fitted.fit, figure=replace(fitted.fit.figure, cropped=cropped))
    another(1)
    assert fitted.here
    (now,) = fitted.here["figures"]
    assert (now["figure"], now["finish"]) == (number(fitted), finish)
    assert (now["position"] == [40, 170]) is not cut
    assert {**fitted.here, "figures": []} == {**before, "figures": []}
    settle(fitted)


def test_another_dressing_is_rendered_anew(studio: Studio, fitted: Visit, choose: Callable[..., None]) -> None:
    studio.place(fitted, two(fitted), Sent(stamp=10))
    settle(fitted)
    first = shown(fitted)["rendered"]
    choose(fitted, "garment", colour=(10, 20, 200))
    studio.fit(fitted)
    settle(fitted)
    assert shown(fitted)["rendered"] not in (None, first)
    assert shown(fitted)["rendered"]["stamp"] == fitted.stamp


def test_a_horizon_that_was_taken_away_stays_away(studio: Studio, fitted: Visit) -> None:
    studio.place(fitted, {**two(fitted), "horizon": None, "drawn": True})
    again = Studio(studio.store, studio.runner, studio.served, studio.settings).enter(fitted.name)
    assert again.here
    assert (again.here["horizon"], again.here["drawn"]) == (None, True)


def test_the_background_is_searched_for_people_once(studio: Studio, fitted: Visit, runner: FakeRunner) -> None:
    assert shown(fitted)["people"] is None
    for _ in range(2):
        studio.look(fitted)
        settle(fitted)
    assert shown(fitted)["people"] == {"people": [{"feet": [40, 150], "head": [40, 90]}], "horizon": None}
    assert len([steps for _, steps in runner.submitted if steps == ("people",)]) == 1


def test_the_same_person_dressed_otherwise_stands_where_they_stood(
    studio: Studio, fitted: Visit, choose: Callable[..., None]
) -> None:
    studio.place(fitted, two(fitted))
    before = number(fitted)
    choose(fitted, "garment", colour=(10, 20, 200))
    studio.fit(fitted)
    settle(fitted)
    assert fitted.here
    assert [entry["figure"] for entry in fitted.here["figures"]] == [number(fitted)] * 2 != [before] * 2
    assert fitted.here["figures"][0]["position"] == [40, 170]


def test_an_earlier_figure_can_be_added_and_the_picture_still_made(
    studio: Studio, fitted: Visit, another: Callable[[int], None]
) -> None:
    studio.place(fitted, PLACEMENT)
    first = number(fitted)
    another(1)
    assert len(shown(fitted)["scene"]["figures"]) == 1
    earlier = shown(fitted)["figures"][str(first)]
    assert earlier["stood"]["position"] == [150, 190]
    both = {"figures": [{**PLACEMENT, "figure": first}, {**PLACEMENT, "figure": number(fitted)}]}
    studio.compose(fitted, both)
    settle(fitted)
    assert not fitted.errors
    again = Studio(studio.store, studio.runner, studio.served, studio.settings).enter(fitted.name)
    assert again.here == fitted.here
    assert again.known_fits.keys() == {first, number(fitted)}
    studio.compose(again, both)
    settle(again)
    assert not again.errors


def test_another_person_joins_those_of_earlier_fits(
    studio: Studio, fitted: Visit, another: Callable[[int], None]
) -> None:
    first = number(fitted)
    another(1)
    second = number(fitted)
    studio.place(fitted, {"figures": [{**PLACEMENT, "figure": first}, {**PLACEMENT, "figure": second}]})
    another(2)
    assert [entry["figure"] for entry in shown(fitted)["scene"]["figures"]] == [first, number(fitted)]


def test_the_last_few_figures_are_kept_and_those_that_stand_on_the_background(
    studio: Studio, fitted: Visit, another: Callable[[int], None]
) -> None:
    first = number(fitted)
    for shade in range(1, KEPT):
        another(shade)
        both = [{**PLACEMENT, "figure": first}, {**PLACEMENT, "figure": number(fitted)}]
        studio.place(fitted, {"figures": both})
    another(100)
    assert len(fitted.known_fits) == KEPT
    for kept in fitted.known_fits:
        assert fitted.figure_file(kept).is_file()
    assert len(list((fitted.root / "figures").iterdir())) == KEPT - 1
    assert len(list((fitted.root / "fits").iterdir())) == 1
    assert {entry["figure"] for entry in fitted.stood.values()} < set(fitted.known_fits)


def test_a_visit_from_before_there_were_scenes_is_found_again(tmp_path: Path, fitted: Visit) -> None:
    state = json.loads((fitted.root / "state.json").read_text())
    for name in ("earlier", "arrangement", "stood", "people", "stamp", "rendered"):
        del state[name]
    (fitted.root / "state.json").write_text(json.dumps({**state, "placement": PLACEMENT, "placed_on": "3-abc"}))
    again = load(fitted.name, fitted.root)
    assert again.fit == fitted.fit
    assert again.here is None
