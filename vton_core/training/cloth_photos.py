"""The photos of clothing-dataset whose garments are known pixel by pixel."""

from __future__ import annotations

import csv
import zipfile
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from vton_core.errors import WorkspaceError
from vton_core.images import read_image
from vton_core.networks.cloth import SORTS
from vton_core.types import Image, Mask

__all__ = ["LABELS", "SORT_OF", "LabelledPhoto", "labelled_photos", "no_photos"]

_TOPS: Final = (
    "Blazer",
    "Blouse",
    "Hoodie",
    "Longsleeve",
    "Outwear",
    "Polo",
    "Shirt",
    "T-Shirt",
    "Top",
    "Undershirt",
)
SORT_OF: Final = {
    **dict.fromkeys(_TOPS, "top"),
    "Dress": "dress",
    "Pants": "trousers",
    "Shorts": "shorts",
    "Skirt": "skirt",
}
"""The data set's labels by our sorts; the others are hats, shoes, bodysuits, and what nobody could name."""
LABELS: Final = Path(__file__).with_name("cloth_labels.zip")
"""The masks that were found and looked at, ``SPLIT/PHOTO.png`` each."""


@dataclass(frozen=True)
class LabelledPhoto:
    """A photo of a garment, and which of its pixels show it.

    Attributes:
        photo: the picture's file.
        sort: an index into :data:`SORTS`.
        packed: the mask, ``bool (H, W)`` as PNG.
    """

    photo: Path
    sort: int
    packed: bytes

    def load(self) -> tuple[Image, Mask]:
        """Picture ``uint8 (H, W, 3)`` and mask ``bool (H, W)``."""
        rgb = read_image(self.photo)
        found = cv2.imdecode(np.frombuffer(self.packed, np.uint8), cv2.IMREAD_GRAYSCALE)
        size = (rgb.shape[1], rgb.shape[0])
        return rgb, np.asarray(cv2.resize(found, size, interpolation=cv2.INTER_LINEAR) > 127)


def labelled_photos(data: Path, split: str, labels: Path = LABELS) -> list[LabelledPhoto]:
    """The photos of a split that have a mask.

    Args:
        data: the folder of clothing-dataset, with ``images.csv`` and ``images``.
        split: ``train`` or ``validation``.
        labels: an archive of masks, see :data:`LABELS`.

    Raises:
        WorkspaceError: the folder is not laid out as the data set is, or there are no such photos.
    """
    try:
        with (data / "images.csv").open(newline="") as listed:
            sorts = {row["image"]: SORT_OF.get(row["label"]) for row in csv.DictReader(listed)}
    except (OSError, KeyError, UnicodeDecodeError):
        raise no_photos(data) from None
    found = []
    with zipfile.ZipFile(labels) as archive:
        for name in sorted(archive.namelist()):
            folder, stem = name.removesuffix(".png").split("/")
            photo, sort = data / "images" / f"{stem}.jpg", sorts.get(stem)
            if folder == split and sort and photo.is_file():
                found.append(LabelledPhoto(photo, SORTS.index(sort), archive.read(name)))
    if not found:
        raise no_photos(data)
    return found


def no_photos(data: Path) -> WorkspaceError:
    """What is said of a folder that is not that of the data set."""
    return WorkspaceError(
        "'{folder}' holds no photos of clothing-dataset. Give the folder that holds 'images.csv' and 'images'.",
        folder=data,
    )
