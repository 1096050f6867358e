"""Picture files, with colour profile and resolution, and with nothing else that the photos' files said."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL.ExifTags import Base

from vton_core.colour import eight_bits
from vton_core.errors import ImageError
from vton_core.images import encode_png
from vton_core.progress import PictureFormat
from vton_core.storage import write_bytes
from vton_core.types import Picture

__all__ = ["encode", "write_image"]

_KNOWN: Final[Mapping[str, PictureFormat]] = {
    ".png": "png",
    ".jpg": "jpeg",
    ".jpeg": "jpeg",
    ".webp": "webp",
    ".tif": "tiff",
    ".tiff": "tiff",
}
_JPEG_QUALITY: Final = 95
_FINE: Final = 90
"""From this quality on a JPEG keeps its colours at full resolution."""
_WEBP_SIDE: Final = 16_383
_PNG_LEVEL: Final = 3
_INCH: Final = 0.0254
_HEADER: Final = 33
"""Bytes of a PNG up to the end of its IHDR chunk."""


def encode(picture: Picture, kind: PictureFormat, quality: int | None = None) -> bytes:
    """A picture file's bytes; the same picture gives the same bytes.

    PNG and TIFF keep 16 bits a channel, JPEG and WebP round to 8. Transparency is kept but in a JPEG, which lays it on
    white.

    Args:
        picture: colours, profile and resolution.
        kind: the format.
        quality: from 1 to 100, of JPEG (95 if ``None``) and WebP (without loss if ``None``).

    Raises:
        ImageError: the format cannot hold so large a picture.
    """
    match kind:
        case "png":
            return _png(picture)
        case "jpeg":
            return _jpeg(picture, quality or _JPEG_QUALITY)
        case "webp":
            return _webp(picture, quality)
        case "tiff":
            return _tiff(picture)


def write_image(path: Path | str, picture: Picture | NDArray[np.uint8], quality: int | None = None) -> None:
    """Write a picture in the format that the name's ending says: PNG, JPEG, WebP or TIFF; see :func:`encode`.

    Args:
        path: where to.
        picture: with profile and resolution, or ``uint8 (H, W, 3)`` or ``(H, W, 4)`` of sRGB.
        quality: from 1 to 100, of JPEG (95 if ``None``) and WebP (without loss if ``None``).

    Raises:
        ImageError: the ending is none of these, or the format cannot hold so large a picture.
        StorageError: the disk is full, or the folder may not be written.
    """
    path = Path(path)
    kind = _KNOWN.get(path.suffix.lower())
    if kind is None:
        raise ImageError("{name} has an ending that is not known. Use .png, .jpg, .webp or .tif.", name=path.name)
    write_bytes(path, encode(picture if isinstance(picture, Picture) else Picture(picture), kind, quality))


def _png(picture: Picture) -> bytes:
    pixels = picture.pixels
    if pixels.dtype == np.uint8:
        plain = encode_png(pixels.astype(np.uint8, copy=False))
    else:
        import cv2

        order = [2, 1, 0, 3][: pixels.shape[2]]
        plain = cv2.imencode(".png", pixels[..., order], [cv2.IMWRITE_PNG_COMPRESSION, _PNG_LEVEL])[1].tobytes()
    told = b""
    if picture.profile:
        told += _chunk(b"iCCP", b"ICC profile\0\0" + zlib.compress(picture.profile, 9))
    if picture.dpi:
        told += _chunk(b"pHYs", struct.pack(">IIB", *(round(value / _INCH) for value in picture.dpi), 1))
    return plain[:_HEADER] + told + plain[_HEADER:]


def _chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def _jpeg(picture: Picture, quality: int) -> bytes:
    pixels = eight_bits(picture.pixels)
    if pixels.shape[2] == 4:
        alpha = pixels[..., 3:].astype(np.uint32)
        pixels = ((pixels[..., :3] * alpha + 255 * (255 - alpha) + 127) // 255).astype(np.uint8)
    # 4:4:4 keeps the edges of the figure free of colour fringes; 2 is 4:2:0.
    options: dict[str, Any] = {"quality": quality, "subsampling": 0 if quality >= _FINE else 2, "optimize": True}
    return _saved(pixels, "JPEG", picture, **options, **({"dpi": picture.dpi} if picture.dpi else {}))


def _webp(picture: Picture, quality: int | None) -> bytes:
    if max(picture.size) > _WEBP_SIDE:
        raise ImageError(
            "A WebP file holds at most {side} pixels a side. Choose PNG, JPEG or TIFF for this picture.",
            side=_WEBP_SIDE,
        )
    options: dict[str, Any] = {"lossless": True, "exact": True} if quality is None else {"quality": quality}
    if picture.dpi:
        # WebP has no field of its own for it.
        told = Pillow.Exif()
        told[Base.XResolution], told[Base.YResolution], told[Base.ResolutionUnit] = *picture.dpi, 2
        options["exif"] = told.tobytes()
    return _saved(eight_bits(picture.pixels), "WEBP", picture, **options)


def _saved(pixels: NDArray[np.uint8], kind: str, picture: Picture, **options: Any) -> bytes:
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, kind, icc_profile=picture.profile, **options)
    return buffer.getvalue()


def _tiff(picture: Picture) -> bytes:
    import tifffile

    buffer = io.BytesIO()
    tifffile.imwrite(
        buffer,
        picture.pixels,
        photometric="rgb",
        extrasamples=["unassalpha"] if picture.pixels.shape[2] == 4 else None,
        compression="adobe_deflate",
        predictor=True,
        iccprofile=picture.profile,
        resolution=picture.dpi,
        resolutionunit="inch" if picture.dpi else "none",
        software="",
        metadata=None,
    )
    return buffer.getvalue()
