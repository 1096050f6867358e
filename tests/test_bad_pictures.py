"""What people put into a workspace, on the command line: the right result, or one sentence that names the picture."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np
import pytest
import skimage.data
from PIL import Image as Pillow

from tests.test_command_line import refused
from tests.workspace.conftest import done, photos
from vton_core.__main__ import main
from vton_core.images import read_image, read_rgba, write_png
from vton_core.types import Image
from vton_core.workspace import Workspace

__all__ = ["done", "photos"]

Capture = pytest.CaptureFixture[str]
_SIDE = 256


@pytest.fixture(scope="module")
def person() -> Image:
    """A real photo, made small."""
    return np.asarray(cv2.resize(skimage.data.astronaut(), (_SIDE, _SIDE), interpolation=cv2.INTER_AREA))


def _shown(workspace: Workspace, model: str) -> np.ndarray:
    return workspace.read_cutout(model).alpha > 0.5


def _iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / (a | b).sum())


def test_whatever_a_camera_or_an_editor_wrote_is_cut_out(tmp_path: Path, person: Image, capsys: Capture) -> None:
    """One run over the same person in every kind of file; the cutouts agree with the plain one's."""
    workspace = Workspace(tmp_path)
    folder = workspace.inputs / "org_img"
    folder.mkdir(parents=True)
    picture = Pillow.fromarray(person)
    turned = Pillow.Exif()
    turned[0x0112] = 6
    picture.save(folder / "plain.png")
    picture.convert("CMYK").save(folder / "cmyk.jpg", quality=95)
    picture.rotate(90, expand=True).save(folder / "rotated.jpg", quality=95, exif=turned)
    Pillow.fromarray(np.asarray(picture.convert("L")).astype(np.uint16) * 257).save(folder / "deep.png")
    picture.save(folder / "moving.gif", save_all=True, append_images=[Pillow.new("RGB", picture.size)])
    rgba = np.dstack([person, np.where(_near(person), 255, 0).astype(np.uint8)])
    Pillow.fromarray(rgba).save(folder / "transparent.webp", lossless=True)
    Pillow.fromarray(np.hstack([person, person[:, ::-1][::2, ::2].repeat(2, axis=0)])).save(folder / "two people.png")
    Pillow.fromarray(person[: _SIDE * 5 // 8]).save(folder / "half.png")

    assert main(["run", "--workspace", str(tmp_path), "--step", "step1"]) == 0
    printed = capsys.readouterr()
    assert printed.err == ""
    assert "Several people were found. The largest was kept." in printed.out
    plain = _shown(workspace, "plain")
    assert 0.2 < plain.mean() < 0.7
    for model in ("cmyk", "rotated", "deep", "moving"):
        assert _iou(_shown(workspace, model), plain) > 0.9, model
    assert _iou(_shown(workspace, "transparent"), plain) > 0.8
    assert _iou(_shown(workspace, "half"), plain[: _SIDE * 5 // 8]) > 0.85
    several = _shown(workspace, "two people")
    assert several.shape == (_SIDE, _SIDE + _SIDE // 2)
    assert several[:, :_SIDE].sum() > 10 * several[:, _SIDE:].sum()


def _near(person: Image) -> np.ndarray:
    """A generous circle around her."""
    y, x = np.mgrid[: person.shape[0], : person.shape[1]]
    return np.hypot((x - 110) / 110, (y - 150) / 145) < 1


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _png_of(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = _chunk(b"IHDR", header) + _chunk(b"IDAT", zlib.compress(b"\0" * 64)) + _chunk(b"IEND", b"")
    return b"\x89PNG\r\n\x1a\n" + data


def _jpeg() -> bytes:
    buffer = io.BytesIO()
    Pillow.fromarray(np.indices((64, 64, 3)).sum(axis=0).astype(np.uint8)).save(buffer, "JPEG")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "zoe.png is not a picture that can be read"),
        (b"%PDF-1.7\n" * 40, "zoe.png is not a picture that can be read"),
        (_jpeg()[:-200], "zoe.png is not a picture that can be read"),
        (_png_of(60_000, 400), "zoe.png is too large. Make it smaller than 20000 pixels a side"),
        (_png_of(19_000, 19_000), "zoe.png is too large"),
        (_png_of(4, 4), "zoe.png is only 4 × 4 pixels"),
        (_png_of(64, 64), "zoe.png is not a picture that can be read"),
    ],
)
@pytest.mark.parametrize("step", ["step1", "step4", "step5"])
def test_a_file_that_is_no_usable_picture(
    done: Workspace, capsys: Capture, data: bytes, sentence: str, step: str
) -> None:
    folder = done.inputs / {"step1": "org_img", "step4": "cloth", "step5": "bg_images"}[step]
    (folder / "zoe.png").write_bytes(data)
    (done.inputs / "test_pairs.txt").write_text("ann zoe\n")
    (done.inputs / "backgrounds.txt").write_text("bg_images/zoe.png bg_images/yard.txt\n")
    if step == "step1":
        (folder / "ann.png").unlink()
    before = {path: path.read_bytes() for path in done.root.rglob("*") if path.is_file()}
    assert sentence in refused(capsys, "run", "--workspace", done.root, "--step", step)
    assert {path: path.read_bytes() for path in done.root.rglob("*") if path.is_file()} == before


def test_nobody_in_the_photo_is_told_with_its_name(tmp_path: Path, capsys: Capture) -> None:
    workspace = Workspace(tmp_path)
    flat = np.full((200, 160, 3), (120, 160, 200), np.uint8)
    write_png(workspace.inputs / "org_img" / "the sea.png", flat)
    sentence = refused(capsys, "run", "--workspace", tmp_path, "--step", "step1")
    assert sentence.startswith("the sea.png: No person was found in the model photo. Use a photo")
    assert not workspace.output.exists()


@pytest.mark.parametrize(
    ("cloth", "sentence"),
    [
        (np.full((120, 100, 4), 255, np.uint8), "Nothing in the garment photo stands out"),
        (np.zeros((120, 100, 4), np.uint8), "The garment picture is empty"),
        (np.random.default_rng(3).integers(0, 256, (120, 100, 4), np.uint8) | np.uint8(1), "plain background"),
    ],
)
def test_a_garment_that_cannot_be_told_from_its_background(
    done: Workspace, capsys: Capture, cloth: np.ndarray, sentence: str
) -> None:
    cloth = cloth.copy()
    if sentence == "plain background":
        cloth[..., 3] = 255
    done.cloth_mask_file("shirt").unlink()
    write_png(done.inputs / "cloth" / "shirt.png", cloth)
    (done.inputs / "test_pairs.txt").write_text("ann shirt\n")
    assert sentence in refused(capsys, "run", "--workspace", done.root, "--step", "step4")
    assert not (done.output / "viton-hd").exists()
    assert read_rgba(done.output / "figure" / "ann_shirt.png").shape == (120, 80, 4)


@pytest.mark.parametrize("step", ["step2", "step3", "step4", "step5"])
def test_a_step_without_the_one_before_it(photos: Workspace, capsys: Capture, step: str) -> None:
    assert "Run step" in refused(capsys, "run", "--workspace", photos.root, "--step", step)


@pytest.mark.parametrize("position", ["80 80\n80 20\n", "80 80\n80 20\n80 20", "a b c", "", "1e999 0 0 0 0 9"])
def test_a_position_file_that_cannot_be_used(done: Workspace, capsys: Capture, position: str) -> None:
    (done.inputs / "bg_images" / "yard.txt").write_text(position)
    assert "bg_images/yard.txt" in refused(capsys, "run", "--workspace", done.root, "--step", "step5")


@pytest.mark.parametrize("position", ["-9e9 80 0 0 0 60", "80 80 0 0 0 9e5", "80 1e300 0 0 0 60", "80 80 0 0 0 1"])
def test_a_figure_anywhere_and_of_any_size_gives_the_background_whole(done: Workspace, position: str) -> None:
    (done.inputs / "bg_images" / "yard.txt").write_text(position)
    assert main(["run", "--workspace", str(done.root), "--step", "step5"]) == 0
    assert read_image(next((done.output / "final").iterdir())).shape == (90, 160, 3)


def test_a_figure_taller_than_any_picture(done: Workspace, capsys: Capture) -> None:
    (done.inputs / "bg_images" / "yard.txt").write_text("80 80 0 0 0 9e9")
    sentence = refused(capsys, "run", "--workspace", done.root, "--step", "step5")
    assert "The figure would be 9000000000 pixels tall." in sentence
