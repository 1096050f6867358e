"""Step 3: a label for every pixel of the person."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from vton_core.engines.base import EdgeEngine
from vton_core.engines.registry import load_parsing
from vton_core.errors import WorkspaceError
from vton_core.evaluation.parsing import EdgeAgreement, LabelAgreement
from vton_core.progress import Report, Settings
from vton_core.resampling import warp_affine
from vton_core.steps.body_parts import repaint
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


def _agreement(parsed: LabelAgreement, outlined: EdgeAgreement) -> Iterator[str]:
    """How near the results come to what is known, as CIHP_PGN's published test says it."""
    if parsed:
        said = "Beside the labels of inputs/val.txt: pixel accuracy {accuracy}, mean IoU {iou}."
        yield said.format(accuracy=f"{parsed.accuracy:.4f}", iou=f"{parsed.mean_iou:.4f}")
    if outlined:
        said = "Beside the edges of inputs/val_id.txt: recall {recall}, precision {precision}."
        yield said.format(recall=f"{outlined.recall:.4f}", precision=f"{outlined.precision:.4f}")


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Parse the canvas pictures that ``inputs/val.txt`` names into ``output/cihp_parsing``.

    Where the labels or edges that it and ``inputs/val_id.txt`` name hold something, the last report says how near to
    them the results come.
    """
    pictures = workspace.to_parse()
    parsed, outlined = LabelAgreement(), EdgeAgreement()
    for index, picture in enumerate(pictures):
        report(index / len(pictures), "Parsing the body.")
        model = picture.model
        image = workspace.read_canvas_image(model)
        canvas = workspace.read_canvas(model)
        if image.shape[1::-1] != canvas.size:
            raise WorkspaceError(
                "{file} has another size than its canvas file says. Run step2 again.",
                file=workspace.relative(workspace.image_file(model)),
            )
        mask = figure_mask(workspace.read_cutout(model), canvas) if workspace.cutout_file(model).is_file() else None
        labels = np.asarray(parse_body(image, workspace.read_pose(model), mask, settings.parsing), np.uint8)
        workspace.write_parse(model, labels)
        repaint(workspace, model, mask)
        if (truth := workspace.true_labels(picture, labels.shape)) is not None:
            parsed.add(labels, truth)
        if (edges := workspace.true_edges(picture, labels.shape)) is not None:
            engine = load_parsing(settings.parsing)
            if isinstance(engine, EdgeEngine):
                outlined.add(engine.edges(image) > 0.5, edges)
        notes = tuple(_agreement(parsed, outlined)) if picture is pictures[-1] else ()
        files = (workspace.parse_file(model), workspace.parse_picture_file(model))
        report((index + 1) / len(pictures), "Parsing the body.", files, notes)
