"""Small copies of pictures for the page: at most 1600 pixels on a side, WebP, made once and kept beside the visit."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from vton_core.composition.geometry import is_cropped
from vton_core.storage import write_bytes
from vton_core.types import Cutout, Image, Point

__all__ = ["SIDE", "Figure", "detail", "figure_preview", "over", "preview", "thumbnail"]

SIDE: Final = 1600
_DETAIL_SIDE: Final = 4096
_THUMBNAIL_SIDE: Final = 480
_NEARLY_WHOLE: Final = 0.75


@dataclass(frozen=True)
class Figure:
    """The dressed figure as the placement canvas draws it, in pixels of the source photo.

    Attributes:
        preview: file name of its transparent preview, which shows the rectangle of ``origin`` and ``size``.
        origin: ``(x, y)`` of that rectangle's first pixel.
        size: ``(width, height)`` of that rectangle.
        anchor: the point that is put on the placement's position.
        height: the figure's height.
        cropped: the photo's lower border cuts the figure, so that it casts no shadow where it ends.
    """

    preview: str
    origin: tuple[int, int]
    size: tuple[int, int]
    anchor: Point
    height: float
    cropped: bool


def _save(picture: NDArray[np.uint8], target: Path, side: int, quality: int = 88) -> None:
    stream = io.BytesIO()
    # The quickest method: a visitor waits for every preview, and the files, a third larger, stay on this computer.
    Pillow.fromarray(_shrunk(picture, side)).save(stream, "WEBP", quality=quality, method=0)
    write_bytes(target, stream.getvalue())


def _shrunk(picture: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """``picture``, its longer side at most ``side``; transparent pixels do not bleed into those that show."""
    height, width = picture.shape[:2]
    scale = side / max(width, height)
    if scale >= 1:
        return picture
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    if picture.shape[2] == 4:
        small = Pillow.fromarray(picture).resize(size, Pillow.Resampling.LANCZOS, reducing_gap=2.0)
        return np.asarray(small, np.uint8)
    import cv2

    # Averaging areas blurs a picture that hardly shrinks; the cubic kernel aliases one that shrinks much.
    kernel = cv2.INTER_CUBIC if scale > _NEARLY_WHOLE else cv2.INTER_AREA
    return np.asarray(cv2.resize(picture, size, interpolation=kernel), np.uint8)


def preview(picture: Image, target: Path, side: int = SIDE) -> None:
    """Write a preview of ``picture``, ``uint8 (H, W, 3)`` or ``(H, W, 4)``, to ``target``."""
    _save(picture, target, side)


def detail(picture: Image, target: Path) -> None:
    """Write a larger copy of a picture for a closer look, at most 4096 pixels on a side; none where a preview shows it
    all. JPEG: a twelve-megapixel WebP takes a second, and this is only looked at."""
    if max(picture.shape[:2]) <= SIDE:
        return
    stream = io.BytesIO()
    Pillow.fromarray(_shrunk(picture, _DETAIL_SIDE)).save(stream, "JPEG", quality=90, subsampling=0)
    write_bytes(target, stream.getvalue())


def thumbnail(picture: Image, target: Path) -> None:
    """Write a small preview, for shelves and cards."""
    _save(picture, target, _THUMBNAIL_SIDE, quality=82)


def over(bones: Image, photo: Image) -> Image:
    """A skeleton drawn on black, ``uint8 (H, W, 3)``, laid over a paler ``photo`` of the same size."""
    pale = (photo * np.float32(0.55) + np.float32(110)).astype(np.uint8)
    return np.where(bones.max(axis=2, keepdims=True) > 24, bones, pale)


def figure_preview(figure: Cutout, target: Path, anchor: Point, height: float) -> Figure:
    """Write the dressed figure's transparent preview, cropped to what is visible.

    Args:
        figure: at the source's resolution.
        target: where the preview goes.
        anchor: the figure's anchor point, source pixels.
        height: the figure's height, source pixels.
    """
    visible = figure.alpha > 0
    rows, columns = np.flatnonzero(visible.any(axis=1)), np.flatnonzero(visible.any(axis=0))
    x0, x1, y0, y1 = int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1
    alpha = np.round(figure.alpha[y0:y1, x0:x1] * 255).astype(np.uint8)
    preview(np.dstack([figure.rgb[y0:y1, x0:x1], alpha]), target)
    point = (float(anchor[0]), float(anchor[1]))
    return Figure(target.name, (x0, y0), (x1 - x0, y1 - y0), point, float(height), is_cropped(figure.alpha))
