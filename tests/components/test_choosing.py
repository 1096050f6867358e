"""Pictures that a visitor chooses: what is taken, and what follows from it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from components import fits
from components.studio import Studio
from components.visit import Visit
from tests.components.conftest import settle
from tests.components.fake import BLANK, LYING, FakeRunner, load, picture
from vton_core.errors import ImageError, InputError
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


@pytest.mark.parametrize("kind", ["png", "jpg", "webp"])
def test_a_picture_is_turned_by_a_quarter_at_a_time(
    studio: Studio, visit: Visit, tmp_path: Path, runner: FakeRunner, kind: str
) -> None:
    pixels = np.full((80, 60, 3), (20, 160, 90), np.uint8)
    pixels[:20, :20] = (230, 30, 40)
    file = tmp_path / f"garment.{kind}"
    Image.fromarray(pixels).save(file, quality=98)
    studio.choose(visit, "garment", file, file.name)
    settle(visit)
    for turns in (1, 2, 3, 4):
        studio.turn(visit, "garment")
        settle(visit)
        shown = np.asarray(load(visit.upload_file("garment")).convert("RGB"), int)
        assert visit.uploads["garment"].size == shown.shape[1::-1]
        assert np.median(np.abs(shown - np.rot90(pixels, -turns))) <= 3
    assert visit.uploads["garment"].name == file.name
    assert len(runner.cut) == 5


def test_a_garment_that_lies_on_its_side_is_turned_once_and_then_as_the_visitor_wants(
    studio: Studio, visit: Visit, tmp_path: Path, runner: FakeRunner
) -> None:
    pixels = np.full((80, 60, 3), (20, 160, 90), np.uint8)
    pixels[:20, :20] = LYING
    file = tmp_path / "garment.png"
    Image.fromarray(pixels).save(file)
    studio.choose(visit, "garment", file, file.name)

    def shown() -> np.ndarray[Any, Any]:
        settle(visit)
        return np.asarray(load(visit.upload_file("garment")).convert("RGB"))

    np.testing.assert_array_equal(shown(), np.rot90(pixels, -3))
    assert len(runner.cut) == 2
    # Back on its side by hand: it stays so.
    studio.turn(visit, "garment")
    np.testing.assert_array_equal(shown(), pixels)
    assert len(runner.cut) == 3


def test_what_is_not_there_is_not_turned(studio: Studio, visit: Visit) -> None:
    studio.turn(visit, "model")
    assert not visit.uploads
    with pytest.raises(InputError, match="no picture called"):
        studio.turn(visit, "shoes")


def test_a_transparent_garment_stays_so_when_it_is_turned(studio: Studio, visit: Visit, tmp_path: Path) -> None:
    pixels = np.zeros((80, 60, 4), np.uint8)
    pixels[20:60, 10:50] = (20, 160, 90, 255)
    file = tmp_path / "garment.webp"
    Image.fromarray(pixels).save(file, lossless=True)
    studio.choose(visit, "garment", file, file.name)
    studio.turn(visit, "garment")
    settle(visit)
    np.testing.assert_array_equal(np.asarray(load(visit.upload_file("garment")))[..., 3], np.rot90(pixels[..., 3], -1))
