"""Where a figure's pixels land on the background."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import InputError, PlacementError
from vton_core.types import Alpha, Placement, Point

__all__ = ["FigureGeometry", "Window", "figure_geometry", "is_cropped", "placement_matrix", "window_of"]

Window: TypeAlias = tuple[int, int, int, int]
"""``x0, y0, x1, y1``: columns ``x0`` to ``x1 - 1`` and rows ``y0`` to ``y1 - 1`` of the background."""

_FEET: Final = 0.05
_TALLEST: Final = 1e6
_BORDER: Final = 0.2
"""Of a cropped figure's width, how much lies on the border at least."""


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


def is_cropped(alpha: Alpha) -> bool:
    """A figure that its photo's lower border cuts off, so that it touches no ground.

    Args:
        alpha: ``float32 (H, W)`` of the figure's whole picture.
    """
    shown = alpha > 0.5
    width = np.count_nonzero(shown.any(axis=0))
    return bool(np.count_nonzero(shown[-1]) > _BORDER * width)


def placement_matrix(geometry: FigureGeometry, placement: Placement) -> NDArray[np.float64]:
    """``float64 (2, 3)``: figure pixels to background pixels.

    Raises:
        PlacementError: the figure would be taller than a million pixels.
    """
    if placement.height > _TALLEST:
        raise PlacementError(
            "The figure would be {height} pixels tall. Choose the second and third placement point nearer together.",
            height=f"{placement.height:.0f}",
        )
    scale = placement.height / geometry.height
    angle = math.radians(placement.rotate)
    turn = np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
    linear = turn @ np.diag([-scale if placement.flip else scale, scale])
    return np.column_stack([linear, np.array(placement.position) - linear @ np.array(geometry.anchor)])


def window_of(matrix: NDArray[np.float64], shown: Window, limits: tuple[int, int]) -> Window | None:
    """The background pixels that a figure can touch.

    Args:
        matrix: ``float64 (2, 3)``: figure pixels to background pixels.
        shown: the figure's pixels that are not transparent.
        limits: width and height of the background.

    Returns:
        The window, or ``None`` where the figure lies outside.
    """
    x0, y0, x1, y1 = shown
    corners = np.array([[x, y] for x in (x0 - 1.0, x1) for y in (y0 - 1.0, y1)]) @ matrix[:, :2].T + matrix[:, 2]
    # Bicubic interpolation reaches two pixels further.
    low = np.clip(np.floor(corners.min(axis=0)) - 2, 0, limits).astype(int)
    high = np.clip(np.ceil(corners.max(axis=0)) + 3, 0, limits).astype(int)
    if (high <= low).any():
        return None
    return int(low[0]), int(low[1]), int(high[0]), int(high[1])
