"""What a visitor has corrected by hand: remembered with the visit, and laid down for the next fit, whose first step
(:mod:`vton_core.steps.corrections`) works it in.

A correction belongs to a *subject*: ``cutout`` (the figure's mask), ``joints``, ``parts`` (of the body), and of each
garment ``<slot>.mask`` and ``<slot>.points``. Masks are corrected by a layer: a picture of white (add) and black (take
away) whose alpha says how much of the mask that was found it covers; parts by one in their colours. It is kept apart
from what was found, whose fine edges stay wherever nothing was painted.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Final

from components.correction import Standing, standing
from components.records import CLOTHS, PAIR, Cloth, Slot
from components.visit import Visit
from vton_core.progress import StepName
from vton_core.storage import share, write_text
from vton_core.workspace import Workspace

__all__ = [
    "CUTOUT",
    "JOINTS",
    "PARTS",
    "changed_step",
    "cloths",
    "differing",
    "first_steps",
    "forget",
    "found_cutout",
    "found_mask",
    "found_parse",
    "hand_stages",
    "lay_figure",
    "lay_garment",
    "mask_of",
    "points_of",
    "redrawn",
]

CUTOUT: Final = "cutout"
JOINTS: Final = "joints"
PARTS: Final = "parts"
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
    own = (CUTOUT, JOINTS, PARTS) if slot == "model" else (f"{slot}.mask", f"{slot}.points")
    visit.edits = {subject: edit for subject, edit in visit.edits.items() if subject not in own}


def differing(before: Standing, now: Standing) -> list[str]:
    """The subjects that are corrected otherwise in one than in the other."""
    return sorted(name for name in {*before, *now} if before.get(name) != now.get(name))


def changed_step(before: Standing, now: Standing, last: int = _LAST) -> int:
    """The index of the first of the steps cutout, pose, parse and try-on that has to be done for other corrections.

    Args:
        before: of the fit that is there, see :func:`components.correction.standing`.
        now: the same of the next.
        last: what comes out where nothing differs.
    """
    if before.get(CUTOUT) != now.get(CUTOUT) or before.get(JOINTS) != now.get(JOINTS):
        # Joints that were set by hand are not looked for again.
        return 2 if now.get(JOINTS) else 1
    return last if before == now else _LAST


def hand_stages(edits: Standing) -> list[str]:
    """The kinds of stages in which something is corrected by hand."""
    kinds = {CUTOUT: "cutout", JOINTS: "pose", PARTS: "parse"}
    return sorted({kinds.get(subject, "tryon") for subject in edits})


def found_cutout(workspace: Workspace) -> Path:
    """The cutout as step 1 found it, before corrections."""
    return _found(workspace, "cutout.png", workspace.cutout_file(_MODEL))


def found_mask(workspace: Workspace, slot: Cloth) -> Path:
    """A garment's mask as step 4 found it, before corrections."""
    return _found(workspace, f"{slot}-mask.png", workspace.cloth_mask_file(slot))


def found_parse(workspace: Workspace) -> Path:
    """The parse map as step 3 found it, before corrections."""
    return _found(workspace, "parse.png", workspace.parse_file(_MODEL))


def _found(workspace: Workspace, name: str, used: Path) -> Path:
    kept = workspace.found(name)
    return kept if kept.is_file() else used


def lay_figure(visit: Visit, workspace: Workspace, before: Standing) -> None:
    """Lay the corrections of the figure, its joints and its parts into a workspace that holds an earlier fit's steps,
    or ask for them (see :func:`first_steps`).

    Args:
        visit: whose.
        workspace: the next fit's.
        before: the earlier fit's corrections, see :func:`components.correction.standing`.
    """
    now = standing(visit.edits)
    cut = before.get(CUTOUT) != now.get(CUTOUT)
    if cut:
        _lay_cutout(workspace, visit, _layer(visit, CUTOUT))
    if now.get(JOINTS) and (cut or before.get(JOINTS) != now[JOINTS]):
        edit = visit.edits[JOINTS]
        order = {"found": edit["found"], "moved": edit["moved"], "cut": cut}
        write_text(workspace.by_hand("joints.json"), json.dumps(order))
    _lay_parts(workspace, visit, same=before.get(PARTS) == now.get(PARTS))


def _layer(visit: Visit, subject: str) -> str | None:
    return visit.edits.get(subject, {}).get("layer")


def _lay_cutout(workspace: Workspace, visit: Visit, layer: str | None) -> None:
    kept, file = workspace.found("cutout.png"), workspace.cutout_file(_MODEL)
    if not kept.is_file():
        share(file, kept)
    if layer is None:
        share(kept, file)
    else:
        share(visit.preview_file(layer), workspace.by_hand("cutout.png"))


def _lay_parts(workspace: Workspace, visit: Visit, *, same: bool) -> None:
    parsed, layer = workspace.parse_file(_MODEL).is_file(), _layer(visit, PARTS)
    if parsed and same:
        return
    found = (workspace.found("parse.png"), workspace.found("parse_vis.png"))
    if parsed and found[0].is_file():
        for kept, file in zip(found, (workspace.parse_file, workspace.parse_picture_file), strict=True):
            share(kept, file(_MODEL))
    if layer:
        share(visit.preview_file(layer), workspace.by_hand("parse.png"))


def lay_garment(visit: Visit, workspace: Workspace, slot: Cloth, earlier: Workspace | None, before: Standing) -> None:
    """Lay a garment's mask and its moved landmarks into a workspace, or ask for them (see :func:`first_steps`).

    Args:
        visit: whose.
        workspace: the next fit's.
        slot: whose garment.
        earlier: the workspace of a fit with the same garment in that slot.
        before: that fit's corrections, see :func:`components.correction.standing`.
    """
    if earlier and found_mask(earlier, slot).is_file():
        layer = _layer(visit, mask_of(slot))
        _lay_mask(visit, workspace, slot, earlier, layer, same=before.get(mask_of(slot)) == layer)
    else:
        _lay_cut(visit, workspace, slot)
    if moved := visit.edits.get(points_of(slot), {}).get("moved"):
        workspace.write_corrections(slot, {name: (at[0], at[1]) for name, at in moved.items() if at})


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
    share(found, workspace.found(f"{slot}-mask.png"))
    if same:
        share(earlier.cloth_mask_file(slot), target)
    else:
        share(visit.preview_file(layer), workspace.by_hand(f"{slot}-mask.png"))


def first_steps(workspace: Workspace) -> tuple[StepName, ...]:
    """What has to be done before a fit's steps: the corrections, where some were laid down for it."""
    return ("corrections",) if workspace.by_hand("").is_dir() else ()


def cloths(visit: Visit) -> list[Cloth]:
    """The slots of garments that hold one."""
    return [slot for slot in CLOTHS if slot in visit.uploads]


def redrawn(before: Standing, now: Standing, first: int) -> list[int]:
    """Which of the stages before ``first`` show something else: 0 for the cutout, 1 for the pose, 2 for the parts.

    Args:
        before: of the fit that is there, see :func:`components.correction.standing`.
        now: the same of the next.
        first: the index of the first stage that is done again.
    """
    cut, moved, painted = (before.get(subject) != now.get(subject) for subject in (CUTOUT, JOINTS, PARTS))
    return [index for index, differs in enumerate((cut, cut or moved, painted)) if differs and index < first]
