"""The five steps in order: on a workspace, or on arrays."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Final, get_args

import numpy as np
from numpy.typing import NDArray

from vton_core.engines import registry
from vton_core.progress import STEPS, Progress, Settings, StepName
from vton_core.steps import background, compose, garments, parsing, pose, tryon
from vton_core.types import Canvas, Cutout, Finish, Garment, Image, ParseMap, Placement, Pose, TryOn
from vton_core.workspace import Workspace

__all__ = ["STEPS", "Fit", "Pipeline", "Progress", "Settings", "StepName", "check", "run_steps"]

# By name: the page and the command line do without what previews need.
_MODULES: Final[dict[StepName, str]] = {
    "step1": "background",
    "step2": "pose",
    "step3": "parsing",
    "step4": "tryon",
    "step5": "compose",
    "preview": "preview",
    "people": "people",
    "garments": "garments",
    "corrections": "corrections",
}


_ENGINE_STEPS: Final[tuple[registry.Step, ...]] = get_args(registry.Step)


def _silent(progress: Progress) -> None:
    del progress


def check(settings: Settings | None) -> Settings:
    """The settings, or the default ones, before any work: a name that is wrong is told at once, not at its step.

    Raises:
        UnknownEngineError: they name an engine that there is not.
    """
    chosen = settings or Settings()
    for step in _ENGINE_STEPS:
        name: str | None = getattr(chosen, step)
        if name is not None:
            registry.spec(step, name)
    return chosen


def run_steps(
    workspace: Workspace,
    steps: Sequence[StepName] = STEPS,
    settings: Settings | None = None,
    report: Callable[[Progress], None] = _silent,
) -> None:
    """Run steps on a workspace, one after the other.

    Args:
        workspace: where the files are.
        steps: which steps, in this order.
        settings: engines and canvas; the defaults if ``None``.
        report: called as the work goes on; the last report of a step carries its seconds.

    Raises:
        VtonError: what a step cannot do, in one sentence; files that were finished stay.
    """
    chosen = check(settings)
    for step in steps:
        started = time.perf_counter()

        def tell(
            fraction: float,
            message: str,
            files: tuple[Path, ...] = (),
            notes: tuple[str, ...] = (),
            /,
            *,
            step: StepName = step,
        ) -> None:
            names = tuple(workspace.relative(path) for path in files)
            report(Progress(step, min(fraction, 0.999), message, None, names, notes))

        import_module(f"vton_core.steps.{_MODULES[step]}").run(workspace, chosen, tell)
        report(Progress(step, 1.0, "Done.", round(time.perf_counter() - started, 3)))


@dataclass(frozen=True)
class Fit:
    """A person in a garment, with what led there.

    Attributes:
        cutout: the person without the background, at the photo's resolution.
        canvas: the map from photo to canvas.
        canvas_image: ``uint8 (canvas H, canvas W, 3)``: the person on the canvas.
        pose: joints on the canvas.
        parse: ``uint8 (canvas H, canvas W)`` of CIHP labels.
        garment: the (first) garment and its mask.
        tryon: the dressed figure.
    """

    cutout: Cutout
    canvas: Canvas
    canvas_image: Image
    pose: Pose
    parse: ParseMap
    garment: Garment
    tryon: TryOn

    def place(self, picture: Image, placement: Placement, finish: Finish | None = None) -> Image:
        """Put the dressed figure on a background; see :func:`vton_core.steps.compose.compose`."""
        return compose.compose(self.tryon.figure, picture, placement, finish)


class Pipeline:
    """The steps on arrays; engines stay loaded between calls.

    Args:
        settings: engines and canvas; the defaults if ``None``.

    Raises:
        UnknownEngineError: the settings name an engine that there is not.
    """

    def __init__(self, settings: Settings | None = None) -> None:
        self.settings = check(settings)

    def fit(self, model: Image, garment: NDArray[np.uint8], *more: NDArray[np.uint8]) -> Fit:
        """Dress a person.

        Args:
            model: ``uint8 (H, W, 3)``, the model photo.
            garment: ``uint8 (H, W, 3)`` or ``(H, W, 4)``, the garment's shop photo.
            more: others that are put on after it, in this order, as their shapes tell.

        Returns:
            Every stage; :meth:`Fit.place` makes the picture.

        Raises:
            NoPersonError: nobody was found in the model photo.
            NoGarmentError: no garment was found in the garment photo.
        """
        settings = self.settings
        cloths = [garments.cut_garment(picture) for picture in (garment, *more)]
        cutout = background.remove_background(model, settings.background)
        canvas = pose.canvas_of(cutout, settings.canvas)
        image = pose.draw_on_canvas(cutout, canvas)
        joints = pose.estimate_pose(image, settings.pose)
        mask = parsing.figure_mask(cutout, canvas)
        labels = parsing.parse_body(image, joints, mask, settings.parsing)
        dressed = tryon.try_on_all(cutout, canvas, joints, labels, cloths, settings)[-1]
        return Fit(cutout, canvas, image, joints, labels, cloths[0], dressed)
