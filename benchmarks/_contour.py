"""Figures of known alpha and colour on known backgrounds, and how far a cutout's edge is from them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.images import read_image
from vton_core.types import Alpha, Cutout, Image, Mask

__all__ = ["ContourErrors", "KnownFigure", "contour_errors", "edge_band", "known_figures"]

_FIGURES = ("woman", "man")
_PLACES = {"terrace": ("background_terrace.png", 700), "studio": ("background_studio.png", 300)}
_BAND = 4
_NEW = np.array([0.0, 0.6, 0.1], np.float32)


@dataclass(frozen=True)
class KnownFigure:
    """A composed photo and what it was composed of.

    Attributes:
        name: the figure's.
        place: the background's.
        photo: ``uint8 (H, W, 3)``.
        alpha: ``float32 (H, W)`` in [0, 1].
        colour: ``float32 (H, W, 3)`` in [0, 1], the figure's own where ``alpha`` is above 0.
    """

    name: str
    place: str
    photo: Image
    alpha: Alpha
    colour: NDArray[np.float32]


@dataclass(frozen=True)
class ContourErrors:
    """Mean absolute errors within the edge's band, of a range of 1.

    Attributes:
        alpha: of alpha.
        colour: of the figure's colour, weighted by the true alpha.
        composite: of the figure on a new, green background: what the eye sees of both.
    """

    alpha: float
    colour: float
    composite: float


def _spread(values: NDArray[np.float32], weight: Alpha, reach: float) -> NDArray[np.float32]:
    total = cv2.GaussianBlur(weight, (0, 0), reach)[..., None]
    return np.asarray(cv2.GaussianBlur(values * weight[..., None], (0, 0), reach) / np.maximum(total, 1e-6), np.float32)


def _solid_colour(photo: Image, alpha: Alpha) -> NDArray[np.float32]:
    """A figure's colour: the photo's where the figure is solid, continued from there into its soft edge.

    Returns:
        ``float32 (H, W, 3)`` in [0, 1].
    """
    image = photo.astype(np.float32) / 255
    solid = (alpha > 0.995).astype(np.float32)
    near = np.where(cv2.GaussianBlur(solid, (0, 0), 1.5)[..., None] > 1e-3, _spread(image, solid, 1.5), 0)
    near = np.where(near.any(axis=2, keepdims=True), near, _spread(image, solid, 6))
    return np.where(solid[..., None] > 0, image, near).astype(np.float32)


def known_figures(examples: Path) -> Iterator[KnownFigure]:
    """Every example figure on every example background.

    Args:
        examples: the folder of example pictures.
    """
    for name in _FIGURES:
        source = read_image(examples / f"model_{name}.png")
        alpha = read_image(examples / f"model_{name}_alpha.png")[..., 0].astype(np.float32) / 255
        colour = _solid_colour(source, alpha)
        height, width = alpha.shape
        for place, (file, left) in _PLACES.items():
            ground = read_image(examples / file)[-height:, left : left + width].astype(np.float32) / 255
            mixed = alpha[..., None] * colour + (1 - alpha[..., None]) * ground
            yield KnownFigure(name, place, np.rint(mixed * 255).astype(np.uint8), alpha, colour)


def edge_band(alpha: Alpha) -> Mask:
    """``bool (H, W)``: within a few pixels of where alpha is neither 0 nor 1."""
    soft = ((alpha > 0.01) & (alpha < 0.99)).astype(np.uint8)
    side = 2 * _BAND + 1
    return cv2.dilate(soft, np.ones((side, side), np.uint8)) > 0


def contour_errors(cutout: Cutout, figure: KnownFigure) -> ContourErrors:
    """Compare a cutout of a composed photo with what the photo was composed of."""
    band = edge_band(figure.alpha)
    colour, alpha = cutout.rgb[band].astype(np.float32) / 255, cutout.alpha[band]
    truth, weight = figure.colour[band], figure.alpha[band]
    own = np.abs(colour - truth).mean(axis=1)
    # Where the cutout shows nothing it has no colour to judge; that error is alpha's.
    judged = np.where(alpha > 0.05, weight, 0)
    placed = alpha[:, None] * colour + (1 - alpha[:, None]) * _NEW
    wanted = weight[:, None] * truth + (1 - weight[:, None]) * _NEW
    return ContourErrors(
        float(np.abs(alpha - weight).mean()),
        float((own * judged).sum() / judged.sum()),
        float(np.abs(placed - wanted).mean()),
    )
