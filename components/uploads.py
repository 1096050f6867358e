"""What a visitor sends: looked at once, before it is taken."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from PIL import Image as Pillow

from components.i18n import sendable
from components.inputs import UPLOAD_LIMIT_MB
from components.previews import detail, preview
from components.records import Slot, Upload
from components.visit import Visit
from vton_core.errors import ImageError, InputError
from vton_core.export.formats import encode
from vton_core.images import encode_png, read_image, read_picture, read_rgba
from vton_core.steps.body_parts import labels_of
from vton_core.storage import write_bytes
from vton_core.types import Image, Picture

__all__ = ["keep", "layer", "read", "turned"]

_SUFFIXES: Final = {
    "JPEG": ".jpg",
    "PNG": ".png",
    "WEBP": ".webp",
    "TIFF": ".tif",
    "BMP": ".bmp",
    "GIF": ".gif",
    "MPO": ".jpg",
    "AVIF": ".avif",
}
# Formats whose pixels are not worth a file without loss, and a JPEG's quality that loses next to nothing.
_LOSSY: Final = frozenset({".jpg", ".webp", ".avif"})
_QUALITY: Final = 97


def read(slot: Slot, file: Path, name: str, example: str | None) -> tuple[Upload, Image]:
    """What identifies a picture that was sent, and the picture itself, ``uint8 (H, W, 3)``.

    Args:
        slot: what it was sent for.
        file: where it lies.
        name: its own name.
        example: the sample's name, if it is one.

    Raises:
        ImageError: it is no picture, or lies outside the limits.
    """
    if file.stat().st_size > UPLOAD_LIMIT_MB * 1024 * 1024:
        raise ImageError("The file is larger than {limit} MB. Choose a smaller one.", limit=UPLOAD_LIMIT_MB)
    picture = read_image(file)
    with Pillow.open(file) as opened:
        suffix = _SUFFIXES.get(opened.format or "", ".png")
    with file.open("rb") as stream:
        digest = hashlib.file_digest(stream, "sha256").hexdigest()
    size = (picture.shape[1], picture.shape[0])
    return Upload(f"{slot}-{digest[:16]}{suffix}", sendable(name), size, digest, example), picture


def keep(visit: Visit, slot: Slot, upload: Upload, picture: Image, file: Path) -> None:
    """Keep a picture that :func:`read` has seen, and its previews, beside the visit.

    Raises:
        StorageError: the disk is full.
    """
    write_bytes(visit.root / "uploads" / upload.file, file.read_bytes())
    small = f"{slot}-{upload.digest[:16]}"
    preview(picture, visit.preview_file(f"{small}.webp"))
    if slot == "background":
        detail(picture, visit.preview_file(f"{small}-detail.jpg"))


def turned(content: bytes, suffix: str, quarters: int = 1) -> bytes:
    """A picture turned clockwise, as a file that is as lossy as its own: JPEG or PNG.

    Args:
        content: the picture's file.
        suffix: the ending of its name, which tells its format.
        quarters: by how many quarters.

    Raises:
        ImageError: it is no picture, or lies outside the limits.
    """
    # A JPEG is never transparent, and no second look at it is needed.
    rgba = None if suffix == ".jpg" else read_rgba(content)
    transparent = rgba is not None and bool(rgba[..., 3].min() < 255)
    picture = Picture(rgba) if rgba is not None and transparent else read_picture(content)
    pixels: Any = np.ascontiguousarray(np.rot90(picture.pixels, -quarters))
    dpi = picture.dpi[::-1] if picture.dpi and quarters % 2 else picture.dpi
    upright = replace(picture, pixels=pixels, dpi=dpi)
    lossy = suffix in _LOSSY and not transparent
    return encode(upright, "jpeg", _QUALITY) if lossy else encode(upright, "png")


def layer(visit: Visit, file: Path, size: tuple[int, int] | None = None, *, parts: bool = False) -> str:
    """Keep the layer that corrects a mask or body parts, under the name that is returned, beside the visit's previews.

    Args:
        visit: whose.
        file: where it lies.
        size: for a whole mask, white on black, or parts, the width and height that it must have.
        parts: it shows parts of the body in CIHP's colours.

    Raises:
        ImageError: it is no picture, or lies outside the limits.
        InputError: it has another size, or other colours.
    """
    rgba = read_rgba(file)
    if parts:
        labels_of(rgba)
    if size and (rgba.shape[1], rgba.shape[0]) != tuple(size):
        raise InputError(
            "The mask must be as large as its picture: {width} × {height} pixels.", width=size[0], height=size[1]
        )
    if size and not parts:
        rgba[..., 3] = 255
        content = encode_png(rgba)
    else:
        content = file.read_bytes()
    name = f"layer-{hashlib.sha256(content).hexdigest()[:16]}.png"
    write_bytes(visit.preview_file(name), content)
    return name
