"""How well a finish tells sun from overcast, and where shadows fall (``python -m benchmarks.light``).

``light.json`` says what somebody saw in 603 street photos of Clothing Co-Parsing, none of them held out: whether the
sun lights the ground where the person stands ("hard"; then, where it shows, at which angle the shadow falls, as
``shadow_angle`` counts, and whether it is short, medium or long), whether they stand in the shade while the sun shines
elsewhere, or in soft light; the unclear ones are left out. The person is hidden from the estimate, and so is the ground
within half a height of their feet, since a background has neither them nor their shadow; where the direction is asked
for, also all that their shadow may cover, and its mirror image. Numbers up to 500 are the half that the estimate was
fitted on, those above the one that it is judged by. ``--fit`` prints the numbers of ``vton_core/finish/sun.py``.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray
from skimage.filters import threshold_otsu
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score, roc_auc_score

from benchmarks._data import ccp_mask, read_rgb
from vton_core.composition.layers import Background
from vton_core.finish.cast import Sun, ground_projections
from vton_core.finish.cues import hardness_cues, side_cues
from vton_core.finish.place import Place, View, brightness, view_of
from vton_core.finish.sun import HARDNESS, SIDE, Cue, estimate_sun
from vton_core.resampling import linear_to_srgb, reduced_to, srgb_to_linear
from vton_core.types import Mask

_LABELS: Final = Path(__file__).with_suffix(".json")
_FITTED: Final = "0500"
_MARGIN: Final = 25
"""Pixels of the photo that the person's outline is widened by, across."""
_DISC: Final = (0.5, 0.11)
"""Half axes, in heights, of the ground about the feet."""
_TURNS, _LENGTHS = (-20, -10, 0, 10, 20), (0.4, 1.0, 1.8)
_SUNNY: Final = 0.6
"""A softness below this is taken for sun."""
_FREEDOM: Final = 0.1
_ENOUGH, _TWO_LEVELS, _LEAST_GAP = 500, 0.75, 0.7
"""Pixels, share of the variance between the two, and stops from which ground and shadow are told apart."""
_ASIDE: Final = 0.4
"""Cosine from which a shadow falls to a side."""


@dataclass(frozen=True)
class Case:
    """A photo with the person hidden.

    Attributes:
        name: the photo's.
        hard: the sun shines on the place.
        angle: of the shadow, in degrees, where it is known.
        view: the photo, with what is hidden filled in.
        seen: what is not hidden.
        shadowless: the same where the direction is asked for, its shadow hidden too.
        whole: the photo with its person.
    """

    name: str
    hard: bool
    angle: float | None
    view: View
    seen: Mask
    shadowless: tuple[View, Mask]
    whole: View


def cases(data: Path) -> Iterator[Case]:
    """The photos whose light is clear."""
    labels = json.loads(_LABELS.read_text(encoding="utf-8"))
    for name in sorted([*labels["hard"], *labels["shade"], *labels["soft"]]):
        known = labels["hard"].get(name)
        yield _case(data, name, name in labels["hard"], None if known is None else float(known[0]))


def _case(data: Path, name: str, hard: bool, angle: float | None) -> Case:
    photo, mask = read_rgb(data / "ccp" / "photos" / f"{name}.jpg"), ccp_mask(data, name)
    small = Background(photo).small
    view = view_of(small, small.shape[1] / photo.shape[1], _place(mask))
    person = _small(cv2.dilate(mask.astype(np.uint8), cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (_MARGIN,) * 2)))
    down, across = np.mgrid[: small.shape[0], : small.shape[1]]
    (x, y), size = view.place.feet, view.place.height
    disc = ((across - x) / (_DISC[0] * size)) ** 2 + ((down - y + 0.02 * size) / (_DISC[1] * size)) ** 2 < 1
    hidden = person | disc
    without = _without(view, hidden)
    if angle is None:
        return Case(name, hard, None, *without, without, view)
    beside = _without(view, hidden | _shadows(person, view.place, angle))
    return Case(name, hard, angle, *without, beside, view)


def _place(mask: Mask) -> Place:
    """Where the person stands."""
    rows = np.flatnonzero(mask.sum(axis=1) > 3)
    lowest, height = float(rows[-1]), float(rows[-1] - rows[0] + 1)
    shoes = mask[int(lowest - 0.04 * height) : int(lowest) + 1].any(axis=0)
    return Place((float(np.flatnonzero(shoes).mean()), lowest), height)


def _without(view: View, hidden: Mask) -> tuple[View, Mask]:
    codes = cv2.inpaint(linear_to_srgb(view.light), hidden.astype(np.uint8), 5, cv2.INPAINT_TELEA)
    return View(srgb_to_linear(np.asarray(codes, np.uint8)), view.place), ~hidden


def _small(mask: NDArray[np.uint8]) -> Mask:
    return np.asarray(reduced_to(mask.astype(np.float32), 160) > 0.01)


def _shadows(person: Mask, place: Place, angle: float) -> Mask:
    """All that a shadow of about this angle may cover, and its mirror image, so that what is hidden tells nothing."""
    size, cover = person.shape[::-1], np.zeros(person.shape, np.float32)
    for turned in (angle + turn for turn in _TURNS):
        for each in (Sun(side, length, 0) for side in (turned, 180 - turned) for length in _LENGTHS):
            for matrix in ground_projections(place.feet, place.height, each, (size[0], size[1])):
                cover = np.maximum(cover, cv2.warpPerspective(person.astype(np.float32), matrix, size))
    return np.asarray(cv2.dilate(cover, np.ones((3, 3))) > 0.2)


def report(found: Sequence[Case]) -> None:
    """Print how near the estimates come."""
    for half, chosen in (("fitted on", False), ("judged by", True)):
        part = [case for case in found if (case.name > _FITTED) is chosen]
        hard = np.array([case.hard for case in part])
        soft = np.array([estimate_sun(case.view, case.seen).softness for case in part])
        print(
            f"{half}: {len(part)} photos, {hard.sum()} with sun at the feet: "
            f"hardness AUC {roc_auc_score(hard, -soft):.3f}, "
            f"balanced accuracy {balanced_accuracy_score(hard, soft < _SUNNY):.3f}\n"
            f"  taken for sun: {(soft[hard] < _SUNNY).mean():.0%} of these, {(soft[~hard] < _SUNNY).mean():.0%} of the "
            f"others; softness {soft[hard].mean():.2f} and {soft[~hard].mean():.2f}"
        )
        known = [case for case in part if case.angle is not None]
        true = np.radians([float(case.angle or 0) for case in known])
        angles = np.radians([estimate_sun(*case.shadowless).angle for case in known])
        aside = np.abs(np.cos(true)) > _ASIDE
        agree, told = (np.cos(true) > 0) == (np.cos(angles) > 0), np.abs(np.cos(angles)) > _ASIDE
        print(
            f"  direction of {len(known)} shadows: mean error {_apart(true, angles):.0f}°, behind always "
            f"{_apart(true, np.full_like(true, -np.pi / 2)):.0f}°; left or right {agree[aside].mean():.2f} of "
            f"{aside.sum()}, {agree[aside & told].mean():.2f} of the {(aside & told).sum()} not cast straight behind"
        )


def _apart(one: NDArray[np.float64], other: NDArray[np.float64]) -> float:
    return float(np.degrees(np.abs(np.angle(np.exp(1j * (one - other))))).mean())


def darkness(data: Path) -> None:
    """Print how much light the shadows of people in the sun are without, where ground and shadow are told apart."""
    labels = json.loads(_LABELS.read_text(encoding="utf-8"))["hard"]
    lost = np.array([found for name, known in labels.items() if known and (found := _lost(data, name)) is not None])
    low, middle, high = np.quantile(lost[:, 1], (0.25, 0.5, 0.75))
    tint = np.median(lost / lost[:, 1:2], axis=0)
    print(
        f"{len(lost)} shadows are without {middle:.2f} of the green light (quartiles {low:.2f} and {high:.2f}), "
        f"and of red and blue {tint[0]:.2f} and {tint[2]:.2f} times as much"
    )


def _lost(data: Path, name: str) -> NDArray[np.float64] | None:
    """Share of red, green and blue that the darker of the ground's two levels about the feet is without."""
    photo, mask = read_rgb(data / "ccp" / "photos" / f"{name}.jpg"), ccp_mask(data, name)
    place = _place(mask)
    light = cv2.GaussianBlur(srgb_to_linear(photo), (0, 0), 2.0)
    down, across = np.mgrid[: mask.shape[0], : mask.shape[1]]
    (x, y), height = place.feet, place.height
    near = (abs(across - x) < 0.45 * height) & (down > y - 0.16 * height) & (down < y + 0.08 * height)
    ground = light[near & (cv2.dilate(mask.astype(np.uint8), np.ones((15, 15), np.uint8)) == 0)]
    ground = ground[ground.max(axis=1) < 0.97]
    if len(ground) < _ENOUGH:
        return None
    stops = brightness(ground[None])[0]
    limit = threshold_otsu(stops)
    dark, lit = ground[stops <= limit], ground[stops > limit]
    within = (len(dark) * stops[stops <= limit].var() + len(lit) * stops[stops > limit].var()) / len(stops)
    gap = np.median(stops[stops > limit]) - np.median(stops[stops <= limit])
    if within > (1 - _TWO_LEVELS) * stops.var() or gap < _LEAST_GAP or not 0.08 < len(dark) / len(stops) < 0.7:
        return None
    return np.asarray(1 - np.median(dark, axis=0) / np.median(lit, axis=0), np.float64)


def speed(found: Sequence[Case]) -> None:
    """Print what an estimate takes."""
    started = time.process_time()
    for case in found:
        estimate_sun(case.view)
    print(f"an estimate: {(time.process_time() - started) / len(found) * 1000:.1f} ms of processor time")


def fit(found: Sequence[Case]) -> None:
    """Print the weights of the hardness and of the side, fitted on the first half."""
    part = [case for case in found if case.name <= _FITTED]
    sunny = [case.hard for case in part] * len(_VARIANTS)
    cues = [hardness_cues(*vary(case)) for vary in _VARIANTS for case in part]
    model, scale = _logistic(_bounded(cues, HARDNESS), sunny, intercept=True)
    print("hardness", np.round(model.coef_[0] / scale, 2), f"{float(model.intercept_[0]):.2f}")
    beside = [case for case in part if case.angle is not None and abs(np.cos(np.radians(case.angle))) > _ASIDE]
    right = np.cos(np.radians([float(case.angle or 0) for case in beside])) > 0
    signs = _bounded([side_cues(*case.shadowless) for case in beside], SIDE)
    model, scale = _logistic(np.concatenate([signs, -signs]), [*right, *~right], intercept=False)
    print("side", np.round(model.coef_[0] / scale, 2))


def _bounded(cues: Sequence[NDArray[np.float64]], scales: Sequence[Cue]) -> NDArray[np.float64]:
    return np.stack(cues).clip([cue.low for cue in scales], [cue.high for cue in scales])


def _logistic(
    signs: NDArray[np.float64], truth: Sequence[bool], intercept: bool
) -> tuple[LogisticRegression, NDArray[np.float64]]:
    """A logistic regression on signs of one size each, and their sizes."""
    scale = signs.std(axis=0)
    model = LogisticRegression(C=_FREEDOM, class_weight="balanced", fit_intercept=intercept)
    return model.fit(signs / scale, truth), scale


def _lower(case: Case) -> tuple[View, Mask]:
    """Without the upper third, so mostly without the sky."""
    top = int(0.3 * len(case.seen))
    (x, y), height = case.view.place.feet, case.view.place.height
    return View(case.view.light[top:], Place((x, y - top), height)), case.seen[top:]


def _sized(by: float) -> Callable[[Case], tuple[View, Mask]]:
    """With a figure of another size."""
    return lambda case: (
        View(case.view.light, Place(case.view.place.feet, by * case.view.place.height)),
        case.seen,
    )


def _peopled(case: Case) -> tuple[View, Mask]:
    """With the person, as backgrounds may hold some."""
    return case.whole, np.ones_like(case.seen)


_VARIANTS: Final = (_sized(1.0), _sized(0.55), _sized(1.3), _lower, _peopled)


def main() -> None:
    """Print the tables, or the weights."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.light", description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--fit", action="store_true", help="fit the weights; nothing is measured then")
    chosen = parser.parse_args()
    found = list(cases(chosen.data))
    if chosen.fit:
        fit(found)
        return
    report(found)
    darkness(chosen.data)
    speed(found)


if __name__ == "__main__":
    main()
