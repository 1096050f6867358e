"""Small copies of pictures for the page: at most 1600 pixels on a side, WebP, made once and kept beside the visit."""

from __future__ import annotations

import io
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image as Pillow

from vton_core.storage import write_bytes
from vton_core.types import Cutout, Image, Point

__all__ = ["SIDE", "Figure", "figure_preview", "over", "preview", "thumbnail"]

SIDE: Final = 1600
_THUMBNAIL_SIDE: Final = 480


@dataclass(frozen=True)
class Figure:
    """The dressed figure as the placement canvas draws it, in pixels of the source photo.

    Attributes:
        preview: file name of its transparent preview, which shows the rectangle of ``origin`` and ``size``.
        origin: ``(x, y)`` of that rectangle's first pixel.
        size: ``(width, height)`` of that rectangle.
        anchor: the point that is put on the placement's position.
        height: the figure's height.
        cropped: the photo's lower border cuts the figure.
    """

    preview: str
    origin: tuple[int, int]
    size: tuple[int, int]
    anchor: Point
    height: float
    cropped: bool


def _save(image: Pillow.Image, target: Path, side: int, quality: int = 88) -> None:
    scale = side / max(image.size)
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Pillow.Resampling.LANCZOS, reducing_gap=2.0)
    stream = io.BytesIO()
    image.save(stream, "WEBP", quality=quality, method=2)
    write_bytes(target, stream.getvalue())


def preview(picture: Image, target: Path, side: int = SIDE) -> None:
    """Write a preview of ``picture``, ``uint8 (H, W, 3)`` or ``(H, W, 4)``, to ``target``."""
    _save(Pillow.fromarray(picture), target, side)


def thumbnail(picture: Image, target: Path) -> None:
    """Write a small preview, for shelves and cards."""
    _save(Pillow.fromarray(picture), target, _THUMBNAIL_SIDE, quality=82)


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
    cropped = bool(anchor[1] > 0.985 * (figure.size[1] - 1))
    point = (float(anchor[0]), float(anchor[1]))
    return Figure(target.name, (x0, y0), (x1 - x0, y1 - y0), point, float(height), cropped)
