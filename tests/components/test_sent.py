"""Arrangements that the browser sends: what is taken, what is let go, who is moved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from components import scene
from components.sent import Sent, arranged
from components.state import load
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.scenes import PLACEMENT, mask, number, two
from vton_core.errors import InputError, PlacementError


def test_a_figure_is_called_what_the_page_called_it(fitted: Visit) -> None:
    sent = two(fitted)
    for called, kept in ((2, 2), (0, None), ("2", None), (10**9, None)):
        sent["figures"][1]["called"] = called
        arrangement = arranged(fitted, sent)
        assert arrangement["figures"][1].get("called") == kept
        assert all("called" not in entry for entry in scene.summary(arrangement)["figures"])


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


def test_a_placement_that_is_none_is_refused(studio: Studio, fitted: Visit) -> None:
    for entry in ({}, {**PLACEMENT, "top": [1]}, {**PLACEMENT, "top": ["a", 2]}, {**PLACEMENT, "top": [150, 190]}):
        with pytest.raises(PlacementError):
            studio.compose(fitted, entry)
    assert not fitted.composing


def test_a_placement_for_another_scene_is_let_go(studio: Studio, fitted: Visit) -> None:
    studio.place(fitted, PLACEMENT, Sent("old"))
    assert fitted.here is None


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
