"""The workers on the real steps."""

from __future__ import annotations

from contextlib import nullcontext
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from tests.workers.conftest import Bench
from vton_core.errors import VtonError
from vton_core.images import read_image, write_png
from vton_core.pipeline import run_steps
from vton_core.progress import Settings, StepName
from vton_core.scenes import SceneFigure, SceneText
from vton_core.steps.garments import cut_garment, read_garment
from vton_core.types import Finish, Placement
from vton_core.workers import Failed, Finished, Progressed, warm
from vton_core.workspace import Pair, Workspace


def dressed(root: Path) -> Workspace:
    """A workspace in which only the last step is still to be done."""
    workspace, pair = Workspace(root), Pair("model", "garment")
    y, x = np.mgrid[:60, :40]
    alpha = np.where(np.hypot((x - 20) / 14, (y - 30) / 26) < 1, 255, 0)
    write_png(workspace.figure_file(pair), np.dstack([x * 5, y * 3, x + y, alpha]).astype(np.uint8))
    scenes = workspace.inputs / "bg_images"
    write_png(scenes / "place.png", np.dstack([np.indices((90, 120)).sum(axis=0)] * 3).astype(np.uint8))
    (scenes / "position.txt").write_text("60 80\n60 30\n60 80\n")
    (workspace.inputs / "backgrounds.txt").write_text("bg_images/place.png bg_images/position.txt\n")
    (workspace.inputs / "test_pairs.txt").write_text("model.png garment.png\n")
    return workspace


def test_a_worker_writes_the_same_bytes_as_a_direct_run(bench: Bench) -> None:
    here, there = (dressed(bench.folder / name) for name in ("here", "there"))
    run_steps(here, ("step5",))
    supervisor = bench.supervisor(runner=None, warm=None)
    *told, end = supervisor.watch(supervisor.submit(there.root, ("step5",), Settings()))
    assert end == Finished()
    final = Path(here.relative(here.final_file(Pair("model", "garment"), "place")))
    assert [event.progress.files for event in told if isinstance(event, Progressed) and event.progress.files] == [
        (str(final),)
    ]
    assert (here.root / final).read_bytes() == (there.root / final).read_bytes()


def test_the_worker_makes_previews_and_looks_for_people(bench: Bench) -> None:
    workspace = dressed(bench.folder / "scene")
    figure = SceneFigure("model_garment", Placement((60, 80), (60, 30), (60, 80)), Finish.natural())
    workspace.write_scene("s", SceneText("bg_images/place.png", (figure,)))
    supervisor = bench.supervisor(runner=None, warm=None)
    *told, end = supervisor.watch(supervisor.submit(workspace.root, ("people", "preview"), Settings()))
    assert end == Finished()
    files = [event.progress.files for event in told if isinstance(event, Progressed) and event.progress.files]
    assert files == [("output/people/place.json",), ("output/preview/s.jpg",)]
    assert all((workspace.root / name).is_file() for (name,) in files)


def test_what_a_step_lacks_reaches_the_watcher_as_its_sentence(bench: Bench) -> None:
    supervisor = bench.supervisor(runner=None, warm=None)
    failed = bench.run(supervisor, bench.workspace(), "step2")[-1]
    assert isinstance(failed, Failed)
    assert failed.kind == "WorkspaceError"
    assert "step1" in failed.template.format(**failed.values)


@pytest.mark.parametrize("step", get_args(StepName))
def test_the_first_use_of_each_step_works(step: StepName, monkeypatch: pytest.MonkeyPatch) -> None:
    first_use, used = warm._FIRST_USES[step], []
    monkeypatch.setattr(warm, "suppress", lambda *_: nullcontext())
    monkeypatch.setitem(warm._FIRST_USES, step, lambda settings: used.append(first_use(settings)))
    warm.warm_up(step, Settings())
    assert len(used) == 1


def test_an_engine_that_cannot_be_used_does_not_stop_the_warm_up() -> None:
    settings = Settings(pose="nobody's")
    with pytest.raises(VtonError):
        warm._FIRST_USES["step2"](settings)
    warm.warm_up("step2", settings)


def test_garments_are_cut_out_once_and_a_fit_finds_the_masks(bench: Bench, examples: Path) -> None:
    workspace = Workspace(bench.folder / "garments")
    folder = workspace.inputs / "cloth"
    folder.mkdir(parents=True)
    for name in ("tee_green", "longsleeve"):
        (folder / f"{name}.png").write_bytes((examples / f"garment_{name}.png").read_bytes())
    run_steps(workspace, ("garments",))
    masks = {name: workspace.cloth_mask_file(name) for name in workspace.cloths()}
    before = {name: mask.stat().st_mtime_ns for name, mask in masks.items()}
    run_steps(workspace, ("garments",))
    assert {name: mask.stat().st_mtime_ns for name, mask in masks.items()} == before
    for name in masks:
        cut = cut_garment(read_image(folder / f"{name}.png"))
        found = read_garment(workspace, name)
        np.testing.assert_array_equal(found.alpha, cut.alpha)
        np.testing.assert_array_equal(found.rgb, cut.rgb)
