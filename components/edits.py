"""What a visitor has corrected by hand: remembered with the visit, and laid into the workspace of the next fit.

A correction belongs to a *subject*: ``cutout`` (the figure's mask), ``joints``, and of each garment ``<slot>.mask`` and
``<slot>.points``. Masks are corrected by a layer: a picture of white (add) and black (take away) whose alpha says how
much of the mask that was found it covers. It is kept apart from that mask, whose fine edges stay wherever nothing was
painted.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from components.visit import CLOTHS, PAIR, Cloth, Slot, Visit
from vton_core.images import read_image, read_rgba, write_png
from vton_core.openpose import render_pose
from vton_core.steps.pose import canvas_of, draw_on_canvas
from vton_core.types import Alpha, Canvas, Cutout, Joint, Pose
from vton_core.workspace import Workspace

__all__ = [
    "CUTOUT",
    "JOINTS",
    "changed_step",
    "cloths",
    "differing",
    "forget",
    "found_cutout",
    "found_mask",
    "hand_stages",
    "lay_figure",
    "lay_garment",
    "mask_of",
    "painted",
    "points_of",
    "redrawn",
    "share",
    "standing",
]

CUTOUT: Final = "cutout"
JOINTS: Final = "joints"
_MODEL: Final = "model"
_LAST: Final = 3


def mask_of(slot: Cloth) -> str:
    """The subject that is a garment's mask."""
    return f"{slot}.mask"


def points_of(slot: Cloth) -> str:
    """The subject that is a garment's landmarks."""
    return f"{slot}.points"


def forget(visit: Visit, slot: Slot) -> None:
    """Let go of what was corrected on the picture of a slot: another picture starts anew."""
    own = (CUTOUT, JOINTS) if slot == "model" else (f"{slot}.mask", f"{slot}.points")
    visit.edits = {subject: edit for subject, edit in visit.edits.items() if subject not in own}


def standing(edits: Mapping[str, Any]) -> dict[str, Any]:
    """What makes a difference: by subject what was moved, or the layer's name."""
    return {subject: edit.get("moved", edit.get("layer")) for subject, edit in edits.items()}


def differing(before: Mapping[str, Any], now: Mapping[str, Any]) -> list[str]:
    """The subjects that are corrected otherwise in one than in the other, see :func:`standing`."""
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


def changed_step(before: Mapping[str, Any], now: Mapping[str, Any], last: int = _LAST) -> int:
    """The index of the first of the steps cutout, pose, parse and try-on that has to be done for other corrections.

    Args:
        before: of the fit that is there, see :func:`standing`.
        now: the same of the next.
        last: what comes out where nothing differs.
    """
    if before.get(CUTOUT) != now.get(CUTOUT) or before.get(JOINTS) != now.get(JOINTS):
        # Joints that were set by hand are not looked for again.
        return 2 if now.get(JOINTS) else 1
    return last if before == now else _LAST


def hand_stages(edits: Mapping[str, Any]) -> list[str]:
    """The kinds of stages in which something is corrected by hand."""
    kinds = {CUTOUT: "cutout", JOINTS: "pose"}
    return sorted({kinds.get(subject, "tryon") for subject in edits})


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


def share(source: Path, target: Path) -> None:
    """Share a file: whoever changes one replaces it whole, so the other stays."""
    target.parent.mkdir(parents=True, exist_ok=True)
    target.unlink(missing_ok=True)
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)


def found_cutout(workspace: Workspace) -> Path:
    """The cutout as step 1 found it, before corrections."""
    kept = workspace.root / "found" / "cutout.png"
    return kept if kept.is_file() else workspace.cutout_file(_MODEL)


def found_mask(workspace: Workspace, slot: Cloth) -> Path:
    """A garment's mask as step 4 found it, before corrections."""
    kept = workspace.root / "found" / f"{slot}-mask.png"
    return kept if kept.is_file() else workspace.cloth_mask_file(slot)


def lay_figure(visit: Visit, workspace: Workspace, before: Mapping[str, Any]) -> None:
    """Lay the corrections of the figure and its joints into a workspace that holds an earlier fit's steps.

    Args:
        visit: whose.
        workspace: the next fit's.
        before: the earlier fit's corrections, see :func:`standing`.
    """
    now = standing(visit.edits)
    cut = before.get(CUTOUT) != now.get(CUTOUT)
    if cut:
        _lay_cutout(workspace, visit, now.get(CUTOUT))
    if now.get(JOINTS) and (cut or before.get(JOINTS) != now[JOINTS]):
        _lay_joints(workspace, visit.edits[JOINTS], cut)


def _lay_cutout(workspace: Workspace, visit: Visit, layer: str | None) -> None:
    kept, file = workspace.root / "found" / "cutout.png", workspace.cutout_file(_MODEL)
    if not kept.is_file():
        share(file, kept)
    if layer is None:
        share(kept, file)
        return
    rgba = read_rgba(kept)
    alpha, added = painted((rgba[..., 3] / np.float32(255)).astype(np.float32), read_rgba(visit.preview_file(layer)))
    photo = read_image(workspace.photos()[_MODEL])
    # Where the figure grows, it shows the photo: what the cutout holds there was never seen.
    rgb = rgba[..., :3] + added[..., None] * (photo - rgba[..., :3].astype(np.float32))
    workspace.write_cutout(file, Cutout(np.round(rgb).clip(0, 255).astype(np.uint8), alpha))


def _lay_joints(workspace: Workspace, edit: Mapping[str, Any], cut: bool) -> None:
    """The joints as they were found, with those moved; on a new canvas where the cutout has changed."""
    canvas = workspace.read_canvas(_MODEL)
    keypoints = workspace.read_pose(_MODEL).mapped(1 / canvas.scale, _back(canvas)).keypoints.copy()
    for name, joint in edit["found"].items():
        keypoints[Joint[name]] = joint or 0
    for name, at in edit["moved"].items():
        keypoints[Joint[name]] = (*at, 1) if at else 0
    if cut:
        cutout = workspace.read_cutout(_MODEL)
        canvas = canvas_of(cutout, canvas.size[0])
        workspace.write_canvas(_MODEL, canvas)
        workspace.write_canvas_image(_MODEL, draw_on_canvas(cutout, canvas))
    pose = Pose(keypoints).mapped(canvas.scale, canvas.offset)
    workspace.write_pose(_MODEL, pose)
    workspace.write_rendered_pose(_MODEL, render_pose(pose, canvas.size))


def _back(canvas: Canvas) -> tuple[float, float]:
    return -canvas.offset[0] / canvas.scale, -canvas.offset[1] / canvas.scale


def lay_garment(
    visit: Visit, workspace: Workspace, slot: Cloth, earlier: Workspace | None, before: Mapping[str, Any]
) -> None:
    """Lay a garment's mask and its moved landmarks into a workspace.

    Args:
        visit: whose.
        workspace: the next fit's.
        slot: whose garment.
        earlier: the workspace of a fit with the same garment in that slot.
        before: that fit's corrections, see :func:`standing`.
    """
    now = standing(visit.edits)
    if earlier and found_mask(earlier, slot).is_file():
        layer = now.get(mask_of(slot))
        _lay_mask(visit, workspace, slot, earlier, layer, same=before.get(mask_of(slot)) == layer)
    else:
        _lay_cut(visit, workspace, slot)
    if moved := now.get(points_of(slot)):
        workspace.write_corrections(slot, moved)


def _lay_cut(visit: Visit, workspace: Workspace, slot: Cloth) -> None:
    """Lay the mask into a workspace that was made when the garment's photo was chosen, if that is done."""
    cut = Workspace(visit.cut_root(visit.uploads[slot].digest)).cloth_mask_file(PAIR.cloth)
    if cut.is_file():
        share(cut, workspace.cloth_mask_file(slot))


def _lay_mask(
    visit: Visit, workspace: Workspace, slot: Cloth, earlier: Workspace, layer: str | None, *, same: bool
) -> None:
    target, found = workspace.inputs / "cloth-mask" / f"{slot}.png", found_mask(earlier, slot)
    if layer is None:
        share(found, target)
        return
    share(found, workspace.root / "found" / f"{slot}-mask.png")
    if same:
        share(earlier.cloth_mask_file(slot), target)
        return
    alpha = (read_image(found)[..., 0] / np.float32(255)).astype(np.float32)
    write_png(target, np.round(painted(alpha, read_rgba(visit.preview_file(layer)))[0] * 255).astype(np.uint8))


def cloths(visit: Visit) -> list[Cloth]:
    """The slots of garments that hold one."""
    return [slot for slot in CLOTHS if slot in visit.uploads]


def redrawn(before: Mapping[str, Any], now: Mapping[str, Any], first: int) -> list[int]:
    """Which of the stages before ``first`` show something else: 0 for the cutout, 1 for the pose.

    Args:
        before: of the fit that is there, see :func:`standing`.
        now: the same of the next.
        first: the index of the first stage that is done again.
    """
    cut, moved = (before.get(subject) != now.get(subject) for subject in (CUTOUT, JOINTS))
    return [index for index, differs in enumerate((cut, cut or moved)) if differs and index < first]
