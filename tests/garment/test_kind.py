"""What a garment is taken for."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from safetensors.numpy import save_file

from tests.garment.drawing import DRAWN
from tests.garment.lower_drawing import DRESSES, LOWER
from vton_core.errors import EngineError
from vton_core.garment import kind_net
from vton_core.garment.kind import kind_of, recognise
from vton_core.garment.kind_net import LAYERS, SORTS, probabilities
from vton_core.images import read_image
from vton_core.steps.garments import cut_garment
from vton_core.training.silhouettes import draw
from vton_core.types import Garment, GarmentKind, Wearing
from vton_core.weights import entry

_WARDROBE = Path(__file__).parents[1] / "data" / "wardrobe"
_SHAPES = {
    "spread sleeves": DRAWN["spread sleeves"].garment(),
    "straps": DRAWN["straps"].garment(),
    "trousers": LOWER["trousers"][0],
    "shorts": LOWER["shorts"][0],
    "flared skirt": LOWER["flared skirt"][0],
    "maxi": DRESSES["maxi"][0],
}


@pytest.mark.parametrize("name", DRAWN)
def test_tops_are_tops(name: str) -> None:
    assert recognise(DRAWN[name].garment()) == "upper"


@pytest.mark.parametrize("name", ["longsleeve", "tee_green", "tee_striped"])
def test_the_examples_are_tops(name: str, examples: Path) -> None:
    assert recognise(cut_garment(read_image(examples / f"garment_{name}.png"))) == "upper"


@pytest.mark.parametrize("name", LOWER)
def test_trousers_and_skirts_are_lower_garments(name: str) -> None:
    assert recognise(LOWER[name][0]) == "lower"


# The silhouettes of these two could be long tops'.
@pytest.mark.parametrize("name", sorted(DRESSES.keys() - {"racer back", "one sleeve long"}))
def test_dresses_are_dresses(name: str) -> None:
    assert recognise(DRESSES[name][0]) == "dress"


@pytest.mark.parametrize("name", ["garment.png", "shop.jpg"])
def test_a_rendered_top_is_a_top(name: str) -> None:
    assert recognise(cut_garment(read_image(_WARDROBE / "tee" / name))) == "upper"


def test_most_drawn_garments_are_told_and_hardly_a_top_is_taken_for_another() -> None:
    rng = np.random.default_rng(99)
    # Tops are told at once; the others are looked at for a collar too.
    many = {sort: 60 if sort in ("sleeved", "sleeveless") else 20 for sort in SORTS}
    kinds = {sort: [recognise(_garment(draw(sort, rng))) for _ in range(count)] for sort, count in many.items()}
    tops = kinds["sleeved"] + kinds["sleeveless"]
    assert tops.count("upper") >= 0.95 * len(tops)
    for sort in ("trousers", "shorts", "skirt"):
        assert kinds[sort].count("lower") >= 0.7 * many[sort], sort
        assert kinds[sort].count("dress") <= 0.05 * many[sort], sort
    assert kinds["dress"].count("dress") >= 0.5 * many["dress"]


def _garment(mask: np.ndarray) -> Garment:
    return Garment(np.zeros((*mask.shape, 3), np.uint8), mask.astype(np.float32))


@pytest.mark.parametrize("name", _SHAPES)
def test_a_mirrored_garment_is_the_same(name: str) -> None:
    shape = _SHAPES[name]
    mirrored = np.ascontiguousarray(shape.alpha[:, ::-1])
    assert probabilities(mirrored) == pytest.approx(probabilities(shape.alpha), abs=1e-5)


@pytest.mark.parametrize("name", _SHAPES)
def test_neither_the_room_around_a_garment_nor_its_size_nor_its_colour_matters(name: str) -> None:
    shape = _SHAPES[name]
    kind = recognise(shape)
    framed = np.pad(shape.alpha, ((300, 10), (0, 170)))
    tight = shape.alpha[np.ix_(shape.alpha.any(axis=1), shape.alpha.any(axis=0))]
    small, large = (cv2.resize(shape.alpha, None, fx=f, fy=f, interpolation=cv2.INTER_AREA) for f in (0.4, 2.0))
    assert {recognise(_garment(alpha)) for alpha in (framed, tight, small, large)} == {kind}
    assert recognise(replace(shape, rgb=255 - shape.rgb)) == kind


def test_crumbs_beside_a_garment_do_not_matter() -> None:
    alpha = LOWER["trousers"][0].alpha.copy()
    alpha[:6, :6] = alpha[-6:, -6:] = 1
    assert recognise(_garment(alpha)) == "lower"


@pytest.mark.parametrize("alpha", [np.zeros((40, 30), np.float32), np.ones((3, 3), np.float32)])
def test_what_has_no_shape_is_a_top(alpha: np.ndarray) -> None:
    assert recognise(_garment(alpha)) == "upper"


def test_the_shipped_weights_are_small_and_those_of_another_network_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert entry("kind").path.stat().st_size < 300_000
    arrays = {name: np.zeros(shape, np.float16) for name, shape in LAYERS.items()}
    save_file(arrays, tmp_path / "kind.safetensors")
    monkeypatch.setattr("vton_core.weights.FOLDER", tmp_path)
    kind_net.weights.cache_clear()
    with pytest.raises(EngineError, match="are damaged"):
        kind_net.weights()


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


@pytest.mark.parametrize("name", ["racer back", "one sleeve long"])
def test_at_home_a_photo_tells_dresses_that_could_be_long_tops(name: str) -> None:
    dress = DRESSES[name][0]
    assert recognise(dress) == "upper"
    assert recognise(replace(dress, home=True, sorts={"top": 0.06, "dress": 0.92, "skirt": 0.02})) == "dress"
    assert recognise(replace(dress, home=True, sorts={"top": 0.8, "dress": 0.18, "skirt": 0.02})) == "upper"


@pytest.mark.parametrize("name", DRAWN)
def test_nor_does_a_photo_from_home_make_a_top_of_another_kind_in_doubt(name: str) -> None:
    sorts = {"top": 0.4, "dress": 0.5, "skirt": 0.05, "shorts": 0.03, "trousers": 0.02}
    assert recognise(replace(DRAWN[name].garment(), home=True, sorts=sorts)) == "upper"
