"""Steps that know the answer: quick stand-ins for the pipeline, so that the page is tested apart from the engines.

The cutout of any model is a figure of known shape; the composite is the background with that figure's box on it.
"""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from threading import Condition, Thread

import numpy as np
from PIL import Image

from vton_core.cloth_landmarks import ClothLandmarks
from vton_core.errors import JobCancelledError, NoGarmentError, NoPersonError, VtonError
from vton_core.progress import Progress, Settings, StepName
from vton_core.steps import corrections
from vton_core.storage import write_text
from vton_core.types import Garment, Joint, Pose
from vton_core.workers.protocol import Event, Failed, Finished, Progressed
from vton_core.workspace import Workspace

__all__ = ["BLANK", "BOX", "JOINTS", "LYING", "POINTS", "FakeRunner", "load", "picture", "run_steps"]

BOX = (0.25, 0.125, 0.75, 1.0)
"""Where the fake figure is in its photo: x0, y0, x1, y1 as parts of the picture."""

JOINTS = {"NECK": (30.0, 20.0), "LEFT_WRIST": (40.0, 50.0)}
"""The joints of any model, in its photo."""

POINTS = {"left_hem": (10.0, 60.0), "right_hem": (50.0, 60.0)}
"""The landmarks of any garment, in its photo."""

BLANK = (0, 0, 0)
"""A model photo of this colour has no person in it; a garment photo of this colour no garment."""

LYING = (90, 60, 20)
"""A garment whose photo has this colour at its upper left lies on its side, and stands after three quarter turns."""


def picture(path: Path, size: tuple[int, int] = (60, 80), colour: tuple[int, int, int] = (200, 60, 60)) -> Path:
    """Write a plain picture and return its path."""
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", size, colour).save(path)
    return path


def load(path: Path) -> Image.Image:
    """The picture, read to its end."""
    with Image.open(path) as opened:
        opened.load()
        return opened.copy()


def _only(folder: Path) -> Path:
    (found,) = [file for file in folder.iterdir() if not file.name.startswith(".") and file.suffix != ".txt"]
    return found


def _save(image: Image.Image, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    image.save(path)


def _figure(model: Image.Image, colour: Image.Image | None = None) -> Image.Image:
    alpha = np.zeros((model.height, model.width), np.uint8)
    x0, y0, x1, y1 = (round(v * s) for v, s in zip(BOX, model.size * 2, strict=True))
    alpha[y0:y1, x0:x1] = 255
    figure = (colour.resize(model.size) if colour else model).convert("RGBA")
    figure.putalpha(Image.fromarray(alpha))
    return figure


def _blank(image: Image.Image) -> bool:
    return image.getpixel((0, 0)) == BLANK


def _scenes(inputs: Path, folder: Path, ending: str) -> None:
    for file in (inputs / "scenes").glob("*.json"):
        described = json.loads(file.read_text())
        scene = load(inputs / described["background"]).convert("RGB")
        for entry in described["figures"]:
            figure = load(inputs.parent / "output" / "figure" / f"{entry['figure']}.png")
            x, y = (round(v) for v in entry["position"])
            scene.paste(figure.convert("RGB").resize((9, 9)), (x - 4, y - 8))
        _save(scene, folder / f"{file.stem}.{ending}")


def _cut(root: Path) -> None:
    workspace = Workspace(root)
    for cloth, file in workspace.cloths().items():
        garment = load(file).convert("RGB")
        if _blank(garment):
            raise NoGarmentError(
                "The garment fills the whole picture. Use a photo with some plain background around the garment."
            )
        if workspace.read_cloth_mask(cloth, garment.size[::-1]) is None:
            rgb = np.asarray(garment, np.uint8)
            # A photo is as exact as its compression.
            lies = bool(np.abs(rgb[:9, :9].mean(axis=(0, 1)) - LYING).max() < 12)
            told = {"top": 1.0} if lies else {}
            alpha = np.ones(rgb.shape[:2], np.float32)
            workspace.write_cloth_mask(cloth, Garment(rgb, alpha, sorts=told, turns=3 if lies else 0))


def _step(root: Path, step: StepName) -> None:
    inputs, output = root / "inputs", root / "output"
    if step in ("step5", "preview"):
        _scenes(inputs, output / ("final" if step == "step5" else "preview"), "png" if step == "step5" else "jpg")
        return
    if step == "people":
        found = {"size": [300, 200], "people": [{"feet": [40, 150], "head": [40, 90]}], "horizon": None}
        write_text(output / "people" / "background.json", json.dumps(found))
        return
    if step == "corrections":
        corrections.run(Workspace(root), Settings(), lambda *_, **__: None)
        return
    if step == "garments":
        _cut(root)
        return
    model = load(_only(inputs / "org_img")).convert("RGB")
    garment = load(inputs / "cloth" / "garment.png").convert("RGB")
    if step == "step1":
        if _blank(model):
            raise NoPersonError(
                "No person was found in the model photo. Use a photo that clearly shows a person, head and chest at "
                "least."
            )
        _save(_figure(model), output / "background_step1" / "model.png")
    elif step == "step2":
        _save(model, inputs / "image" / "model.png")
        _save(Image.new("RGB", model.size), inputs / "openpose-img" / "model_rendered.png")
        canvas = {"scale": 1.0, "offset": [0.0, 0.0], "size": model.size, "source_size": model.size}
        (inputs / "image" / "model_canvas.json").write_text(json.dumps(canvas))
        keypoints = np.zeros((25, 3), np.float32)
        for joint, at in JOINTS.items():
            keypoints[Joint[joint]] = (*at, 0.5)
        Workspace(root).write_pose("model", Pose(keypoints))
    elif step == "step3":
        _save(Image.new("L", load(inputs / "image" / "model.png").size, 5), output / "cihp_parsing" / "model.png")
        _save(model, output / "cihp_parsing" / "model_vis.png")
    else:
        _cut(root)
        workspace = Workspace(root)
        for cloth, file in workspace.cloths().items():
            size = load(file).size
            used = {**POINTS, **workspace.read_corrections(cloth)}
            workspace.write_landmarks(cloth, ClothLandmarks("lower" if cloth == "second" else "upper", size, used))
        name = (inputs / "test_pairs.txt").read_text().strip().replace(" ", "_")
        _save(_figure(model, garment), output / "figure" / f"{name}.png")


def run_steps(
    workspace: Workspace, steps: Sequence[StepName], settings: Settings, report: Callable[[Progress], None]
) -> None:
    """As :func:`vton_core.pipeline.run_steps`; ``FAKE_STEP_SECONDS`` makes each step take that long."""
    assert settings.canvas > 0
    seconds = float(os.environ.get("FAKE_STEP_SECONDS", "0"))
    for step in steps:
        until = time.monotonic() + seconds
        report(Progress(step, 0.5, ""))
        while time.monotonic() < until:
            time.sleep(0.02)
            report(Progress(step, 0.6, ""))
        _step(workspace.root, step)
        report(Progress(step, 1.0, "", seconds=0.5))


class _Job:
    def __init__(self) -> None:
        self.events: list[Event] = []
        self.changed = Condition()
        self.cancelled = False

    def tell(self, event: Event) -> None:
        with self.changed:
            self.events.append(event)
            self.changed.notify_all()

    @property
    def ended(self) -> bool:
        return bool(self.events) and isinstance(self.events[-1], Finished | Failed)


class FakeRunner:
    """A :class:`vton_core.workers.protocol.JobRunner` on threads of this process.

    Args:
        work: what runs the steps.

    ``submitted`` are the jobs that it got, but for those that cut garments out, whose workspaces are in ``cut``.
    """

    def __init__(self, work: Callable[..., None] = run_steps) -> None:
        self.work = work
        self.submitted: list[tuple[Path, tuple[StepName, ...]]] = []
        self.cut: list[Path] = []
        self._jobs: dict[str, _Job] = {}

    def submit(self, workspace_root: Path, steps: Sequence[StepName], settings: Settings) -> str:
        """Start at once."""
        name, job = f"job-{len(self._jobs)}", _Job()
        self._jobs[name] = job
        if steps == ("garments",):
            self.cut.append(workspace_root)
        else:
            self.submitted.append((workspace_root, tuple(steps)))
        Thread(target=self._run, args=(job, Workspace(workspace_root), steps, settings), daemon=True).start()
        return name

    def _run(self, job: _Job, workspace: Workspace, steps: Sequence[StepName], settings: Settings) -> None:
        def report(progress: Progress) -> None:
            if job.cancelled:
                raise JobCancelledError("The work was cancelled.")
            job.tell(Progressed(progress))

        try:
            self.work(workspace, steps, settings, report)
        except VtonError as error:
            job.tell(Failed.of(error))
        else:
            job.tell(Finished())

    def watch(self, job_id: str) -> Iterator[Event]:
        """All events, from the first."""
        job, seen = self._jobs[job_id], 0
        while True:
            with job.changed:
                job.changed.wait_for(lambda have=seen: len(job.events) > have)
                event = job.events[seen]
            seen += 1
            yield event
            if isinstance(event, Finished | Failed):
                return

    def cancel(self, job_id: str) -> None:
        """Stop at the next report."""
        job = self._jobs[job_id]
        job.cancelled = True
        with job.changed:
            job.changed.wait_for(lambda: job.ended, timeout=10)

    def close(self) -> None:
        """Nothing is held."""
