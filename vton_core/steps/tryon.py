"""Step 4: the garment on the person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

import numpy as np

from vton_core.cloth_landmarks import ClothLandmarks
from vton_core.engines.registry import load_tryon
from vton_core.progress import Report, Settings
from vton_core.side_by_side import side_by_side
from vton_core.steps.garments import read_garment
from vton_core.steps.parsing import figure_mask, parse_body
from vton_core.steps.pose import draw_on_canvas
from vton_core.types import Canvas, Cutout, Garment, GarmentKind, ParseMap, Pose, TryOn, Wearing
from vton_core.workspace import Pair, Workspace

__all__ = ["run", "try_on", "try_on_all"]

_TAKEN_FOR: Final[dict[GarmentKind, str]] = {
    "lower": "The garment was taken for trousers or a skirt.",
    "dress": "The garment was taken for a dress.",
}


def try_on(
    cutout: Cutout,
    canvas: Canvas,
    pose: Pose,
    parse: ParseMap,
    garment: Garment,
    engine: str | None = None,
    wearing: Wearing | None = None,
) -> TryOn:
    """Put a garment on a figure.

    Args:
        cutout: the figure at the source's resolution.
        canvas: the map from source to canvas.
        pose: joints on the canvas.
        parse: ``uint8 (canvas H, canvas W)`` of CIHP labels.
        garment: the shop photo and its mask.
        engine: a try-on engine's name; the default one if ``None``.
        wearing: what is wanted otherwise than it comes out; nothing if ``None``.

    Returns:
        The dressed figure at the source's resolution; its alpha is a multiple of 1/255, as a file keeps it.

    Raises:
        NoPersonError: the pose has no shoulders to hang a garment on.
        NoGarmentError: the garment's shape cannot be used.
    """
    result = load_tryon(engine).dress(cutout, canvas, pose, parse, garment, wearing or Wearing())
    alpha = np.round(result.figure.alpha * 255).astype(np.float32) / np.float32(255)
    return replace(result, figure=replace(result.figure, alpha=alpha))


def try_on_all(
    cutout: Cutout, canvas: Canvas, pose: Pose, parse: ParseMap, garments: Sequence[Garment], settings: Settings
) -> list[TryOn]:
    """Put garments on a figure, one over the other; between them the figure is parsed anew.

    Args:
        cutout: the figure at the source's resolution.
        canvas: the map from source to canvas.
        pose: joints on the canvas.
        parse: ``uint8 (canvas H, canvas W)`` of CIHP labels.
        garments: in the order in which they are put on; at least one.
        settings: the engines, and how the garments are worn.

    Returns:
        The result of each; the last shows all. ``changed`` tells what differs from the given cutout.

    Raises:
        NoPersonError: the pose has no shoulders, or for a lower garment no hips, to hang a garment on.
        NoGarmentError: a garment's shape cannot be used.
    """
    results = [try_on(cutout, canvas, pose, parse, garments[0], settings.tryon, settings.wearing)]
    for garment in garments[1:]:
        before = results[-1]
        wearing = _next(settings.worn_next, garment, results)
        labels = parse_body(
            draw_on_canvas(before.figure, canvas), pose, figure_mask(before.figure, canvas), settings.parsing
        )
        result = try_on(before.figure, canvas, pose, labels, garment, settings.tryon, wearing)
        results.append(replace(result, changed=result.changed | before.changed))
    return results


def _next(wearing: Wearing, garment: Garment, worn: Sequence[TryOn]) -> Wearing:
    """How a garment is worn over others: where nothing is said as its shape tells, more likely on the legs where only
    tops are worn yet."""
    if wearing.garment != "auto" or any(result.garment != "upper" for result in worn):
        return wearing
    from vton_core.garment.kind import kind_of

    return replace(wearing, garment=kind_of(garment, wearing, after="upper"))


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Dress every pair of ``inputs/test_pairs.txt``; masks of garments are made where there are none."""
    pairs = workspace.pairs()
    garments: dict[str, Garment] = {}
    for index, pair in enumerate(pairs):
        report(index / len(pairs), "Putting the garment on.")
        worn = workspace.worn(pair)
        canvas = workspace.read_canvas(pair.model)
        garments, cutout = side_by_side(
            partial(_garments, workspace, worn, garments), partial(workspace.read_cutout, pair.model)
        )
        results = try_on_all(
            cutout,
            canvas,
            workspace.read_pose(pair.model),
            workspace.read_parse(pair.model, canvas.size),
            [garments[cloth] for cloth in worn],
            settings,
        )
        files = _write(workspace, pair, results[-1], canvas)
        for cloth, result in zip(worn, results, strict=True):
            files += _write_landmarks(workspace, cloth, result, garments[cloth])
        notes = _notes(results, settings, [garments[cloth] for cloth in worn])
        report((index + 1) / len(pairs), "Putting the garment on.", files, notes)


def _garments(workspace: Workspace, worn: Sequence[str], known: Mapping[str, Garment]) -> dict[str, Garment]:
    """The garments of a pair, those that the pair before had too as they are known."""
    return {cloth: known.get(cloth) or read_garment(workspace, cloth) for cloth in worn}


def _notes(results: Sequence[TryOn], settings: Settings, garments: Sequence[Garment]) -> tuple[str, ...]:
    """What the user may not expect: a garment that was taken for other than a top, or that lies on its side."""
    said = [settings.garment, *[settings.second] * (len(results) - 1)]
    kinds = {result.garment for result, kind in zip(results, said, strict=True) if kind == "auto"}
    lies = ("The garment seems to lie on its side. Turn its photo.",) if any(one.turns for one in garments) else ()
    return (*(sentence for kind, sentence in _TAKEN_FOR.items() if kind in kinds), *lies)


def _write(workspace: Workspace, pair: Pair, result: TryOn, canvas: Canvas) -> tuple[Path, ...]:
    # A picture's compression keeps one core busy, and lets the other go.
    side_by_side(
        lambda: workspace.write_cutout(workspace.figure_file(pair), result.figure),
        lambda: workspace.write_tryon(pair, draw_on_canvas(result.figure, canvas)),
    )
    return workspace.tryon_file(pair), workspace.figure_file(pair)


def _write_landmarks(workspace: Workspace, cloth: str, result: TryOn, garment: Garment) -> tuple[Path, ...]:
    if not result.landmarks:
        return ()
    height, width = garment.alpha.shape
    workspace.write_landmarks(cloth, ClothLandmarks(result.garment, (width, height), result.landmarks))
    return (workspace.landmarks_file(cloth),)
