"""Pictures that a visitor chooses: what is taken, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from components import fits
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import BLANK, FakeRunner, picture
from vton_core.errors import ImageError
from vton_core.workspace import Workspace


def test_a_garment_is_cut_out_when_it_is_chosen_and_the_fit_finds_it(
    studio: Studio, visit: Visit, choose: Callable[..., None], runner: FakeRunner
) -> None:
    choose(visit, "garment", colour=(20, 160, 90))
    settle(visit)
    (cut,) = runner.cut
    choose(visit, "model")
    studio.fit(visit)
    settle(visit)
    assert visit.fit
    made, found = Workspace(visit.fit_root(visit.fit.number)), Workspace(cut)
    assert made.cloth_mask_file("garment").samefile(found.cloth_mask_file("garment"))


def test_what_is_no_garment_is_told_when_it_is_chosen(
    studio: Studio, visit: Visit, choose: Callable[..., None], tmp_path: Path
) -> None:
    choose(visit, "garment", colour=BLANK)
    settle(visit)
    assert "plain background" in visit.errors["garment"][0]["template"]
    choose(visit, "garment", colour=(20, 160, 90))
    settle(visit)
    assert "garment" not in visit.errors


def test_masks_of_garments_that_were_replaced_do_not_stay(
    studio: Studio, fitted: Visit, choose: Callable[..., None]
) -> None:
    assert fitted.fit
    before = fitted.cut_root(fitted.fit.garment)
    assert before.is_dir()
    choose(fitted, "garment", colour=(90, 30, 90))
    studio.fit(fitted)
    settle(fitted)
    assert not before.exists()
    assert fitted.cut_root(fitted.fit.garment).is_dir()


def test_a_job_that_still_writes_where_a_fit_tidies_up_does_no_harm(
    studio: Studio, fitted: Visit, choose: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(path: str, *args: Any, **options: Any) -> None:
        raise OSError("directory not empty")

    assert fitted.fit
    before = fitted.cut_root(fitted.fit.garment)
    choose(fitted, "garment", colour=(10, 20, 200))
    settle(fitted)
    monkeypatch.setattr("os.rmdir", busy)
    fits.prune(fitted)
    monkeypatch.undo()
    assert before.is_dir()
    fits.prune(fitted)
    assert not before.exists()


def test_a_file_that_is_no_picture_leaves_the_slot_as_it_was(studio: Studio, fitted: Visit, tmp_path: Path) -> None:
    before = dict(fitted.uploads)
    bad = tmp_path / "notes.png"
    bad.write_bytes(b"no picture at all")
    with pytest.raises(ImageError):
        studio.choose(fitted, "model", bad, bad.name)
    assert fitted.uploads == before


def test_a_large_file_is_refused(studio: Studio, visit: Visit, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("components.uploads.UPLOAD_LIMIT_MB", 0)
    with pytest.raises(ImageError, match="larger"):
        studio.choose(visit, "model", picture(tmp_path / "a.png"), "a.png")
