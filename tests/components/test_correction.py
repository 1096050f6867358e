"""What is corrected by hand: what of it can be used, wherever it comes from."""

from __future__ import annotations

import json
from typing import Any

import pytest

from components.correction import Correction, checked_points, of_state, standing, usable_points
from vton_core.errors import InputError

EDITS: dict[str, Correction] = {
    "cutout": {"layer": "layer-1.png"},
    "joints": {"moved": {"NECK": None, "NOSE": [1.0, 2.0]}, "found": {"NECK": [3.0, 4.0, 1.0], "NOSE": None}},
}


def test_a_visits_file_gives_back_what_was_put_there() -> None:
    assert of_state(json.loads(json.dumps(EDITS))) == EDITS


@pytest.mark.parametrize(
    "kept", [{"cutout": None}, {"joints": {}}, {"joints": {"moved": {"NECK": "x"}, "found": {}}}, []]
)
def test_a_visits_file_that_holds_something_else_is_not_understood(kept: Any) -> None:
    with pytest.raises((ValueError, TypeError, KeyError, AttributeError)):
        of_state(kept)


def test_what_makes_a_difference_is_what_was_moved_or_painted() -> None:
    assert standing(EDITS) == {"cutout": "layer-1.png", "joints": {"NECK": None, "NOSE": [1.0, 2.0]}}


@pytest.mark.parametrize("at", [None, [1], [1, 2, 3], ["a", 2], [float("nan"), 1], [1e5, 0], [10**400, 0], 7])
def test_what_is_no_point_is_refused_or_left_out(at: Any) -> None:
    with pytest.raises(InputError, match="hem has no place"):
        checked_points({"hem": at}, {"hem": None}, may_be_gone=False)
    if at != [1e5, 0]:
        assert usable_points({"hem": at, "neck": [1, 2]}, {"hem": None, "neck": None}) == {"neck": [1.0, 2.0]}


def test_a_joint_may_be_gone() -> None:
    assert checked_points({"NECK": None}, {"NECK": [1, 2]}, may_be_gone=True) == {"NECK": None}


@pytest.mark.parametrize("places", [None, [], "text", 3])
def test_places_that_are_no_points_are_none(places: Any) -> None:
    assert usable_points(places, {"hem": None}) == {}
