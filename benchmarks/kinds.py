"""What garments are taken for: ``python -m benchmarks.kinds [--viton FOLDER …]``.

True kinds down, what they are taken for across. The shop photos all show tops, cut out as step 4 does it. Lower
garments and dresses are cut out of Clothing Co-Parsing's validation photos along their labels: worn, partly hidden by
arms, bags and hair, and by a jacket only where enough is seen (:mod:`vton_core.training.worn`). Drawn garments come
from another seed than the training's (:mod:`vton_core.training.silhouettes`).
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np

from benchmarks._data import read_rgb
from benchmarks._sheet import on_grey, write_sheet
from benchmarks._wardrobe import viton_pairs, wardrobe
from vton_core.errors import VtonError
from vton_core.garment.kind import recognise
from vton_core.garment.kind_net import SORTS
from vton_core.images import read_rgba
from vton_core.steps.garments import cut_garment
from vton_core.training.silhouettes import draw
from vton_core.training.worn import worn_garments
from vton_core.types import Garment, GarmentKind

_KINDS: Final[tuple[GarmentKind, ...]] = ("upper", "lower", "dress")
_ROOM: Final = 4
_SEED: Final = 777


class _Case(NamedTuple):
    group: str
    name: str
    garment: Garment
    truth: GarmentKind


def _tops(photos: dict[str, Path], group: str) -> Iterator[_Case]:
    for name, path in photos.items():
        try:
            yield _Case(group, name, cut_garment(read_rgba(path)), "upper")
        except VtonError as error:
            print(f"{name}: {error}")


def _worn(data: Path) -> Iterator[_Case]:
    for worn in worn_garments(data / "ccp", validation=True):
        photo = read_rgb(data / "ccp" / "photos" / f"{worn.photo}.jpg")
        rows, columns = (np.flatnonzero(worn.mask.any(axis=axis)) for axis in (1, 0))
        part = np.s_[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        rgb = np.pad(photo[part], ((_ROOM, _ROOM), (_ROOM, _ROOM), (0, 0)))
        alpha = np.pad(worn.mask[part].astype(np.float32), _ROOM)
        yield _Case(f"worn {worn.sort}", f"{worn.photo} {worn.tag}", Garment(rgb, alpha), _kind(worn.sort))


def _drawn(count: int) -> Iterator[_Case]:
    rng = np.random.default_rng(_SEED)
    for sort in SORTS:
        for number in range(count):
            alpha = np.pad(draw(sort, rng).astype(np.float32), _ROOM)
            yield _Case(
                f"drawn {sort}", f"{number} {sort}", Garment(np.zeros((*alpha.shape, 3), np.uint8), alpha), _kind(sort)
            )


def _kind(sort: str) -> GarmentKind:
    return "dress" if sort == "dress" else "upper" if sort.startswith("sleeve") else "lower"


def main() -> None:
    """Print the table, and write the sheet of what was taken for something else."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--viton", type=Path, nargs="*", default=[], help="folders with 'image' and 'cloth' of VITON")
    parser.add_argument("--count", type=int, default=300, help="garments of each of them")
    parser.add_argument("--drawn", type=int, default=300, help="drawn garments of each sort")
    parser.add_argument("--sheet", type=Path, help="write a contact sheet of the mistakes")
    args = parser.parse_args()
    cases = list(_tops(wardrobe(args.data).garments, "shop photos"))
    for folder in args.viton:
        cases += _tops(viton_pairs(folder, args.data, args.count).garments, f"VITON {folder.name}")
    cases += [*_worn(args.data), *_drawn(args.drawn)]
    counts: dict[str, dict[str, int]] = {}
    mistakes = []
    for case in cases:
        kind = recognise(case.garment)
        counts.setdefault(case.group, dict.fromkeys(_KINDS, 0))[kind] += 1
        if kind != case.truth:
            mistakes.append((f"{kind}: {case.name}", [on_grey(case.garment.rgb, case.garment.alpha)]))
    print(f"{'':20}" + "".join(f"{kind:>8}" for kind in _KINDS))
    for group, row in counts.items():
        print(f"{group:20}" + "".join(f"{row[kind]:8}" for kind in _KINDS))
    if args.sheet and mistakes:
        write_sheet(args.sheet, mistakes, across=10)


if __name__ == "__main__":
    main()
