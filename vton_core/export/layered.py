"""A composition as an OpenRaster file, whose layers can be edited in Krita, GIMP or MyPaint.

OpenRaster 0.0.5 (freedesktop.org): a zip of PNGs, ``stack.xml`` and the merged picture. Its readers blend codes, not
light (W3C, "Compositing and Blending Level 1"), so the layers are worked out anew for that.
"""

from __future__ import annotations

import io
import zipfile
from dataclasses import dataclass, replace
from typing import Final
from xml.sax.saxutils import quoteattr

import numpy as np
from numpy.typing import NDArray

from vton_core.colour import SRGB, eight_bits
from vton_core.composition.layers import Composition
from vton_core.export.archive import entry
from vton_core.images import encode_png
from vton_core.resampling import linear_to_srgb, reduced_to
from vton_core.types import Image

__all__ = ["layered"]

_ROWS: Final = 128
_THUMBNAIL: Final = 256
_SPARE: Final = 0.25
"""Of a code: what alpha may fall short of, so that a rounding error makes no pixel opaque."""
_NORMAL: Final = "svg:src-over"
_MULTIPLY: Final = "svg:multiply"


@dataclass(frozen=True)
class _Sheet:
    """A layer as its file holds it: ``uint8 (h, w, 4)`` at ``x, y``, not premultiplied."""

    name: str
    blend: str
    x: int
    y: int
    rgba: Image


def layered(composition: Composition) -> bytes:
    """An OpenRaster file's bytes; the same composition gives the same bytes.

    Everything is in sRGB with 8 bits a channel. Shadows are layers that multiply, the others cover. Blended as
    OpenRaster says, the layers give the flattened picture within two codes of 255 (three where the background is not in
    sRGB). The merged picture in the file is the flattened one itself.

    Args:
        composition: what is to be saved.
    """
    background = composition.background
    height, width = background.pixels.shape[:2]
    sheets = [sheet for sheet in map(_cropped, _sheets(composition)) if sheet is not None]
    ground = _Sheet("background", _NORMAL, 0, 0, _in_srgb(composition, background.pixels))
    merged = _in_srgb(composition, composition.flatten())
    files = {f"data/layer{number}.png": sheet for number, sheet in enumerate([ground, *sheets])}
    resolution = ' xres="{:.0f}" yres="{:.0f}"'.format(*background.dpi) if background.dpi else ""
    lines = [
        f'  <layer name={quoteattr(sheet.name)} src={quoteattr(file)} x="{sheet.x}" y="{sheet.y}" opacity="1.0" '
        f'visibility="visible" composite-op="{sheet.blend}"/>'
        for file, sheet in reversed(files.items())
    ]
    stack = "\n".join(
        [
            '<?xml version="1.0" encoding="UTF-8"?>',
            f'<image version="0.0.5" w="{width}" h="{height}"{resolution}>',
            " <stack>",
            *lines,
            " </stack>",
            "</image>",
            "",
        ]
    )
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry("mimetype"), b"image/openraster")
        archive.writestr(entry("stack.xml", packed=True), stack.encode())
        for file, sheet in files.items():
            archive.writestr(entry(file), encode_png(sheet.rgba))
        archive.writestr(entry("mergedimage.png"), encode_png(merged))
        archive.writestr(entry("Thumbnails/thumbnail.png"), encode_png(reduced_to(merged, _THUMBNAIL)))
    return buffer.getvalue()


def _in_srgb(composition: Composition, pixels: NDArray[np.uint8] | NDArray[np.uint16]) -> Image:
    """Codes of the background's space as 8-bit sRGB."""
    space = composition.background.space
    if space is SRGB:
        return eight_bits(pixels)
    strips = (pixels[row : row + _ROWS] for row in range(0, len(pixels), _ROWS))
    return np.concatenate([linear_to_srgb(space.to_light(strip)) for strip in strips])


def _sheets(composition: Composition) -> list[_Sheet]:
    """The layers, from the bottom to the top, in codes that are blended as codes."""
    sheets = []
    for layer in composition.layers:
        x0, y0, x1, y1 = layer.window
        blend = _MULTIPLY if layer.name.startswith("shadow") else _NORMAL
        sheets.append(_Sheet(layer.name, blend, x0, y0, np.zeros((y1 - y0, x1 - x0, 4), np.uint8)))
    left, top = (min((layer.window[axis] for layer in composition.layers), default=0) for axis in (0, 1))
    right, bottom = (max((layer.window[axis] for layer in composition.layers), default=0) for axis in (2, 3))
    for row in range(top, bottom, _ROWS):
        end = min(row + _ROWS, bottom)
        light = composition.background.light((left, row, right, end))
        for layer, sheet in zip(composition.layers, sheets, strict=True):
            x0, y0, x1, y1 = layer.window
            low, high = max(y0, row), min(y1, end)
            if low >= high:
                continue
            rgba = layer.rgba[low - y0 : high - y0]
            below = light[low - row : high - row, x0 - left : x1 - left]
            above = rgba[..., :3] + (1 - rgba[..., 3:]) * below
            solve = _multiplying if sheet.blend == _MULTIPLY else _covering
            sheet.rgba[low - y0 : high - y0] = solve(rgba[..., 3:], _codes(below), _codes(above))
            below[:] = above
    return sheets


def _codes(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """Light as sRGB codes in [0, 255], not rounded."""
    light = light.clip(0, 1)
    bright = 1.055 * np.maximum(light, 0.0031308) ** (1 / 2.4) - 0.055
    return np.asarray(255 * np.where(light <= 0.0031308, 12.92 * light, bright), np.float32)


def _multiplying(alpha: NDArray[np.float32], below: NDArray[np.float32], above: NDArray[np.float32]) -> Image:
    """Colours that, multiplied with what is below, give what is wanted; opaque wherever the layer is."""
    # On black any colour will do: that of a middle grey, so that the layer stays smooth.
    factor = np.where(below > 0, above / np.maximum(below, 1e-3), (1 - alpha) ** (1 / 2.4))
    shown = np.where(alpha > 0, 255, 0)
    colour = np.where(alpha > 0, np.round(255 * factor.clip(0, 1)), 0)
    return np.asarray(np.concatenate([colour, shown], axis=-1), np.uint8)


def _covering(alpha: NDArray[np.float32], below: NDArray[np.float32], above: NDArray[np.float32]) -> Image:
    """Colour and alpha that, laid over what is below, give what is wanted.

    Alpha is the layer's own, or the least with which a colour in range does it.
    """
    rise = (above - below) / np.where(above > below, np.maximum(255 - below, 1e-3), -np.maximum(below, 1e-3))
    least = np.ceil(255 * rise.max(axis=-1, keepdims=True) - _SPARE)
    shown = np.maximum(np.round(255 * alpha), least).clip(0, 255)
    colour = below + (above - below) * 255 / np.maximum(shown, 1)
    colour = np.where(shown > 0, np.round(colour.clip(0, 255)), 0)
    return np.asarray(np.concatenate([colour, shown], axis=-1), np.uint8)


def _cropped(sheet: _Sheet) -> _Sheet | None:
    """The part of a layer that shows something."""
    shown = sheet.rgba[..., 3] > 0
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if len(rows) == 0:
        return None
    part = sheet.rgba[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return replace(sheet, x=sheet.x + int(columns[0]), y=sheet.y + int(rows[0]), rgba=np.ascontiguousarray(part))
