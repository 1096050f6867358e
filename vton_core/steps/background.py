"""Step 1: the person without the background."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from vton_core.engines.registry import load_background
from vton_core.images import read_image
from vton_core.progress import Report, Settings, about
from vton_core.types import Cutout, Image
from vton_core.workspace import Workspace

__all__ = ["remove_background", "run"]


def remove_background(image: Image, engine: str | None = None) -> Cutout:
    """Cut the largest person out of a photo.

    Args:
        image: ``uint8 (H, W, 3)``.
        engine: a background engine's name; the default one if ``None``.

    Returns:
        The figure at the photo's resolution; its alpha is a multiple of 1/255, as a file keeps it.

    Raises:
        NoPersonError: nobody was found.
    """
    cutout = load_background(engine).cut_out(image)
    return replace(cutout, alpha=np.round(cutout.alpha * 255).astype(np.float32) / np.float32(255))


def run(workspace: Workspace, settings: Settings, report: Report) -> None:
    """Cut every photo of ``inputs/org_img`` out into ``output/background_step1``."""
    photos = workspace.photos()
    for index, (model, path) in enumerate(photos.items()):
        report(index / len(photos), "Removing the background.")
        with about(path.name):
            cutout = remove_background(read_image(path), settings.background)
        workspace.write_cutout(workspace.cutout_file(model), cutout)
        notes: tuple[str, ...] = ()
        if cutout.people > 1:
            notes = ("Several people were found. The largest was kept.",)
        report((index + 1) / len(photos), "Removing the background.", (workspace.cutout_file(model),), notes)
