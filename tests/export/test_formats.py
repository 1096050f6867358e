"""Picture files that leave the program: what they keep, and what they do not tell."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image as Pillow
from PIL.ExifTags import Base

from tests.export.profiles import ADOBE_RGB, DISPLAY_P3
from vton_core.errors import ImageError, StorageError
from vton_core.export.formats import encode, write_image
from vton_core.images import encode_png, read_image, read_picture, read_rgba
from vton_core.types import Picture

_RAMP = np.dstack(np.broadcast_arrays(np.arange(0, 240, 4)[:, None], np.arange(0, 200, 4)[None], 90)).astype(np.uint8)
_DEEP = np.random.default_rng(1).integers(0, 65536, (30, 40, 3)).astype(np.uint16)
_KINDS = ["png", "jpeg", "webp", "tiff"]


@pytest.mark.parametrize("kind", _KINDS)
@pytest.mark.parametrize("profile", [None, DISPLAY_P3, ADOBE_RGB], ids=["srgb", "p3", "adobe"])
def test_profile_and_resolution_come_back(kind: str, profile: bytes | None) -> None:
    written = read_picture(encode(Picture(_RAMP, profile, (300, 240)), kind))
    assert written.profile == profile
    assert written.dpi == pytest.approx((300, 240), abs=0.02)
    if kind == "jpeg":
        assert np.abs(written.pixels.astype(int) - _RAMP).mean() < 1
    else:
        np.testing.assert_array_equal(written.pixels, _RAMP)


@pytest.mark.parametrize("kind", _KINDS)
def test_the_same_bytes_again(kind: str) -> None:
    for pixels in (_RAMP, _DEEP):
        picture = Picture(pixels, DISPLAY_P3, (72, 72))
        assert encode(picture, kind) == encode(picture, kind)


@pytest.mark.parametrize("kind", ["png", "tiff"])
@pytest.mark.parametrize("channels", [3, 4])
def test_sixteen_bits_are_kept(kind: str, channels: int) -> None:
    deep = np.random.default_rng(2).integers(0, 65536, (30, 40, channels)).astype(np.uint16)
    deep[..., 3:] = 65535
    picture = read_picture(encode(Picture(deep, DISPLAY_P3, (300, 300)), kind))
    assert picture.pixels.dtype == np.uint16
    np.testing.assert_array_equal(picture.pixels, deep[..., :3])
    assert picture.profile == DISPLAY_P3


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_formats_of_eight_bits_round(kind: str) -> None:
    flat = np.full((16, 16, 3), 300 * 257 // 2, np.uint16)
    assert np.abs(read_image(encode(Picture(flat), kind)).astype(int) - 150).max() <= 1


@pytest.mark.parametrize("kind", ["png", "webp", "tiff"])
def test_transparency_is_kept(kind: str) -> None:
    rgba = np.random.default_rng(4).integers(0, 256, (20, 20, 4)).astype(np.uint8)
    np.testing.assert_array_equal(read_rgba(encode(Picture(rgba), kind)), rgba)


def test_a_jpeg_lays_transparency_on_white() -> None:
    rgba = np.zeros((32, 32, 4), np.uint8)
    rgba[:, 16:, 3] = 255
    flat = read_image(encode(Picture(rgba), "jpeg"))
    assert flat[:, :8].min() > 250
    assert flat[:, 24:].max() < 5


@pytest.mark.parametrize("kind", ["jpeg", "webp"])
def test_quality_is_paid_in_bytes(kind: str) -> None:
    noise = Picture(np.random.default_rng(5).integers(0, 256, (64, 64, 3)).astype(np.uint8))
    sizes = [len(encode(noise, kind, quality)) for quality in (20, 60, 95)]
    assert sizes == sorted(sizes)
    assert len(encode(noise, kind)) >= sizes[-1]


def test_a_plain_png_is_the_contracts() -> None:
    assert encode(Picture(_RAMP), "png") == encode_png(_RAMP)


@pytest.mark.parametrize("kind", _KINDS)
def test_nothing_else_of_a_photo_is_told(kind: str, tmp_path: Path) -> None:
    """Place, camera, time and comments stay behind; the turn that EXIF asks for has been made."""
    exif = Pillow.Exif()
    exif[Base.Orientation], exif[Base.Make], exif[Base.XResolution], exif[Base.YResolution] = 6, "SecretCamera", 300, 72
    exif.get_ifd(0x8825)[2] = (37.0, 33.0, 59.0)
    Pillow.fromarray(_RAMP).save(
        tmp_path / "photo.jpg", exif=exif, comment="SecretComment", xmp=b"<x>SecretPlace</x>", dpi=(300, 72)
    )
    picture = read_picture(tmp_path / "photo.jpg")
    assert picture.pixels.shape == (*_RAMP.shape[1::-1], 3)
    assert picture.dpi == (72, 300)
    data = encode(picture, kind)
    assert b"Secret" not in data
    with Pillow.open(io.BytesIO(data)) as written:
        told = written.getexif()
        assert not told.get_ifd(0x8825)
        assert told.get(Base.Orientation, 1) == 1
        assert not {"comment", "xmp"} & written.info.keys()


def test_a_webp_has_a_largest_side() -> None:
    with pytest.raises(ImageError, match="at most 16383 pixels a side"):
        encode(Picture(np.zeros((8, 16_384, 3), np.uint8)), "webp")


def test_endings_choose_the_format(tmp_path: Path) -> None:
    for ending, kind in ((".png", "PNG"), (".JPEG", "JPEG"), (".jpg", "JPEG"), (".webp", "WEBP"), (".tiff", "TIFF")):
        write_image(tmp_path / f"a{ending}", _RAMP)
        with Pillow.open(tmp_path / f"a{ending}") as picture:
            assert picture.format == kind
    for lossless in (".png", ".webp", ".tif"):
        write_image(tmp_path / f"b{lossless}", _RAMP)
        np.testing.assert_array_equal(read_image(tmp_path / f"b{lossless}"), _RAMP)
    with pytest.raises(ImageError, match=r"a\.xyz has an ending"):
        write_image(tmp_path / "a.xyz", _RAMP)


def test_a_place_that_takes_no_file(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(StorageError):
        write_image(tmp_path / "file" / "a.jpg", _RAMP)


def _tiff(pixels: np.ndarray, **options: object) -> bytes:
    buffer = io.BytesIO()
    tifffile.imwrite(buffer, pixels, metadata=None, **{"photometric": "rgb", **options})
    return buffer.getvalue()


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("kind", ["png", "tiff", "planes"])
def test_deep_pictures_are_turned_upright(orientation: int, kind: str) -> None:
    exif = Pillow.Exif()
    exif[Base.Orientation] = orientation
    turn = [(274, 3, 1, orientation, True)]
    if kind == "planes":
        data = _tiff(_DEEP.transpose(2, 0, 1).copy(), planarconfig="separate", extratags=turn)
    elif kind == "tiff":
        data = _tiff(_DEEP, extratags=turn)
    else:
        plain = encode(Picture(_DEEP), "png")
        stored = io.BytesIO()
        Pillow.fromarray(_RAMP).save(stored, "PNG", exif=exif)
        at = stored.getvalue().index(b"eXIf") - 4
        size = int.from_bytes(stored.getvalue()[at : at + 4], "big") + 12
        data = plain[:33] + stored.getvalue()[at : at + size] + plain[33:]
    transpose = {
        1: lambda a: a,
        2: lambda a: a[:, ::-1],
        3: lambda a: a[::-1, ::-1],
        4: lambda a: a[::-1],
        5: lambda a: a.swapaxes(0, 1),
        6: lambda a: np.rot90(a, -1),
        7: lambda a: a[::-1, ::-1].swapaxes(0, 1),
        8: lambda a: np.rot90(a),
    }[orientation]
    np.testing.assert_array_equal(read_picture(data).pixels, transpose(_DEEP))


@pytest.mark.parametrize(
    "options",
    [{"byteorder": ">"}, {"bigtiff": True}, {"tile": (16, 16)}, {"compression": "zlib", "predictor": True}],
    ids=str,
)
def test_deep_tiffs_of_every_make(options: dict[str, object]) -> None:
    np.testing.assert_array_equal(read_picture(_tiff(_DEEP, **options)).pixels, _DEEP)


def test_deep_grey_stays_deep() -> None:
    for data in (_tiff(_DEEP[..., 0], photometric="minisblack"), _grey_png()):
        np.testing.assert_array_equal(read_picture(data).pixels, np.repeat(_DEEP[..., :1], 3, axis=2))


def _grey_png() -> bytes:
    buffer = io.BytesIO()
    Pillow.fromarray(_DEEP[..., 0]).save(buffer, "PNG")
    return buffer.getvalue()


@pytest.mark.parametrize("kind", ["unassalpha", "assocalpha", "unspecified"])
def test_deep_transparency_is_laid_on_white(kind: str) -> None:
    rgba = np.zeros((20, 20, 4), np.uint16)
    rgba[..., :3] = 30_000
    rgba[:10, :, 3] = 65535
    if kind == "assocalpha":
        rgba[10:, :, :3] = 0
    pixels = read_picture(_tiff(rgba, extrasamples=[kind])).pixels
    assert (pixels[:10] == 30_000).all()
    assert (pixels[10:] == (30_000 if kind == "unspecified" else 65535)).all()


def test_deep_pictures_are_rounded_for_the_other_steps() -> None:
    for kind in ("png", "tiff"):
        eight = read_image(encode(Picture(_DEEP), kind))
        np.testing.assert_array_equal(eight, np.round(_DEEP / 257).astype(np.uint8))


@pytest.mark.parametrize("kind", ["png", "tiff"])
def test_a_damaged_deep_picture_is_one_sentence(kind: str) -> None:
    data = encode(Picture(_DEEP), kind)
    for end in (60, len(data) // 2):
        with pytest.raises(ImageError, match="is not a picture that can be read"):
            read_picture(data[:end] if kind == "png" else data[:-end])


def test_profiles_that_are_not_kept_are_brought_to_srgb() -> None:
    cmyk = Pillow.fromarray(_RAMP).convert("CMYK")
    buffer = io.BytesIO()
    cmyk.save(buffer, "JPEG", quality=95, icc_profile=DISPLAY_P3)
    picture = read_picture(buffer.getvalue())
    assert picture.profile is None
    np.testing.assert_array_equal(picture.pixels, read_image(buffer.getvalue()))


@pytest.mark.parametrize("dpi", [(0, 0), (300, 0), (1e6, 1e6)])
def test_a_senseless_resolution_is_none(dpi: tuple[float, float]) -> None:
    assert read_picture(encode(Picture(_RAMP, None, dpi), "png")).dpi is None
