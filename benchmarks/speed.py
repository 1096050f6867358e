"""How long each step takes, and how much memory the program needs: ``python -m benchmarks.speed``.

Three tables: the steps one by one in a process of their own, cold (the first call, with all that it loads) and warm,
and another garment, or the same one worn otherwise, on what the other steps have made; the
command line from its start to the composite; and the page, from its start through a whole visit over its API, with
the memory of the page's process and of all processes. The photo is 1024×768, the background has two megapixels.
"""

from __future__ import annotations

import argparse
import json
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import numpy as np
from gradio_client import Client, handle_file  # type: ignore[import-untyped]

from benchmarks._memory import MemoryWatch
from vton_core.images import read_image, write_png
from vton_core.pipeline import STEPS, Progress, Settings, StepName, run_steps
from vton_core.workspace import Workspace

_ROOT: Final = Path(__file__).parents[1]
_EXAMPLES: Final = _ROOT / "assets" / "examples"
_GARMENTS: Final = ("garment_tee_striped", "garment_tee_green", "garment_longsleeve")
_BACKGROUND_SIZE: Final = (1632, 1224)
_START_LIMIT: Final = 300.0


def _pictures(folder: Path) -> dict[str, Path]:
    """The model, the garment and a background of two megapixels, as files."""
    import cv2

    model, garment = _EXAMPLES / "model_woman.png", _EXAMPLES / "garment_longsleeve.png"
    scene = read_image(_EXAMPLES / "background_terrace.png")
    background = folder / "terrace.png"
    write_png(background, np.asarray(cv2.resize(scene, _BACKGROUND_SIZE, interpolation=cv2.INTER_AREA), np.uint8))
    return {"model": model, "garment": garment, "background": background}


def _workspace(root: Path, pictures: dict[str, Path]) -> Workspace:
    workspace = Workspace(root)
    for kind, slot in (("org_img", "model"), ("cloth", "garment"), ("bg_images", "background")):
        folder = workspace.inputs / kind
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{slot}.png").write_bytes(pictures[slot].read_bytes())
    (workspace.inputs / "bg_images" / "position.txt").write_text(_position())
    (workspace.inputs / "backgrounds.txt").write_text("bg_images/background.png bg_images/position.txt\n")
    return workspace


def _points() -> tuple[list[float], list[float], list[float]]:
    width, height = _BACKGROUND_SIZE
    feet = [width / 2, height * 0.95]
    return feet, [width / 2, height * 0.2], feet


def _position() -> str:
    return "".join(f"{x} {y}\n" for x, y in _points())


def _steps(root: Path, repeats: int) -> None:
    """Run by a process of its own: the steps, the first time and again; prints JSON."""
    workspace = _workspace(root, _pictures(root))
    runs = [_run(workspace) for _ in range(repeats + 1)]
    changes = [_another_garment(workspace, index) | _worn_otherwise(workspace, index) for index in range(repeats)]
    print(json.dumps([runs, changes]))


def _run(workspace: Workspace, steps: Sequence[StepName] = STEPS, settings: Settings | None = None) -> dict[str, float]:
    """The seconds of each step."""
    seconds: dict[str, float] = {}

    def note(progress: Progress) -> None:
        if progress.seconds is not None:
            seconds[progress.step] = progress.seconds

    run_steps(workspace, steps, settings, note)
    return seconds


def _another_garment(workspace: Workspace, index: int) -> dict[str, float]:
    """The seconds of cutting out a garment that was not seen before, as happens when it is chosen, and of putting it
    on."""
    photo = read_image(_EXAMPLES / f"{_GARMENTS[index % len(_GARMENTS)]}.png")
    write_png(workspace.inputs / "cloth" / "garment.png", np.ascontiguousarray(photo[index + 1 :]))
    for mask in (workspace.inputs / "cloth-mask").iterdir():
        mask.unlink()
    seconds = _run(workspace, ("garments", "step4"))
    return {"another garment, cut out": seconds["garments"], "another garment, put on": seconds["step4"]}


def _worn_otherwise(workspace: Workspace, index: int) -> dict[str, float]:
    """The seconds of step 4 with the same garment and other sleeves."""
    wearing = Settings(sleeves=0.05 * (index % 5 + 1))
    return {"garment worn otherwise": _run(workspace, ("step4",), wearing)["step4"]}


def _table_of_steps(repeats: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "benchmarks.speed", "--steps-in", folder, "--repeats", str(repeats)]
        done = subprocess.run(command, cwd=_ROOT, stdout=subprocess.PIPE, text=True, check=True)
    (cold, *warm), changes = json.loads(done.stdout.splitlines()[-1])
    print(f"{'step':28} {'cold s':>8} {'warm s':>8}")
    for step in STEPS:
        print(f"{step:28} {cold[step]:8.2f} {np.median([run[step] for run in warm]):8.2f}")
    totals = [sum(run.values()) for run in warm]
    print(f"{'all five':28} {sum(cold.values()):8.2f} {np.median(totals):8.2f}")
    for change in changes[0] if changes else ():
        print(f"{change:28} {'':8} {np.median([turn[change] for turn in changes]):8.2f}")


def _table_of_the_command_line() -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        _workspace(root, _pictures(root))
        command = [sys.executable, "-m", "vton_core"]
        _, started = _timed(lambda: subprocess.run([*command, "--help"], cwd=_ROOT, check=True, capture_output=True))
        whole = [*command, "run", "--workspace", folder]
        _, cold = _timed(lambda: subprocess.run(whole, cwd=_ROOT, check=True, capture_output=True))
    print(f"\n{'command line, a new process':28} {'seconds':>8}")
    print(f"{'--help':28} {started:8.2f}")
    print(f"{'run, photo to composite':28} {cold:8.2f}")


def _timed(work: Callable[[], Any]) -> tuple[Any, float]:
    started = time.perf_counter()
    result = work()
    return result, time.perf_counter() - started


@contextmanager
def _page(folder: Path) -> Iterator[tuple[str, int]]:
    """The page, listening: its address and process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "app.py", "--port", str(port), "--workspaces", str(folder / "workspaces")]
    with subprocess.Popen(command, cwd=_ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            _wait_for(port, process)
            yield f"http://127.0.0.1:{port}", process.pid
        finally:
            process.terminate()


def _wait_for(port: int, process: subprocess.Popen[bytes]) -> None:
    end = time.monotonic() + _START_LIMIT
    while time.monotonic() < end and process.poll() is None:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.05)
    raise RuntimeError("the page did not start")


def _visit(client: Any, pictures: dict[str, Path]) -> None:
    """Photo, garment and background to the composite, as a visitor of the page does it."""
    files = {slot: handle_file(str(path)) for slot, path in pictures.items()}
    session = client.predict(api_name="/session")
    client.predict(session, files["model"], files["garment"], api_name="/fit")
    client.predict(session, *_points(), False, files["background"], api_name="/place")


def _table_of_the_page(repeats: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        pictures, begun = _pictures(Path(folder)), time.perf_counter()
        with _page(Path(folder)) as (address, process), MemoryWatch(process) as memory:
            listens = time.perf_counter() - begun
            client = Client(address, verbose=False, download_files=folder)
            _, cold = _timed(lambda: _visit(client, pictures))
            whole = time.perf_counter() - begun
            warm = [_timed(lambda: _visit(client, pictures))[1] for _ in range(repeats)]
    print(f"\n{'page, over its API':28} {'seconds':>8}")
    print(f"{'start to first answer':28} {listens:8.2f}")
    print(f"{'first visit, at once':28} {cold:8.2f}")
    print(f"{'start to first composite':28} {whole:8.2f}")
    print(f"{'further visits':28} {np.median(warm):8.2f}")
    print(f"\n{'memory':28} {'peak MB':>8}")
    print(f"{'page process':28} {memory.first / 1e6:8.0f}")
    print(f"{'all processes':28} {memory.all / 1e6:8.0f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeats", type=int, default=3, help="warm runs; the median counts (default: %(default)s)")
    parser.add_argument("--steps-in", type=Path, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.steps_in:
        _steps(args.steps_in, args.repeats)
        return
    _table_of_steps(args.repeats)
    _table_of_the_command_line()
    _table_of_the_page(args.repeats)


if __name__ == "__main__":
    main()
