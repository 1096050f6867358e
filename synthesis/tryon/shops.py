"""Rendered shop photos laid as shops lay them: sleeves hang down beside the body, the garment fills the picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from synthesis.shade import Shot
from synthesis.views import Sheet

__all__ = ["lay"]

_Float = NDArray[np.float32]
_Bytes = NDArray[np.uint8]
_Move = Callable[[_Float], _Float]

# So much of width and height the middle 80 % of 45 photos of the first VITON set fill.
_FILL: Final = ((0.84, 0.98), (0.76, 0.95))
_LONG: Final = 0.5
"""From this length on, in lengths of the front, a sleeve is a long one; others lie as they were rendered."""
_ANGLES: Final = (45.0, 80.0)
"""Degrees below the horizontal at which long sleeves lie."""
_AS_IT_IS: Final = 0.15


def lay(
    shop: Shot, sheet: Sheet, places: _Float, size: tuple[int, int], rng: np.random.Generator
) -> tuple[_Bytes, _Bytes, _Float]:
    """Lay a garment anew.

    Args:
        shop: its picture.
        sheet: its panels.
        places: ``float32 (H, W, 2)``, points of the picture, or NaN.
        size: ``(height, width)`` of the new picture.
        rng: of the angles and the size.

    Returns:
        ``uint8 (h, w, 3)`` over white, its mask, ``uint8 (h, w)`` of 0 and 1, and where in it the places have come.
    """
    parts = _parts(shop, sheet)
    moves = [_hung(parts, part, rng) if _long_sleeved(sheet) else _stays for part in (1, 2)]
    fit = _fit(parts, moves, size, rng)
    canvas = np.full((*size, 4), (255, 255, 255, 0), np.float32)
    for part in (0, 1, 2) if rng.random() < 0.7 else (1, 2, 0):
        rows, columns = np.nonzero((parts == part) & (shop.alpha > 0.3))
        at = fit(_moved(np.stack([columns, rows], axis=1).astype(np.float32), np.full(len(rows), part), moves))
        _splat(canvas, at, shop.foreground[rows, columns])
    known = ~np.isnan(places[..., 0])
    x, y = np.round(places[known]).astype(int).T
    which = parts[y.clip(0, parts.shape[0] - 1), x.clip(0, parts.shape[1] - 1)]
    there = places.copy()
    there[known] = fit(_moved(places[known], which, moves))
    return np.round(canvas[..., :3]).astype(np.uint8), (canvas[..., 3] > 0).astype(np.uint8), there


def _parts(shop: Shot, sheet: Sheet) -> NDArray[np.int64]:
    """Of every pixel: 0 body or collar, 1 left sleeve, 2 right sleeve, -1 nothing."""
    parts = np.where(shop.garment == 1, 0, -1)
    for name, _, (left, top, right, bottom) in sheet.panels:
        if "sleeve" in name:
            u, v = shop.uv[..., 0], shop.uv[..., 1]
            inside = (parts >= 0) & (u >= left) & (u <= right) & (v >= top) & (v <= bottom)
            parts[inside] = 1 + (name == "right sleeve")
    return parts


def _long_sleeved(sheet: Sheet) -> bool:
    lengths = {name: bottom - top for name, _, (_, top, _, bottom) in sheet.panels}
    return lengths.get("left sleeve", 0.0) > _LONG * lengths["front"]


def _stays(at: _Float) -> _Float:
    return at


def _hung(parts: NDArray[np.int64], part: int, rng: np.random.Generator) -> _Move:
    """How the points of a sleeve move when it is hung more steeply: turned about the tip of the shoulder, the more the
    farther they are from the seam."""
    sleeve = parts == part
    grown = cv2.dilate((parts == 0).astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    seam = np.argwhere(sleeve & grown)[:, ::-1].astype(np.float32)
    points = np.argwhere(sleeve)[:, ::-1].astype(np.float32)
    if len(seam) < 4 or rng.random() < _AS_IT_IS:
        return _stays
    tip, middle = seam[seam[:, 1].argmin()], seam.mean(axis=0)
    arm = points.mean(axis=0) - middle
    length = 2 * float(np.linalg.norm(arm))
    out = 1.0 if arm[0] > 0 else -1.0
    now = np.degrees(np.arctan2(arm[1], out * arm[0]))
    turn = np.radians(max(0.0, float(rng.uniform(*_ANGLES)) - now)) * out
    along = arm / max(float(np.linalg.norm(arm)), 1e-6)

    def move(at: _Float) -> _Float:
        share = ((at - middle) @ along / (0.4 * length)).clip(0, 1)
        angle = turn * share * share * (3 - 2 * share)
        x, y = (at - tip).T
        turned = np.stack([x * np.cos(angle) - y * np.sin(angle), x * np.sin(angle) + y * np.cos(angle)], axis=1)
        return np.asarray(tip + turned, np.float32)

    return move


def _moved(points: _Float, which: NDArray[np.int64], moves: list[_Move]) -> _Float:
    """Points ``(N, 2)`` of the parts ``which`` ``(N)`` after the sleeves are hung."""
    there = points.copy()
    for part, move in enumerate(moves, start=1):
        there[which == part] = move(points[which == part])
    return there


def _fit(
    parts: NDArray[np.int64], moves: list[_Move], size: tuple[int, int], rng: np.random.Generator
) -> Callable[[_Float], _Float]:
    """From the shop photo's pixels to the new picture's, which the garment fills."""
    rows, columns = np.nonzero(parts >= 0)
    at = _moved(np.stack([columns, rows], axis=1).astype(np.float32), parts[rows, columns], moves)
    low, high = at.min(axis=0), at.max(axis=0)
    room = np.array([rng.uniform(*_FILL[0]) * size[1], rng.uniform(*_FILL[1]) * size[0]])
    scale = float((room / (high - low + 1)).min())
    middle = (np.array(size[::-1]) - 1) / 2 + rng.uniform(-0.02, 0.02, 2) * size[::-1]
    return lambda at: np.asarray(middle + scale * (at - (low + high) / 2), np.float32)


def _splat(canvas: _Float, at: _Float, colours: _Bytes) -> None:
    """Draw points over a picture whose last channel tells where anything has been drawn."""
    height, width = canvas.shape[:2]
    x, y = np.round(at).astype(int).T
    inside = (x >= 0) & (x < width) & (y >= 0) & (y < height)
    index = y[inside] * width + x[inside]
    layers = [np.ones(len(index)), *colours[inside].T.astype(float)]
    count, *sums = (np.bincount(index, layer, height * width).reshape(height, width) for layer in layers)
    # Points may lie a little apart where the cloth was turned.
    kernel = np.ones((3, 3), np.uint8)
    drawn = cv2.morphologyEx((count > 0).astype(np.uint8), cv2.MORPH_CLOSE, kernel) > 0
    count, *sums = (np.where(count > 0, plane, cv2.blur(plane, (3, 3))) for plane in (count, *sums))
    drawn &= count > 0
    canvas[drawn, :3] = np.stack(sums, axis=2)[drawn] / count[drawn][:, None]
    canvas[drawn, 3] = 1
