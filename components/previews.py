"""Small copies of pictures for the page: at most 1600 pixels on a side, WebP, made once and kept beside the visit."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
from PIL import Image as Pillow

from vton_core.images import read_image, read_rgba
from vton_core.types import Image

__all__ = ["SIDE", "Figure", "figure_preview", "pose_preview", "preview", "thumbnail"]

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
    anchor: tuple[float, float]
    height: float
    cropped: bool


def _save(image: Pillow.Image, target: Path, side: int, quality: int = 88) -> None:
    scale = side / max(image.size)
    if scale < 1:
        size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
        image = image.resize(size, Pillow.Resampling.LANCZOS, reducing_gap=2.0)
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_suffix(".partial")
    image.save(partial, "WEBP", quality=quality, method=2)
    partial.replace(target)


def preview(picture: Image, target: Path, side: int = SIDE) -> None:
    """Write a preview of ``picture``, ``uint8 (H, W, 3)`` or ``(H, W, 4)``, to ``target``."""
    _save(Pillow.fromarray(picture), target, side)


def thumbnail(picture: Image, target: Path) -> None:
    """Write a small preview, for shelves and cards."""
    _save(Pillow.fromarray(picture), target, _THUMBNAIL_SIDE, quality=82)


def pose_preview(photo: Path, rendered: Path, target: Path, box: tuple[int, int, int, int]) -> None:
    """Write the rendered skeleton over the dimmed photo, both on the canvas, cropped to ``box`` (x0, y0, x1, y1)."""
    behind = read_image(photo)
    bones = read_image(rendered)
    dimmed = np.where(bones.max(axis=2, keepdims=True) > 24, bones, (behind * 0.55 + 100).astype(np.uint8))
    _save(Pillow.fromarray(dimmed).crop(box), target, _THUMBNAIL_SIDE * 2)


def figure_preview(figure: Path, target: Path, anchor: tuple[float, float], height: float) -> Figure:
    """Write the dressed figure's transparent preview, cropped to what is visible.

    Args:
        figure: RGBA picture at the source's resolution.
        target: where the preview goes.
        anchor: the figure's anchor point, source pixels.
        height: the figure's height, source pixels.
    """
    rgba = read_rgba(figure)
    visible = rgba[:, :, 3] > 0
    rows, columns = np.flatnonzero(visible.any(axis=1)), np.flatnonzero(visible.any(axis=0))
    x0, x1, y0, y1 = int(columns[0]), int(columns[-1]) + 1, int(rows[0]), int(rows[-1]) + 1
    preview(rgba[y0:y1, x0:x1], target)
    return Figure(
        target.name, (x0, y0), (x1 - x0, y1 - y0), anchor, height, cropped=anchor[1] > 0.985 * (rgba.shape[0] - 1)
    )
