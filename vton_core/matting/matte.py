"""From a photo and a coarse person probability to a cutout at the photo's own resolution."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from vton_core.matting.closed_form import solve_alpha
from vton_core.matting.edge import guess_edge
from vton_core.matting.foreground import estimate_layers
from vton_core.matting.sampling import figure_box, reduced, resized
from vton_core.matting.sharpen import figure_size, sharpen
from vton_core.matting.trimap import FOREGROUND, UNKNOWN, build_trimap
from vton_core.matting.upsample import bring_up
from vton_core.matting.wall import drawn_out
from vton_core.types import Alpha, Cutout, Image, Mask

__all__ = ["matte"]

_MARGIN: Final = 0.3
_WORK_PIXELS: Final = 1_200_000
_SHARPEN_PIXELS: Final = 300_000
_BAND: Final = 1 / 130
_HAIR_BAND: Final = 1 / 20
_HEAD_BAND: Final = 1 / 8
_END: Final = 0.05


def _without_islands(alpha: Alpha, trimap: NDArray[np.uint8]) -> Alpha:
    """Clear what hangs together with nothing that is surely figure; a figure thinner than the band has nothing such."""
    if not (trimap == FOREGROUND).any():
        return alpha
    count, parts = cv2.connectedComponents((alpha > 0).astype(np.uint8), connectivity=8)
    held = np.zeros(count, np.bool_)
    held[parts[trimap == FOREGROUND]] = True
    held[0] = False
    return np.where(held[parts], alpha, 0).astype(np.float32)


def _alpha(image: Image, mask: Mask, probability: Alpha, hair: Mask, wall: Image | None) -> Alpha:
    """Alpha ``float32 (H, W)`` of a picture, from the figure's mask, what it was made from, where hair may be, and the
    picture's differences from a plain wall."""
    size = figure_size(mask.astype(np.float32))
    head = figure_size((mask & hair).astype(np.float32))
    band, hair_band = max(2.0, size * _BAND), max(3.0, size * _HAIR_BAND, head * _HEAD_BAND)
    trimap = build_trimap(mask, hair, band, hair_band)
    edge = guess_edge(image, mask, probability, hair, band, hair_band, wall)
    trimap[edge.doubt] = UNKNOWN
    alpha = solve_alpha(
        image.astype(np.float32) / 255,
        (trimap == FOREGROUND).astype(np.float32),
        trimap == UNKNOWN,
        edge.alpha,
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
    belief, strands = probability[small_box], hair[small_box]
    likely = resized(belief, work.shape)
    wall = drawn_out(work, likely, figure_size(likely))
    small_wall = None if wall is None else np.asarray(reduced(wall, _SHARPEN_PIXELS), np.uint8)
    mask = resized(sharpen(coarse, resized(belief, coarse.shape), small_wall).astype(np.float32), work.shape) > 0.5
    alpha = _alpha(work, mask, likely, resized(strands, work.shape) > 0.5, wall)
    small = work.astype(np.float32) / 255
    figure, ground = estimate_layers(small, alpha, max(5, round(figure_size(alpha) * _HAIR_BAND)))
    rgb = np.zeros_like(image)
    full = np.zeros(image.shape[:2], np.float32)
    rgb[box], full[box] = bring_up(view, small, alpha, figure, ground)
    return Cutout(rgb, full, people)
