"""The spot where a figure stands, and what of the background surrounds it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Point

__all__ = [
    "STRIP",
    "Place",
    "View",
    "bounded",
    "brightness",
    "colourfulness",
    "luminance",
    "view_of",
    "weights",
]

STRIP: Final = 64
"""Rows of a layer that are worked on together: as many as a processor's cache holds."""

_LUMINANCE: Final = np.array([[0.2126, 0.7152, 0.0722, 0]], np.float32)
_FLOOR: Final = 0.04
_DARKEST: Final = 1 / 1024


@dataclass(frozen=True)
class Place:
    """Where a figure stands.

    Attributes:
        feet: the middle of its lowest edge, in background pixels.
        height: in background pixels.
    """

    feet: Point
    height: float


@dataclass(frozen=True)
class View:
    """The background, small, with the place in its pixels.

    Attributes:
        light: ``float32 (h, w, 3)`` in [0, 1], linear.
        place: in its pixels.
    """

    light: NDArray[np.float32]
    place: Place


def luminance(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """``float32 (h, w, 3)`` light, or ``(h, w, 4)`` with alpha, to ``(h, w)`` luminance (Rec. 709)."""
    return np.asarray(cv2.transform(light, _LUMINANCE[:, : light.shape[2]]), np.float32)


def brightness(light: NDArray[np.float32]) -> NDArray[np.float32]:
    """The same in stops: the logarithm to base 2, from -10."""
    return np.asarray(np.log2(np.maximum(luminance(light), np.float32(_DARKEST))), np.float32)


def bounded(rgba: NDArray[np.float32]) -> None:
    """Bring premultiplied light, ``float32 (h, w, 4)``, down to its alpha, in place."""
    # NumPy is several times slower where the last, short axis is broadcast.
    cv2.min(rgba, cv2.merge([cv2.extractChannel(rgba, 3)] * 4), dst=rgba)


def view_of(light: NDArray[np.float32], scale: float, place: Place) -> View:
    """The view of a background that was reduced by ``scale`` (reduced over full) already."""
    x, y = ((value + 0.5) * scale - 0.5 for value in place.feet)
    return View(light, Place((x, y), place.height * scale))


def weights(view: View) -> NDArray[np.float32]:
    """How much each pixel says about the light at the place: near ones and the ground more; the sum is 1.

    Returns:
        ``float32 (h, w)``.
    """
    rows, columns = view.light.shape[:2]
    (x, y), height = view.place.feet, max(view.place.height, 4.0)
    across = np.exp(-0.5 * ((np.arange(columns) - x) / (0.7 * height)) ** 2)
    down = np.exp(-0.5 * ((np.arange(rows) - (y - 0.4 * height)) / (0.5 * height)) ** 2)
    ground = 1 + (np.arange(rows) > y - 0.15 * height)
    near = np.outer(down * ground, across) + _FLOOR
    return np.asarray(near / near.sum(), np.float32)


def colourfulness(view: View) -> float:
    """0 for a black-and-white picture, 1 for one in colour."""
    red, green, blue = cv2.split(view.light)
    span = np.sqrt(np.maximum(np.maximum(red, green), blue)) - np.sqrt(np.minimum(np.minimum(red, green), blue))
    return float(np.interp(np.quantile(span, 0.995), (0.01, 0.04), (0, 1)))
