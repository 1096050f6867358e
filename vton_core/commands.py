"""What each command of the command line does."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from tqdm import tqdm

from vton_core.engines.offers import offers
from vton_core.errors import WorkspaceError
from vton_core.pipeline import STEPS, Progress, Settings, StepName, run_steps
from vton_core.storage import write_bytes, write_text
from vton_core.workers.routes import named_pythons
from vton_core.workspace import Pair, Workspace

__all__ = ["demo", "engines", "pythons", "run", "settings"]

_EXAMPLES: Final = Path(__file__).resolve().parents[1] / "assets" / "examples"
_DEMO: Final = Pair("model_woman", "garment_longsleeve")
_SCENE: Final = "background_terrace"


def settings(args: argparse.Namespace) -> Settings:
    """The settings that the arguments name."""
    engines = args.background, args.pose, args.parsing, args.tryon
    wishes = args.tuck, args.sleeves, args.length, args.width, args.neck, args.garment
    written = {name: getattr(args, name) for name in ("second", "format", "quality", "placed")}
    return Settings(*engines, args.canvas, *wishes, **written)


class _Bar:
    """A progress bar on a terminal, and a line a step."""

    def __init__(self) -> None:
        self._bar: tqdm[None] | None = None

    def __call__(self, progress: Progress) -> None:
        if self._bar is None:
            self._bar = tqdm(
                total=1.0,
                desc=progress.step,
                leave=False,
                disable=not sys.stderr.isatty(),
                bar_format="{desc} |{bar}| ",
            )
        self._bar.n = progress.fraction
        self._bar.refresh()
        for note in progress.notes:
            self._bar.write(f"       {note}")
        if progress.seconds is not None:
            self._close()
            print(f"{progress.step}  {progress.seconds:6.2f} s", flush=True)

    def _close(self) -> None:
        if self._bar is not None:
            self._bar.close()
            self._bar = None

    def __enter__(self) -> _Bar:
        return self

    def __exit__(self, *_: object) -> None:
        self._close()


def pythons(args: argparse.Namespace) -> dict[str, str]:
    """The interpreters of their own that the environment and, before it, the arguments name."""
    return {**named_pythons(os.environ), **dict(args.python)}


def run(folder: Path, steps: Sequence[StepName], chosen: Settings, others: Mapping[str, str] | None = None) -> None:
    """Run steps on a workspace, with progress on the terminal.

    Args:
        folder: the workspace.
        steps: which steps.
        chosen: engines and canvas.
        others: interpreters of steps that have one of their own.

    Raises:
        VtonError: what a step cannot do.
    """
    if not folder.is_dir():
        raise WorkspaceError(
            "{folder} is not a folder. Make it, with the model in inputs/org_img and the garment in inputs/cloth.",
            folder=folder,
        )
    with _Bar() as bar:
        if others:
            from vton_core.workers.elsewhere import run_under_pythons

            run_under_pythons(Workspace(folder), steps, chosen, bar, others)
        else:
            run_steps(Workspace(folder), steps, chosen, bar)


def demo(folder: Path, chosen: Settings, others: Mapping[str, str] | None = None) -> None:
    """Fill a workspace with the examples, run every step, and say where the composite is.

    Raises:
        VtonError: what a step cannot do.
    """
    workspace = Workspace(folder)
    for kind, name in (("org_img", _DEMO.model), ("cloth", _DEMO.cloth), ("bg_images", _SCENE)):
        write_bytes(workspace.inputs / kind / f"{name}.png", (_EXAMPLES / f"{name}.png").read_bytes())
    position = (_EXAMPLES / "position_terrace.txt").read_bytes()
    write_bytes(workspace.inputs / "bg_images" / "position.txt", position)
    write_text(workspace.inputs / "backgrounds.txt", f"bg_images/{_SCENE}.png bg_images/position.txt\n")
    run(folder, STEPS, chosen, others)
    print(workspace.final_file(_DEMO, _SCENE, chosen.format))


def engines() -> None:
    """Print a line an engine, and below it what gets the weights that it lacks."""
    for engine in offers():
        mark = "default" if engine.default else ""
        licence = engine.licence if engine.commercial else f"{engine.licence} (not for commercial use)"
        print(f"{engine.step:11} {engine.name:18} {mark:8} {licence}: {engine.summary}")
        for line in engine.command.splitlines():
            print(f"{'':11} weights missing: {line}")
