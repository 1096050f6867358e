"""A lower garment's pieces on the body, each warped on its own."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.garment.lace import premultiplied
from vton_core.garment.lower.fit import Hang
from vton_core.garment.lower.landmarks import LowerLandmarks
from vton_core.garment.lower.piece import Piece
from vton_core.garment.shapes import disc
from vton_core.garment.sheet import Sheet
from vton_core.garment.tps import ThinPlate
from vton_core.masks import dilated
from vton_core.planes import repeated
from vton_core.types import Garment

__all__ = ["drape_lower", "piece_source"]

_Float = NDArray[np.float32]
# Farther out than any pixel.
_FAR: Final = 10_000.0
# How far a piece may reach beyond its seams, in shoulder distances: frills, and the curve between two landmarks.
_MARGIN: Final = 0.07
# How far the left half reaches under the right one, in garment pixels.
_UNDER: Final = 1.5


def piece_source(piece: Piece, shape: tuple[int, int]) -> _Float:
    """Where each pixel of the working picture lies in the garment.

    Args:
        piece: point pairs.
        shape: height and width of the working picture.

    Returns:
        ``float32 (H, W, 2)`` garment pixels, as ``cv2.remap`` takes them.
    """
    return ThinPlate(piece.body, piece.garment, stiffness=1e-4).grid(shape[1], shape[0])


def drape_lower(
    garment: Garment, marks: LowerLandmarks, hang: Hang, unit: float, shape: tuple[int, int]
) -> tuple[Sheet, ...]:
    """Lay a lower garment's pieces on the body.

    Args:
        garment: the shop photo.
        marks: its landmarks.
        hang: point pairs of its pieces.
        unit: distance of the shoulder joints.
        shape: height and width of the working picture.

    Returns:
        A sheet for each piece.
    """
    colour = premultiplied(garment)
    sheets = []
    for side, piece in enumerate(hang.pieces):
        picture = colour
        if marks.inner is not None:
            picture = colour * repeated(_half(marks, side, garment.alpha.shape), 4)
        source = piece_source(piece, shape)
        drawn = cv2.remap(picture, source[..., 0], source[..., 1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
        sheets.append(Sheet(np.asarray(drawn, np.float32)).times(_domain(piece, unit, shape)))
    return tuple(sheets)


def _half(marks: LowerLandmarks, side: int, shape: tuple[int, ...]) -> _Float:
    """How much of each garment pixel belongs to one half, ``float32 (H, W)``."""
    assert marks.inner is not None
    sign = 1.0 if side else -1.0
    inner = marks.inner[side] - np.array([sign * _UNDER, 0], np.float32)
    top = np.array([[marks.waist[0] - sign * _UNDER, -_FAR]], np.float32)
    waist = (marks.waist - np.array([sign * _UNDER, 0], np.float32))[None]
    end = np.array([[inner[-1, 0], _FAR]], np.float32)
    outside = np.array([[sign * _FAR, _FAR], [sign * _FAR, -_FAR]], np.float32)
    area = np.zeros(shape[:2], np.uint8)
    # A gap's edge is the outline's own; the cut runs in the gap, midway to the other leg where they touch.
    outline = np.concatenate([top, waist, inner, end, outside])
    cv2.fillPoly(area, [outline.round().astype(np.int32)], (1.0,))
    return np.asarray(cv2.GaussianBlur(area.astype(np.float32), (0, 0), 0.7), np.float32)


def _domain(piece: Piece, unit: float, shape: tuple[int, int]) -> _Float:
    """Where a piece may show, ``float32 (H, W)`` in [0, 1]: elsewhere its map may come back to the garment."""
    area = np.zeros(shape, np.uint8)
    cv2.fillPoly(area, [piece.outline.round().astype(np.int32)], (1.0,))
    grown = dilated(area > 0, disc(max(1, round(_MARGIN * unit))))
    return np.asarray(cv2.GaussianBlur(grown.astype(np.float32), (0, 0), 1.0), np.float32)
