"""Pictures from and to files: whatever a camera or an editor wrote becomes plain RGB, or one clear sentence.

EXIF rotation is applied, colour profiles are brought to sRGB, CMYK, 16-bit, palette and grey pictures are converted, an
animation gives its first frame, transparency is laid on white.
"""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageCms, ImageOps

from vton_core.errors import ImageError
from vton_core.storage import write_bytes
from vton_core.types import Image

__all__ = [
    "FORMATS",
    "MAX_PIXELS",
    "MAX_SIDE",
    "encode_png",
    "image_size",
    "read_image",
    "read_labels",
    "read_rgba",
    "write_image",
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


def read_image(source: Source) -> Image:
    """Read a picture as RGB.

    Args:
        source: a path, the file's bytes, or an open file.

    Returns:
        ``uint8 (H, W, 3)``; transparent pixels are laid on white.

    Raises:
        ImageError: not a picture, damaged, or outside the limits.
    """
    picture = _decode(source)
    if _has_alpha(picture):
        rgba = picture.convert("RGBA")
        picture = Pillow.new("RGBA", rgba.size, (255, 255, 255, 255))
        picture.alpha_composite(rgba)
    return np.array(picture.convert("RGB"), np.uint8)


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


def encode_png(array: NDArray[np.uint8], palette: NDArray[np.uint8] | None = None) -> bytes:
    """A PNG file's bytes; the same array gives the same bytes.

    Args:
        array: ``uint8 (H, W)``, ``(H, W, 3)`` or ``(H, W, 4)``.
        palette: ``uint8 (N, 3)``; makes a palette picture of an ``(H, W)`` array of its indices.
    """
    picture = Pillow.fromarray(array)
    if palette is not None:
        picture = (
            picture.convert("P") if picture.mode != "L" else Pillow.frombytes("P", picture.size, picture.tobytes())
        )
        picture.putpalette(palette.astype(np.uint8).tobytes())
    buffer = io.BytesIO()
    picture.save(buffer, "PNG", compress_level=_PNG_LEVEL)
    return buffer.getvalue()


def write_png(path: Path, array: NDArray[np.uint8], palette: NDArray[np.uint8] | None = None) -> None:
    """Write a PNG atomically; see :func:`encode_png`.

    Raises:
        StorageError: the disk is full, or the folder may not be written.
    """
    write_bytes(path, encode_png(array, palette))


def write_image(path: Path | str, array: NDArray[np.uint8]) -> None:
    """Write a picture in the format that the name's ending says: PNG, JPEG (quality 95) or WebP (lossless).

    Args:
        path: where to.
        array: ``uint8 (H, W, 3)``, or ``(H, W, 4)`` for PNG and WebP.

    Raises:
        ImageError: the ending is none of these.
        StorageError: the disk is full, or the folder may not be written.
    """
    path = Path(path)
    ending = path.suffix.lower()
    buffer = io.BytesIO()
    if ending == ".png":
        buffer.write(encode_png(array))
    elif ending in (".jpg", ".jpeg"):
        Pillow.fromarray(array[..., :3]).save(buffer, "JPEG", quality=95, subsampling=0)
    elif ending == ".webp":
        Pillow.fromarray(array).save(buffer, "WEBP", lossless=True)
    else:
        raise ImageError("{name} has an ending that is not known. Use .png, .jpg or .webp.", name=path.name)
    write_bytes(path, buffer.getvalue())


def _decode(source: Source) -> Pillow.Image:
    name = Path(source).name if isinstance(source, (str, Path)) else "The picture"
    stream = io.BytesIO(source) if isinstance(source, bytes) else source
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Pillow.open(stream, formats=FORMATS) as picture:
                _check_size(name, picture.size)
                picture.load()
                return _to_srgb(_to_8_bit(ImageOps.exif_transpose(picture)))
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


def _to_8_bit(picture: Pillow.Image) -> Pillow.Image:
    """Deeper grey pictures are scaled; Pillow would clip them."""
    if picture.mode.startswith("I;16") or picture.mode == "I":
        return Pillow.fromarray((np.asarray(picture).astype(np.int64).clip(0, 65535) / 257 + 0.5).astype(np.uint8))
    if picture.mode == "F":
        values = np.nan_to_num(np.asarray(picture, np.float64))
        top = values.max()
        return Pillow.fromarray((values.clip(0, None) * (255 if top <= 1 else 255 / top)).astype(np.uint8))
    return picture


def _to_srgb(picture: Pillow.Image) -> Pillow.Image:
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK", "L"):
        return picture
    try:
        source = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        if "sRGB" in ImageCms.getProfileDescription(source):
            return picture
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
