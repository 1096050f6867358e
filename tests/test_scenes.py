"""Scene files and finish files: written and read back, and what is said of one that cannot be used."""

from __future__ import annotations

import json
from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vton_core.errors import PlacementError, WorkspaceError
from vton_core.scenes import (
    SceneFigure,
    SceneText,
    finish_from_json,
    finish_to_json,
    format_scene,
    parse_finish,
    parse_scene,
)
from vton_core.types import Finish, Placement

_FIGURE = {"figure": "ann_shirt", "position": [80, 80], "top": [80, 20], "bottom": [80, 80]}
_SCENE = {"background": "bg_images/yard.png", "figures": [_FIGURE]}

_COORDINATE = st.floats(-1e5, 1e5)
_POINT = st.tuples(_COORDINATE, _COORDINATE)
_FINISHES = st.builds(
    Finish,
    **{
        name: (st.none() | st.floats(low, high))
        if Finish.__dataclass_fields__[name].default is None
        else st.floats(low, high)
        for name, (low, high) in Finish.LIMITS.items()
    },
)
_PLACEMENTS = st.builds(
    lambda position, x, y, flip, rotate: Placement(position, (x, y), (x, y + 50), flip, rotate),
    _POINT,
    _COORDINATE,
    _COORDINATE,
    st.booleans(),
    st.floats(-180, 180),
)
_NAMES = st.text(min_size=1, max_size=12)


@given(
    st.builds(
        SceneText,
        _NAMES,
        st.lists(st.builds(SceneFigure, _NAMES, _PLACEMENTS, _FINISHES), min_size=1, max_size=3).map(tuple),
        st.none() | _NAMES,
    )
)
def test_what_is_written_is_read_back(scene: SceneText) -> None:
    assert parse_scene(format_scene(scene), "s.json") == scene


@given(_FINISHES)
def test_a_finish_is_read_back(finish: Finish) -> None:
    assert finish_from_json(json.loads(json.dumps(finish_to_json(finish))), "f.json") == finish


def test_what_a_finish_file_may_hold() -> None:
    text = json.dumps({**finish_to_json(Finish.natural()), "shadow_angle": None, "occluder": "bg_images/front.png"})
    assert parse_finish(text, "f.json") == (Finish.natural(), "bg_images/front.png")
    assert parse_finish("{}", "f.json") == (Finish(), None)


def test_the_limits_name_every_value() -> None:
    assert set(Finish.LIMITS) == {field.name for field in fields(Finish)}


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "f.json, line 1: this is not JSON"),
        ('{\n"light": 1,\n}', "f.json, line 3: this is not JSON"),
        ("[" * 100_000, "f.json, line 1: this is not JSON"),
        ("[1]", "f.json: names and values in curly brackets"),
        ('{"glow": 1}', "f.json: there is no 'glow' here. Choose from: contact, grain, light"),
        ('{"light": 1.5}', "f.json: 'light' must be from 0 to 1, not 1.5"),
        ('{"shadow_length": -1}', "f.json: 'shadow_length' must be from 0 to 5, not -1"),
        ('{"light": "much"}', "f.json: 'light' is not a number"),
        ('{"light": true}', "f.json: 'light' is not a number"),
        ('{"light": NaN}', "f.json: 'light' is not a number"),
        ('{"light": 1' + "0" * 400 + "}", "f.json: 'light' is not a number"),
        ('{"occluder": 3}', "f.json: 'occluder' is missing, or not a name"),
    ],
)
def test_a_finish_file_that_cannot_be_used(text: str, sentence: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        parse_finish(text, "f.json")
    assert sentence in str(caught.value)


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"background": None}, "'background' is missing"),
        ({"figures": []}, "'figures' lists at least one figure"),
        ({"figures": {}}, "'figures' lists at least one figure"),
        ({"figures": [7]}, "names and values in curly brackets"),
        ({"sky": 1}, "there is no 'sky' here. Choose from: background, figures, occluder"),
        ({"figures": [{**_FIGURE, "scale": 2}]}, "there is no 'scale' here"),
        ({"figures": [{**_FIGURE, "figure": ""}]}, "'figure' is missing"),
        ({"figures": [{**_FIGURE, "top": [1, 2, 3]}]}, "'top' is two numbers in brackets"),
        ({"figures": [{**_FIGURE, "top": [1, "2"]}]}, "'top' is not a number"),
        ({"figures": [{**_FIGURE, "flip": "yes"}]}, "'flip' is true or false"),
        ({"figures": [{**_FIGURE, "rotate": None}]}, "'rotate' is not a number"),
        ({"figures": [{**_FIGURE, "finish": {"wrap": 2}}]}, "'wrap' must be from 0 to 1, not 2"),
        ({"figures": [{**_FIGURE, "finish": None}]}, "names and values in curly brackets"),
    ],
)
def test_a_scene_file_that_cannot_be_used(change: dict[str, object], sentence: str) -> None:
    with pytest.raises(WorkspaceError) as caught:
        parse_scene(json.dumps({**_SCENE, **change}), "inputs/scenes/s.json")
    assert str(caught.value).startswith("inputs/scenes/s.json: ")
    assert sentence in str(caught.value)


@pytest.mark.parametrize("change", [{"top": [80, 80]}, {"rotate": 200}])
def test_a_placement_that_cannot_be_used_names_the_file(change: dict[str, object]) -> None:
    with pytest.raises(PlacementError) as caught:
        parse_scene(json.dumps({**_SCENE, "figures": [{**_FIGURE, **change}]}), "s.json")
    assert caught.value.__notes__ == ["s.json"]
