"""Simulations as training pairs in VITON-HD's frame: ``python -m synthesis.tryon.examples --set DIR --out DIR``.

Shading is slow, so it is done before training, ``--appearances`` times; what varies afterwards is in ``vary``.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from synthesis.correspondence import correspondence
from synthesis.errors import StoreError
from synthesis.options import at_least
from synthesis.shade import Shot, shade
from synthesis.store import files, load
from synthesis.surfaces import Label, Surface
from synthesis.tryon.shops import lay
from synthesis.views import Simulation
from vton_core.engines.tryon.framing import frame_of, in_source
from vton_core.errors import NoPersonError
from vton_core.steps.pose import canvas_of, draw_on_canvas, estimate_pose
from vton_core.types import Canvas, Cutout, Pose

__all__ = ["SIZE", "Worn", "examples_of", "read", "write"]

SIZE: Final = (256, 192)
"""Height and width of every picture."""
_FRAMES: Final = 2
_CANVAS: Final = 512
# How far people stand from where they should, and how much larger or smaller: poses are not found exactly.
_SHIFT: Final = 0.03
_SCALE: Final = 0.08

_Float = NDArray[np.float32]
_Bytes = NDArray[np.uint8]


@dataclass(frozen=True)
class Worn:
    """Someone in a top, and its shop photo.

    Attributes:
        image: ``uint8 (H, W, 3)``, the person over white.
        labels: ``uint8 (H, W)`` of CIHP.
        joints: ``float32 (25, 3)``, BODY_25.
        places: ``float32 (H, W, 2)``, where the shop photo shows the cloth of a pixel, x and y in pixels; NaN where it
            does not, and where there is none.
        cloth: ``uint8 (H, W, 3)``, the shop photo over white.
        mask: ``uint8 (H, W)``, 1 on the garment.
    """

    image: _Bytes
    labels: _Bytes
    joints: _Float
    places: _Float
    cloth: _Bytes
    mask: _Bytes


def examples_of(simulation: Simulation, appearances: int = 1) -> list[Worn]:
    """All views of a simulation of a top in which a pose is found, each framed in two ways; none of a dress.

    Args:
        simulation: the geometry.
        appearances: of every view: fabrics, skin, light and background are others each time.
    """
    sheet = simulation.sheets[0]
    if sheet.label != Label.UPPER_CLOTHES:
        return []
    rng = np.random.default_rng(simulation.seed)
    found: list[Worn] = []
    count = len(simulation.views)
    for seed in range(count * appearances):
        view = simulation.views[seed % count]
        shaded = shade(simulation, seed % count, seed, garments=[0])
        worn, shop = shaded.worn, shaded.shops[0]
        places = correspondence(worn, shop)
        places[view.surface != Surface.GARMENT] = np.nan
        try:
            pose = _found_pose(worn)
            frame = frame_of(pose, (view.alpha.shape[1], view.alpha.shape[0]), (SIZE[1], SIZE[0]))
        except NoPersonError:
            continue
        for _ in range(_FRAMES):
            cloth, mask, there = lay(shop, sheet, places, SIZE, rng)
            found.append(_framed(worn, pose, there, _beside(frame, rng), (cloth, mask)))
    return found


def _found_pose(worn: Shot) -> Pose:
    """The pose as the program finds it, in the picture's pixels: that is what the networks will be given.

    Raises:
        NoPersonError: there is none.
    """
    cutout = Cutout(worn.image, worn.alpha)
    canvas = canvas_of(cutout, _CANVAS)
    return in_source(estimate_pose(draw_on_canvas(cutout, canvas)), canvas)


def _beside(frame: Canvas, rng: np.random.Generator) -> Canvas:
    """A frame that is a little off, about the middle of the picture."""
    factor = float(np.exp(rng.uniform(-_SCALE, _SCALE)))
    middle = (np.array(frame.size) - 1) / 2
    x, y = middle + factor * (np.array(frame.offset) - middle) + rng.uniform(-_SHIFT, _SHIFT, 2) * frame.size[1]
    return Canvas(frame.scale * factor, (float(x), float(y)), frame.size, frame.source_size)


def _over_white(shot: Shot) -> _Bytes:
    colour = shot.foreground * shot.alpha[..., None] + 255 * (1 - shot.alpha[..., None])
    return np.asarray(np.round(colour), np.uint8)


def _framed(worn: Shot, pose: Pose, places: _Float, frame: Canvas, shop: tuple[_Bytes, _Bytes]) -> Worn:
    matrix = frame.matrix()
    nearest = cv2.INTER_NEAREST
    # What is enlarged needs no filter; what is shrunk is shrunk to no less than a third.
    blurred = cv2.GaussianBlur(_over_white(worn), (0, 0), max(0.01, 0.4 / frame.scale - 0.4))
    image = cv2.warpAffine(blurred, matrix, frame.size, borderValue=(255, 255, 255))
    labels = cv2.warpAffine(worn.label, matrix, frame.size, flags=nearest)
    nowhere = (float("nan"), float("nan"))
    there = cv2.warpAffine(places, matrix, frame.size, flags=nearest, borderValue=nowhere)
    joints = pose.mapped(frame.scale, frame.offset).keypoints
    return Worn(
        np.asarray(image, np.uint8),
        np.asarray(labels, np.uint8),
        np.asarray(joints, np.float32),
        np.asarray(there, np.float32),
        *shop,
    )


def write(path: Path, examples: Sequence[Worn]) -> None:
    """Write the examples of a simulation; an earlier file of that name is replaced at once or not at all."""
    packed: dict[str, Any] = {
        entry.name: np.array([getattr(example, entry.name) for example in examples]) for entry in fields(Worn)
    }
    packed["places"] = packed["places"].astype(np.float16)
    part = path.with_name(f".{path.stem}.{os.getpid()}.npz")
    np.savez_compressed(part, **packed)
    part.replace(path)


def read(path: Path) -> list[Worn]:
    """What :func:`write` wrote."""
    with np.load(path) as file:
        planes = {name: file[name] for name in file.files}
    planes["places"] = planes["places"].astype(np.float32)
    return [Worn(**{name: plane[k] for name, plane in planes.items()}) for k in range(len(planes["image"]))]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="synthesis.tryon.examples", description="Shade a wardrobe's tops.")
    parser.add_argument("--set", type=Path, default=Path("datasets/wardrobe"), help="the simulations (%(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="a folder; what is there is skipped")
    parser.add_argument("--appearances", type=at_least(1), default=1, help="of every view (%(default)s)")
    options = parser.parse_args(arguments)
    cv2.setNumThreads(1)
    try:
        for file in files(options.set):
            path = options.out / f"{file.stem}.npz"
            if not path.exists():
                options.out.mkdir(parents=True, exist_ok=True)
                write(path, examples_of(load(file), options.appearances))
    except (StoreError, OSError) as error:
        print(f"[wardrobe] {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
