"""The pictures of a fit's stages: what each has found, all in one frame around the figure, so that they compare."""

from __future__ import annotations

from functools import cached_property
from typing import Final

import numpy as np
from numpy.typing import NDArray

from components.previews import over, preview
from components.visit import Visit
from vton_core.images import read_image, read_rgba
from vton_core.labels import PALETTE, Label
from vton_core.resampling import warp_affine
from vton_core.types import Canvas, Image
from vton_core.workspace import Pair, Workspace

__all__ = ["StageViews", "framed", "tinted"]

_SIDE: Final = 960
_MARGIN: Final = 0.04
_TINT: Final = np.float32(0.7)


class StageViews:
    """Makes the previews of one fit, stage after stage.

    Args:
        visit: whose.
        workspace: the fit's.
        pair: model and garment in it.
        number: the fit's number.
    """

    def __init__(self, visit: Visit, workspace: Workspace, pair: Pair, number: int) -> None:
        self._visit, self._workspace, self._pair, self._number = visit, workspace, pair, number

    def make(self, index: int) -> str:
        """Write the preview of the stage that has just finished, 0 to 3, and return its name."""
        name = f"fit-{self._number:04d}-{index + 1}.webp"
        picture = (self._cutout, self._pose, self._parse, self._tryon)[index]()
        preview(picture, self._visit.preview_file(name), _SIDE)
        return name

    @cached_property
    def _frame(self) -> tuple[int, int, int, int]:
        """``(x0, y0, x1, y1)``: source pixels around the figure."""
        return _around(read_rgba(self._workspace.cutout_file(self._pair.model))[..., 3])

    @cached_property
    def _photo(self) -> Image:
        """The person on the canvas, on which pose and parse are drawn."""
        return read_image(self._workspace.image_file(self._pair.model))

    def _cropped(self, picture: NDArray[np.uint8]) -> NDArray[np.uint8]:
        x0, y0, x1, y1 = self._frame
        return picture[y0:y1, x0:x1]

    def _cutout(self) -> NDArray[np.uint8]:
        picture = read_rgba(self._workspace.cutout_file(self._pair.model))
        self._frame = _around(picture[..., 3])
        return self._cropped(picture)

    def _pose(self) -> Image:
        model = self._pair.model
        drawn = over(read_image(self._workspace.rendered_pose_file(model)), self._photo)
        return framed(drawn, self._workspace.read_canvas(model), self._frame)

    def _parse(self) -> Image:
        model = self._pair.model
        canvas = self._workspace.read_canvas(model)
        labels = self._workspace.read_parse(model, canvas.size)
        drawn = tinted(labels, self._photo)
        return framed(drawn, canvas, self._frame)

    def _tryon(self) -> NDArray[np.uint8]:
        return self._cropped(read_rgba(self._workspace.figure_file(self._pair)))


def _around(alpha: NDArray[np.uint8]) -> tuple[int, int, int, int]:
    """The frame, with its margin, of what alpha, ``uint8 (H, W)``, shows."""
    rows, columns = (np.flatnonzero((alpha > 127).any(axis=axis)) for axis in (1, 0))
    height, width = alpha.shape
    if len(rows) == 0:
        return 0, 0, width, height
    margin = round(_MARGIN * max(np.ptp(rows), np.ptp(columns))) + 1
    return (
        max(0, int(columns[0]) - margin),
        max(0, int(rows[0]) - margin),
        min(width, int(columns[-1]) + 1 + margin),
        min(height, int(rows[-1]) + 1 + margin),
    )


def tinted(labels: NDArray[np.uint8], photo: Image) -> Image:
    """A parse map in CIHP's colours over its photo, on white; labels and photo have the same size."""
    colours = PALETTE[labels] * _TINT + photo * (1 - _TINT)
    return np.where((labels == Label.BACKGROUND)[..., None], 255, colours).astype(np.uint8)


def framed(picture: Image, canvas: Canvas, frame: tuple[int, int, int, int]) -> Image:
    """What a picture on the canvas shows of a part of the source photo.

    Args:
        picture: ``uint8 (canvas H, canvas W, 3)``.
        canvas: the map from source to canvas.
        frame: ``(x0, y0, x1, y1)``, source pixels.

    Returns:
        ``uint8 (H, W, 3)`` of the frame's proportions, at the canvas' resolution or less; white off the canvas.
    """
    x0, y0, x1, y1 = frame
    scale = min(_SIDE / max(x1 - x0, y1 - y0), canvas.scale)
    shrink = scale / canvas.scale
    shift = [
        scale * (0.5 - origin) - 0.5 - shrink * offset for origin, offset in zip((x0, y0), canvas.offset, strict=True)
    ]
    matrix = np.array([[shrink, 0.0, shift[0]], [0.0, shrink, shift[1]]])
    size = (max(1, round((x1 - x0) * scale)), max(1, round((y1 - y0) * scale)))
    drawn = warp_affine(np.float32(255) - picture, matrix, size)
    return (255 - drawn).round().clip(0, 255).astype(np.uint8)
