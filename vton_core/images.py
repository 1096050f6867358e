"""Pictures from and to files: whatever a camera or an editor wrote becomes plain RGB, or one clear sentence.

EXIF rotation is applied, colour profiles are brought to sRGB, CMYK, 16-bit, palette and grey pictures are converted, an
animation gives its first frame, transparency is laid on white. :func:`read_picture` alone keeps what belongs to the
pixels: their depth, their colour profile and their resolution.
"""

from __future__ import annotations

import io
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL.PngImagePlugin import PngInfo

from vton_core.colour import space_of
from vton_core.decoding import (
    FORMATS,
    MAX_PIXELS,
    MAX_SIDE,
    Source,
    decode,
    flat,
    flat_deep,
    load,
    to_8_bit,
    to_srgb,
    unreadable,
)
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
    return flat(decode(source))


def read_rgba(source: Source) -> NDArray[np.uint8]:
    """Read a picture with its transparency.

    Args:
        source: a path, the file's bytes, or an open file.

    Returns:
        ``uint8 (H, W, 4)``; alpha is 255 where the picture has none.

    Raises:
        ImageError: see :func:`read_image`.
    """
    return np.array(decode(source).convert("RGBA"), np.uint8)


def read_picture(source: Source) -> Picture:
    """Read a picture with what belongs to its pixels; nothing else of the file (place, time, camera) comes along.

    An RGB profile of three primaries (Display P3, Adobe RGB …) is kept, and the pixels are its codes. From another one
    (CMYK, grey, tables) the pixels are brought to sRGB, and none is kept. Transparent pixels are laid on white.

    Args:
        source: a path, the file's bytes, or an open file.

    Raises:
        ImageError: see :func:`read_image`.
    """
    picture, deep, dpi = load(source)
    profile = picture.info.get("icc_profile") or None
    if profile and not (picture.mode in ("RGB", "RGBA") and space_of(profile)):
        return Picture(flat(to_srgb(to_8_bit(picture, deep))), None, dpi)
    pixels = flat(to_8_bit(picture)) if deep is None else flat_deep(deep)
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
        raise unreadable(path.name) from error


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
        raise unreadable(path.name) from error
