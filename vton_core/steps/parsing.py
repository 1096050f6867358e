"""Step 3: a label for every pixel of the person."""

from __future__ import annotations

import numpy as np

from vton_core.engines.registry import load_parsing
from vton_core.errors import WorkspaceError
from vton_core.progress import Report, Settings
from vton_core.resampling import warp_affine
from vton_core.types import Canvas, Cutout, Image, Mask, ParseMap, Pose
from vton_core.workspace import Workspace

__all__ = ["figure_mask", "parse_body", "run"]


def figure_mask(cutout: Cutout, canvas: Canvas) -> Mask:
    """``bool (canvas H, canvas W)``: where the figure shows on the canvas."""
    return warp_affine(cutout.alpha, canvas.matrix(), canvas.size) > 0.5


def parse_body(image: Image, pose: Pose, mask: Mask | None = None, engine: str | None = None) -> ParseMap:
    """Label every pixel of a person.

    Args:
        image: ``uint8 (H, W, 3)``.
        pose: the person's joints in the same pixels.
        mask: ``bool (H, W)`` of the figure where it is known; all else becomes background.
        engine: a parsing engine's name; the default one if ``None``.

    Returns:
        ``uint8 (H, W)`` of CIHP labels.
    """
    return load_parsing(engine).parse(image, pose, mask)


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Parse every canvas picture into ``output/cihp_parsing``."""
    models = workspace.models_to_parse()
    for index, model in enumerate(models):
        report(index / len(models), "Parsing the body.")
        image = workspace.read_canvas_image(model)
        canvas = workspace.read_canvas(model)
        if image.shape[1::-1] != canvas.size:
            raise WorkspaceError(
                "{file} has another size than its canvas file says. Run step2 again.",
                file=workspace.relative(workspace.image_file(model)),
            )
        mask = figure_mask(workspace.read_cutout(model), canvas) if workspace.cutout_file(model).is_file() else None
        labels = parse_body(image, workspace.read_pose(model), mask, settings.parsing)
        workspace.write_parse(model, np.asarray(labels, np.uint8))
        files = (workspace.parse_file(model), workspace.parse_picture_file(model))
        report((index + 1) / len(models), "Parsing the body.", files)
