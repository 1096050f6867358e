"""The files of a garment's landmarks."""

from __future__ import annotations

import pytest

from vton_core.cloth_landmarks import (
    NAMES,
    ClothLandmarks,
    format_corrections,
    format_landmarks,
    parse_corrections,
    parse_landmarks,
)
from vton_core.errors import WorkspaceError


def test_what_was_written_comes_back() -> None:
    moved = {"left_neck": (1.5, 2.0), "neck_front": (3.0, 4.25)}
    assert parse_corrections(format_corrections(moved), "x") == moved
    landmarks = ClothLandmarks("dress", (30, 40), {**moved, "left_waist": (7.0, 8.0)})
    assert parse_landmarks(format_landmarks(landmarks), "x") == landmarks
    assert parse_corrections("{}", "x") == {}
    assert {"left_neck", "right_cuff_inner", "right_waist", "left_hem_outer", "crotch"} <= NAMES


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "[]",
            "3",
            '{"left_neck": 3}',
            '{"left_neck": [1]}',
            '{"left_neck": ["a", 2]}',
            '{"left_neck": [1, NaN]}',
        ),
        *('{"left_neck": [1, 1e999]}', "[" * 100_000),
    ],
)
def test_corrections_in_another_format_are_a_sentence(text: str) -> None:
    with pytest.raises(WorkspaceError, match=r"shirt\.json does not say where"):
        parse_corrections(text, "shirt.json")


def test_a_name_that_no_garment_has_is_a_sentence() -> None:
    with pytest.raises(WorkspaceError, match=r"shirt\.json moves 'left_knee'.*left_neck"):
        parse_corrections('{"left_knee": [1, 2]}', "shirt.json")


@pytest.mark.parametrize("text", ["{}", '{"garment": "upper", "size": [3], "points": {}}', '{"size": [3, 4]}'])
def test_landmarks_in_another_format_are_a_sentence(text: str) -> None:
    with pytest.raises(WorkspaceError, match="step4"):
        parse_landmarks(text, "shirt.json")
