"""A plain wall behind a figure that looks much like it: what colours say where white stands before white.

Small differences from the wall are drawn out and large ones drawn in, so that colours that are nearly the wall's are
told apart. This tells the edges of what looks much like the wall, and what beside the figure is nothing but wall.
"""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.fill import pull_push
from vton_core.matting.colours import ColourEvidence, LocalColours
from vton_core.planes import repeated
from vton_core.types import Alpha, Image, Mask

__all__ = ["FigureColours", "drawn_out"]

_Float = NDArray[np.float32]
# What is less probably figure is wall, so far around the figure at most, in its sizes; there must be so much of it.
_WALL, _AROUND, _LEAST = 0.03, 0.5, 0.02
# A wall is this uneven at most (8-bit levels, in the median), and this share of it within so many times that.
_UNEVEN, _SHARE, _TIMES = 3.0, 0.8, 4.0
# It is smooth over this many pixels, and over so many times as many.
_CELL, _SMOOTH = 8, 1.5
# From about so many levels on, and from so many times the unevenness, differences are drawn in; 128 is no difference.
_KNEE, _NOISE, _GAIN, _NONE = 3.0, 1.5, 30.0, 128.0
# What surely is figure; so far from the wall's a colour is nearly the same. This share of a figure must be for the wall
# to matter, and most of it near by for its edge to be told so.
_FIGURE, _NEARLY, _SOME, _MOST = 0.95, 20.0, 0.04, 0.5
# Whether there is such a wall is seen in every fourth pixel of every fourth row.
_STRIDE: Final = 4


def drawn_out(image: Image, probability: Alpha, size: float) -> Image | None:
    """A picture's differences from a plain wall behind a figure that looks much like it.

    Args:
        image: ``uint8 (H, W, 3)``.
        probability: ``float32 (H, W)`` in [0, 1]: that the pixel shows the figure.
        size: the figure's, in pixels.

    Returns:
        ``uint8 (H, W, 3)``, YCrCb, 128 where a pixel has the wall's colour; ``None`` where there is no plain wall, or
        nothing of the figure looks like it.
    """
    few = np.s_[::_STRIDE, ::_STRIDE]
    likely = np.ascontiguousarray(probability[few])
    outside = cv2.distanceTransform((likely < 0.5).astype(np.uint8), cv2.DIST_L2, 3)
    wall = np.asarray((likely < _WALL) & (outside < _AROUND * size / _STRIDE))
    figure = likely > _FIGURE
    if wall.mean() < _LEAST or not figure.any():
        return None
    seen = _in_ycc(image[few])
    colour = _carried_on(seen, wall)
    away = np.abs(seen - colour).max(axis=2)
    uneven = float(np.median(away[wall]))
    plain = np.mean(away[wall] < _TIMES * max(uneven, 1.0)) > _SHARE
    if uneven > _UNEVEN or not plain or np.mean(away[figure] < _NEARLY) < _SOME:
        return None
    height, width = probability.shape
    off = _in_ycc(image) - cv2.resize(colour, (width, height), interpolation=cv2.INTER_LINEAR)
    out = _NONE + _GAIN * np.arcsinh(off / np.float32(max(_KNEE, _NOISE * uneven)))
    return np.asarray(out.round().clip(0, 255), np.uint8)


def _in_ycc(image: Image) -> _Float:
    return np.asarray(cv2.cvtColor(np.ascontiguousarray(image), cv2.COLOR_RGB2YCrCb), np.float32)


def _carried_on(colour: _Float, wall: Mask) -> _Float:
    """The wall's colour everywhere, smooth."""
    height, width = wall.shape
    size = (max(2, width // _CELL), max(2, height // _CELL))
    parts = colour * repeated(wall), wall.astype(np.float32)
    sums, weight = (np.asarray(cv2.resize(part, size, interpolation=cv2.INTER_AREA), np.float32) for part in parts)
    mean = pull_push(sums / repeated(np.maximum(weight, np.float32(1e-3))), weight > 0.5)
    return np.asarray(cv2.resize(cv2.GaussianBlur(mean, (0, 0), _SMOOTH), (width, height)), np.float32)


class FigureColours:
    """What the colours say of each pixel, those beside a plain wall too.

    Args:
        image: ``uint8 (H, W, 3)``.
        wall: its differences from a plain wall, see :func:`drawn_out`; ``None`` where there is none.
        reach: how far colours are compared, see :class:`LocalColours`.
        figure: ``bool (H, W)``, what is taken for the figure, and
        inside: what surely belongs to it.
        where: ``bool (H, W)``, the pixels that are asked about; all if ``None``.
    """

    def __init__(
        self, image: Image, wall: Image | None, reach: float, figure: Mask, inside: Mask, where: Mask | None = None
    ) -> None:
        self._colours = LocalColours(image, reach, where)
        self._wall = None
        if wall is not None:
            asked = np.ones(figure.shape, bool) if where is None else where
            self._wall = LocalColours(wall, reach, where)
            self._outside, self._alike = ~figure[asked], _alike(wall, inside, reach)[asked]

    def evidence(self, probability: Alpha) -> ColourEvidence:
        """See :meth:`LocalColours.evidence`."""
        found = self._colours.evidence(probability)
        if self._wall is None:
            return found
        other = self._wall.evidence(probability)
        # Half a strand of hair differs from the wall as much as all of a white sleeve.
        told = np.where(other.ratio > found.ratio, self._alike, self._outside)
        return ColourEvidence(np.where(told, other.ratio, found.ratio), np.where(told, other.shared, found.shared))


def _alike(wall: Image, inside: Mask, reach: float) -> Mask:
    """Where most of the figure near by looks much like the wall."""
    limit = np.float32(_GAIN * np.arcsinh(_NEARLY / _KNEE))
    nearly = inside & (np.abs(wall.astype(np.float32) - np.float32(_NONE)).max(axis=2) < limit)
    size = (2 * round(reach) + 1, 2 * round(reach) + 1)
    like, all_ = (cv2.blur(mask.astype(np.float32), size) for mask in (nearly, inside))
    return np.asarray(like > _MOST * np.maximum(all_, 1e-6))
