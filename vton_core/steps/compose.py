"""Step 5: the figure on the background.

Colours are blended premultiplied and linear in light (Porter and Duff, "Compositing Digital Images", SIGGRAPH 1984).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import InputError, PlacementError
from vton_core.images import read_image
from vton_core.progress import Report, Settings, about
from vton_core.resampling import linear_to_srgb, srgb_to_linear, warp_affine
from vton_core.types import Alpha, Cutout, Image, Placement, Point
from vton_core.workspace import Workspace

__all__ = ["FigureGeometry", "compose", "figure_geometry", "placement_matrix", "run"]

_FEET = 0.05
_TALLEST = 1e6


@dataclass(frozen=True)
class FigureGeometry:
    """What of a figure its placement refers to, in the figure's pixels.

    Attributes:
        anchor: the point that is put on the placement's position: middle of the figure's lowest edge.
        height: height of what alpha shows above one half.
        box: ``(x0, y0, x1, y1)``, pixel edges, of what alpha shows above one half.
    """

    anchor: Point
    height: float
    box: tuple[int, int, int, int]


def figure_geometry(alpha: Alpha) -> FigureGeometry:
    """Measure a figure.

    Args:
        alpha: ``float32 (H, W)`` in [0, 1].

    Returns:
        Height and box of alpha above one half; the anchor lies in the middle of what its lowest twentieth spans, on the
        lower edge of the lowest row (half a pixel below its centres).

    Raises:
        InputError: alpha is nowhere above one half.
    """
    shown = alpha > 0.5
    rows, columns = np.flatnonzero(shown.any(axis=1)), np.flatnonzero(shown.any(axis=0))
    if len(rows) == 0:
        raise InputError("The figure is empty: nothing of it is opaque. Run the earlier steps again.")
    height = int(rows[-1] - rows[0] + 1)
    feet = np.flatnonzero(shown[rows[-1] + 1 - max(1, round(_FEET * height)) : rows[-1] + 1].any(axis=0))
    box = (int(columns[0]), int(rows[0]), int(columns[-1]) + 1, int(rows[-1]) + 1)
    return FigureGeometry((float(feet[0] + feet[-1]) / 2, rows[-1] + 0.5), float(height), box)


def placement_matrix(geometry: FigureGeometry, placement: Placement) -> NDArray[np.float64]:
    """``float64 (2, 3)``: figure pixels to background pixels."""
    scale = placement.height / geometry.height
    angle = math.radians(placement.rotate)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    linear = turn @ np.diag([-scale if placement.flip else scale, scale])
    return np.column_stack([linear, np.array(placement.position) - linear @ np.array(geometry.anchor)])


def compose(figure: Cutout, background: Image, placement: Placement) -> Image:
    """Put a figure on a background.

    Args:
        figure: the figure; its colours are not premultiplied.
        background: ``uint8 (H, W, 3)``.
        placement: where, and how large, in background pixels.

    Returns:
        ``uint8 (H, W, 3)``: the background at its own resolution; pixels that the figure does not touch are unchanged,
        parts of the figure outside are cut off.

    Raises:
        InputError: the figure is empty.
        PlacementError: the figure would be taller than a million pixels.
    """
    if placement.height > _TALLEST:
        raise PlacementError(
            "The figure would be {height} pixels tall. Choose the second and third placement point nearer together.",
            height=f"{placement.height:.0f}",
        )
    geometry = figure_geometry(figure.alpha)
    matrix = placement_matrix(geometry, placement)
    result = background.copy()
    window = _window(matrix, figure.size, (background.shape[1], background.shape[0]))
    if window is None:
        return result
    x0, y0, x1, y1 = window
    rows, columns = slice(y0, y1), slice(x0, x1)
    matrix[:, 2] -= (x0, y0)
    premultiplied = np.dstack([srgb_to_linear(figure.rgb) * figure.alpha[..., None], figure.alpha])
    drawn = warp_affine(premultiplied, matrix, (x1 - x0, y1 - y0))
    alpha = drawn[..., 3:].clip(0, 1)
    light = drawn[..., :3].clip(0, alpha)
    blended = linear_to_srgb(light + (1 - alpha) * srgb_to_linear(background[rows, columns]))
    result[rows, columns] = np.where(alpha > 0, blended, background[rows, columns])
    return result


def _window(
    matrix: NDArray[np.float64], size: tuple[int, int], limits: tuple[int, int]
) -> tuple[int, int, int, int] | None:
    """Background pixels that the figure's picture can touch: ``x0, y0, x1, y1``."""
    corners = np.array([[-1.0, -1.0], [size[0], -1.0], [-1.0, size[1]], [*size]]) @ matrix[:, :2].T + matrix[:, 2]
    low = np.clip(np.floor(corners.min(axis=0)) - 2, 0, limits).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)) + 3, 0, limits).astype(int)
    if (high <= low).any():
        return None
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Place every figure of ``output/figure`` on every background of ``inputs/backgrounds.txt``."""
    del settings  # composing needs none
    scenes, figures = workspace.scenes(), list(workspace.figures())
    total, done = len(scenes) * len(figures), 0
    for scene in scenes:
        with about(scene.picture.name):
            background = read_image(scene.picture)
        for name in figures:
            report(done / total, "Composing the picture.")
            with about(name):
                picture = compose(workspace.read_figure(name), background, scene.placement)
            workspace.write_final(name, scene.name, picture)
            done += 1
            report(done / total, "Composing the picture.", (workspace.final_file(name, scene.name),))
