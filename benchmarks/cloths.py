"""How well garments are cut out of photos that people take at home: ``python -m benchmarks.cloths --cloths FOLDER``.

The folder is that of clothing-dataset (https://github.com/alexeygrigorev/clothing-dataset, CC0). Tables, and a line:

- masks of the validation photos against the labels, which were found by the background's colour without the network and
  looked at: photos on plain floors and sheets for the most part;
- the same garments laid on the backgrounds of other validation photos, carpets and patterned covers among them, with a
  soft shadow: there the true mask is known to the pixel;
- what the garments of ``cloth_held_out.txt``, photos that nothing was trained or tuned on, are taken for (labels of the
  data set down);
- how many of their tops are worn with both sleeves as the photo shows them, with one mirrored, and without;
- which sleeves their photos are taken to show;
- how many of the held-out photos stay as they are, and how many are turned back after a turn by a quarter or more.
"""

from __future__ import annotations

import argparse
import csv
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from benchmarks._sheet import on_grey, write_sheet
from vton_core.checkpoints import load_shipped
from vton_core.errors import NoGarmentError
from vton_core.garment.anywhere import look
from vton_core.garment.cutting import cut_out
from vton_core.garment.kind import recognise
from vton_core.garment.landmarks import find_landmarks
from vton_core.garment.upright import LOOKED_AT, chosen_turn, uprightness
from vton_core.images import read_image
from vton_core.networks.cloth import ClothNet
from vton_core.networks.sleeves import SLEEVES
from vton_core.resampling import reduced_to
from vton_core.steps.garments import cut_garment
from vton_core.training.cloth_photos import SORT_OF, LabelledPhoto, labelled_photos
from vton_core.training.cloth_views import ground_of, laid_on
from vton_core.types import Garment, GarmentKind, Image, Mask

_HELD_OUT: Final = Path(__file__).with_name("cloth_held_out.txt")
_KINDS: Final[tuple[GarmentKind, ...]] = ("upper", "lower", "dress")
_SLEEVES: Final = {
    **dict.fromkeys(("Longsleeve", "Hoodie", "Blazer"), "long"),
    **dict.fromkeys(("T-Shirt", "Polo"), "short"),
    "Undershirt": "none",
}
_SEEN: Final = ("both", "mirrored", "none")
_SEED: Final = 5
_Counts = dict[str, dict[str, int]]
_Case = tuple[str, Image, Mask]


def _photos(photos: list[LabelledPhoto]) -> Iterator[_Case]:
    for one in photos:
        yield one.photo.stem[:8], *one.load()


def _laid(photos: list[LabelledPhoto]) -> Iterator[_Case]:
    rng = np.random.default_rng(_SEED)
    for number, one in enumerate(photos):
        rgb, mask = one.load()
        mask = np.asarray(cv2.erode(mask.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0)
        other = photos[(number + 1 + int(rng.integers(len(photos) - 1))) % len(photos)]
        ground = ground_of(rng, *other.load(), *mask.shape)
        yield one.photo.stem[:8], laid_on(rng, rgb, mask.astype(np.float32), ground, shadow=True), mask


def _measured(cases: Iterator[_Case], shown: Callable[[str, Image, Garment | None, float], None]) -> str:
    overlaps, refused = [], 0
    for name, photo, known in cases:
        rgb, mask = _upright(photo, known)
        try:
            garment = cut_garment(rgb)
        except NoGarmentError:
            refused += 1
            shown(name, rgb, None, 0.0)
            continue
        found = garment.alpha > 0.5
        overlaps.append(float((found & mask).sum() / (found | mask).sum()))
        shown(name, rgb, garment, overlaps[-1])
    low = np.percentile(overlaps, 10)
    return f"{len(overlaps):6}{refused:9}{np.mean(overlaps):8.3f}{low:8.3f}{min(overlaps):8.3f}"


def _upright(rgb: Image, mask: Mask) -> tuple[Image, Mask]:
    """A photo that lies on its side as it is turned, and its mask with it."""
    try:
        turns = cut_out(rgb).garment.turns
    except NoGarmentError:
        turns = 0
    return np.ascontiguousarray(np.rot90(rgb, -turns)), np.ascontiguousarray(np.rot90(mask, -turns))


def _turned(data: Path) -> tuple[int, int, float]:
    """Of the held-out photos how many there are, how many stay as they are, and the share that is turned back."""
    net, stay, back = load_shipped(ClothNet, "cloth"), 0, []
    names = sorted(_HELD_OUT.read_text().split())
    for name in names:
        small = reduced_to(read_image(data / "images" / f"{name}.jpg"), LOOKED_AT)
        views = [np.ascontiguousarray(np.rot90(small, -turns)) for turns in range(4)]
        sure = uprightness(np.stack([look(view, net).features for view in views]))
        chosen = [chosen_turn(np.roll(sure, -turns)) for turns in range(4)]
        stay += chosen[0] == 0
        back += [chosen[turns] == 4 - turns for turns in (1, 2, 3)]
    return len(names), stay, float(np.mean(back))


def _held_out(
    data: Path, shown: Callable[[str, Image, Garment | None, float], None]
) -> tuple[_Counts, _Counts, _Counts]:
    names = set(_HELD_OUT.read_text().split())
    counts: _Counts = {}
    sleeves = {kind: dict.fromkeys(_SEEN, 0) for kind in dict.fromkeys(_SLEEVES.values())}
    told = {kind: dict.fromkeys(SLEEVES, 0) for kind in sleeves}
    with (data / "images.csv").open(newline="") as listed:
        rows = [row for row in csv.DictReader(listed) if row["image"] in names]
    for row in sorted(rows, key=lambda row: (row["label"], row["image"])):
        rgb = read_image(data / "images" / f"{row['image']}.jpg")
        counted = counts.setdefault(SORT_OF[row["label"]], dict.fromkeys((*_KINDS, "refused"), 0))
        try:
            garment = cut_garment(rgb)
        except NoGarmentError:
            counted["refused"] += 1
            shown(f"{row['image'][:8]} refused", rgb, None, 0.0)
            continue
        kind = recognise(garment)
        counted[kind] += 1
        shown(f"{row['image'][:8]} {row['label']}: {kind}", rgb, garment, 0.0)
        if row["label"] in _SLEEVES and kind == "upper":
            found = find_landmarks(garment)
            seen = _SEEN[1 if found.hidden is not None else 2 * (not found.sleeved(0) and not found.sleeved(1))]
            sleeves[_SLEEVES[row["label"]]][seen] += 1
            told[_SLEEVES[row["label"]]][max(garment.sleeves, key=lambda one: garment.sleeves[one])] += 1
    return counts, sleeves, told


class _Sheet:
    """Photos and what was cut out of them, in one sheet."""

    def __init__(self) -> None:
        self._rows: list[tuple[str, list[Image]]] = []

    def add(self, name: str, rgb: Image, garment: Garment | None, overlap: float) -> None:
        """One photo; ``overlap`` is told where it is known."""
        cut = np.zeros_like(rgb) if garment is None else on_grey(garment.shown, garment.alpha)
        self._rows.append((f"{name} {overlap:.2f}" if overlap else name, [rgb, cut]))

    def write(self, path: Path) -> None:
        """Write it."""
        write_sheet(path, self._rows, across=6)


def main() -> None:
    """Print the tables, and write the sheets."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cloths", type=Path, required=True, help="the folder of clothing-dataset")
    parser.add_argument("--sheets", type=Path, help="a folder for contact sheets of all of them")
    args = parser.parse_args()
    photos = labelled_photos(args.cloths, "validation")
    sheets = {name: _Sheet() for name in ("validation", "laid", "held_out")}
    print(f"{'':24}{'found':>6}{'refused':>9}{'IoU':>8}{'10 %':>8}{'worst':>8}")
    print(f"{'photos':24}{_measured(_photos(photos), sheets['validation'].add)}")
    print(f"{'laid elsewhere':24}{_measured(_laid(photos), sheets['laid'].add)}")
    titles = ("taken for", "sleeves", "taken to have sleeves")
    for title, counts in zip(titles, _held_out(args.cloths, sheets["held_out"].add), strict=True):
        print(f"\n{title:24}" + "".join(f"{column:>9}" for column in next(iter(counts.values()))))
        for kind, row in counts.items():
            print(f"{kind:24}" + "".join(f"{count:9}" for count in row.values()))
    count, stay, back = _turned(args.cloths)
    print(f"\nof {count} photos {stay} stay as they are; {back:.1%} of those that are turned are turned back")
    if args.sheets:
        args.sheets.mkdir(parents=True, exist_ok=True)
        for name, sheet in sheets.items():
            sheet.write(args.sheets / f"{name}.png")


if __name__ == "__main__":
    main()
