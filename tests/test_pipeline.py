"""The five steps on arrays, on a workspace and step by step: one and the same result."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pytest

import vton_core
from vton_core import Fit, Pipeline, Placement, Settings, Workspace
from vton_core.errors import UnknownEngineError
from vton_core.images import encode_png, read_image, read_rgba, write_png
from vton_core.pipeline import STEPS, Progress, run_steps
from vton_core.steps.parsing import figure_mask
from vton_core.types import Image
from vton_core.workspace import Pair

_PAIR = Pair("woman", "tee")
_SETTINGS = Settings(canvas=400)
_PLACEMENT = Placement((300.5, 380), (310, 60), (310, 370))


@dataclass
class _Both:
    """The same pictures through a workspace and through the pipeline."""

    workspace: Workspace
    told: list[Progress]
    fit: Fit
    garment: Image
    scene: Image


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory, examples: Path) -> _Both:
    workspace = Workspace(tmp_path_factory.mktemp("work"))
    photo = np.ascontiguousarray(read_image(examples / "model_woman.png")[::2, ::2])
    garment = np.ascontiguousarray(read_rgba(examples / "garment_tee_striped.png")[::2, ::2])
    scene = np.ascontiguousarray(read_image(examples / "background_terrace.png")[::3, ::3])
    write_png(workspace.inputs / "org_img" / "woman.png", photo)
    write_png(workspace.inputs / "cloth" / "tee.png", garment)
    write_png(workspace.inputs / "bg_images" / "terrace.png", scene)
    (workspace.inputs / "bg_images" / "terrace.txt").write_text("300.5 380\n310 60\n310 370\n")
    (workspace.inputs / "backgrounds.txt").write_text("bg_images/terrace.png bg_images/terrace.txt\n")
    told: list[Progress] = []
    run_steps(workspace, settings=_SETTINGS, report=told.append)
    return _Both(workspace, told, Pipeline(_SETTINGS).fit(photo, garment), garment, scene)


def _bytes(array: np.ndarray) -> bytes:
    return encode_png(np.ascontiguousarray(array))


def test_every_stage_is_the_same(both: _Both) -> None:
    workspace, fit = both.workspace, both.fit
    for kept, cutout in (
        (workspace.read_cutout("woman"), fit.cutout),
        (workspace.read_figure(_PAIR), fit.tryon.figure),
    ):
        np.testing.assert_array_equal(kept.alpha, cutout.alpha)
        np.testing.assert_array_equal(kept.rgb, cutout.rgb)
    assert workspace.read_canvas("woman") == fit.canvas
    np.testing.assert_array_equal(workspace.read_canvas_image("woman"), fit.canvas_image)
    np.testing.assert_array_equal(workspace.read_pose("woman").keypoints, fit.pose.keypoints)
    np.testing.assert_array_equal(workspace.read_parse("woman", fit.canvas.size), fit.parse)
    np.testing.assert_array_equal(workspace.read_cloth_mask("tee", fit.garment.alpha.shape), fit.garment.alpha)


def test_the_picture_is_the_same_file(both: _Both) -> None:
    placed = both.fit.place(both.scene, _PLACEMENT)
    assert both.workspace.final_file(_PAIR, "terrace").read_bytes() == _bytes(placed)
    assert (placed != both.scene).any(axis=2).mean() > 0.03


def test_single_calls_give_what_the_pipeline_gives(both: _Both) -> None:
    fit = both.fit
    mask = figure_mask(fit.cutout, fit.canvas)
    np.testing.assert_array_equal(vton_core.estimate_pose(fit.canvas_image).keypoints, fit.pose.keypoints)
    np.testing.assert_array_equal(vton_core.parse_body(fit.canvas_image, fit.pose, mask), fit.parse)
    again = vton_core.try_on(fit.cutout, fit.canvas, fit.pose, fit.parse, vton_core.cut_garment(both.garment))
    np.testing.assert_array_equal(again.figure.rgb, fit.tryon.figure.rgb)
    np.testing.assert_array_equal(again.figure.alpha, fit.tryon.figure.alpha)
    placed = vton_core.compose(fit.tryon.figure, both.scene, _PLACEMENT)
    np.testing.assert_array_equal(placed, fit.place(both.scene, _PLACEMENT))


def test_what_the_garment_does_not_change_is_the_photos(both: _Both) -> None:
    fit = both.fit
    kept = ~fit.tryon.changed
    np.testing.assert_array_equal(fit.tryon.figure.rgb[kept], fit.cutout.rgb[kept])
    np.testing.assert_array_equal(fit.tryon.figure.alpha[kept], fit.cutout.alpha[kept])
    assert 0.02 < fit.tryon.changed.mean() < 0.6


def test_the_try_on_again_gives_the_same_bytes(both: _Both) -> None:
    """Though the garment's mask, which the first run made, is there now."""
    figure = both.workspace.figure_file(_PAIR)
    before = figure.read_bytes()
    run_steps(both.workspace, ("step4",), _SETTINGS)
    assert figure.read_bytes() == before


def test_the_reports_tell_of_every_step_in_order(both: _Both) -> None:
    assert [progress.step for progress in both.told if progress.seconds is not None] == list(STEPS)
    for step in STEPS:
        fractions = [progress.fraction for progress in both.told if progress.step == step]
        assert fractions == sorted(fractions)
        assert fractions[0] == 0
        assert fractions[-1] == 1
    files = [name for progress in both.told for name in progress.files]
    assert files[0] == "output/background_step1/woman.png"
    assert files[-1] == "output/final/woman_tee_terrace.png"
    assert all((both.workspace.root / name).is_file() for name in files)


def test_an_unknown_engine_is_told_at_once() -> None:
    with pytest.raises(UnknownEngineError, match="no parsing engine called 'magic'"):
        Pipeline(Settings(parsing="magic"))


def test_every_public_name_is_there() -> None:
    for name in vton_core.__all__:
        assert getattr(vton_core, name) is not None
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        vton_core.nothing  # noqa: B018
