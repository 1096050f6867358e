"""Garments drawn from known landmarks, and the pictures that tests make of them."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.types import Garment, Image, Mask

__all__ = ["DRAWN", "SIZE", "Drawn", "crew_neck", "overlap"]

SIZE = (600, 680)
_MIDDLE = 300.0
_SHARP = 8


@dataclass(frozen=True)
class Drawn:
    """The right half of a symmetrical garment, as ``(x from the middle, y)``.

    Attributes:
        neck: the collar's corner.
        shoulder: the shoulder's tip; at a sleeve, the upper edge above the armpit.
        sleeve: outer and inner corner of the cuff; none without a sleeve.
        armpit: where sleeve or armhole ends at the body.
        hem: the hem's corner.
        armhole: further points of the outline between shoulder and armpit.
        front: how far the outline hangs down between the collar's corners.
    """

    neck: tuple[float, float]
    shoulder: tuple[float, float]
    armpit: tuple[float, float]
    hem: tuple[float, float]
    sleeve: tuple[tuple[float, float], ...] = ()
    armhole: tuple[tuple[float, float], ...] = ()
    front: float = 0.0

    @property
    def chest(self) -> float:
        """The chest's width in pixels."""
        return 2 * self.armpit[0]

    def point(self, name: str, side: int, end: int = 0) -> NDArray[np.float64]:
        """A landmark on the picture's left (0) or right (1) side; ``sleeve`` has two."""
        value = self.sleeve[end] if name == "sleeve" else getattr(self, name)
        return np.array([_MIDDLE + (value[0] if side else -value[0]), value[1]])

    def mask(self, scale: float = 1.0) -> Mask:
        """``bool (H, W)``: the garment's silhouette in a picture of :data:`SIZE` times ``scale``."""
        right = [self.neck, self.shoulder, *self.sleeve, *self.armhole, self.armpit, self.hem]
        across = np.linspace(-1, 1, 41)
        collar = [(x * self.neck[0], self.neck[1] + (1 - x * x) * self.front) for x in across[1:-1]]
        outline = np.array([*collar, *right, *((-x, y) for x, y in right[::-1])])
        outline[:, 0] += _MIDDLE
        # Pixel centres are at integers, so a scaled picture's outline moves by half a pixel more or less.
        outline = (outline + 0.5) * scale - 0.5
        shape = (round(SIZE[1] * scale), round(SIZE[0] * scale))
        area = np.zeros(shape, np.uint8)
        cv2.fillPoly(area, [np.round(outline * 2**_SHARP).astype(np.int32)], 1, shift=_SHARP)
        return area > 0

    def garment(self, scale: float = 1.0, colour: tuple[int, int, int] = (60, 90, 160)) -> Garment:
        """The garment in one colour."""
        mask = self.mask(scale)
        rgb = np.full((*mask.shape, 3), colour, np.uint8)
        return Garment(rgb, mask.astype(np.float32))


DRAWN = {
    "spread sleeves": Drawn((62, 100), (152, 138), (150, 240), (150, 580), ((262, 255), (208, 305))),
    "hanging long sleeves": Drawn((62, 90), (150, 135), (150, 245), (145, 580), ((262, 560), (205, 575))),
    "spread long sleeves": Drawn((50, 110), (104, 130), (104, 205), (104, 520), ((272, 420), (232, 445))),
    "sleeves on the body": Drawn((62, 90), (150, 125), (150, 245), (150, 560), ((205, 610), (152, 620)), ((151, 560),)),
    "sleeveless": Drawn(
        (70, 100), (128, 118), (160, 265), (160, 580), (), ((112, 170), (118, 220), (138, 252)), front=75
    ),
    "straps": Drawn((66, 90), (94, 90), (150, 235), (150, 560), (), ((90, 150), (100, 195), (122, 225)), front=120),
}


def crew_neck(drawn: Drawn, depth: float) -> Image:
    """A picture of a garment with a straight back edge, a collar hanging ``depth`` below it and a dark inner side."""
    mask = drawn.mask()
    picture = np.full((*mask.shape, 3), 244, np.uint8)
    picture[mask] = (70, 120, 90)
    t = np.linspace(-1, 1, 61)
    x = _MIDDLE + t * drawn.neck[0]
    arc = np.stack([x, drawn.neck[1] + (1 - t**2) * depth], axis=1)
    cv2.fillPoly(picture, [arc.round().astype(np.int32)], (34, 60, 45))
    picture[~mask] = 244
    return cv2.GaussianBlur(picture, (0, 0), 0.8)


def overlap(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Intersection over union of two alphas at one half."""
    first, second = a > 0.5, b > 0.5
    return float((first & second).sum() / (first | second).sum())
