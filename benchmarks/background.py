"""How well the background engine cuts people out: ``python -m benchmarks.background``.

Two tables of the person mask (alpha above one half) against labels, as intersection over union: Clothing Co-Parsing's
validation split (every photo whose number ends in 5, which the parser was not trained on; what is carried counts as the
person's; once more with the places left out where those labels are known to be wrong, and with the labels moved half a
pixel to the left, since that far beside the photos' edges they lie), and studio photos. Then the contour: figures of
known alpha and colour put on a background and cut out again.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from benchmarks._contour import contour_errors, known_figures
from benchmarks._data import ccp_ids, ccp_mask, ccp_trusted, read_rgb, viton_hd_people
from benchmarks._offset import beside_edges, twice_as_wide
from vton_core.engines.base import BackgroundEngine
from vton_core.engines.registry import load_background, names
from vton_core.training.ccp import split
from vton_core.types import Image, Mask

_EXAMPLES = Path(__file__).parents[1] / "assets" / "examples"


def _iou(a: Mask, b: Mask, counted: Mask | bool = True) -> float:
    return float(np.count_nonzero(a & b & counted) / np.count_nonzero((a | b) & counted))


def _scores(title: str, scores: dict[str, float]) -> None:
    ranked = sorted(scores, key=scores.__getitem__)
    values = np.array(list(scores.values()))
    print(f"\n{title}: {len(values)} photos")
    print(f"{'mean IoU':24} {values.mean():.4f}")
    print(f"{'median IoU':24} {np.median(values):.4f}")
    print(f"{'worst IoU':24} {values.min():.4f}")
    print(f"{'below 0.95':24} {int((values < 0.95).sum())}")
    print(f"{'worst photos':24} {', '.join(f'{name} {scores[name]:.3f}' for name in ranked[:8])}")


def _masks(title: str, engine: BackgroundEngine, photos: Iterable[tuple[str, Image, Mask, Mask]]) -> None:
    """Print the scores of photos, each with its true mask and where that can be trusted."""
    scores: dict[str, float] = {}
    trusting: dict[str, float] = {}
    moved: dict[str, float] = {}
    seconds, processor, beside = [], [], []
    for name, image, truth, trusted in photos:
        started, busy = time.perf_counter(), time.process_time()
        alpha = engine.cut_out(image).alpha
        mask = np.asarray(alpha > 0.5)
        seconds.append(time.perf_counter() - started)
        processor.append(time.process_time() - busy)
        scores[name], trusting[name] = _iou(mask, truth), _iou(mask, truth, trusted)
        moved[name] = _iou(*twice_as_wide(alpha, truth, trusted))
        beside.append((beside_edges(image, truth), beside_edges(image, mask)))
    _scores(title, scores)
    print(f"{'seconds a photo':24} {np.median(seconds):.2f} ({np.median(processor):.2f} of processor time)")
    labels, masks = np.median(beside, axis=0)
    print(f"{'right of the edges':24} labels {labels:.2f}, masks {masks:.2f} pixels")
    if trusting != scores:
        _scores("The same, places left out where the labels are known to be wrong", trusting)
        _scores("The same, and the labels moved half a pixel to the left", moved)


def _street(data: Path, name: str) -> tuple[Image, Mask, Mask]:
    truth = ccp_mask(data, name)
    return read_rgb(data / "ccp" / "photos" / f"{name}.jpg"), truth, ccp_trusted(name, truth)


def _contour(engine: BackgroundEngine) -> None:
    print("\nContour of figures of known alpha and colour, within the edge's band (mean absolute errors, of 1)")
    print(f"{'figure':8} {'on':10} {'alpha':>7} {'colour':>7} {'composite':>9}")
    for figure in known_figures(_EXAMPLES):
        errors = contour_errors(engine.cut_out(figure.photo), figure)
        print(f"{figure.name:8} {figure.place:10} {errors.alpha:7.4f} {errors.colour:7.4f} {errors.composite:9.4f}")


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--engine", choices=names("background"))
    parser.add_argument("--count", type=int, default=100, help="how many Clothing Co-Parsing photos")
    args = parser.parse_args()
    engine = load_background(args.engine)
    _contour(engine)
    studio = ((name, image, truth, np.ones_like(truth)) for name, image, truth in viton_hd_people(args.data))
    _masks("Studio photos", engine, studio)
    _, held = split(ccp_ids(args.data))
    street = ((name, *_street(args.data, name)) for name in held[: args.count])
    _masks("Clothing Co-Parsing, every photo whose number ends in 5", engine, street)


if __name__ == "__main__":
    main()
