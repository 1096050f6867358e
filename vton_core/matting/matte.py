"""From a photo and a coarse person probability to a cutout at the photo's own resolution."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.matting.closed_form import solve_alpha
from vton_core.matting.colours import colour_evidence
from vton_core.matting.foreground import estimate_layers
from vton_core.matting.sampling import figure_box, reduced, resized
from vton_core.matting.sharpen import Sharpened, figure_size, sharpen
from vton_core.matting.trimap import FOREGROUND, UNKNOWN, build_trimap
from vton_core.matting.upsample import bring_up
from vton_core.types import Alpha, Cutout, Image, Mask

__all__ = ["matte"]

_MARGIN: Final = 0.3
_WORK_PIXELS: Final = 1_200_000
_SHARPEN_PIXELS: Final = 300_000
_BAND: Final = 1 / 110
_HAIR_BAND: Final = 1 / 20
_HAIR_REACH: Final = 0.1
_END: Final = 0.03
_FREE: Final = 1e-4
_TOLD: Final = 0.03
_BLIND: Final = 0.1


class _Edge:
    """What alpha is held to along the edge, ``guess`` in [0, 1], and how strongly, ``trust``: ``float32 (H, W)``."""

    def __init__(self, sharp: Sharpened, shape: tuple[int, ...]) -> None:
        telling = (np.abs(sharp.evidence.ratio) / 4) ** 2
        trust = _FREE + _TOLD * telling + _BLIND * sharp.evidence.shared * (1 - telling)
        self.guess = resized(cv2.GaussianBlur(sharp.mask.astype(np.float32), (0, 0), 0.7), shape)
        self.trust = resized(trust.astype(np.float32), shape)

    def look_into_hair(self, image: Image, trimap: NDArray[np.uint8], hair: Mask, reach: float) -> None:
        """Tell the background between strands by its colour, in full detail."""
        rows, columns = (np.flatnonzero((hair & (trimap == UNKNOWN)).any(axis=axis)) for axis in (1, 0))
        if not len(rows):
            return
        pad = int(2 * reach)
        box = (
            slice(max(0, rows[0] - pad), rows[-1] + pad + 1),
            slice(max(0, columns[0] - pad), columns[-1] + pad + 1),
        )
        sure = trimap[box].astype(np.float32) / 255
        evidence = colour_evidence(np.ascontiguousarray(image[box]), sure, reach)
        telling = (np.abs(evidence.ratio) / 4) ** 2
        here = hair[box]
        self.guess[box] = np.where(here, 1 / (1 + np.exp(-2 * evidence.ratio)), self.guess[box])
        self.trust[box] = np.where(here, _FREE + _TOLD * telling, self.trust[box])


def _without_islands(alpha: Alpha, trimap: NDArray[np.uint8]) -> Alpha:
    """Clear what hangs together with nothing that is surely figure."""
    count, parts = cv2.connectedComponents((alpha > 0).astype(np.uint8), connectivity=8)
    held = np.zeros(count, np.bool_)
    held[parts[trimap == FOREGROUND]] = True
    held[0] = False
    return np.where(held[parts], alpha, 0).astype(np.float32)


def _alpha(image: Image, sharp: Sharpened, hair: Mask) -> Alpha:
    """Alpha ``float32 (H, W)`` of a picture, its mask at any resolution, and where its hair may be ``bool (H, W)``."""
    mask = resized(sharp.mask.astype(np.float32), image.shape) > 0.5
    size = figure_size(mask.astype(np.float32))
    trimap = build_trimap(mask, hair, max(2, size * _BAND), max(3, size * _HAIR_BAND))
    edge = _Edge(sharp, image.shape)
    edge.look_into_hair(image, trimap, hair, size * _HAIR_REACH)
    alpha = solve_alpha(
        image.astype(np.float32) / 255,
        (trimap == FOREGROUND).astype(np.float32),
        trimap == UNKNOWN,
        edge.guess,
        edge.trust,
    )
    return _without_islands(((alpha - _END) / (1 - 2 * _END)).clip(0, 1), trimap)


def matte(image: Image, probability: Alpha, hair: Alpha, people: int = 1) -> Cutout:
    """Cut a figure out.

    Args:
        image: ``uint8 (H, W, 3)``, at least 3 pixels high and wide.
        probability: ``float32 (h, w)`` in [0, 1]: that the pixel shows the figure; the same view at any resolution,
            above 0.5 somewhere.
        hair: ``float32 (h, w)`` in [0, 1]: where hair may be; like ``probability``.
        people: how many people the photo shows.

    Returns:
        The figure at the photo's resolution.
    """
    box = figure_box(probability, image.shape, _MARGIN)
    small_box = figure_box(probability, probability.shape, _MARGIN)
    view = np.ascontiguousarray(image[box])
    work = np.asarray(reduced(view, _WORK_PIXELS), np.uint8)
    coarse = np.asarray(reduced(work, _SHARPEN_PIXELS), np.uint8)
    sharp = sharpen(coarse, resized(probability[small_box], coarse.shape))
    alpha = _alpha(work, sharp, resized(hair[small_box], work.shape) > 0.5)
    small = work.astype(np.float32) / 255
    figure, ground = estimate_layers(small, alpha, max(5, round(figure_size(alpha) * _HAIR_BAND)))
    rgb = np.zeros_like(image)
    full = np.zeros(image.shape[:2], np.float32)
    rgb[box], full[box] = bring_up(view, small, alpha, figure, ground)
    return Cutout(rgb, full, people)
