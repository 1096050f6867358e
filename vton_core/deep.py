"""Pictures of 16 bits a channel, which Pillow would cut down to 8."""

from __future__ import annotations

import io
from typing import Any, BinaryIO, Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL.ExifTags import Base

__all__ = ["deep_pixels"]

_PNG_DEPTH: Final = 24
"""Where a PNG says its bits a channel."""
_PLANAR: Final = 284
_SEPARATE: Final = 2
_EXTRA: Final = 338
_PREMULTIPLIED: Final = 1
_WHITE_IS_HIGH: Final = (1, 2)
"""Photometric interpretations: grey, RGB."""
_FULL: Final = 65535


def deep_pixels(picture: Pillow.Image, stream: BinaryIO) -> NDArray[np.uint16] | None:
    """The colours of a PNG or TIFF of 16 bits a channel.

    Args:
        picture: the same file, as Pillow has opened it; its size was checked.
        stream: the file; it stands where it stood afterwards.

    Returns:
        ``uint16 (H, W)``, ``(H, W, 3)`` or ``(H, W, 4)`` (alpha not premultiplied), upright; ``None`` for another file.

    Raises:
        ValueError: the file is damaged.
    """
    grey = picture.mode.startswith("I")
    if not (grey or picture.mode in ("RGB", "RGBA")) or "transparency" in picture.info:
        return None
    place = stream.tell()
    stream.seek(0)
    pixels = _png(picture, stream) if picture.format == "PNG" else _tiff(picture, stream)
    stream.seek(place)
    if pixels is None:
        return None
    channels = 1 if pixels.ndim == 2 else pixels.shape[2]
    wanted = 1 if grey else len(picture.mode)
    if channels < wanted:
        raise ValueError("fewer channels than the file says")
    # A fourth channel that is no transparency is left out.
    return pixels[..., :wanted] if channels > 1 else pixels


def _png(picture: Pillow.Image, stream: BinaryIO) -> NDArray[np.uint16] | None:
    head = stream.read(_PNG_DEPTH + 1)
    return _upright(_opencv(head + stream.read()), picture) if head[_PNG_DEPTH] == 16 else None


def _tiff(picture: Any, stream: BinaryIO) -> NDArray[np.uint16] | None:
    if picture.format != "TIFF" or picture.tag_v2.get(Base.PhotometricInterpretation) not in _WHITE_IS_HIGH:
        return None
    bits, sign = picture.tag_v2.get(Base.BitsPerSample, (1,)), picture.tag_v2.get(Base.SampleFormat, (1,))
    if set(np.atleast_1d(bits)) != {16} or set(np.atleast_1d(sign)) != {1}:
        return None
    if picture.tag_v2.get(_PLANAR) == _SEPARATE:
        pixels = _upright(_planes(stream.read()), picture)
    else:
        pixels = _opencv(stream.read())
    if picture.mode == "RGBA" and _PREMULTIPLIED in np.atleast_1d(picture.tag_v2.get(_EXTRA, 0)):
        alpha = pixels[..., 3:].astype(np.uint32)
        colour = (pixels[..., :3].astype(np.uint32) * _FULL + alpha // 2) // np.maximum(alpha, 1)
        pixels = np.concatenate([colour.clip(0, _FULL).astype(np.uint16), pixels[..., 3:]], axis=2)
    return pixels


def _opencv(data: bytes) -> NDArray[np.uint16]:
    """Decoded as it is; a TIFF is turned upright, a PNG is not."""
    import cv2

    pixels = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_UNCHANGED)
    if pixels is None or pixels.dtype != np.uint16:
        raise ValueError("damaged")
    order = {3: [2, 1, 0], 4: [2, 1, 0, 3]}.get(pixels.shape[2]) if pixels.ndim == 3 else None
    return np.ascontiguousarray(pixels if order is None else pixels[..., order], np.uint16)


def _planes(data: bytes) -> NDArray[np.uint16]:
    """Each channel stored by itself, which OpenCV and Pillow mistake."""
    from tifffile import TiffFile

    with TiffFile(io.BytesIO(data)) as file:
        pixels = np.asarray(file.pages[0].asarray())
    if pixels.dtype != np.uint16 or pixels.ndim != 3:
        raise ValueError("damaged")
    return np.ascontiguousarray(pixels.transpose(1, 2, 0))


def _upright(pixels: NDArray[np.uint16], picture: Pillow.Image) -> NDArray[np.uint16]:
    """Turned as EXIF's orientation says."""
    orientation = picture.getexif().get(Base.Orientation, 1)
    if orientation in (5, 6, 7, 8):
        pixels = pixels.swapaxes(0, 1)
    if orientation in (2, 3, 6, 7):
        pixels = pixels[:, ::-1]
    if orientation in (3, 4, 7, 8):
        pixels = pixels[::-1]
    return np.ascontiguousarray(pixels)
