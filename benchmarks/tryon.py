"""Does a garment put on and taken off again give the photo back? ``python -m benchmarks.tryon [--sheet FILE.png]``.

The swap-back score: a person, who wears A, gets B; what results gets A again and is compared with the first photo.
Nothing is kept in between but the dressed figure: pose and parse map are found anew on it. The direct score leaves B
out. Both are the structural similarity (Wang et al., "Image Quality Assessment", TIP 2004) of the figures on flat grey,
over the picture, most of which no try-on touches, over the pixels that one of the try-ons changed, and of these over
those that show the garment; 1 is the same.

Then every other person gets some of the garments, each in turn; all that was tried gives the seconds and the failures,
how far the mean colour of the dressed figure's garment is from the shop photo's (CIEDE2000), and which share of the
default engine's warped pixels lies where the warp folds over.

``--viton FOLDER`` takes pairs of the original VITON set (192 × 256 pixels) instead, each swapped through the next one's
garment. A network that was trained on that set is measured with ``--unseen FOLDER``, its training split.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
from skimage.color import deltaE_ciede2000, rgb2lab
from skimage.metrics import structural_similarity

from benchmarks._folds import Folds
from benchmarks._parser import use_networks
from benchmarks._sheet import on_grey, write_sheet
from benchmarks._wardrobe import Wardrobe, viton_pairs, wardrobe
from vton_core.engines.registry import names
from vton_core.images import read_image, read_rgba
from vton_core.labels import PALETTE
from vton_core.progress import Settings
from vton_core.steps.background import remove_background
from vton_core.steps.garments import cut_garment
from vton_core.steps.parsing import figure_mask, parse_body
from vton_core.steps.pose import canvas_of, draw_on_canvas, estimate_pose
from vton_core.steps.tryon import try_on
from vton_core.types import Canvas, Cutout, Garment, Image, Mask, ParseMap, Pose, TryOn

# Long, short and no sleeves, narrow and wide, plain and patterned.
_BETWEEN: Final = ("garment_longsleeve", "02783_00", "01430_00", "03751_00")
_SOLID: Final = 127


@dataclass(frozen=True)
class Person:
    """What a try-on needs to know of a figure."""

    name: str
    photo: Image
    cutout: Cutout
    canvas: Canvas
    pose: Pose
    parse: ParseMap


@dataclass
class Bench:
    """Tries on, and keeps count."""

    things: Wardrobe
    engine: str | None
    tried: int = 0
    seconds: list[float] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    colours: list[float] = field(default_factory=list)
    folds: Folds = field(default_factory=Folds)
    rows: list[tuple[str, list[Image]]] = field(default_factory=list)
    _garments: dict[str, Garment] = field(default_factory=dict)

    def person(self, name: str) -> Person | None:
        """A person as the photo shows them; ``None``, and a failure, where there is nobody to be found."""
        photo = read_image(self.things.people[name])
        try:
            return _measured(name, photo, remove_background(photo))
        except Exception as error:
            self.failed(name, error)
            return None

    def dress(self, person: Person, garment: str) -> TryOn | None:
        """A try-on, timed, for the sheet as well; ``None`` where it fails."""
        self.tried += 1
        try:
            cloth = self.garment(garment)
            with self.folds:
                started = time.perf_counter()
                result = try_on(person.cutout, person.canvas, person.pose, person.parse, cloth, self.engine)
                self.seconds.append(time.perf_counter() - started)
        except Exception as error:
            self.failed(f"{person.name} in {garment}", error)
            return None
        self.colours.append(_colour_error(cloth, result))
        self.rows.append((f"{person.name} in {garment}", _views(person, cloth, result)))
        return result

    def garment(self, name: str) -> Garment:
        if name not in self._garments:
            self._garments[name] = cut_garment(read_rgba(self.things.garments[name]))
        return self._garments[name]

    def failed(self, what: str, error: Exception) -> None:
        """Note what failed, and why."""
        # A defect is a failure like any other here: one must not cost the rest of the table.
        self.failures.append(f"{what}: {type(error).__name__}: {error}")


def _measured(name: str, photo: Image, cutout: Cutout) -> Person:
    canvas = canvas_of(cutout, Settings().canvas)
    image = draw_on_canvas(cutout, canvas)
    pose = estimate_pose(image)
    return Person(name, photo, cutout, canvas, pose, parse_body(image, pose, figure_mask(cutout, canvas)))


def flat(figure: Cutout) -> Image:
    return on_grey(figure.rgb, figure.alpha)


def _views(person: Person, garment: Garment, result: TryOn) -> list[Image]:
    """Source, parse map, garment, warped garment, result."""
    warped = on_grey(result.warped[..., :3], result.warped[..., 3].astype(np.float32) / np.float32(255))
    return [
        person.photo,
        np.asarray(PALETTE[person.parse], np.uint8),
        on_grey(garment.rgb, garment.alpha),
        warped,
        flat(result.figure),
    ]


def _colour_error(garment: Garment, result: TryOn) -> float:
    """CIEDE2000 of the mean colours of the garment, where it is solid, in its shop photo and on the figure."""
    seen = (result.warped[..., 3] == 255) & (result.figure.alpha == 1) & result.changed
    if seen.sum() < 16:
        return float("nan")
    solid = garment.alpha > 0.99
    if garment.lace is not None:
        solid &= garment.lace[..., 3] == 255
    means = [garment.rgb[solid].mean(axis=0), result.figure.rgb[seen].mean(axis=0)]
    return float(deltaE_ciede2000(*(rgb2lab(mean[None] / 255) for mean in means))[0])


def similarity(first: Cutout, second: Cutout, *regions: Mask) -> tuple[float, ...]:
    """Structural similarity over the picture, and over each of the regions."""
    whole, local = structural_similarity(  # type: ignore[no-untyped-call]
        flat(first),
        flat(second),
        channel_axis=2,
        data_range=255,
        gaussian_weights=True,
        sigma=1.5,
        use_sample_covariance=False,
        full=True,
    )
    return float(whole), *(float(local[region].mean()) for region in regions)


def _swap(bench: Bench, person: Person, through: str | None) -> tuple[float, ...] | None:
    """The swap-back score, or without ``through`` the direct one; ``None`` where a try-on fails."""
    own, middle = bench.things.worn[person.name], person
    changed = np.zeros(person.cutout.alpha.shape, np.bool_)
    if through:
        worn = bench.dress(person, through)
        if worn is None:
            return None
        changed = worn.changed
        try:
            middle = _measured(f"{person.name} in {through}", flat(worn.figure), worn.figure)
        except Exception as error:
            bench.failed(f"{person.name} in {through}, found again", error)
            return None
    again = bench.dress(middle, own)
    if again is None:
        return None
    return similarity(person.cutout, again.figure, changed | again.changed, again.warped[..., 3] > _SOLID)


def _between(bench: Bench, name: str) -> tuple[str, ...]:
    """The garments that a person is swapped through: the chosen ones, or the next pair's."""
    if set(_BETWEEN) <= set(bench.things.garments):
        return _BETWEEN
    garments = list(bench.things.garments)
    return (garments[(garments.index(bench.things.worn[name]) + 1) % len(garments)],)


def _swaps(bench: Bench) -> None:
    """Print the scores of all whose own garment is known."""
    scores: dict[bool, list[tuple[float, ...]]] = {True: [], False: []}
    print(f"{'person':16} {'wears':20} {'through':20} {'picture':>8} {'changed':>8} {'garment':>8}")
    for name, own in bench.things.worn.items():
        person = bench.person(name)
        if person is None:
            continue
        for through in (None, *_between(bench, name)):
            score = _swap(bench, person, through)
            shown = "  failed" if score is None else shown_as(score)
            print(f"{name:16} {own:20} {through or '(direct)':20} {shown}", flush=True)
            if score is not None:
                scores[through is None].append(score)
    for title, direct in (("direct", True), ("swap-back", False)):
        values = np.array(scores[direct]).reshape(-1, 3)
        if len(values):
            told = (("mean", values.mean(axis=0)), ("median", np.median(values, axis=0)), ("worst", values.min(axis=0)))
            for what, score in told:
                print(f"{f'{title}, {what} of {len(values)}':58} {shown_as(score)}")


def shown_as(score: Iterable[float]) -> str:
    return " ".join(f"{value:8.4f}" for value in score)


def _others(bench: Bench, each: int) -> None:
    """Dress all other people in ``each`` garments, so that every garment has its turn."""
    garments = list(bench.things.garments)
    others = [name for name in bench.things.people if name not in bench.things.worn]
    for turn, name in enumerate(others):
        person = bench.person(name)
        if person is None:
            continue
        for index in range(each):
            bench.dress(person, garments[(turn * each + index) % len(garments)])


def main() -> None:
    """Print the table, and write the sheet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--engine", choices=names("tryon"))
    parser.add_argument("--parser", type=Path, nargs="+", help="other networks for the parser: one file, or two")
    parser.add_argument("--viton", type=Path, help="folder with 'image' and 'cloth' of the original VITON set")
    parser.add_argument(
        "--unseen", type=Path, help="leave out what also stands in this folder of the set, for training"
    )
    parser.add_argument("--pairs", type=int, default=100, help="how many of its pairs (default: %(default)s)")
    parser.add_argument("--each", type=int, default=2, help="garments for every other person (default: %(default)s)")
    parser.add_argument("--sheet", type=Path, help="write a contact sheet: photo, parse map, garment, warped, result")
    args = parser.parse_args()
    if args.parser:
        use_networks(args.parser)
    things = viton_pairs(args.viton, args.data, args.pairs, args.unseen) if args.viton else wardrobe(args.data)
    bench = Bench(things, args.engine)
    _swaps(bench)
    _others(bench, args.each)
    print(f"{'try-ons':24} {bench.tried}, of {len(bench.things.garments)} garments")
    print(f"{'seconds a try-on':24} {np.median(bench.seconds):.2f} (slowest {max(bench.seconds):.2f})")
    print(f"{'colour error (CIEDE2000)':24} {np.nanmean(bench.colours):.2f} (worst {np.nanmax(bench.colours):.1f})")
    if bench.folds.pixels:
        print(f"{'folded over':24} {bench.folds.folded} of {bench.folds.pixels} pixels")
    print(f"{'failed':24} {len(bench.failures)}")
    for failure in bench.failures:
        print(f"  {failure}")
    if args.sheet:
        write_sheet(args.sheet, bench.rows)


if __name__ == "__main__":
    main()
