"""Step 5's files on the command line: every format, with what the background's file said of its pixels."""

from __future__ import annotations

import errno
import io
import os
import zipfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow

from tests.export.profiles import ADOBE_RGB, DISPLAY_P3
from tests.position_file import format_position
from tests.test_command_line import refused
from tests.workspace.conftest import PAIR, cutout, done, photos
from vton_core.__main__ import main
from vton_core.colour import eight_bits
from vton_core.errors import InputError, StorageError
from vton_core.export.formats import encode, write_image
from vton_core.images import read_image, read_picture, read_rgba
from vton_core.pipeline import run_steps
from vton_core.positions import parse_position
from vton_core.progress import OutputFormat, PictureFormat, Settings
from vton_core.steps.compose import compose
from vton_core.types import Picture, Placement
from vton_core.workspace import Workspace

__all__ = ["done", "photos"]

Capture = pytest.CaptureFixture[str]
_FORMATS: dict[OutputFormat, str] = {"png": ".png", "jpeg": ".jpg", "webp": ".webp", "tiff": ".tif", "ora": ".ora"}
_DEEP = np.random.default_rng(6).integers(0, 65536, (90, 160, 3)).astype(np.uint16)


def _yard(workspace: Workspace, picture: Picture, ending: str = ".png") -> None:
    """Another background in the place of the old one."""
    (workspace.inputs / "bg_images" / "yard.png").unlink()
    write_image(workspace.inputs / "bg_images" / f"yard{ending}", picture)
    (workspace.inputs / "backgrounds.txt").write_text(f"bg_images/yard{ending} bg_images/yard.txt\n")


@pytest.mark.parametrize("kind", _FORMATS)
def test_every_format_has_its_ending(done: Workspace, kind: OutputFormat) -> None:
    assert main(["run", "--workspace", str(done.root), "--step", "step5", "--format", kind]) == 0
    assert [path.name for path in (done.output / "final").iterdir()] == [f"ann_shirt_yard{_FORMATS[kind]}"]
    file = done.final_file(PAIR, "yard", kind)
    if kind == "ora":
        assert zipfile.ZipFile(file).read("mimetype") == b"image/openraster"
    else:
        run_steps(done, ("step5",))
        wanted = read_image(done.final_file(PAIR, "yard")).astype(int)
        assert np.abs(read_image(file).astype(int) - wanted).mean() < (2 if kind == "jpeg" else 1e-9)


def test_quality_is_told_and_checked(done: Workspace, capsys: Capture) -> None:
    sizes = []
    for quality in ("10", "95"):
        options = ["--format", "jpeg", "--quality", quality]
        assert main(["run", "--workspace", str(done.root), "--step", "step5", *options]) == 0
        sizes.append(done.final_file(PAIR, "yard", "jpeg").stat().st_size)
    assert sizes[0] < sizes[1]
    capsys.readouterr()
    said = refused(capsys, "run", "--workspace", done.root, "--step", "step5", "--quality", 101)
    assert said == "The quality must be from 1 to 100, not 101."


def test_an_unknown_format_is_one_sentence() -> None:
    with pytest.raises(InputError, match="'bmp' is no format of pictures"):
        Settings(format="bmp")  # type: ignore[arg-type]


@pytest.mark.parametrize("profile", [DISPLAY_P3, ADOBE_RGB], ids=["p3", "adobe"])
@pytest.mark.parametrize("ending", [".png", ".tif"])
def test_the_backgrounds_depth_profile_and_resolution_are_kept(done: Workspace, profile: bytes, ending: str) -> None:
    _yard(done, Picture(_DEEP, profile, (240, 240)), ending)
    for kind in ("png", "tiff"):
        run_steps(done, ("step5",), Settings(format=kind))
        result = read_picture(done.final_file(PAIR, "yard", kind))
        assert result.profile == profile
        assert result.dpi == pytest.approx((240, 240), abs=0.02)
        np.testing.assert_array_equal(result.pixels[:, :40], _DEEP[:, :40])
        assert (result.pixels[40:60, 70:90] != _DEEP[40:60, 70:90]).all()


def test_nothing_else_of_the_background_is_told(done: Workspace) -> None:
    exif = Pillow.Exif()
    exif[0x010F] = "SecretCamera"
    exif.get_ifd(0x8825)[2] = (37.0, 33.0, 59.0)
    picture = Pillow.fromarray(read_image(done.inputs / "bg_images" / "yard.png"))
    (done.inputs / "bg_images" / "yard.png").unlink()
    picture.save(done.inputs / "bg_images" / "yard.jpg", exif=exif, comment="SecretComment", quality=95)
    (done.inputs / "backgrounds.txt").write_text("bg_images/yard.jpg bg_images/yard.txt\n")
    for kind in _FORMATS:
        run_steps(done, ("step5",), Settings(format=kind))
        data = done.final_file(PAIR, "yard", kind).read_bytes()
        assert b"Secret" not in data
        assert b"Exif" not in data


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "tiff"])
@pytest.mark.parametrize("deep", [False, True])
def test_a_finished_png_becomes_any_other_format(done: Workspace, kind: PictureFormat, deep: bool) -> None:
    """As the page does it from its history: the bytes of a run that was asked for that format."""
    _yard(done, Picture(_DEEP if deep else eight_bits(_DEEP), DISPLAY_P3, (240, 72)))
    run_steps(done, ("step5",))
    finished = read_picture(done.final_file(PAIR, "yard"))
    run_steps(done, ("step5",), Settings(format=kind, quality=80))
    assert encode(finished, kind, 80) == done.final_file(PAIR, "yard", kind).read_bytes()


@pytest.mark.parametrize(("kind", "ending"), [("png", ".png"), ("webp", ".webp"), ("tiff", ".tif"), ("jpeg", ".png")])
def test_the_figure_alone_where_it_stands(done: Workspace, kind: OutputFormat, ending: str) -> None:
    options = ["--format", kind, "--placed"]
    assert main(["run", "--workspace", str(done.root), "--step", "step5", *options]) == 0
    rgba = read_rgba(done.output / "placed" / f"ann_shirt_yard{ending}")
    assert rgba.shape == (90, 160, 4)
    rows, columns = np.flatnonzero((rgba[..., 3] > 127).any(axis=1)), np.flatnonzero((rgba[..., 3] > 127).any(axis=0))
    assert (rows[0], rows[-1]) == (pytest.approx(21, abs=1), 80)
    assert 60 < columns[0] < columns[-1] < 100
    assert (rgba[rgba[..., 3] == 0] == 0).all()


def test_a_position_that_the_page_saved_gives_the_same_picture(done: Workspace) -> None:
    """Points as the page exports them, in a batch over several backgrounds: the bytes of each placed by itself."""
    placement = Placement((81.25, 79.5), (80.125, 20.0625), (83.0, 79.0), flip=True, rotate=-12.5)
    text = format_position(placement)
    assert parse_position(text, "x") == placement
    lines, yard = "", read_image(done.inputs / "bg_images" / "yard.png")
    for number in range(3):
        name = f"yard {number}"
        write_image(done.inputs / "bg_images" / f"{name}.png", np.roll(yard, 9 * number))
        (done.inputs / "bg_images" / f"{name}.txt").write_text(text)
        lines += f"bg_images/{name}.png bg_images/{name}.txt\n"
    (done.inputs / "backgrounds.txt").write_text(lines)
    run_steps(done, ("step5",))
    for number in range(3):
        background = read_image(done.inputs / "bg_images" / f"yard {number}.png")
        alone = done.root / "alone.png"
        write_image(alone, compose(cutout(), background, placement))
        assert done.final_file(PAIR, f"yard {number}").read_bytes() == alone.read_bytes()


@pytest.mark.parametrize("kind", _FORMATS)
def test_a_disk_that_is_full_keeps_the_earlier_result(
    done: Workspace, kind: OutputFormat, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = Settings(format=kind, placed=True)
    run_steps(done, ("step5",), settings)
    before = {path: path.read_bytes() for path in done.root.rglob("*") if path.is_file()}

    class Full(io.FileIO):
        def write(self, data: object) -> int:
            super().write(memoryview(data)[:100])  # type: ignore[arg-type]
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr("vton_core.storage.os.fdopen", Full)
    with pytest.raises(StorageError, match="The disk is full"):
        run_steps(done, ("step5",), settings)
    assert {path: path.read_bytes() for path in done.root.rglob("*") if path.is_file()} == before


@pytest.mark.skipif(os.geteuid() == 0, reason="the administrator may write anywhere")
def test_a_folder_that_may_not_be_written(done: Workspace) -> None:
    placed = done.output / "placed"
    placed.mkdir()
    placed.chmod(0o555)
    with pytest.raises(StorageError, match="may not be written"):
        run_steps(done, ("step5",), Settings(placed=True))
    placed.chmod(0o755)


def test_a_background_too_wide_for_webp_is_named(done: Workspace, capsys: Capture, tmp_path: Path) -> None:
    _yard(done, Picture(np.zeros((30, 16_500, 3), np.uint8)))
    said = refused(capsys, "run", "--workspace", done.root, "--step", "step5", "--format", "webp")
    assert "A WebP file holds at most 16383 pixels a side." in said
