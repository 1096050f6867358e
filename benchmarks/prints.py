"""Where prints land: ``python -m benchmarks.prints --viton FOLDER``.

A garment is put on the person who wears it in truth, and the optical flow from the result to the photo (Kroeger et al.,
"Fast Optical Flow using Dense Inverse Search", ECCV 2016) tells how far what is printed on it lies from where it is.
Only places count that have a pattern, look alike along the flow, and are led back by the flow from the photo. Lengths
are in distances of the shoulder joints. Beside the distance: how far to the right and down the truth lies on average,
and how much narrower it is, over the chest, between the sleeves.
"""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from benchmarks._wardrobe import viton_pairs
from benchmarks.tryon import Bench, Person
from vton_core.garment.landmarks import find_landmarks
from vton_core.garment.measure import measure_body
from vton_core.types import Image, TryOn

_Float = NDArray[np.float32]
# The photos are small: so much they are enlarged, and every so many of these pixels the flow is looked at.
_ENLARGED, _STEP = 3, 6
# Of the enlarged picture: shades broader than the first are no pattern, those of the second are compared; so far around
# a place all must be the garment's, and so far at most does the way back miss it.
_BROAD, _NEAR, _INSIDE, _MISSED = 12, 9, 25, 2.0
# How much contrast a pattern has (codes), and how alike it looks at both ends of the flow (correlation).
_CONTRAST, _ALIKE = 8.0, 0.6
# The chest: how far beside the middle and below the neck; how many places there tell of a print.
_BESIDE, _BELOW, _FEWEST = 0.5, (0.0, 1.0), 40
# How much of the chest's width places must spread over to tell of its width, as a standard deviation.
_SPREAD: Final = 0.12


@dataclass(frozen=True)
class Print:
    """How far a chest's pattern lies from where it is.

    Attributes:
        distance: the median.
        right: how far to the right of the result the truth lies, the median.
        down: how far below.
        narrower: by which share of its width the truth is narrower; ``nan`` where the places do not spread.
        sleeved: whether the top has sleeves.
    """

    distance: float
    right: float
    down: float
    narrower: float
    sleeved: bool


def _pattern(image: Image) -> _Float:
    size = (image.shape[1] * _ENLARGED, image.shape[0] * _ENLARGED)
    grey = cv2.cvtColor(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), cv2.COLOR_RGB2GRAY).astype(np.float32)
    return np.asarray(grey - cv2.GaussianBlur(grey, (0, 0), _BROAD), np.float32)


def _flow(one: _Float, other: _Float) -> _Float:
    search = cv2.DISOpticalFlow_create(cv2.DISOPTICAL_FLOW_PRESET_MEDIUM)
    search.setFinestScale(0)
    search.setPatchSize(12)
    search.setPatchStride(3)
    views = (np.clip(128 + 2 * view, 0, 255).astype(np.uint8) for view in (one, other))
    return np.asarray(search.calc(*views, None), np.float32)


def _along(picture: _Float, flow: _Float) -> _Float:
    y, x = np.mgrid[: flow.shape[0], : flow.shape[1]].astype(np.float32)
    return np.asarray(cv2.remap(picture, x + flow[..., 0], y + flow[..., 1], cv2.INTER_LINEAR), np.float32)


def _strength(picture: _Float) -> _Float:
    return np.asarray(np.sqrt(cv2.GaussianBlur(picture * picture, (0, 0), _NEAR)), np.float32)


def _moved(photo: Image, result: TryOn) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Places in the photo, ``(N, 2)``, and how far from them the truth lies, in its pixels."""
    shape = (photo.shape[1] * _ENLARGED, photo.shape[0] * _ENLARGED)
    changed = cv2.resize(result.changed.astype(np.uint8), shape, interpolation=cv2.INTER_NEAREST)
    ours, truth = _pattern(result.figure.rgb), _pattern(photo)
    there, back = _flow(ours * changed, truth * changed), _flow(truth * changed, ours * changed)
    missed = np.linalg.norm(there + _along(back, there), axis=-1)
    reached = _along(truth, there)
    alike = cv2.GaussianBlur(ours * reached, (0, 0), _NEAR) / (_strength(ours) * _strength(reached) + 1)
    inside = cv2.erode(changed, np.ones((_INSIDE, _INSIDE), np.uint8)) > 0
    known = inside & (missed < _MISSED) & (alike > _ALIKE) & (_strength(ours) > _CONTRAST)
    rows, columns = np.nonzero(known[::_STEP, ::_STEP])
    places = np.stack([columns, rows], axis=1) * _STEP / _ENLARGED
    return places, there[rows * _STEP, columns * _STEP].astype(np.float64) / _ENLARGED


def _print(person: Person, result: TryOn, *, sleeved: bool) -> Print | None:
    """What a chest's pattern tells; ``None`` where there is hardly any."""
    body = measure_body(person.pose, person.parse)
    places, moved = _moved(person.photo, result)
    axes = np.stack([body.across, body.down], axis=1)
    at = (person.canvas.to_canvas(places) - body.neck) @ axes / body.unit
    far = moved * person.canvas.scale @ axes / body.unit
    chest = (np.abs(at[:, 0]) < _BESIDE) & (at[:, 1] > _BELOW[0]) & (at[:, 1] < _BELOW[1])
    if chest.sum() < _FEWEST:
        return None
    at, far = at[chest], far[chest]
    narrower = -np.polyfit(at[:, 0], far[:, 0], 1)[0] if at[:, 0].std() > _SPREAD else np.nan
    distance = float(np.median(np.linalg.norm(far, axis=1)))
    return Print(distance, *np.median(far, axis=0).tolist(), float(narrower), sleeved)


def main() -> None:
    """Print the means, of tops with sleeves and without."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--viton", type=Path, required=True, help="'test' or 'train' folder of the first VITON set")
    parser.add_argument("--pairs", type=int, default=150)
    args = parser.parse_args()
    things = viton_pairs(args.viton, args.data, args.pairs)
    bench, prints = Bench(things, None), []
    for name, own in things.worn.items():
        person = bench.person(name)
        result = None if person is None else bench.dress(person, own)
        bench.rows.clear()
        if person is not None and result is not None:
            sleeved = any(side.sleeved for side in find_landmarks(bench.garment(own)).sides)
            prints.append(_print(person, result, sleeved=sleeved))
    print(f"{'':12} {'prints':>6} {'distance':>9} {'right':>7} {'down':>7} {'narrower':>9}")
    for title, sleeved in (("sleeves", True), ("no sleeves", False)):
        chosen = [found for found in prints if found is not None and found.sleeved == sleeved]
        if chosen:
            table = np.array([(found.distance, found.right, found.down, found.narrower) for found in chosen])
            distance, right, down, narrower = np.nanmean(table, axis=0)
            print(f"{title:12} {len(chosen):6} {distance:9.3f} {right:+7.3f} {down:+7.3f} {narrower:9.3f}")
    print(f"{'failed':12} {len(bench.failures):6}")


if __name__ == "__main__":
    main()
