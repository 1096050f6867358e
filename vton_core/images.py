"""Pictures from and to files: whatever a camera or an editor wrote becomes plain RGB, or one clear sentence.

EXIF rotation is applied, colour profiles are brought to sRGB, CMYK, 16-bit, palette and grey pictures are converted, an
animation gives its first frame, transparency is laid on white. :func:`read_picture` alone keeps what belongs to the
pixels: their depth, their colour profile and their resolution.
"""

from __future__ import annotations

import io
import warnings
import zlib
from collections.abc import Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps
from PIL.ExifTags import Base
from PIL.PngImagePlugin import PngInfo

from vton_core.colour import SRGB, eight_bits, space_of
from vton_core.deep import deep_pixels
from vton_core.errors import ImageError
from vton_core.storage import write_bytes
from vton_core.types import Image, Picture

__all__ = [
    "FORMATS",
    "MAX_PIXELS",
    "MAX_SIDE",
    "encode_png",
    "image_size",
    "read_image",
    "read_labels",
    "read_picture",
    "read_rgba",
    "read_texts",
    "write_png",
]

FORMATS: Final = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "MPO", "AVIF")
MAX_SIDE: Final = 20_000
"""Longest side of a picture, in pixels."""
MAX_PIXELS: Final = 80_000_000
"""Largest area of a picture, in pixels."""
MIN_SIDE: Final = 8

Source: TypeAlias = Path | str | bytes | BinaryIO
_PNG_LEVEL: Final = 3
_CENTIMETRES: Final = 3
_DPI: Final = (1, 100_000)


def read_image(source: Source) -> Image:
    """Read a picture as RGB.

    Args:
        source: a path, the file's bytes, or an open file.

    Returns:
        ``uint8 (H, W, 3)``; transparent pixels are laid on white.

    Raises:
        ImageError: not a picture, damaged, or outside the limits.
    """
    return _flat(_decode(source))


def read_rgba(source: Source) -> NDArray[np.uint8]:
    """Read a picture with its transparency.

    Args:
        source: a path, the file's bytes, or an open file.

    Returns:
        ``uint8 (H, W, 4)``; alpha is 255 where the picture has none.

    Raises:
        ImageError: see :func:`read_image`.
    """
    return np.array(_decode(source).convert("RGBA"), np.uint8)


def read_picture(source: Source) -> Picture:
    """Read a picture with what belongs to its pixels; nothing else of the file (place, time, camera) comes along.

    An RGB profile of three primaries (Display P3, Adobe RGB …) is kept, and the pixels are its codes. From another one
    (CMYK, grey, tables) the pixels are brought to sRGB, and none is kept. Transparent pixels are laid on white.

    Args:
        source: a path, the file's bytes, or an open file.

    Raises:
        ImageError: see :func:`read_image`.
    """
    picture, deep, dpi = _load(source)
    profile = picture.info.get("icc_profile") or None
    if profile and not (picture.mode in ("RGB", "RGBA") and space_of(profile)):
        return Picture(_flat(_to_srgb(_to_8_bit(picture, deep))), None, dpi)
    pixels = _flat(_to_8_bit(picture)) if deep is None else _flat_deep(deep)
    return Picture(pixels, profile, dpi)


def image_size(path: Path) -> tuple[int, int]:
    """Width and height that a picture's header says, in the file's own orientation.

    Raises:
        ImageError: not a picture.
    """
    try:
        with Pillow.open(path, formats=FORMATS) as picture:
            width, height = picture.size
            return width, height
    except Exception as error:
        raise _unreadable(path.name) from error


def read_labels(path: Path, palette: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Read a map of labels: by its colours where all are the palette's, else by its pixel values.

    Args:
        path: the picture.
        palette: ``uint8 (N, 3)``, a colour a label.

    Returns:
        ``uint8 (H, W)``.

    Raises:
        ImageError: see :func:`read_image`.
    """
    rgb = read_image(path).astype(np.uint32)
    code = rgb[..., 0] << 16 | rgb[..., 1] << 8 | rgb[..., 2]
    colours = palette.astype(np.uint32) @ np.array([1 << 16, 1 << 8, 1], np.uint32)
    order = np.argsort(colours)
    place = np.searchsorted(colours[order], code).clip(0, len(colours) - 1)
    labels = order[place]
    if (colours[labels] == code).all():
        return np.asarray(labels, np.uint8)
    with Pillow.open(path, formats=FORMATS) as picture:
        return np.array(picture if picture.mode in ("P", "L") else picture.convert("L"), np.uint8)


def encode_png(
    array: NDArray[np.uint8], palette: NDArray[np.uint8] | None = None, texts: Mapping[str, str] | None = None
) -> bytes:
    """A PNG file's bytes; the same arguments give the same bytes.

    Args:
        array: ``uint8 (H, W)``, ``(H, W, 3)`` or ``(H, W, 4)``.
        palette: ``uint8 (N, 3)``; makes a palette picture of an ``(H, W)`` array of its indices.
        texts: what else the file says, by keyword (PNG's ``tEXt``); Latin letters.
    """
    picture = Pillow.fromarray(array)
    if palette is not None:
        picture = (
            picture.convert("P") if picture.mode != "L" else Pillow.frombytes("P", picture.size, picture.tobytes())
        )
        picture.putpalette(palette.astype(np.uint8).tobytes())
    buffer = io.BytesIO()
    said = PngInfo()
    for keyword, text in (texts or {}).items():
        said.add_text(keyword, text)
    # Runs alone are looked for: on filtered pictures that is a third faster, and hardly larger.
    picture.save(buffer, "PNG", compress_level=_PNG_LEVEL, compress_type=zlib.Z_RLE, pnginfo=said)
    return buffer.getvalue()


def write_png(
    path: Path,
    array: NDArray[np.uint8],
    palette: NDArray[np.uint8] | None = None,
    texts: Mapping[str, str] | None = None,
) -> None:
    """Write a PNG atomically; see :func:`encode_png`.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    write_bytes(path, encode_png(array, palette, texts))


def read_texts(path: Path) -> dict[str, str]:
    """What a picture's file says beside its pixels, by keyword; see :func:`encode_png`.

    Raises:
        ImageError: not a picture, or damaged.
    """
    try:
        with Pillow.open(path, formats=FORMATS) as picture:
            return {str(keyword): text for keyword, text in picture.info.items() if isinstance(text, str)}
    except Exception as error:
        raise _unreadable(path.name) from error


def _decode(source: Source) -> Pillow.Image:
    """A picture of 8 bits in sRGB."""
    picture, deep, _ = _load(source)
    return _to_srgb(_to_8_bit(picture, deep))


def _load(source: Source) -> tuple[Pillow.Image, NDArray[np.uint16] | None, tuple[float, float] | None]:
    """The picture upright as Pillow reads it, its colours in 16 bits where it has them, and its resolution."""
    name = Path(source).name if isinstance(source, (str, Path)) else "The picture"
    try:
        with warnings.catch_warnings(), ExitStack() as opened:
            warnings.simplefilter("ignore")
            if isinstance(source, bytes):
                stream: BinaryIO = io.BytesIO(source)
            else:
                stream = opened.enter_context(Path(source).open("rb")) if isinstance(source, (str, Path)) else source
            picture = opened.enter_context(Pillow.open(stream, formats=FORMATS))
            _check_size(name, picture.size)
            deep, dpi = deep_pixels(picture, stream), _resolution(picture)
            picture.load()
            return ImageOps.exif_transpose(picture), deep, dpi
    except ImageError:
        raise
    except FileNotFoundError:
        raise ImageError("{name} does not exist.", name=name) from None
    except Pillow.DecompressionBombError:
        raise _too_large(name) from None
    except Exception as error:
        # Decoders raise almost anything on damaged files (OSError, SyntaxError, ValueError, struct.error …).
        raise _unreadable(name) from error


def _unreadable(name: str) -> ImageError:
    return ImageError(
        "{name} is not a picture that can be read, or it is damaged. Choose a JPEG, PNG or WebP file.", name=name
    )


def _check_size(name: str, size: tuple[int, int]) -> None:
    width, height = size
    if max(size) > MAX_SIDE or width * height > MAX_PIXELS:
        raise _too_large(name)
    if min(size) < MIN_SIDE:
        raise ImageError(
            "{name} is only {width} × {height} pixels. Choose a larger picture.", name=name, width=width, height=height
        )


def _too_large(name: str) -> ImageError:
    return ImageError(
        "{name} is too large. Make it smaller than {side} pixels a side and {area} megapixels in all.",
        name=name,
        side=MAX_SIDE,
        area=MAX_PIXELS // 1_000_000,
    )


def _to_8_bit(picture: Pillow.Image, deep: NDArray[np.uint16] | None = None) -> Pillow.Image:
    """Deeper pictures are scaled; Pillow would clip them, or cut their lower bits off."""
    if deep is not None:
        scaled = Pillow.fromarray(eight_bits(deep))
        scaled.info = picture.info
        return scaled
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return Pillow.fromarray((np.asarray(picture).astype(np.int64).clip(0, 65535) / 257 + 0.5).astype(np.uint8))
    if picture.mode == "F":
        values = np.nan_to_num(np.asarray(picture, np.float64))
        top = values.max()
        return Pillow.fromarray((values.clip(0, None) * (255 if top <= 1 else 255 / top)).astype(np.uint8))
    return picture


def _to_srgb(picture: Pillow.Image) -> Pillow.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK", "L") or space_of(profile) is SRGB:
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        alpha = picture.getchannel("A") if picture.mode == "RGBA" else None
        base = picture.convert("RGB") if alpha is not None else picture
        converted = ImageCms.profileToProfile(base, source, ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, TypeError, ValueError):
        # A broken profile is no reason to refuse the picture.
        return picture
    if converted is None:
        return picture
    if alpha is not None:
        converted.putalpha(alpha)
    return converted


def _has_alpha(picture: Pillow.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info


def _flat(picture: Pillow.Image) -> Image:
    """``uint8 (H, W, 3)``, laid on white."""
    if _has_alpha(picture):
        rgba = picture.convert("RGBA")
        picture = Pillow.new("RGBA", rgba.size, (255, 255, 255, 255))
        picture.alpha_composite(rgba)
    return np.array(picture.convert("RGB"), np.uint8)


def _flat_deep(deep: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """``uint16 (H, W, 3)``, laid on white."""
    if deep.ndim == 2:
        return np.repeat(deep[..., None], 3, axis=2)
    if deep.shape[2] == 3:
        return deep
    colour, alpha = deep[..., :3].astype(np.uint32), deep[..., 3:].astype(np.uint32)
    return ((colour * alpha + 65535 * (65535 - alpha) + 32767) // 65535).astype(np.uint16)


def _resolution(picture: Pillow.Image) -> tuple[float, float] | None:
    """Dots an inch, across and down the upright picture, if the file says something sensible."""
    exif = picture.getexif()
    told = picture.info.get("dpi")
    inch = 2.54 if not told and exif.get(Base.ResolutionUnit) == _CENTIMETRES else 1.0
    try:
        # A PNG counts whole pixels a metre: 300 dpi come back as 299.9994.
        across, down = (round(float(v) * inch, 2) for v in told or (exif[Base.XResolution], exif[Base.YResolution]))
    except (KeyError, TypeError, ValueError, ArithmeticError):
        return None
    if not all(_DPI[0] <= value <= _DPI[1] for value in (across, down)):
        return None
    return (down, across) if exif.get(Base.Orientation) in (5, 6, 7, 8) else (across, down)
