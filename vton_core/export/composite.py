"""A composition as files: the picture, or the figures alone."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from vton_core.composition.layers import Composition
from vton_core.export.formats import encode
from vton_core.export.layered import layered
from vton_core.progress import OutputFormat
from vton_core.types import Picture

__all__ = ["encode_composition", "figures_alone"]

_ROWS: Final = 128
_LEAST: Final = np.float32(1e-6)


def encode_composition(composition: Composition, kind: OutputFormat, quality: int | None = None) -> bytes:
    """The file of a composition, with its background's depth, colour profile and resolution where the format has them.

    Args:
        composition: what to write.
        kind: the format; ``ora`` keeps the layers.
        quality: see :func:`vton_core.export.formats.encode`.

    Raises:
        ImageError: the format cannot hold so large a picture.
    """
    if kind == "ora":
        return layered(composition)
    background = composition.background
    return encode(Picture(composition.flatten(), background.profile, background.dpi), kind, quality)


def figures_alone(composition: Composition) -> Picture:
    """The figures as they stand on the background, on nothing.

    Shadows, and whatever else is no figure, are left out.

    Args:
        composition: where they stand.

    Returns:
        A transparent picture of the background's size, depth, colour space and resolution; colours are not
        premultiplied.
    """
    background = composition.background
    height, depth = background.size[1], background.pixels.dtype
    full = 255 if depth == np.uint8 else 65535
    strips = []
    for top in range(0, height, _ROWS):
        light = _strip(composition, top, min(top + _ROWS, height))
        alpha = np.round(light[..., 3:] * full)
        codes = background.space.from_light(light[..., :3] / np.maximum(light[..., 3:], _LEAST), depth)
        strips.append(np.concatenate([np.where(alpha > 0, codes, 0), alpha], axis=-1).astype(depth))
    return Picture(np.concatenate(strips), background.profile, background.dpi)


def _strip(composition: Composition, top: int, bottom: int) -> NDArray[np.float32]:
    """Premultiplied light of the figures in some rows, ``float32 (h, W, 4)``."""
    light = np.zeros((bottom - top, composition.background.size[0], 4), np.float32)
    for layer in composition.layers:
        x0, y0, x1, y1 = layer.window
        low, high = max(y0, top), min(y1, bottom)
        if low < high and layer.name.startswith("figure"):
            part = light[low - top : high - top, x0:x1]
            rgba = layer.rgba[low - y0 : high - y0]
            part[:] = rgba + (1 - rgba[..., 3:]) * part
    return light
