"""The figures of a visit on their background: what is written of them, and what stays when another comes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest
from PIL import Image

from components import placement
from components.fits import KEPT
from components.sent import Sent
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import FakeRunner
from tests.components.scenes import PLACEMENT, mask, number, shown, two
from vton_core.types import Finish, Placement
from vton_core.workspace import Workspace


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


def test_the_scene_file_holds_the_three_points_and_the_flip(studio: Studio, fitted: Visit) -> None:
    studio.compose(fitted, {**PLACEMENT, "top": [150.5, 40], "flip": True})
    settle(fitted)
    (described,) = Workspace(fitted.scene_root("picture")).given_scenes()
    (figure,) = described.figures
    assert figure.placement == Placement((150, 190), (150.5, 40), (150, 190), True)
    assert figure.finish == Finish()
    assert described.picture.is_file()


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
