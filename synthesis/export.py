"""A shaded example as ordinary files: ``python -m synthesis.export FILE --view 0 --seed 1 --out DIR``.

``photo.jpg``, a person; ``shop.jpg``, another garment of the cut that they wear; ``worn.jpg``, the same photo in that
garment: what a try-on should give. And what is true of them: ``alpha.png`` and ``labels.png`` (CIHP) of the person,
``joints.json`` in OpenPose's format, ``garment.png``, the shop photo's mask, and ``points.json``, points of the cloth:
x and y on the person, then in the shop photo.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image as Pillow

from synthesis.correspondence import correspondence
from synthesis.errors import SettingsError, SynthesisError
from synthesis.options import at_least
from synthesis.shade import Shot, Style, shade
from synthesis.store import load

__all__ = ["export", "main"]

_POINTS = 400
_STYLE = Style(jpeg=(95, 95), noise=1.5)


def export(file: Path, out: Path, *, view: int, seed: int) -> None:
    """Write an example of a stored simulation into a folder.

    Raises:
        StoreError: the file is no simulation of this version.
        SettingsError: it has no such view.
    """
    simulation = load(file)
    if view >= len(simulation.views):
        raise SettingsError(f"{file} has {len(simulation.views)} views, counted from 0; there is no view {view}.")
    photo = shade(simulation, view, seed, _STYLE, garments=[]).worn
    example = shade(simulation, view, seed, _STYLE, fabrics=seed + 1, garments=[0])
    out.mkdir(parents=True, exist_ok=True)
    worn, shop = example.worn, example.shops[0]
    for name, shot in (("photo", photo), ("shop", shop), ("worn", worn)):
        Pillow.fromarray(shot.image).save(out / f"{name}.jpg", quality=90, subsampling=0)
    for name, plane in (("alpha", worn.alpha), ("garment", shop.alpha)):
        Pillow.fromarray(np.rint(plane * 255).astype(np.uint8)).save(out / f"{name}.png", optimize=True)
    Pillow.fromarray(worn.label).save(out / "labels.png", optimize=True)
    pose = {
        "version": 1.3,
        "people": [{"pose_keypoints_2d": [round(float(value), 2) for value in worn.joints.ravel()]}],
    }
    (out / "joints.json").write_text(json.dumps(pose), encoding="utf-8")
    (out / "points.json").write_text(json.dumps(_points(worn, shop, seed)), encoding="utf-8")


def _points(worn: Shot, shop: Shot, seed: int) -> list[list[float]]:
    places = correspondence(worn, shop)
    rows, columns = np.nonzero(np.isfinite(places[..., 0]))
    chosen = np.random.default_rng(seed).permutation(len(rows))[:_POINTS]
    found = np.stack([columns, rows, *places[rows, columns].T], axis=1)[chosen]
    return [[round(float(value), 1) for value in point] for point in found]


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="synthesis.export", description="Write a shaded example as ordinary files.")
    parser.add_argument("file", type=Path, help="a stored simulation")
    parser.add_argument("--view", type=at_least(0), default=0, help="which camera (default 0)")
    parser.add_argument("--seed", type=at_least(0), default=0, help="of colours, light and background (default 0)")
    parser.add_argument("--out", type=Path, required=True, help="the folder")
    options = parser.parse_args(arguments)
    try:
        export(options.file, options.out, view=options.view, seed=options.seed)
    except (SynthesisError, OSError) as error:
        print(f"[wardrobe] {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
