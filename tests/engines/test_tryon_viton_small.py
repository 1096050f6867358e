"""VITON-HD's small networks as an engine, with the weights that come along, on the examples."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from tests.engines.models import ARMS, assert_the_rest_is_kept, read_garment, read_model
from vton_core.engines.offers import offers
from vton_core.engines.registry import default, load_tryon
from vton_core.engines.tryon.viton_small import VitonHdSmall
from vton_core.errors import InputError, NoPersonError
from vton_core.labels import Label
from vton_core.types import Joint, TryOn, Wearing

PAIRS = [("woman", "tee_green"), ("man", "tee_striped")]
NAME = "viton-hd-small"
FOREARMS = ((Joint.LEFT_ELBOW, Joint.LEFT_WRIST), (Joint.RIGHT_ELBOW, Joint.RIGHT_WRIST))


@cache
def _worn(examples: Path, person: str, garment: str) -> TryOn:
    return read_model(examples, person).wears(read_garment(examples, garment), engine=load_tryon(NAME))


@pytest.mark.parametrize(("person", "garment"), PAIRS)
def test_only_what_is_marked_changes(examples: Path, person: str, garment: str) -> None:
    before, worn = read_model(examples, person).cutout, _worn(examples, person, garment)
    assert_the_rest_is_kept(before, worn)
    assert 0.05 < worn.changed.mean() < 0.6
    assert worn.figure.size == before.size


@pytest.mark.parametrize(("person", "garment"), PAIRS)
def test_the_garment_is_on_the_torso_and_the_rest_stays(examples: Path, person: str, garment: str) -> None:
    model, cloth, worn = read_model(examples, person), read_garment(examples, garment), _worn(examples, person, garment)
    torso = model.near(np.array([model.down(share) for share in (0.35, 0.5, 0.65)]), 0.25)
    assert (worn.warped[..., 3][torso] > 250).mean() > 0.97
    seen, shop = worn.figure.rgb[torso].mean(axis=0), cloth.rgb[cloth.alpha > 0.99].mean(axis=0)
    assert np.abs(seen - shop).max() < 45
    face = (model.parse == Label.FACE) & (model.cutout.alpha > 0.99)
    assert not worn.changed[face].any()
    hands = model.hands()
    assert worn.changed[hands].mean() < 0.02


def test_short_sleeves_leave_the_forearms_bare(examples: Path) -> None:
    model, worn = read_model(examples, "man"), _worn(examples, "man", "tee_striped")
    joints = [(model.joint(elbow), model.joint(wrist)) for elbow, wrist in FOREARMS]
    forearms = model.near(np.array([(elbow + wrist) / 2 for elbow, wrist in joints]), 0.08)
    forearms &= np.isin(model.parse, ARMS)
    assert forearms.sum() > 200
    assert np.abs(worn.figure.rgb[forearms].astype(int) - model.cutout.rgb[forearms]).mean() < 3


def test_the_same_again_gives_the_same_bytes(examples: Path) -> None:
    first = _worn(examples, "woman", "tee_green")
    again = read_model(examples, "woman").wears(read_garment(examples, "tee_green"), engine=load_tryon(NAME))
    np.testing.assert_array_equal(again.figure.rgb, first.figure.rgb)
    np.testing.assert_array_equal(again.figure.alpha, first.figure.alpha)


@pytest.mark.parametrize("kind", ["lower", "dress"])
def test_what_it_was_not_trained_on_is_refused(examples: Path, kind: str) -> None:
    model, wearing = read_model(examples, "woman"), Wearing(garment=kind)  # type: ignore[arg-type]
    with pytest.raises(InputError, match="trained on tops only"):
        model.wears(read_garment(examples, "tee_green"), wearing, load_tryon(NAME))


def test_no_shoulders(examples: Path) -> None:
    model = read_model(examples, "woman").without(Joint.LEFT_SHOULDER)
    with pytest.raises(NoPersonError, match="shoulders"):
        model.wears(read_garment(examples, "tee_green"), engine=load_tryon(NAME))


def test_it_is_offered_for_research_and_never_chosen_of_itself() -> None:
    (offer,) = (offer for offer in offers() if offer.name == NAME)
    assert isinstance(load_tryon(NAME), VitonHdSmall)
    assert not offer.commercial
    assert not offer.command
    assert default("tryon") != NAME
