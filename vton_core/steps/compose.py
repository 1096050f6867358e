"""Step 5: the figures on the backgrounds."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from vton_core.composition.geometry import FigureGeometry, figure_geometry, placement_matrix
from vton_core.composition.layers import Background, Composition
from vton_core.export.composite import encode_composition, figures_alone
from vton_core.export.formats import encode
from vton_core.images import read_picture
from vton_core.progress import PictureFormat, Report, Settings, about
from vton_core.storage import write_bytes
from vton_core.types import Cutout, Finish, Image, Placement
from vton_core.workspace import SceneFile, Workspace

__all__ = ["FigureGeometry", "compose", "compose_file", "figure_geometry", "placement_matrix", "run"]


def compose(figure: Cutout, background: Image, placement: Placement, finish: Finish | None = None) -> Image:
    """Put a figure on a background.

    Args:
        figure: the figure; its colours are not premultiplied.
        background: ``uint8 (H, W, 3)``.
        placement: where, and how large, in background pixels.
        finish: how the figure is made to belong to the background; as it is if ``None``.

    Returns:
        ``uint8 (H, W, 3)``: the background at its own resolution; pixels that neither the figure nor its shadow touches
        are unchanged, parts of the figure outside are cut off.

    Raises:
        InputError: the figure is empty.
        PlacementError: the figure would be taller than a million pixels.
    """
    from vton_core.composition.scene import Placed, compose_scene

    placed = Placed(figure, placement, finish or Finish())
    return np.asarray(compose_scene(Background(background), [placed]).flatten(), np.uint8)


def compose_file(workspace: Workspace, scene: SceneFile, background: Background) -> Composition:
    """What a scene file describes.

    Args:
        workspace: where its figures are.
        scene: what stands where.
        background: the scene's picture.

    Returns:
        The background with its layers.

    Raises:
        InputError: a figure is empty or not there, or what stands in front has another size than the background.
        PlacementError: a figure would be taller than a million pixels.
    """
    from vton_core.composition.scene import Placed, compose_scene

    placed = [Placed(workspace.read_figure(one.figure), one.placement, one.finish) for one in scene.figures]
    return compose_scene(background, placed, workspace.read_occluder(scene))


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Write a picture for every figure on every line of ``inputs/backgrounds.txt`` and for every scene file."""
    scenes = workspace.scene_files()
    read: tuple[Path, Background] | None = None
    for done, scene in enumerate(scenes):
        report(done / len(scenes), "Composing the picture.")
        if read is None or read[0] != scene.picture:
            with about(scene.picture.name):
                read = scene.picture, Background.of(read_picture(scene.picture))
        with about(", ".join(one.figure for one in scene.figures)):
            files = _write(workspace, scene.name, compose_file(workspace, scene, read[1]), settings)
        report((done + 1) / len(scenes), "Composing the picture.", files)


def _write(workspace: Workspace, name: str, composition: Composition, settings: Settings) -> tuple[Path, ...]:
    """Write what the settings ask for; the paths."""
    kind = settings.format
    result = workspace.result_file(name, kind)
    write_bytes(result, encode_composition(composition, kind, settings.quality))
    if not settings.placed:
        return (result,)
    transparent: PictureFormat = kind if kind == "webp" or kind == "tiff" else "png"
    placed = workspace.placed_file(name, transparent)
    write_bytes(placed, encode(figures_alone(composition), transparent, settings.quality))
    return result, placed
