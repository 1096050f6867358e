"""How far a garment's landmarks are from where they belong: ``python -m benchmarks.landmarks [--viton FOLDER]``.

``landmarks.json`` holds what was read by hand off enlarged shop photos under a grid: for each photo, by the names of
:class:`vton_core.garment.landmarks.Side` (``collar`` is the lowest point of the collar's front edge, ``outer`` and
``inner`` the cuff's corners), ``x, y`` in thousandths of the photo's longer side, the picture's left first. What cannot
be told by eye, as the shoulder of a dolman sleeve, is left out. The error is the distance in shares of the garment's
chest width, that is of the hand-read distance of its armpits (of its hem's corners where those are left out).
"""

from __future__ import annotations

import argparse
import json
from collections import defaultdict
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from benchmarks._sheet import on_grey, write_sheet
from benchmarks._wardrobe import viton_pairs, wardrobe
from vton_core.errors import VtonError
from vton_core.garment.landmarks import Landmarks, find_landmarks
from vton_core.images import read_rgba
from vton_core.steps.garments import cut_garment
from vton_core.types import Garment, Image

_READ: Final = Path(__file__).with_suffix(".json")
_NAMES: Final = ("neck", "shoulder", "armpit", "outer", "inner", "hem", "collar")
_Points = dict[str, NDArray[np.float64]]


def _hand_read(entry: dict[str, Any], garment: Garment) -> _Points:
    return {name: np.array(at, float).reshape(-1, 2) * max(garment.alpha.shape) / 1000 for name, at in entry.items()}


def _found(landmarks: Landmarks) -> _Points:
    """The same points as found; no cuffs where there are no sleeves."""
    sides = landmarks.sides
    points = {name: np.array([getattr(side, name) for side in sides], float) for name in _NAMES[:3]}
    points["hem"] = np.array([side.hem for side in sides], float)
    if all(side.sleeved for side in sides):
        points |= {name: np.array([getattr(side, name)[-1] for side in sides], float) for name in ("outer", "inner")}
    points["collar"] = np.asarray(landmarks.neckline.bottom, float)[None]
    return points


def _errors(truth: _Points, found: _Points) -> dict[str, float]:
    """The worse side's error of each landmark; a missing cuff is a whole chest width off."""
    left, right = truth["armpit" if "armpit" in truth else "hem"]
    chest = float(np.linalg.norm(right - left))
    errors = {name: np.linalg.norm(found[name] - at, axis=-1).max() if name in found else chest
              for name, at in truth.items()}  # fmt: skip
    return {name: float(error) / chest for name, error in errors.items()}


def _marked(garment: Garment, truth: _Points, found: _Points) -> Image:
    """The garment with what was read in green and what was found in red."""
    picture = on_grey(garment.rgb, garment.alpha)
    height, width = garment.alpha.shape
    arm = max(2, max(height, width) // 90)
    for points, colour in ((truth, (0, 160, 0)), (found, (255, 0, 0))):
        for x, y in np.concatenate(list(points.values())).round().astype(int).tolist():
            row, column = min(max(y, 0), height - 1), min(max(x, 0), width - 1)
            picture[row, max(0, column - arm) : column + arm + 1] = colour
            picture[max(0, row - arm) : row + arm + 1, column] = colour
    return picture


def main() -> None:
    """Print the table, and write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--viton", type=Path, help="folder with 'image' and 'cloth' of the original VITON set")
    parser.add_argument("--sheet", type=Path, help="write a contact sheet: garments with both kinds of points")
    args = parser.parse_args()
    read: dict[str, dict[str, Any]] = json.loads(_READ.read_text())
    photos = wardrobe(args.data).garments
    if args.viton:
        photos |= viton_pairs(args.viton, args.data, 100).garments
    errors: dict[str, list[tuple[float, str]]] = defaultdict(list)
    rows: list[tuple[str, list[Image]]] = []
    for name, entry in read.items():
        if name not in photos:
            continue
        garment = cut_garment(read_rgba(photos[name]))
        truth = _hand_read(entry, garment)
        try:
            found = _found(find_landmarks(garment))
        except VtonError as error:
            print(f"{name}: {error}")
            found = {}
        for what, value in _errors(truth, found).items():
            errors[what].append((value, name))
        rows.append((name, [_marked(garment, truth, found)]))
    print(f"{'landmark':10} {'garments':>8} {'mean':>6} {'median':>6} {'worst':>6}")
    for what in _NAMES:
        values = [value for value, _ in errors[what]]
        worst, name = max(errors[what])
        print(f"{what:10} {len(values):8} {np.mean(values):6.3f} {np.median(values):6.3f} {worst:6.3f} ({name})")
    if args.sheet:
        write_sheet(args.sheet, rows, across=7)


if __name__ == "__main__":
    main()
