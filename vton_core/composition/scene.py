"""Figures put on a background, from the back to the front."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from vton_core.composition.geometry import Window, figure_geometry, placement_matrix, window_of
from vton_core.composition.layers import Background, Composition, Layer
from vton_core.errors import InputError
from vton_core.resampling import srgb_to_linear, warp_affine
from vton_core.types import Alpha, Cutout, Finish, Mask, Placement

__all__ = ["Placed", "compose_scene"]


@dataclass(frozen=True)
class Placed:
    """A figure in its place.

    Attributes:
        figure: its colours are not premultiplied.
        placement: where, and how large, in background pixels.
        finish: how it is made to belong to the background.
    """

    figure: Cutout
    placement: Placement
    finish: Finish = field(default_factory=Finish)


def compose_scene(
    background: Background, figures: Sequence[Placed], occluder: Mask | Alpha | None = None
) -> Composition:
    """Put figures on a background.

    Args:
        background: what they stand on.
        figures: from the back to the front.
        occluder: ``bool`` or ``float32 (H, W)`` in [0, 1] of the background's size: how much of a pixel stands in front
            of the figures.

    Returns:
        The layers "figure 1", "figure 2", … for those figures that the picture shows.

    Raises:
        InputError: a figure is empty, or the occluder has another size than the background.
        PlacementError: a figure would be taller than a million pixels.
    """
    width, height = background.size
    if occluder is not None and occluder.shape != (height, width):
        raise InputError(
            "What stands in front of the figure was drawn for a picture of {width} × {height} pixels, which is not the "
            "background's size. Draw it again.",
            width=occluder.shape[1],
            height=occluder.shape[0],
        )
    layers = []
    for number, placed in enumerate(figures, start=1):
        drawn = _draw(placed, background.size)
        if drawn is not None:
            window, rgba = drawn
            layers.append(Layer(f"figure {number}", window, _behind(rgba, window, occluder)))
    return Composition(background, tuple(layers))


def _draw(placed: Placed, limits: tuple[int, int]) -> tuple[Window, NDArray[np.float32]] | None:
    """The figure resampled once to its place, premultiplied; ``None`` where it lies outside."""
    figure = placed.figure
    matrix = placement_matrix(figure_geometry(figure.alpha), placed.placement)
    window = window_of(matrix, figure.size, limits)
    if window is None:
        return None
    x0, y0, x1, y1 = window
    matrix[:, 2] -= (x0, y0)
    premultiplied = np.dstack([srgb_to_linear(figure.rgb) * figure.alpha[..., None], figure.alpha])
    drawn = warp_affine(premultiplied, matrix, (x1 - x0, y1 - y0))
    np.clip(drawn[..., 3], 0, 1, out=drawn[..., 3])
    np.clip(drawn[..., :3], 0, drawn[..., 3:], out=drawn[..., :3])
    return window, drawn


def _behind(rgba: NDArray[np.float32], window: Window, occluder: Mask | Alpha | None) -> NDArray[np.float32]:
    """A layer without what the occluder hides of it."""
    if occluder is None:
        return rgba
    x0, y0, x1, y1 = window
    return rgba * (1 - occluder[y0:y1, x0:x1, None].astype(np.float32))
