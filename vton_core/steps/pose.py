"""Step 2: the person on the canvas, and its joints."""

from __future__ import annotations

import numpy as np

from vton_core.engines.registry import load_pose
from vton_core.errors import NoPersonError
from vton_core.openpose import render_pose
from vton_core.progress import Report, Settings, about
from vton_core.resampling import over_white
from vton_core.types import Canvas, Cutout, Image, Pose
from vton_core.workspace import Workspace

__all__ = ["canvas_of", "draw_on_canvas", "estimate_pose", "run"]

_MARGIN = 0.04


def canvas_of(cutout: Cutout, size: int) -> Canvas:
    """Centre a figure on a square canvas, as large as fits with a margin.

    A figure that the photo's lower border cuts off stands on the canvas' lower border.

    Args:
        cutout: the figure.
        size: side of the canvas in pixels.

    Returns:
        The exact map from source to canvas.

    Raises:
        NoPersonError: the cutout shows nothing.
    """
    rows = np.flatnonzero((cutout.alpha > 0.5).any(axis=1))
    columns = np.flatnonzero((cutout.alpha > 0.5).any(axis=0))
    if len(rows) == 0:
        raise NoPersonError("The cutout shows nobody. Run step1 on a photo that shows a person clearly.")
    cropped = rows[-1] >= cutout.size[1] - 2
    room = size * (1 - 2 * _MARGIN)
    scale = float(min((room + cropped * size * _MARGIN) / (np.ptp(rows) + 1), room / (np.ptp(columns) + 1)))
    x = (size - 1) / 2 - scale * float(columns[0] + columns[-1]) / 2
    y = (size - 1) / 2 - scale * float(rows[0] + rows[-1]) / 2
    if cropped:
        y = size - 0.5 - scale * (cutout.size[1] - 0.5)
    return Canvas(scale, (x, y), (size, size), cutout.size)


def draw_on_canvas(cutout: Cutout, canvas: Canvas) -> Image:
    """The figure on a white canvas.

    Args:
        cutout: the figure.
        canvas: where it goes.

    Returns:
        ``uint8 (canvas H, canvas W, 3)``.
    """
    return over_white(cutout.rgb, cutout.alpha, canvas.matrix(), canvas.size)[0]


def estimate_pose(image: Image, engine: str | None = None) -> Pose:
    """Find the joints of the most prominent person.

    Args:
        image: ``uint8 (H, W, 3)``.
        engine: a pose engine's name; the default one if ``None``.

    Returns:
        BODY_25 joints in the picture's pixels.

    Raises:
        NoPersonError: nobody was found.
    """
    return load_pose(engine).estimate(image)


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Draw every cutout on the canvas, and write its map, pose and rendered pose; then the pairs."""
    models = list(workspace.cutouts())
    for index, model in enumerate(models):
        report(index / len(models), "Estimating the pose.")
        cutout = workspace.read_cutout(model)
        with about(model):
            canvas = canvas_of(cutout, settings.canvas)
            image = draw_on_canvas(cutout, canvas)
            pose = estimate_pose(image, settings.pose)
        workspace.write_canvas_image(model, image)
        workspace.write_canvas(model, canvas)
        workspace.write_pose(model, pose)
        workspace.write_rendered_pose(model, render_pose(pose, canvas.size))
        files = (workspace.image_file(model), workspace.pose_file(model), workspace.rendered_pose_file(model))
        report((index + 1) / len(models), "Estimating the pose.", files)
    workspace.write_pairs(models)
