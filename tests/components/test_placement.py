"""The placement panel: what it takes, and what it offers."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from components import placement, scene
from components.previews import Figure, figure_preview
from components.sent import arranged
from components.visit import Visit
from vton_core.composition.geometry import figure_geometry, is_cropped
from vton_core.errors import PlacementError
from vton_core.types import Cutout, Placement


def figure(size: tuple[int, int] = (300, 1000), height: float = 990, cropped: bool = True) -> Figure:
    return Figure("figure.webp", (0, 0), size, (150.0, 989.0), height, cropped)


def test_an_entry_and_a_placement_are_the_same_thing() -> None:
    entry = {"position": [10, 20.5], "top": [10, 5], "bottom": [10, 20], "flip": True}
    taken = placement.as_placement(entry)
    assert taken == Placement((10, 20.5), (10, 5), (10, 20), True)
    assert placement.as_entry(taken) == entry


@pytest.mark.parametrize(
    "entry",
    [
        {},
        None,
        [],
        {"position": [1, 2], "top": [1, 2]},
        {"position": [1], "top": [1, 2], "bottom": [3, 4]},
        {"position": ["x", 1], "top": [1, 2], "bottom": [3, 4]},
        {"position": [float("nan"), 1], "top": [1, 2], "bottom": [3, 4]},
        {"position": [1, 1], "top": [3, 4], "bottom": [3, 4]},
        {"position": [1e300, 1], "top": [1, 2], "bottom": [3, 4]},
    ],
)
def test_what_is_no_placement_is_one_sentence(entry: object) -> None:
    with pytest.raises(PlacementError):
        placement.as_placement(entry)  # type: ignore[arg-type]


def test_the_standard_placement_stands_at_the_bottom_centre() -> None:
    offered = placement.standard(figure(), (1800, 1200))
    assert offered.position == offered.bottom == (899, 1200)
    assert offered.height == pytest.approx(0.85 * 1200)


def test_a_whole_figure_stands_a_little_above_the_border() -> None:
    offered = placement.standard(figure(cropped=False), (1800, 1200))
    assert 1100 < offered.position[1] < 1199


def test_the_standard_placement_is_never_wider_than_the_background() -> None:
    wide = figure(size=(1000, 500), height=500)
    offered = placement.standard(wide, (400, 2000))
    assert offered.height * 1000 / 500 <= 400


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 1), (7, 5)])
def test_the_smallest_backgrounds_get_a_placement_too(size: tuple[int, int]) -> None:
    assert placement.standard(figure(), size).height >= 1


def test_a_turned_figure_is_told_so() -> None:
    entry = {"position": [10, 20], "top": [10, 5], "bottom": [10, 20], "flip": False, "rotate": -12.5}
    assert placement.as_placement(entry).rotate == -12.5
    assert placement.as_entry(placement.as_placement(entry)) == entry


def test_the_panel_offers_the_standard_until_the_hand_has_set_another(fitted: Visit) -> None:
    def shown() -> dict[str, Any]:
        return placement.view(fitted, str, scene.current(fitted))

    (figure,) = shown()["figures"].values()
    (offered,) = shown()["scene"]["figures"]
    assert offered == {"figure": int(next(iter(shown()["figures"]))), **figure["standard"]}
    moved = {**offered, "position": [3, 4]}
    fitted.arrangement, fitted.placed_on = arranged(fitted, moved), fitted.ground
    assert shown()["scene"]["figures"] == [moved]
    fitted.placed_on = "another background"
    assert shown()["scene"]["figures"] == [offered]


@pytest.mark.parametrize("floor", [0, 1, 15])
def test_what_is_offered_and_what_is_composed_agree_whether_a_figure_stands(tmp_path: Path, floor: int) -> None:
    alpha = np.zeros((1600, 800), np.float32)
    alpha[200 : 1600 - floor, 300:500] = 1
    cutout = Cutout(np.zeros((1600, 800, 3), np.uint8), alpha)
    geometry = figure_geometry(alpha)
    figure = figure_preview(cutout, tmp_path / "figure.webp", geometry.anchor, geometry.height)
    assert figure.cropped == is_cropped(alpha) == (floor == 0)
    assert (placement.standard(figure, (1200, 900)).position[1] < 900) == (floor > 0)
