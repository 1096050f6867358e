"""Simulations as training photos for the human parser: ``python -m synthesis.parsing --set DIR --out DIR``.

A photo is two files: ``<id>.webp``, the picture, and ``<id>.labels.png``, a grey picture of its CIHP labels. The id is
the simulation's name, the number of the view and that of the appearance.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray
from PIL import Image as Pillow
from scipy.ndimage import binary_dilation, gaussian_filter
from scipy.ndimage import label as components

from synthesis.errors import StoreError
from synthesis.options import at_least
from synthesis.shade import Style, shade
from synthesis.store import files, load
from synthesis.surfaces import Label, Surface
from synthesis.views import Bytes, Simulation, View

__all__ = ["IGNORED", "labels_of", "photos_of", "write"]

IGNORED: Final = 255
"""Label of pixels of which no annotator could say what they show, as in ``vton_core.training.ccp``."""
# Training adds its own noise and compression.
_STYLE: Final = Style(jpeg=(85, 97), noise=1.5)
_QUALITY: Final = 88
_SPECK: Final = 16
"""Smaller regions, pixels, are the body's or another cloth's, seen through a crossing of the meshes."""
_FRAYED: Final = (64, 191)
"""Coverage between which hair is neither hair nor background."""
_ARMS: Final = ((Label.RIGHT_ARM, 2), (Label.LEFT_ARM, 5))
"""Each arm and the number of its shoulder in BODY_25."""
_LEGS: Final = ((Label.RIGHT_SHOE, 11, 10), (Label.LEFT_SHOE, 14, 13))
"""Each shoe, the number of its ankle, and that of the knee."""
_REACH: Final = 0.45
"""How far from its shoulder an armhole's skin lies at most, as a share of neck to hip."""
_RAGGED: Final = 0.012
"""The blur that smooths where an arm begins, as the same share: the mesh's triangles are coarse there."""
_WHOLE: Final = np.ones((3, 3), bool)


def labels_of(view: View) -> Bytes:
    """The labels that an annotator would draw, ``uint8 (H, W)``: CIHP, and :data:`IGNORED`.

    A pixel has a label where the figure covers at least half of it; elsewhere it is background.
    """
    labels = np.where(view.alpha >= 128, view.label, Label.BACKGROUND).astype(np.uint8)
    _begin_arms(labels, view.joints)
    _ignore_shafts(labels, view.joints)
    _ignore_hollows(labels, np.isin(view.surface, (Surface.GARMENT_INSIDE, Surface.OTHER_INSIDE)))
    for kind in np.unique(labels[labels > 0]):
        regions, _ = components(labels == kind, _WHOLE)
        small = np.bincount(regions.reshape(-1)) < _SPECK
        small[0] = False
        labels[small[regions]] = IGNORED
    low, high = _FRAYED
    labels[(view.label == Label.HAIR) & (view.alpha > low) & (view.alpha < high)] = IGNORED
    return labels


def _begin_arms(labels: Bytes, joints: NDArray[np.float32]) -> None:
    """Give an arm the skin between it and the armhole, which hangs on the trunk's bones but is drawn as arm."""
    length = _torso_length(labels, joints)
    regions, count = components(labels == Label.TORSO_SKIN, _WHOLE)
    for k in range(1, count + 1):
        region = regions == k
        around = set(np.unique(labels[binary_dilation(region, _WHOLE)]).tolist())
        middle = np.mean(np.nonzero(region), axis=1)[::-1]
        for arm, shoulder in _ARMS:
            near = joints[shoulder, 2] > 0 and np.hypot(*(middle - joints[shoulder, :2])) < _REACH * length
            if arm in around and Label.FACE not in around and near:
                labels[region] = arm
    sigma = _RAGGED * length
    for arm, _ in _ARMS:
        inside, outside = (
            gaussian_filter((labels == kind).astype(np.float32), sigma) for kind in (arm, Label.TORSO_SKIN)
        )
        both = np.isin(labels, (arm, Label.TORSO_SKIN)) & (inside > 0) & (outside > 0)
        labels[both] = np.where(inside > outside, arm, Label.TORSO_SKIN)[both]


def _ignore_shafts(labels: Bytes, joints: NDArray[np.float32]) -> None:
    """The shoes' meshes reach up the shin in one colour: above the ankle that may be a sock or a boot."""
    rows, columns = np.indices(labels.shape, sparse=True)
    for shoe, ankle, knee in _LEGS:
        (x, y, seen), (along, up, known) = joints[ankle], joints[knee]
        if seen and known:
            above = (columns - x) * (along - x) + (rows - y) * (up - y) > 0
            labels[(labels == shoe) & above] = IGNORED


def _ignore_hollows(labels: Bytes, inside: NDArray[np.bool_]) -> None:
    """The body is left out well below a garment: the inside seen there, and an arm through it, may be the chest."""
    for arm, _ in _ARMS:
        regions, count = components(labels == arm, _WHOLE)
        sizes = np.bincount(regions.reshape(-1), minlength=2)[1:]
        for k in range(1, count + 1):
            if sizes[k - 1] < sizes.max() / 4 and (binary_dilation(regions == k, _WHOLE) & inside).any():
                labels[regions == k] = IGNORED
    labels[inside & (labels != Label.BACKGROUND)] = IGNORED


def _torso_length(labels: Bytes, joints: NDArray[np.float32]) -> float:
    """From neck to mid hip, pixels; where one of them is outside the picture, a third of its height."""
    neck, hip = joints[1], joints[8]
    return float(np.hypot(*(hip - neck)[:2])) if neck[2] and hip[2] else labels.shape[0] / 3


def photos_of(simulation: Simulation, appearances: int) -> Iterator[tuple[str, Bytes, Bytes]]:
    """Every view in several appearances; fabrics, skin, light and background are others each time.

    Yields:
        ``view-appearance``, ``uint8 (H, W, 3)`` RGB, and the labels of :func:`labels_of`.
    """
    for number, view in enumerate(simulation.views):
        labels = labels_of(view)
        for k in range(appearances):
            shot = shade(simulation, number, number * appearances + k, _STYLE, garments=[]).worn
            yield f"{number}-{k}", shot.image, labels


def write(file: Path, out: Path, appearances: int) -> int:
    """Write the photos of a stored simulation into a folder; returns how many.

    Raises:
        StoreError: the file is no simulation of this version.
    """
    count = 0
    for name, image, labels in photos_of(load(file), appearances):
        stem = out / f"{file.stem}-{name}"
        Pillow.fromarray(image).save(f"{stem}.webp", quality=_QUALITY, method=6)
        Pillow.fromarray(labels).save(f"{stem}.labels.png", optimize=True)
        count += 1
    return count


def main(arguments: Sequence[str] | None = None) -> int:
    """The command line; returns the exit status."""
    parser = argparse.ArgumentParser(prog="synthesis.parsing", description="Shade a wardrobe for the human parser.")
    parser.add_argument("--set", type=Path, default=Path("datasets/wardrobe"), help="the simulations (%(default)s)")
    parser.add_argument("--out", type=Path, required=True, help="the folder; photos of the same name are replaced")
    parser.add_argument("--appearances", type=at_least(1), default=2, help="of every view (%(default)s)")
    options = parser.parse_args(arguments)
    count = 0
    try:
        for file in files(options.set):
            options.out.mkdir(parents=True, exist_ok=True)
            count += write(file, options.out, options.appearances)
    except (StoreError, OSError) as error:
        print(f"[wardrobe] {error}", file=sys.stderr)
        return 1
    print(f"[wardrobe] {count} photos are in {options.out}.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
