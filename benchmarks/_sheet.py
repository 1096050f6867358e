"""Contact sheets: small pictures in rows, to look at."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from PIL import ImageDraw, ImageOps

from vton_core.types import Image

__all__ = ["on_grey", "write_sheet"]

_TILE: Final = (192, 256)
_LABEL: Final = 14
_GREY: Final = 200


def on_grey(rgb: Image, alpha: NDArray[np.float32]) -> Image:
    """Lay a picture on a flat light grey.

    Args:
        rgb: ``uint8 (H, W, 3)``, not premultiplied.
        alpha: ``float32 (H, W)`` in [0, 1].

    Returns:
        ``uint8 (H, W, 3)``.
    """
    share = alpha[..., None]
    return np.asarray(np.round(rgb * share + _GREY * (1 - share)), np.uint8)


def write_sheet(path: Path, rows: Sequence[tuple[str, Sequence[Image]]], across: int = 2) -> None:
    """Write a sheet.

    Args:
        path: a PNG file.
        rows: a label and as many pictures, ``uint8 (H, W, 3)`` of any size, as every other row has.
        across: rows that stand side by side.
    """
    width, height = _TILE[0] * len(rows[0][1]) + 8, _TILE[1] + _LABEL
    sheet = Pillow.new("RGB", (width * across, height * -(-len(rows) // across)), "white")
    draw = ImageDraw.Draw(sheet)
    for number, (label, pictures) in enumerate(rows):
        left, top = number % across * width, number // across * height
        draw.text((left + 2, top + 1), label, fill="black")
        for index, picture in enumerate(pictures):
            tile = ImageOps.pad(Pillow.fromarray(picture), _TILE, color="white")
            sheet.paste(tile, (left + index * _TILE[0], top + _LABEL))
    sheet.save(path, "PNG")
