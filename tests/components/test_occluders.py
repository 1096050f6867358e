"""What is painted in front of the figures: how long it stays."""

from __future__ import annotations

from collections.abc import Callable

from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.scenes import mask, shown, two


def test_a_mask_stays_until_it_is_taken_away(studio: Studio, fitted: Visit) -> None:
    studio.place(fitted, two(fitted, occluder=mask()))
    studio.place(fitted, two(fitted))
    assert fitted.here
    kept = fitted.here["occluder"]
    assert fitted.preview_file(kept).is_file()
    assert shown(fitted)["scene"]["occluder"] == kept
    for nothing in (None, mask(0)):
        studio.place(fitted, two(fitted, occluder=nothing))
        assert fitted.here["occluder"] is None
    settle(fitted)


def test_of_masks_that_are_painted_one_after_another_the_last_is_kept(studio: Studio, fitted: Visit) -> None:
    for width in (2, 5, 9):
        studio.place(fitted, two(fitted, occluder=mask(size=(width, 8))))
    assert fitted.here
    assert [file.name for file in (fitted.root / "previews").glob("occluder-*")] == [fitted.here["occluder"]]
    settle(fitted)


def test_what_stands_in_front_of_one_background_does_not_on_another(
    studio: Studio, fitted: Visit, choose: Callable[..., None]
) -> None:
    studio.place(fitted, two(fitted, occluder=mask()))
    settle(fitted)
    choose(fitted, "background", size=(300, 200), colour=(10, 20, 30))
    studio.place(fitted, two(fitted))
    assert fitted.here
    assert fitted.here["occluder"] is None
