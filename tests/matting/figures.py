"""Figures of known alpha and colour, drawn at four times the size and averaged down."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Alpha, Image, Mask

_OVER = 4


@dataclass(frozen=True)
class Figure:
    """A composed photo: ``photo = alpha * colour + (1 - alpha) * ground``.

    Attributes:
        photo: ``uint8 (H, W, 3)``.
        alpha: ``float32 (H, W)`` in [0, 1].
        colour: ``float32 (H, W, 3)`` in [0, 1].
        coarse: ``float32 (H, W)``: alpha as a mask of a quarter of the resolution sees it: no strands, and the gap
            rather filled.
        hair: ``bool (H, W)``: where hair may be.
    """

    photo: Image
    alpha: Alpha
    colour: NDArray[np.float32]
    coarse: Alpha
    hair: Mask


def _down(canvas: NDArray[np.uint8]) -> Alpha:
    height, width = canvas.shape[0] // _OVER, canvas.shape[1] // _OVER
    return np.asarray(cv2.resize(canvas, (width, height), interpolation=cv2.INTER_AREA), np.float32) / 255


def _body(size: int) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """A head on shoulders with an arm akimbo, with and without the gap that the arm leaves."""
    unit = size * _OVER
    canvas = np.zeros((unit, unit), np.uint8)
    cv2.ellipse(canvas, (unit // 2, int(0.28 * unit)), (int(0.11 * unit), int(0.14 * unit)), 0, 0, 360, (255,), -1)
    cv2.rectangle(canvas, (int(0.45 * unit), int(0.38 * unit)), (int(0.55 * unit), int(0.5 * unit)), (255,), -1)
    cv2.ellipse(canvas, (unit // 2, unit), (int(0.28 * unit), int(0.53 * unit)), 0, 0, 360, (255,), -1)
    whole = canvas.copy()
    gap = np.array([(0.3, 0.72), (0.37, 0.68), (0.38, 0.9), (0.33, 0.93)])
    cv2.fillPoly(canvas, [(gap * unit).astype(np.int32)], (0,))
    return canvas, whole


def _strands(size: int, count: int, seed: int) -> NDArray[np.uint8]:
    """Thin curves that leave the head in all directions but down."""
    unit = size * _OVER
    canvas = np.zeros((unit, unit), np.uint8)
    random = np.random.default_rng(seed)
    for angle, bend, length in zip(
        random.uniform(np.pi, 2 * np.pi, count),
        random.normal(0, 0.6, count),
        random.uniform(0.01, 0.04, count),
        strict=True,
    ):
        t = np.linspace(0, 1, 12)
        x = 0.5 + 0.105 * np.cos(angle) + length * t * np.cos(angle + bend * t)
        y = 0.28 + 0.135 * np.sin(angle) + length * t * np.sin(angle + bend * t)
        points = (np.stack([x, y], axis=1) * unit).astype(np.int32)
        cv2.polylines(canvas, [points], False, (255,), 3)
    return canvas


def draw_figure(ground: Image, strands: int = 250, seed: int = 0) -> Figure:
    """Put the drawn figure on a square background.

    Args:
        ground: ``uint8 (N, N, 3)``.
        strands: how many hairs stand off the head.
        seed: of the hairs.
    """
    size = ground.shape[0]
    body, whole = _body(size)
    hairs = _strands(size, strands, seed)
    alpha = _down(np.maximum(body, hairs))
    rows = np.arange(size)[:, None] / size
    shirt, hair = np.array([0.62, 0.16, 0.2]), np.array([0.2, 0.13, 0.08])
    texture = 0.04 * np.sin(np.arange(size) / 5)[None, :, None] + 0.03 * np.sin(rows * 90)[..., None]
    colour = np.where(rows[..., None] < 0.45, hair, shirt) + texture
    colour = colour.clip(0, 1).astype(np.float32)
    mixed = alpha[..., None] * colour + (1 - alpha[..., None]) * (ground.astype(np.float32) / 255)
    unsure = np.maximum(_down(body), np.float32(0.8) * _down(whole))
    tiny = cv2.resize(unsure, (size // 4, size // 4), interpolation=cv2.INTER_AREA)
    coarse = cv2.GaussianBlur(cv2.resize(tiny, (size, size)), (0, 0), 2)
    y, x = np.ogrid[:size, :size]
    head = np.asarray((np.hypot(x - size / 2, y - 0.28 * size) < 0.22 * size) & (y < 0.36 * size), np.bool_)
    return Figure(np.rint(mixed * 255).astype(np.uint8), alpha, colour, coarse.astype(np.float32), head)
