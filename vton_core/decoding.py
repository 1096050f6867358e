"""Picture files opened within limits, and their pixels as plain RGB."""

from __future__ import annotations

import io
import warnings
from contextlib import ExitStack
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps
from PIL.ExifTags import Base

from vton_core.colour import SRGB, eight_bits, space_of
from vton_core.deep import deep_pixels
from vton_core.errors import ImageError
from vton_core.types import Image

__all__ = [
    "FORMATS",
    "MAX_PIXELS",
    "MAX_SIDE",
    "Source",
    "decode",
    "flat",
    "flat_deep",
    "load",
    "to_8_bit",
    "to_srgb",
    "unreadable",
]

FORMATS: Final = ("JPEG", "PNG", "WEBP", "TIFF", "BMP", "GIF", "MPO", "AVIF")
MAX_SIDE: Final = 20_000
"""Longest side of a picture, in pixels."""
MAX_PIXELS: Final = 80_000_000
"""Largest area of a picture, in pixels."""
Source: TypeAlias = Path | str | bytes | BinaryIO

_MIN_SIDE: Final = 8
# EXIF's unit of a resolution that is told in dots a centimetre, and what resolutions are sensible, in dots an inch.
_CENTIMETRES: Final = 3
_DPI: Final = (1, 100_000)


def load(source: Source) -> tuple[Pillow.Image, NDArray[np.uint16] | None, tuple[float, float] | None]:
    """Read a file within the limits.

    Args:
        source: a path, the file's bytes, or an open file.

    Returns:
        The picture upright as Pillow reads it; its colours where they have 16 bits, as
        :func:`vton_core.deep.deep_pixels` gives them; and dots an inch, across and down, where it says them.

    Raises:
        ImageError: not a picture, damaged, or outside the limits.
    """
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
        raise unreadable(name) from error


def decode(source: Source) -> Pillow.Image:
    """A picture of 8 bits in sRGB, from a file; see :func:`load`."""
    picture, deep, _ = load(source)
    return to_srgb(to_8_bit(picture, deep))


def unreadable(name: str) -> ImageError:
    """The error of a file of that name that cannot be read as a picture."""
    return ImageError(
        "{name} is not a picture that can be read, or it is damaged. Choose a JPEG, PNG or WebP file.", name=name
    )


def _check_size(name: str, size: tuple[int, int]) -> None:
    width, height = size
    if max(size) > MAX_SIDE or width * height > MAX_PIXELS:
        raise _too_large(name)
    if min(size) < _MIN_SIDE:
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


def to_8_bit(picture: Pillow.Image, deep: NDArray[np.uint16] | None = None) -> Pillow.Image:
    """A picture of 8 bits a channel: deeper ones are scaled; Pillow would clip them, or cut their lower bits off."""
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


def to_srgb(picture: Pillow.Image) -> Pillow.Image:
    """A picture of 8 bits in sRGB; as it is where its colour profile is missing or broken."""
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


def flat(picture: Pillow.Image) -> Image:
    """``uint8 (H, W, 3)``, laid on white."""
    if _has_alpha(picture):
        rgba = picture.convert("RGBA")
        picture = Pillow.new("RGBA", rgba.size, (255, 255, 255, 255))
        picture.alpha_composite(rgba)
    return np.array(picture.convert("RGB"), np.uint8)


def flat_deep(deep: NDArray[np.uint16]) -> NDArray[np.uint16]:
    """``uint16 (H, W, 3)``, laid on white."""
    if deep.ndim == 2:
        return np.repeat(deep[..., None], 3, axis=2)
    if deep.shape[2] == 3:
        return deep
    colour, alpha = deep[..., :3].astype(np.uint32), deep[..., 3:].astype(np.uint32)
    return ((colour * alpha + 65535 * (65535 - alpha) + 32767) // 65535).astype(np.uint16)


def _has_alpha(picture: Pillow.Image) -> bool:
    return picture.mode in ("RGBA", "LA", "PA") or "transparency" in picture.info
