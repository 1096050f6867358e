"""What was corrected by hand, laid over what the steps have found: the page asks for it before the steps that see it.

It stands in ``by-hand/`` (see :meth:`Workspace.by_hand`): ``cutout.png`` and ``<cloth>-mask.png``, the layers of masks
(see :func:`painted`), ``parse.png`` (see :mod:`vton_core.steps.body_parts`; step 3 lays it in, too), and
``joints.json``. What they are laid over is in ``found/``, under the same names.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vton_core.images import read_image, read_rgba, read_texts, write_png
from vton_core.openpose import render_pose
from vton_core.progress import Report, Settings, about
from vton_core.steps.body_parts import repaint
from vton_core.steps.parsing import figure_mask
from vton_core.steps.pose import canvas_of, draw_on_canvas
from vton_core.types import Alpha, Cutout, Joint, Pose
from vton_core.workspace import Workspace

__all__ = ["painted", "run"]


def painted(alpha: Alpha, layer: NDArray[np.uint8]) -> tuple[Alpha, Alpha]:
    """A mask under a correcting layer.

    Args:
        alpha: ``float32 (H, W)`` in [0, 1], as it was found.
        layer: ``uint8 (h, w, 4)`` of the same proportions: red is the mask that it lays over what was found, alpha how
            much it covers.

    Returns:
        The corrected mask, a multiple of 1/255 as a file keeps it, and how much of it was added, both like ``alpha``.
    """
    import cv2

    cover = layer[..., 3] / np.float32(255)
    adding = cover * (layer[..., 0] / np.float32(255))
    size = (alpha.shape[1], alpha.shape[0])
    covered, added = (cv2.resize(part, size, interpolation=cv2.INTER_LINEAR) for part in (cover, adding))
    mask = np.round((alpha * (1 - covered) + added).clip(0, 1) * 255)
    return (mask / 255).astype(np.float32), np.asarray(added, np.float32)


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Lay in what stands in ``by-hand/``."""
    del settings
    report(0.0, "Laying in what was corrected by hand.")
    for model in workspace.photos():
        with about(model):
            if workspace.by_hand("cutout.png").is_file():
                _correct_cutout(workspace, model)
            if workspace.by_hand("joints.json").is_file():
                _move_joints(workspace, model)
            if workspace.by_hand("parse.png").is_file() and workspace.parse_file(model).is_file():
                repaint(workspace, model, figure_mask(workspace.read_cutout(model), workspace.read_canvas(model)))
    for cloth in workspace.cloths():
        if workspace.by_hand(f"{cloth}-mask.png").is_file():
            with about(cloth):
                _correct_mask(workspace, cloth)


def _correct_cutout(workspace: Workspace, model: str) -> None:
    rgba, layer = read_rgba(workspace.found("cutout.png")), read_rgba(workspace.by_hand("cutout.png"))
    alpha, added = painted((rgba[..., 3] / np.float32(255)).astype(np.float32), layer)
    photo = read_image(workspace.photos()[model])
    # Where the figure grows, it shows the photo: what the cutout holds there was never seen.
    rgb = rgba[..., :3] + added[..., None] * (photo - rgba[..., :3].astype(np.float32))
    corrected = Cutout(np.round(rgb).clip(0, 255).astype(np.uint8), alpha)
    workspace.write_cutout(workspace.cutout_file(model), corrected)


def _move_joints(workspace: Workspace, model: str) -> None:
    """The joints as they were found, with those moved; on a new canvas where the cutout has changed."""
    edit: Mapping[str, Any] = json.loads(workspace.by_hand("joints.json").read_text("utf-8"))
    canvas = workspace.read_canvas(model)
    found = canvas.pose_in_source(workspace.read_pose(model))
    keypoints = found.keypoints.copy()
    for name, joint in edit["found"].items():
        keypoints[Joint[name]] = joint or 0
    for name, at in edit["moved"].items():
        keypoints[Joint[name]] = (*at, 1) if at else 0
    if edit["cut"]:
        cutout = workspace.read_cutout(model)
        canvas = canvas_of(cutout, canvas.size[0])
        workspace.write_canvas(model, canvas)
        workspace.write_canvas_image(model, draw_on_canvas(cutout, canvas))
    pose = Pose(keypoints, found.in_space).mapped(canvas.scale, canvas.offset)
    workspace.write_pose(model, pose)
    workspace.write_rendered_pose(model, render_pose(pose, canvas.size))


def _correct_mask(workspace: Workspace, cloth: str) -> None:
    file = workspace.found(f"{cloth}-mask.png")
    found = read_image(file)[..., 0]
    alpha = (found / np.float32(255)).astype(np.float32)
    mask = painted(alpha, read_rgba(workspace.by_hand(f"{cloth}-mask.png")))[0]
    corrected = np.round(mask * 255).astype(np.uint8)
    write_png(workspace.inputs / "cloth-mask" / f"{cloth}.png", corrected, texts=read_texts(file))
