"""Position files."""

from __future__ import annotations

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.position_file import format_position
from vton_core.errors import PlacementError
from vton_core.positions import parse_position
from vton_core.types import Placement

_WANTED = Placement((900.0, 1100.0), (900.0, 300.5), (900.0, 1100.0))


@pytest.mark.parametrize(
    "text",
    [
        "900 1100\n900 300.5\n900 1100\n",
        "900 1100 900 300.5 900 1100",
        "900,1100\r\n900, 300.5\r\n900,1100",
        "# where the feet are\n900 1100 # feet\n\n900 300.5\n900 1100",
        "\ufeff900;1100;900;300.5;900;1100",
    ],
)
def test_ways_to_write_it(text: str) -> None:
    assert parse_position(text, "position.txt") == _WANTED


def test_flip_mirrors() -> None:
    assert parse_position("1 2\n3 4\n5 60\nflip\n", "p").flip
    assert not parse_position("1 2\n3 4\n5 60\n# flip\n", "p").flip


def test_rotate_turns() -> None:
    assert parse_position("1 2\n3 4\n5 60\nflip\nrotate -7.5 # a little\n", "p").rotate == -7.5
    assert parse_position("1 2 3 4 5 60 rotate 3", "p").rotate == 3


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("1 2\n3 4\n5 60\nrotate\n", "after 'rotate' stand the degrees"),
        ("1 2\n3 4\n5 60\nrotate 181\n", "after 'rotate' stand the degrees"),
        ("1 2\n3 4\n5 60\nrotate x\n", "line 4: 'x' is not a number"),
        ("", "holds 0 numbers"),
        ("1 2\n3 4\n", "holds 4 numbers"),
        ("1 2\n3 4\n5 6\n7 8", "holds 8 numbers"),
        ("1 2\n3 x4\n5 6", "line 2: 'x4' is not a number"),
        ("flip\n1 2\n3 4\n5 6", "line 1: 'flip' is not a number"),
        ("1 2\n3 nan\n5 6", "line 2"),
        ("1 2\n3 1e999\n5 6", "line 2"),
        ("1 2\n3 4\n3 4.5", "same spot"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(text: str, sentence: str) -> None:
    with pytest.raises(PlacementError, match=sentence):
        parse_position(text, "position.txt")


_COORDINATE = st.floats(-1e6, 1e6).map(lambda v: v + 0.0)


@given(
    position=st.tuples(_COORDINATE, _COORDINATE),
    top=st.tuples(_COORDINATE, _COORDINATE),
    flip=st.booleans(),
    rotate=st.floats(-180, 180).map(lambda v: v + 0.0),
)
def test_writing_and_reading_gives_it_back_exactly(
    position: tuple[float, float], top: tuple[float, float], flip: bool, rotate: float
) -> None:
    bottom = (top[0], top[1] + 5000.0)
    placement = Placement(position, top, bottom, flip, rotate)
    assert parse_position(format_position(placement), "p") == placement


@given(st.text(max_size=60))
def test_any_text_is_a_placement_or_a_sentence(text: str) -> None:
    with contextlib.suppress(PlacementError):
        assert parse_position(text, "p").height >= 1
