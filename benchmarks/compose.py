"""Composition: speed, memory, fidelity, and sheets to look at (``python -m benchmarks.compose``).

``--data`` names the folder of photos; with ``--sheet FILE`` real figures stand on photos, plain, natural, and with
everything at 1.
"""

from __future__ import annotations

import argparse
import json
import os
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from skimage import data as skimage_data
from sklearn.datasets import load_sample_image

from benchmarks._data import ccp_ids, read_rgb
from benchmarks._memory import MemoryWatch
from benchmarks._sheet import write_sheet
from vton_core.composition.geometry import figure_geometry
from vton_core.composition.layers import Background
from vton_core.composition.scene import Placed, compose_scene
from vton_core.images import read_image, write_png
from vton_core.pipeline import run_steps
from vton_core.resampling import linear_to_srgb, srgb_to_linear
from vton_core.steps.background import remove_background
from vton_core.steps.compose import compose
from vton_core.types import Cutout, Finish, Image, Placement
from vton_core.workspace import Workspace

_EXAMPLES: Final = Path(__file__).resolve().parents[1] / "assets" / "examples"
_EVERYTHING: Final = Finish(light=1, contact=1, shadow=1, sharpness=1, grain=1, wrap=1)
_FINISHES: Final = (Finish(), Finish.natural(), _EVERYTHING)
_STREETS: Final = (3, 47, 111, 222, 333, 555, 700)
_PEOPLE: Final = (20, 95, 260, 410, 620)
_LIFTED: Final = 32


def _example(name: str) -> Cutout:
    alpha = read_image(_EXAMPLES / f"{name}_alpha.png")[..., 0] / np.float32(255)
    return Cutout(read_image(_EXAMPLES / f"{name}.png"), alpha.astype(np.float32))


def _enlarged(figure: Cutout, scale: float) -> Cutout:
    rgb, alpha = (
        cv2.resize(part, None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC) for part in (figure.rgb, figure.alpha)
    )
    return Cutout(np.asarray(rgb, np.uint8), np.asarray(alpha, np.float32).clip(0, 1))


def speed() -> None:
    """A figure of 2 megapixels on a background of 12, in seconds of processor time."""
    figure = _enlarged(_example("model_woman"), 1.6)
    # The example is cut off by its photo's lower border, and only who stands has shadows.
    figure.alpha[-_LIFTED:] = 0
    background = Background(cv2.resize(read_image(_EXAMPLES / "background_terrace.png"), (4242, 2828)))
    height = figure_geometry(figure.alpha).height
    placement = Placement((2100, 2700), (0, 0), (0, height))
    # Read once, so that the first call does not pay for tables and imports.
    _composed(background, figure, placement, _EVERYTHING)
    print(f"figure {figure.alpha.size / 1e6:.1f} MP on {background.pixels.size / 3e6:.1f} MP")
    for name, finish in zip(("plain", "natural", "everything"), _FINISHES, strict=True):
        with MemoryWatch(os.getpid()) as memory:
            times = [_processor_time(lambda f=finish: _composed(background, figure, placement, f)) for _ in range(3)]
        print(f"{name:12} {min(times):5.2f} s   peak {memory.all / 2**20:5.0f} MB")
    with tempfile.TemporaryDirectory() as folder:
        _preview(Workspace(folder), figure, background)


def _composed(background: Background, figure: Cutout, placement: Placement, finish: Finish) -> None:
    # A new background: what a finish measures in it is part of the work.
    compose_scene(Background(background.pixels), [Placed(figure, placement, finish)]).flatten()


def _processor_time(work: Callable[[], None]) -> float:
    started = time.process_time()
    work()
    return time.process_time() - started


def _preview(workspace: Workspace, figure: Cutout, background: Background) -> None:
    """What the page waits for after a move, and after one strength of the finish was changed."""
    write_png(workspace.inputs / "bg_images" / "b.png", np.asarray(background.pixels, np.uint8))
    workspace.write_cutout(workspace.output / "figure" / "f.png", figure)
    everything = dict.fromkeys(("light", "contact", "shadow", "sharpness", "grain", "wrap"), 1.0)
    path = workspace.scene_file("s")
    path.parent.mkdir(exist_ok=True)

    def change(x: float, finish: Mapping[str, float]) -> float:
        figures = [{"figure": "f", "position": [x, 2700], "top": [0, 0], "bottom": [0, 2400], "finish": finish}]
        path.write_text(json.dumps({"background": "bg_images/b.png", "figures": figures}))
        return _processor_time(lambda: run_steps(workspace, ("preview",)))

    change(2100, everything)  # reads the pictures
    print(f"preview      {min(change(2101 + turn, everything) for turn in range(8)):6.3f} s after a move")
    for part in everything:
        times = [change(2100, everything | {part: 0.4 + 0.1 * (turn % 2)}) for turn in range(5)]
        print(f"             {min(times[1:]):6.3f} s after a change of {part}")


def fidelity() -> None:
    """Figures of known alpha on known pictures, at their own place and size, against the definition: PSNR in dB."""
    terrace = read_image(_EXAMPLES / "background_terrace.png")
    for name in ("model_woman", "model_man"):
        figure = _example(name)
        width, height = figure.size
        picture = np.ascontiguousarray(terrace[:height, 600 : 600 + width])
        truth = _blend(figure, picture)
        photo = _blend(figure, np.full_like(picture, (150, 160, 170)))
        for how, cutout in (("true alpha and colour", figure), ("cut out by step 1", remove_background(photo))):
            geometry = figure_geometry(cutout.alpha)
            placement = Placement(geometry.anchor, (0, 0), (0, geometry.height))
            error = (compose(cutout, picture, placement).astype(float) - truth) ** 2
            shown = figure.alpha > 0
            whole, own = (10 * np.log10(255**2 / max(part.mean(), 1e-4)) for part in (error, error[shown]))
            print(f"{name:12} {how:22} {whole:5.1f} dB, within the figure {own:5.1f} dB")


def _blend(figure: Cutout, picture: Image) -> Image:
    """Alpha blending in light, without resampling."""
    alpha = figure.alpha[..., None]
    return linear_to_srgb(srgb_to_linear(figure.rgb) * alpha + srgb_to_linear(picture) * (1 - alpha))


def _scenes(data: Path) -> Iterator[tuple[str, Image, Placement]]:
    """Backgrounds, and where a person stands on them."""
    for name in ("terrace", "studio"):
        yield name, read_image(_EXAMPLES / f"background_{name}.png"), Placement((1250, 1120), (0, 0), (0, 760))
    yield "china", np.asarray(load_sample_image("china.jpg")), Placement((430, 405), (0, 0), (0, 210))
    yield "camera", np.dstack([skimage_data.camera()] * 3), Placement((400, 470), (0, 0), (0, 400))
    yield "rocket", np.asarray(skimage_data.rocket()), Placement((130, 410), (0, 0), (0, 230))
    names = ccp_ids(data)
    for number in _STREETS:
        photo = read_rgb(data / "ccp" / "photos" / f"{names[number]}.jpg")
        height, width = photo.shape[:2]
        yield f"street {number}", photo, Placement((width * 0.8, height * 0.96), (0, 0), (0, height * 0.8))


def _figures(data: Path) -> Iterator[tuple[str, Cutout]]:
    names = ccp_ids(data)
    for number in _PEOPLE:
        yield names[number], remove_background(read_rgb(data / "ccp" / "photos" / f"{names[number]}.jpg"))


def sheet(data: Path, target: Path) -> None:
    """Every background with a figure, three times."""
    figures = list(_figures(data))
    rows = []
    for index, (name, background, placement) in enumerate(_scenes(data)):
        who, figure = figures[index % len(figures)]
        rows.append((f"{name}, {who}", [compose(figure, background, placement, finish) for finish in _FINISHES]))
    write_sheet(target, rows)


def main() -> None:
    """Print the tables, or write a sheet."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.compose", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--sheet", type=Path, help="a PNG file to write; nothing is measured then")
    chosen = parser.parse_args()
    if chosen.sheet:
        sheet(chosen.data, chosen.sheet)
        return
    speed()
    fidelity()


if __name__ == "__main__":
    main()
