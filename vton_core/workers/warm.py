"""What a worker does before its first job, so that the job need not wait for it."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from vton_core.errors import VtonError
from vton_core.images import read_image
from vton_core.openpose import pose_from_json
from vton_core.progress import Settings, StepName
from vton_core.steps.background import remove_background
from vton_core.steps.compose import compose, figure_geometry
from vton_core.steps.corrections import painted
from vton_core.steps.garments import cut_garment
from vton_core.steps.parsing import parse_body
from vton_core.steps.pose import canvas_of, estimate_pose
from vton_core.steps.tryon import try_on
from vton_core.types import Cutout, Finish, Image, ParseMap, Placement, Pose

__all__ = ["warm_up"]

_EXAMPLES: Final = Path(__file__).resolve().parents[2] / "assets" / "examples"
_REDUCED: Final = 3


def warm_up(step: StepName, settings: Settings) -> None:
    """Do a step once on a small example: it loads the engine and whatever the engine needs at its first use.

    Args:
        step: which one.
        settings: with which engines.
    """
    # An engine that cannot be used is the business of the job that asks for it.
    with suppress(VtonError):
        _FIRST_USES[step](settings)


class _Example(NamedTuple):
    cutout: Cutout
    pose: Pose
    parse: ParseMap
    garment: Image


@cache
def _example() -> _Example:
    rgb, alpha, parse = (_small(f"model_woman{part}.png") for part in ("", "_alpha", "_parse"))
    pose = pose_from_json((_EXAMPLES / "model_woman_keypoints.json").read_text("utf-8"), "the example")
    cutout = Cutout(rgb, alpha[..., 0].astype(np.float32) / np.float32(255))
    garment = _small("garment_tee_green.png")
    return _Example(cutout, pose.mapped(1 / _REDUCED, (0.0, 0.0)), np.ascontiguousarray(parse[..., 0]), garment)


def _small(name: str) -> NDArray[np.uint8]:
    return np.ascontiguousarray(read_image(_EXAMPLES / name)[::_REDUCED, ::_REDUCED])


def _background(settings: Settings) -> None:
    remove_background(_example().cutout.rgb, settings.background)


def _pose(settings: Settings) -> None:
    estimate_pose(_example().cutout.rgb, settings.pose)


def _parsing(settings: Settings) -> None:
    example = _example()
    parse_body(example.cutout.rgb, example.pose, example.cutout.alpha > 0.5, settings.parsing)


def _tryon(settings: Settings) -> None:
    example = _example()
    canvas = canvas_of(example.cutout, max(example.cutout.size))
    pose = example.pose.mapped(canvas.scale, canvas.offset)
    ys, xs = (np.arange(side) for side in canvas.size)
    source = canvas.to_source(np.dstack(np.meshgrid(xs, ys))).round().astype(int)
    width, height = example.cutout.size
    parse = example.parse[source[..., 1].clip(0, height - 1), source[..., 0].clip(0, width - 1)]
    try_on(example.cutout, canvas, pose, parse, cut_garment(example.garment), settings.tryon)


def _garments(settings: Settings) -> None:
    del settings
    cut_garment(_example().garment)


def _corrections(settings: Settings) -> None:
    del settings
    alpha = _example().cutout.alpha
    painted(alpha, np.zeros((*alpha.shape, 4), np.uint8))


def _composition(settings: Settings) -> None:
    del settings
    figure = _example().cutout
    anchor, height = figure_geometry(figure.alpha).anchor, figure_geometry(figure.alpha).height
    compose(figure, figure.rgb, Placement(anchor, (0.0, 0.0), (0.0, height)), Finish.natural())


_FIRST_USES: Final[dict[StepName, Callable[[Settings], None]]] = {
    "step1": _background,
    "step2": _pose,
    "step3": _parsing,
    "step4": _tryon,
    "step5": _composition,
    "preview": _composition,
    "people": _pose,
    "garments": _garments,
    "corrections": _corrections,
}
