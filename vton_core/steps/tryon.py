"""Step 4: the garment on the person."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vton_core.engines.registry import load_pose, load_tryon
from vton_core.errors import NoGarmentError, VtonError
from vton_core.progress import Report, Settings
from vton_core.steps.pose import draw_on_canvas
from vton_core.types import Canvas, Cutout, Garment, Joint, ParseMap, Pose, TryOn, Wearing
from vton_core.workspace import Pair, Workspace

__all__ = ["cut_garment", "run", "try_on"]

# How sure the pose must be of face and shoulders, and of a hand: empty clothes and printed portraits stay below.
_SEEN, _HANDS_SEEN = 0.94, 0.86


def cut_garment(image: NDArray[np.uint8]) -> Garment:
    """Separate a garment from its shop photo's background.

    Args:
        image: ``uint8 (H, W, 3)`` or ``(H, W, 4)``.

    Returns:
        The garment; its alpha is a multiple of 1/255, as a file keeps it.

    Raises:
        NoGarmentError: there is no garment, or no background to tell it from, or somebody wears it.
    """
    from vton_core.garment.mask import garment_from_image, garment_from_mask
    from vton_core.garment.worn import shows_skin

    garment = garment_from_image(image)
    if shows_skin(garment) and _worn(garment):
        raise NoGarmentError(
            "The garment photo shows a person who wears the garment. Use a photo of the garment alone, laid flat or "
            "hanging, on a plain background."
        )
    alpha = garment.alpha
    # From the mask as its file will say it, so that the next run, which reads that file, gives the same bytes.
    return garment_from_mask(image, np.round(alpha * 255).astype(np.float32) / np.float32(255))


def _worn(garment: Garment) -> bool:
    """Whether a person is seen in a garment photo, face and hand and all: prints and empty clothes show less."""
    alpha = garment.alpha[..., None]
    flat = np.round(garment.rgb * alpha + 255 * (1 - alpha)).astype(np.uint8)
    try:
        sure = load_pose().estimate(flat).keypoints[:, 2]
    except VtonError:
        return False
    seen = float(sure[[Joint.NOSE, Joint.RIGHT_SHOULDER, Joint.LEFT_SHOULDER]].min())
    hands = float(sure[[Joint.RIGHT_WRIST, Joint.LEFT_WRIST]].max())
    return seen > _SEEN and hands > _HANDS_SEEN


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


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Dress every pair of ``inputs/test_pairs.txt``; masks of garments are made where there are none."""
    pairs = workspace.pairs()
    garments: dict[str, Garment] = {}
    for index, pair in enumerate(pairs):
        report(index / len(pairs), "Putting the garment on.")
        if pair.cloth not in garments:
            garments = {pair.cloth: _garment(workspace, pair.cloth)}
        canvas = workspace.read_canvas(pair.model)
        result = try_on(
            workspace.read_cutout(pair.model),
            canvas,
            workspace.read_pose(pair.model),
            workspace.read_parse(pair.model, canvas.size),
            garments[pair.cloth],
            settings.tryon,
            settings.wearing,
        )
        files = _write(workspace, pair, result, canvas)
        report((index + 1) / len(pairs), "Putting the garment on.", files)


def _write(workspace: Workspace, pair: Pair, result: TryOn, canvas: Canvas) -> tuple[Path, ...]:
    workspace.write_tryon(pair, draw_on_canvas(result.figure, canvas))
    workspace.write_cutout(workspace.figure_file(pair), result.figure)
    return workspace.tryon_file(pair), workspace.figure_file(pair)


def _garment(workspace: Workspace, cloth: str) -> Garment:
    """The garment with the mask that is there, or with one made and written now."""
    picture = workspace.read_cloth(cloth)
    alpha = workspace.read_cloth_mask(cloth, (picture.shape[0], picture.shape[1]))
    if alpha is not None:
        from vton_core.garment.mask import garment_from_mask

        return garment_from_mask(picture, alpha)
    garment = cut_garment(picture)
    workspace.write_cloth_mask(cloth, garment.alpha)
    return garment
