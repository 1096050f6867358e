"""How well the parser labels: ``python -m benchmarks.parsing``.

Two tables: Clothing Co-Parsing's validation split (every photo whose number ends in 5; the true labels are made of its
tags by :mod:`vton_core.training.ccp`), and studio photos that no part of the parser was trained on. With ``--viton`` a
third, of photos of the first VITON set, three times enlarged; their labels, which a network made, have LIP's classes.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow

from benchmarks._data import ccp_ids, read_rgb, viton_hd_parse, viton_hd_people
from benchmarks._parser import use_networks
from benchmarks._wardrobe import viton_pairs
from vton_core.engines.base import ParsingEngine
from vton_core.engines.pose.face_mesh import FaceMesh
from vton_core.engines.registry import load_background, load_parsing, load_pose, names
from vton_core.labels import COUNT, Label
from vton_core.training.ccp import CARRIED, read_tags, split, to_cihp
from vton_core.types import Image, Pose

_LOWER = (Label.PANTS, Label.SKIRT)
_GROUPS = {
    "background": (Label.BACKGROUND,),
    "upper-clothes": (Label.UPPER_CLOTHES,),
    "upper, dress or coat": (Label.UPPER_CLOTHES, Label.DRESS, Label.COAT),
    "lower garment": _LOWER,
    "face": (Label.FACE,),
    "hair": (Label.HAIR,),
    "neck": (Label.TORSO_SKIN,),
    "left arm": (Label.LEFT_ARM,),
    "right arm": (Label.RIGHT_ARM,),
}
# This photo's true labels, which a network made, call the sleeves of a tight top arms.
_SLEEVES_AS_ARMS = "07445_00"
_JUMPSUIT, _ENLARGED = 10, 3


def _confusion(truth: NDArray[np.uint8], guess: NDArray[np.uint8]) -> NDArray[np.int64]:
    known = truth < COUNT
    pairs = truth[known].astype(np.int64) * COUNT + guess[known]
    return np.bincount(pairs, minlength=COUNT**2).reshape(COUNT, COUNT)


def _iou(counts: NDArray[np.int64], labels: tuple[Label, ...]) -> float:
    both = counts[np.ix_(labels, labels)].sum()
    union = counts[list(labels)].sum() + counts[:, list(labels)].sum() - both
    return float(both / union) if union else float("nan")


def _ccp(data: Path, count: int) -> Iterator[tuple[str, Image, NDArray[np.uint8]]]:
    faces, poses = FaceMesh(), load_pose()
    _, held = split(ccp_ids(data))
    for name in held[:count]:
        image = read_rgb(data / "ccp" / "photos" / f"{name}.jpg")
        truth = to_cihp(
            read_tags(data / "ccp", name), poses.estimate(image), faces.outline(image, poses.estimate(image))
        )
        truth[truth == CARRIED] = Label.BACKGROUND
        yield name, image, truth


def _viton(folder: Path, data: Path, count: int) -> Iterator[tuple[str, Image, NDArray[np.uint8]]]:
    for name, file in viton_pairs(folder, data, count).people.items():
        truth = np.array(Pillow.open(folder / "image-parse" / f"{name}_0.png"))
        truth[truth == _JUMPSUIT] = COUNT  # what CIHP calls by this number is something else
        size = (_ENLARGED * truth.shape[1], _ENLARGED * truth.shape[0])
        image = np.asarray(cv2.resize(read_rgb(file), size, interpolation=cv2.INTER_CUBIC))
        yield name, image, np.kron(truth, np.ones((_ENLARGED, _ENLARGED), np.uint8))


def _measure(
    title: str, photos: Iterator[tuple[str, Image, NDArray[np.uint8]]], parser: ParsingEngine, cut: bool
) -> None:
    pose_engine = load_pose()
    total, seconds = np.zeros((COUNT, COUNT), np.int64), []
    sound = total.copy()
    for photo, image, truth in photos:
        pose: Pose = pose_engine.estimate(image)
        mask = load_background().cut_out(image).alpha > 0.5 if cut else None
        started = time.perf_counter()
        guess = parser.parse(image, pose, mask)
        seconds.append(time.perf_counter() - started)
        counts = _confusion(truth, guess)
        total += counts
        sound += counts * (photo != _SLEEVES_AS_ARMS)
    print(f"\n{title}: {len(seconds)} photos, {np.median(seconds):.2f} s each")
    print(f"{'pixel accuracy':24} {np.trace(total) / total.sum():.4f}")
    present = [Label(i) for i in range(COUNT) if total[i].sum() > 0]
    print(f"{'mIoU over ' + str(len(present)) + ' labels':24} {np.mean([_iou(total, (i,)) for i in present]):.3f}")
    for name, labels in _GROUPS.items():
        if not total[list(labels)].sum():
            continue
        print(f"{name:24} {_iou(total, labels):.3f}")
        if name.endswith("arm") and (sound != total).any():
            print(f"{f'  without {_SLEEVES_AS_ARMS}':24} {_iou(sound, labels):.3f}")


def main() -> None:
    """Print both tables."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--data", type=Path, default=Path("../shared/data"))
    arguments.add_argument("--engine", choices=names("parsing"))
    arguments.add_argument(
        "--weights", type=Path, nargs="+", default=[], help="other networks for the default engine: one file, or two"
    )
    arguments.add_argument("--count", type=int, default=100, help="how many Clothing Co-Parsing photos")
    arguments.add_argument("--viton", type=Path, help="'test' folder of the first VITON set")
    arguments.add_argument("--photos", type=int, default=120, help="how many of its photos")
    args = arguments.parse_args()
    if args.weights:
        use_networks(args.weights)
    parser = load_parsing(args.engine)
    studio = ((name, image, viton_hd_parse(args.data, name)) for name, image, _ in viton_hd_people(args.data))
    _measure("Studio photos", studio, parser, cut=True)
    if args.count:
        _measure("Clothing Co-Parsing, validation split", _ccp(args.data, args.count), parser, cut=True)
    if args.viton:
        _measure("VITON, first set", _viton(args.viton, args.data, args.photos), parser, cut=False)


if __name__ == "__main__":
    main()
