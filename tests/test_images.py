"""Whatever a camera or an editor wrote becomes plain RGB, or one clear sentence."""

from __future__ import annotations

import contextlib
import io
import struct
import zlib
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image as Pillow
from PIL import ImageCms

from vton_core.errors import ImageError
from vton_core.images import MAX_SIDE, encode_png, read_image, read_rgba, write_png
from vton_core.labels import PALETTE

_RAMP = np.dstack(np.broadcast_arrays(np.arange(0, 240, 4)[:, None], np.arange(0, 200, 4)[None], 90)).astype(np.uint8)


def _bytes(picture: Pillow.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, kind, **options)
    return buffer.getvalue()


@pytest.mark.parametrize(("kind", "options"), [("PNG", {}), ("WEBP", {"lossless": True}), ("TIFF", {}), ("BMP", {})])
def test_lossless_formats_come_back_exactly(kind: str, options: dict[str, object]) -> None:
    np.testing.assert_array_equal(read_image(_bytes(Pillow.fromarray(_RAMP), kind, **options)), _RAMP)


def test_a_jpeg_is_read() -> None:
    image = read_image(_bytes(Pillow.fromarray(_RAMP), "JPEG", quality=95))
    assert image.shape == _RAMP.shape
    assert np.abs(image.astype(int) - _RAMP).mean() < 3


def test_exif_rotation_is_applied() -> None:
    exif = Pillow.Exif()
    exif[0x0112] = 6
    image = read_image(_bytes(Pillow.fromarray(_RAMP), "PNG", exif=exif))
    np.testing.assert_array_equal(image, np.rot90(_RAMP, -1))


def test_cmyk_becomes_rgb() -> None:
    grey = Pillow.fromarray(np.full((20, 20, 3), 128, np.uint8)).convert("CMYK")
    image = read_image(_bytes(grey, "JPEG", quality=95))
    assert image.shape == (20, 20, 3)
    assert abs(int(image[10, 10, 0]) - 128) < 12


def test_sixteen_bits_are_scaled_not_clipped() -> None:
    deep = np.linspace(0, 65535, 400).reshape(20, 20).astype(np.uint16)
    image = read_image(_bytes(Pillow.fromarray(deep), "PNG"))
    np.testing.assert_array_equal(image[..., 0], np.round(deep / 257).astype(np.uint8))


def test_an_animation_gives_its_first_frame() -> None:
    frames = [Pillow.new("RGB", (16, 16), colour) for colour in ("red", "blue")]
    image = read_image(_bytes(frames[0], "GIF", save_all=True, append_images=frames[1:]))
    assert tuple(image[8, 8]) == (255, 0, 0)


def test_transparency_is_laid_on_white_and_kept_on_request() -> None:
    rgba = np.zeros((16, 16, 4), np.uint8)
    rgba[:, 8:] = (10, 20, 30, 255)
    data = encode_png(rgba)
    assert tuple(read_image(data)[0, 0]) == (255, 255, 255)
    assert tuple(read_image(data)[0, 12]) == (10, 20, 30)
    np.testing.assert_array_equal(read_rgba(data), rgba)


def test_a_palette_picture_with_transparency_is_laid_on_white() -> None:
    picture = Pillow.new("P", (16, 16), 1)
    picture.putpalette([0, 0, 0, 200, 0, 0])
    assert tuple(read_image(_bytes(picture, "PNG", transparency=1))[4, 4]) == (255, 255, 255)


def test_a_colour_profile_is_brought_to_srgb() -> None:
    lab_like = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    image = read_image(_bytes(Pillow.fromarray(_RAMP), "PNG", icc_profile=lab_like))
    assert image.shape == _RAMP.shape
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    np.testing.assert_array_equal(read_image(_bytes(Pillow.fromarray(_RAMP), "PNG", icc_profile=srgb)), _RAMP)


def test_a_broken_profile_is_ignored() -> None:
    image = read_image(_bytes(Pillow.fromarray(_RAMP), "PNG", icc_profile=b"not a profile"))
    np.testing.assert_array_equal(image, _RAMP)


def _png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size and holds next to nothing."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 64)) + chunk(b"IEND", b"")
    )


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "is not a picture"),
        (b"GIF89a", "is not a picture"),
        (b"<html></html>" * 50, "is not a picture"),
        (_bytes(Pillow.fromarray(_RAMP), "PNG")[:-400], "is not a picture"),
        (_bytes(Pillow.fromarray(_RAMP), "JPEG")[:300], "is not a picture"),
        (_png_header(60_000, 100), "too large"),
        (_png_header(MAX_SIDE - 1, MAX_SIDE - 1), "too large"),
        (_png_header(3, 3), "only 3 × 3 pixels"),
    ],
)
def test_what_cannot_be_used_is_one_sentence(data: bytes, sentence: str, tmp_path: Path) -> None:
    for source in (data, tmp_path / "photo.png"):
        (tmp_path / "photo.png").write_bytes(data)
        with pytest.raises(ImageError, match=sentence) as caught:
            read_image(source)
        assert "\n" not in str(caught.value)


def test_a_missing_file_is_named(tmp_path: Path) -> None:
    with pytest.raises(ImageError, match=r"lost\.png does not exist"):
        read_image(tmp_path / "lost.png")


@settings(max_examples=150, deadline=None)
@given(st.binary(max_size=300), st.integers(0, 500))
def test_damage_never_escapes_as_another_error(noise: bytes, at: int) -> None:
    data = bytearray(_bytes(Pillow.fromarray(_RAMP), "PNG"))
    data[at : at + len(noise)] = noise
    with contextlib.suppress(ImageError):
        assert read_image(bytes(data)).dtype == np.uint8


def test_a_palette_png_keeps_its_numbers(tmp_path: Path) -> None:
    labels = np.arange(400, dtype=np.uint8).reshape(20, 20) % 20
    write_png(tmp_path / "parse.png", labels, PALETTE)
    with Pillow.open(tmp_path / "parse.png") as picture:
        assert picture.mode == "P"
        np.testing.assert_array_equal(np.asarray(picture), labels)
        np.testing.assert_array_equal(np.asarray(picture.convert("RGB")), PALETTE[labels])
