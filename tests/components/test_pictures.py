"""Finished pictures: composed, kept, shown again, removed, downloaded."""

from __future__ import annotations

import pytest

from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import load
from tests.components.scenes import PLACEMENT
from vton_core.errors import InputError


def test_composing_puts_the_picture_into_the_history(studio: Studio, fitted: Visit) -> None:
    for _ in range(2):
        studio.compose(fitted, PLACEMENT)
        settle(fitted)
    assert [entry.placement for entry in fitted.history] == [PLACEMENT, PLACEMENT]
    assert fitted.shown == fitted.history[-1].number
    assert fitted.history[0].size == (300, 200)
    assert load(fitted.composite_file(fitted.shown)).size == (300, 200)


def test_composing_needs_a_fit_and_a_background(studio: Studio, visit: Visit) -> None:
    with pytest.raises(InputError, match="nothing to place"):
        studio.compose(visit, PLACEMENT)
    with pytest.raises(InputError, match="missing"):
        studio.fit(visit)


def test_a_picture_of_the_history_can_be_shown_and_removed(studio: Studio, fitted: Visit) -> None:
    for _ in range(2):
        studio.compose(fitted, PLACEMENT)
        settle(fitted)
    first, second = (entry.number for entry in fitted.history)
    studio.show(fitted, first)
    assert fitted.shown == first
    studio.remove(fitted, first)
    assert fitted.shown == second
    assert not fitted.composite_file(first).exists()
    with pytest.raises(InputError):
        studio.show(fitted, first)


def test_downloads_are_the_files_of_the_workspace(studio: Studio, fitted: Visit) -> None:
    assert fitted.fit
    output = fitted.fit_root(fitted.fit.number) / "output"
    assert studio.file(fitted, "figure")[0] == output / "figure" / "model_garment.png"
    assert studio.file(fitted, "cutout")[0] == output / "background_step1" / "model.png"
    with pytest.raises(InputError):
        studio.file(fitted, "composite")
    with pytest.raises(InputError):
        studio.file(fitted, "../state.json")
