"""Do networks trained on rendered people help on photos? ``python -m benchmarks.wardrobe_networks --weights FOLDER …``.

The direct score of ``benchmarks.tryon`` (a garment is put on the person who wears it; structural similarity over the
picture, over the changed pixels, and over those of them that show the garment) of the same pairs with the default
engine, the one of VITON-HD's small networks, and that one with either network or both from ``synthesis.tryon.train``.
``--sheet`` shows photo, garment and what each makes of it, then of the next pair's garment.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Final

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import interpolate

from benchmarks._sheet import on_grey, write_sheet
from benchmarks._wardrobe import viton_pairs, wardrobe
from benchmarks.tryon import Bench, Person, flat, shown_as, similarity
from vton_core.engines.base import TryOnEngine
from vton_core.engines.registry import load_tryon
from vton_core.engines.tryon.viton_small import VitonHdSmall
from vton_core.networks.viton_hd import SMALL, Matching
from vton_core.networks.viton_hd.chain import blur
from vton_core.training.viton_hd.keep import load_weights
from vton_core.types import Garment, Image, TryOn, Wearing
from vton_core.weights import load_tensors

_SOLID: Final = 127
_PARTS: Final = ("seg", "gmm")


class _Halved(Matching):
    """With a layout network that was trained at half the size."""

    def predict_groups(self, cloth: Tensor, mask: Tensor, agnostic: Tensor, pose: Tensor, noise: Tensor) -> Tensor:
        size = (SMALL.coarse_height // 2, SMALL.coarse_width // 2)
        seen = interpolate(torch.cat([mask, cloth * mask, agnostic, pose], dim=1), size, mode="area")
        scores = self.seg(torch.cat([seen, noise[..., ::2, ::2]], dim=1))
        return blur(interpolate(scores, self.config.size, mode="bilinear")).argmax(dim=1)


def _engine(folder: Path, ours: tuple[str, ...]) -> VitonHdSmall:
    """The engine of VITON-HD's small networks, ``ours`` of them with the folder's weights."""
    networks = (_Halved if "seg" in ours else Matching)(SMALL)
    for part in _PARTS:
        module = networks.get_submodule(part)
        if part in ours:
            load_weights(module, folder, part)
        else:
            module.load_state_dict(load_tensors(f"viton-hd-small-{part}"))
    return VitonHdSmall(networks)


def _dressed(engine: TryOnEngine, person: Person, garment: Garment) -> TryOn:
    wearing = Wearing(garment="upper")
    return engine.dress(person.cutout, person.canvas, person.pose, person.parse, garment, wearing)


def _compare(
    person: Person,
    own: Garment,
    other: Garment | None,
    engines: dict[str, TryOnEngine],
    scores: dict[str, list[tuple[float, ...]]],
) -> list[Image]:
    """Score a person in their own garment; returns photo, garment and results, and of another garment the same."""
    results = {name: _dressed(engine, person, own) for name, engine in engines.items()}
    for name, result in results.items():
        seen = result.warped[..., 3] > _SOLID
        scores[name].append(similarity(person.cutout, result.figure, result.changed, seen))
    shown = [person.photo, on_grey(own.rgb, own.alpha), *(flat(result.figure) for result in results.values())]
    if other:
        shown += [on_grey(other.rgb, other.alpha)]
        shown += [flat(_dressed(engine, person, other).figure) for engine in engines.values()]
    return shown


def _print(scores: dict[str, list[tuple[float, ...]]]) -> None:
    print(f"{'':58} {'picture':>8} {'changed':>8} {'garment':>8}")
    for name, found in scores.items():
        values = np.array(found)
        for what, score in (("mean", values.mean(axis=0)), ("worst", values.min(axis=0))):
            print(f"{f'{name}, {what} of {len(values)}':58} {shown_as(score)}")


def main() -> None:
    """Print the table, and write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weights", type=Path, required=True, help="what synthesis.tryon.train wrote")
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--viton", type=Path, help="folder with 'image' and 'cloth' of the original VITON set")
    parser.add_argument("--unseen", type=Path, help="leave out what also stands in this folder of the set")
    parser.add_argument("--pairs", type=int, default=50, help="how many of its pairs (default: %(default)s)")
    parser.add_argument("--sheet", type=Path, help="write a contact sheet")
    args = parser.parse_args()
    things = viton_pairs(args.viton, args.data, args.pairs, args.unseen) if args.viton else wardrobe(args.data)
    bench = Bench(things, None)
    engines: dict[str, TryOnEngine] = {name: load_tryon(name) for name in ("garment", "viton-hd-small")}
    for ours in (("seg",), ("gmm",), _PARTS):
        engines[f"viton-hd-small, {' and '.join(ours)} of the wardrobe"] = _engine(args.weights, ours)
    scores: dict[str, list[tuple[float, ...]]] = {name: [] for name in engines}
    rows: list[tuple[str, list[Image]]] = []
    owners = list(things.worn)
    for name, following in zip(owners, (*owners[1:], owners[0]), strict=True):
        person = bench.person(name)
        try:
            if person:
                own = bench.garment(things.worn[name])
                other = bench.garment(things.worn[following]) if args.sheet else None
                rows.append((name, _compare(person, own, other, engines, scores)))
        except Exception as error:
            bench.failed(name, error)
    _print(scores)
    print(f"failed: {len(bench.failures)}")
    for failure in bench.failures:
        print(f"  {failure}")
    if args.sheet:
        write_sheet(args.sheet, rows)


if __name__ == "__main__":
    main()
