"""The lower garment's fabric where the old top hid it.

A pattern goes on as it is. Plain fabric is mirrored next to what is seen of it; farther away its broad shades are
carried on over a round body's, with texture like that of a piece that is seen. It ends in a waistband.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.fill import pull_push
from vton_core.garment.body import Body
from vton_core.garment.pattern import carry_pattern, patterned
from vton_core.garment.shapes import disc
from vton_core.masks import Box, box_around, eroded
from vton_core.planes import repeated
from vton_core.types import Image, Mask

__all__ = ["fabric_above", "waistband_shade"]

_Float = NDArray[np.float32]
# By which share it is darker at a round body's edges than in its middle, at least and at most.
_ROUND: Final = (0.08, 0.25)
# How much of it must be seen, in squared shoulder distances.
_LEAST: Final = 0.02
# Broad shades are worked out with so many pixels a shoulder distance, and are broader than this share of it.
_COARSE, _BROAD = 40, 0.06
# From one slope to another one fabric mirrored at an edge fades: how much steeper the second is, and how steep.
_STEEP: Final = (0.4, 0.9)
# So far beside its middle, where its edge is 1, a pattern is carried on.
_BESIDE: Final = 1.1
# Over what width mirrored fabric fades into what is beside it, in shoulder distances.
_LINE: Final = 0.05
# A piece of texture is this large at least, in pixels, and at most, in shoulder distances.
_PIECE: Final = (8, 0.4)
# Pieces that may be chosen from are smaller than the largest one by this; then they are taken at these sizes.
_ROOM: Final = 0.7
_SIZES: Final = (1.0, 0.5)
# Pieces with the same contrast count as alike where their lines' share in one direction differs by far less than this.
_ALIKE: Final = 0.25
# Texture is finer than this share of it, and differs from its surroundings by so many times the median at most.
_FINE, _PLAIN = 0.02, 2.0
# A waistband's height, and the width of its seam and its rim, in shoulder distances; and how dark these are.
_BAND, _SEAM, _DARK = 0.13, 0.018, 0.2


def fabric_above(rgb: Image, lower: Mask, across: _Float, wanted: Mask, body: Body, fringe: int) -> _Float | None:
    """What the lower garment looks like where it is hidden.

    Args:
        rgb: ``uint8 (H, W, 3)``.
        lower: ``bool (H, W)``, what is seen of it.
        across: ``float32 (H, W)``, from -1 at its left edge to 1 at its right one.
        wanted: ``bool (H, W)``, where it is asked for.
        body: in the same pixels.
        fringe: so many pixels at its edges are not trusted.

    Returns:
        ``float32 (H, W, 3)``, 0 to 255, and 0 far from what is wanted; ``None`` where hardly anything of the garment is
        seen.
    """
    # The old hem's edge and shadow lie above what is trusted, beside it there is only the figure's own edge.
    inner = eroded(eroded(lower, np.ones((2 * fringe + 1, 1), np.uint8)), disc(max(1, fringe // 4)))
    if inner.sum() < _LEAST * body.unit**2:
        return None
    filled = np.zeros(rgb.shape, np.float32)
    box = box_around(wanted, 2)
    if box is None:
        return filled
    if patterned(rgb, inner, body.unit):
        filled[box] = _going_on(rgb, inner, across, wanted, body.unit)[box]
    else:
        part = _broad(rgb, inner, across, body.unit, box) + _texture(rgb, inner, body.unit, box)
        mirrored, known = _mirrored(rgb, inner, body.unit, box)
        filled[box] = (part + repeated(known) * (mirrored - part)).clip(0, 255)
    return filled


def _going_on(rgb: Image, inner: Mask, across: _Float, wanted: Mask, unit: float) -> _Float:
    """A pattern that goes on, darker towards a round body's edges; broad shades where none of it comes."""
    shade = 1 - np.float32(_ROUND[0]) * np.abs(across).clip(0, 1.1) ** 3
    drawn, known = carry_pattern(rgb / repeated(shade), inner, wanted & (np.abs(across) < _BESIDE), unit)
    return np.asarray(pull_push(drawn, known) * repeated(shade), np.float32)


def _broad(rgb: Image, inner: Mask, across: _Float, unit: float, box: Box) -> _Float:
    """Broad shades carried on, as on a round body."""
    height, width = inner.shape
    scale = min(1.0, _COARSE / unit)
    size = (max(4, round(width * scale)), max(4, round(height * scale)))
    parts = inner.astype(np.float32), cv2.bitwise_and(rgb, rgb, mask=inner.view(np.uint8)).astype(np.float32)
    weight, sums = (np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.float32) for part in parts)
    away = np.asarray(np.abs(cv2.resize(across, size)).clip(0, 1.1) ** 3, np.float32)
    colour = sums / repeated(np.maximum(weight, np.float32(1e-3)))
    shade = 1 - _roundness(colour[weight > 0.5].mean(axis=1), away[weight > 0.5]) * away
    carried = pull_push(colour / repeated(shade), (2 * weight).clip(0, 1))
    carried = cv2.GaussianBlur(carried, (0, 0), max(0.6, _BROAD * _COARSE / 2)) * repeated(shade)
    x, y = (
        (np.arange(span.start, span.stop, dtype=np.float32) + 0.5) * np.float32(few / many) - 0.5
        for span, few, many in zip(box[::-1], size, (width, height), strict=True)
    )
    at = np.meshgrid(x, y)
    return np.asarray(cv2.remap(carried, at[0], at[1], cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE), np.float32)


def _roundness(light: _Float, away: _Float) -> np.float32:
    """By which share fabric is darker at the body's edges: a line through its lightness (least squares)."""
    if len(light) < 2 or np.ptp(away) < 0.1:
        return np.float32(_ROUND[0])
    slope, middle = np.polyfit(away, light, 1)
    return np.float32(np.clip(-slope / max(middle, 1.0), *_ROUND))


def _texture(rgb: Image, inner: Mask, unit: float, box: Box) -> _Float:
    """Texture like that of a large square piece that is seen; zero where all pieces are small.

    Noise with the piece's spectrum, the same in all colours (Galerne, Gousseau and Morel, "Random Phase Textures", IEEE
    TIP 2011): a glint or a seam of the piece is nowhere seen again, let alone over and over.
    """
    size = (box[0].stop - box[0].start, box[1].stop - box[1].start)
    piece = _plainest(rgb, inner, unit)
    if piece is None:
        return np.zeros((*size, 3), np.float32)
    side = len(piece)
    window = np.outer(np.hanning(side), np.hanning(side)).astype(np.float32)
    spot = piece * repeated(window / np.linalg.norm(window))
    noise = np.random.default_rng(0).standard_normal(size, np.float32)
    return np.dstack([cv2.filter2D(noise, -1, np.ascontiguousarray(plane)) for plane in cv2.split(spot)])


def _plainest(rgb: Image, inner: Mask, unit: float) -> _Float | None:
    """The details of the square piece with the least of seams, creases and other lines; ``None`` where all are small.

    Returns:
        ``float32 (2 N, 2 N, 3)``, the piece without its broad shades.
    """
    depth = cv2.distanceTransform(np.pad(inner, 1).astype(np.uint8), cv2.DIST_C, 3)[1:-1, 1:-1]
    largest = min(_ROOM * float(depth.max()), _PIECE[1] * unit / 2)
    if 2 * largest < _PIECE[0]:
        return None
    fine = rgb.astype(np.float32)
    fine -= cv2.GaussianBlur(fine, (0, 0), max(1.0, _FINE * unit))
    limit = np.float32(_PLAIN * np.median(np.abs(fine[inner])) + 1)
    fine = limit * np.tanh(fine / limit)
    found = None
    for half in (max(_PIECE[0] // 2, int(largest * share)) for share in _SIZES):
        step = max(1, half // 2)
        rows, columns = np.nonzero(depth[::step, ::step] > half)
        for y, x in zip(rows * step, columns * step, strict=True):
            piece = fine[y - half : y + half, x - half : x + half]
            light = piece.mean(axis=2)
            lined = float(light.std()) * (_ALIKE + _coherence(light))
            if found is None or lined < found[0]:
                found = lined, piece
    return None if found is None else found[1]


def _coherence(light: _Float) -> float:
    """How much of what is seen in a picture runs in one direction, 0 to 1, from its structure tensor."""
    down, right = np.gradient(light)
    xx, yy, xy = (float((a * b).mean()) for a, b in ((right, right), (down, down), (right, down)))
    return float(np.hypot(xx - yy, 2 * xy) / max(xx + yy, 1e-6))


def _mirrored(rgb: Image, inner: Mask, unit: float, box: Box) -> tuple[_Float, _Float]:
    """The garment mirrored at its visible upper edge, and how far it is known there."""
    columns = np.flatnonzero(inner.any(axis=0))
    edges = np.interp(np.arange(inner.shape[1]), columns, inner.argmax(axis=0)[columns])
    radius = max(1, round(0.08 * unit))
    edges = cv2.blur(edges[None].astype(np.float32), (2 * radius + 1, 1), borderType=cv2.BORDER_REPLICATE)
    x, y = np.meshgrid(*(np.arange(span.start, span.stop, dtype=np.float32) for span in box[::-1]))
    near = edges[:, box[1]]
    source = np.where(y < near, 2 * near - y, y)
    # At the mirror itself all is known.
    around = inner | ((np.arange(inner.shape[0])[:, None] < edges) & inner.any(axis=0))
    soft = cv2.GaussianBlur(eroded(around, disc(radius // 4)).astype(np.float32), (0, 0), max(1.0, radius / 4))
    seen = cv2.remap(rgb, x, source, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    known = cv2.remap(soft, x, source, cv2.INTER_LINEAR, borderMode=cv2.BORDER_CONSTANT)
    # Towards the picture's end it fades, and above an edge that is steep, which would shear it.
    known = known * (_STEEP[1] - np.abs(np.gradient(edges[0]))[box[1]]).clip(0, _STEEP[0]) / _STEEP[0]
    ends = ((inner.shape[0] - 1 - source) / (4 * radius)).clip(0, 1)
    # Where one leg is known and what is beside it is not, no line shows.
    blurred = cv2.GaussianBlur(known, (0, 0), max(1.0, _LINE * unit), borderType=cv2.BORDER_REPLICATE)
    known = known * (2 * blurred - 1).clip(0, 1)
    return seen.astype(np.float32), np.asarray(known * ends, np.float32)


def waistband_shade(below: _Float, start: float, unit: float) -> _Float:
    """Factor of brightness of a lower garment's upper end: a rim, and the seam under its band.

    Args:
        below: ``float32 (H, W)``, pixels below the neck.
        start: where the garment begins, in the same.
        unit: distance of the shoulder joints in pixels.

    Returns:
        ``float32 (H, W)`` in (0, 1].
    """
    deep = (below - np.float32(start)) / np.float32(unit)
    away = np.minimum(np.abs(deep), np.abs(deep - np.float32(_BAND)))
    return np.asarray(1 - _DARK * (1 - away / np.float32(_SEAM)).clip(0, None), np.float32)
