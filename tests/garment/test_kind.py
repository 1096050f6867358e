"""What a garment is taken for."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.garment.drawing import DRAWN
from tests.garment.lower_drawing import DRESSES, LOWER
from vton_core.garment.kind import kind_of, recognise
from vton_core.images import read_image
from vton_core.steps.tryon import cut_garment
from vton_core.types import GarmentKind, Wearing


@pytest.mark.parametrize("name", DRAWN)
def test_tops_are_tops(name: str) -> None:
    assert recognise(DRAWN[name].garment()) == "upper"


@pytest.mark.parametrize("name", ["longsleeve", "tee_green", "tee_striped"])
def test_the_examples_are_tops(name: str, examples: Path) -> None:
    assert recognise(cut_garment(read_image(examples / f"garment_{name}.png"))) == "upper"


@pytest.mark.parametrize("name", LOWER)
def test_trousers_and_skirts_are_lower_garments(name: str) -> None:
    assert recognise(LOWER[name][0]) == "lower"


@pytest.mark.parametrize("name", DRESSES)
def test_dresses_are_dresses(name: str) -> None:
    assert recognise(DRESSES[name][0]) == "dress"


@pytest.mark.parametrize("kind", ["upper", "lower", "dress"])
def test_what_the_user_says_counts(kind: GarmentKind) -> None:
    assert kind_of(LOWER["trousers"][0], Wearing(garment=kind)) == kind
    assert kind_of(LOWER["trousers"][0], Wearing()) == "lower"


@pytest.mark.parametrize("name", LOWER)
def test_after_a_top_lower_garments_are_lower(name: str) -> None:
    assert kind_of(LOWER[name][0], Wearing(), after="upper") == "lower"


def test_after_a_top_a_garment_with_sleeves_is_a_top_and_one_without_is_none() -> None:
    kinds = {name: kind_of(drawn.garment(), Wearing(), after="upper") for name, drawn in DRAWN.items()}
    assert kinds == {name: "upper" if drawn.sleeve else "lower" for name, drawn in DRAWN.items()}
    bare = next(drawn for drawn in DRAWN.values() if not drawn.sleeve).garment()
    assert kind_of(bare, Wearing(garment="upper"), after="upper") == "upper"
    assert kind_of(bare, Wearing(), after="lower") == "upper"
