"""Worn garments cut out of Clothing Co-Parsing, by sort."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np

from vton_core.garment.kind_net import SORTS
from vton_core.training.ccp import photo_ids, split
from vton_core.types import Mask

__all__ = ["WornGarment", "worn_garments"]

_TAGS: Final = {
    "sleeved": "blazer blouse cardigan coat hoodie jacket jumper shirt sweater sweatshirt t-shirt",
    "sleeveless": "top vest bodysuit bra",
    "dress": "dress romper",
    "trousers": "jeans leggings pants",
    "shorts": "shorts",
    "skirt": "skirt",
}
"""The data set's tags by our sorts. Its tops have sleeves of any length; most have short ones or none."""
_TOPS: Final = ("sleeved", "sleeveless")
# In pixels: smaller ones are mostly hidden.
_LEAST: Final = 2500
# Its largest part has at least this share of a garment, and fills this share of its own hull.
_WHOLE, _FILLED = 0.85, 0.6
# Of a top or a dress no more than this share of its own area may be covered by another.
_COVERED: Final = 0.15


@dataclass(frozen=True)
class WornGarment:
    """What is seen of a garment.

    Attributes:
        photo: the photo's id.
        tag: the data set's name for it.
        sort: one of :data:`SORTS`.
        mask: ``bool (H, W)`` in the photo's pixels, of its largest part without holes.
    """

    photo: str
    tag: str
    sort: str
    mask: Mask


def worn_garments(data: Path, *, validation: bool) -> Iterator[WornGarment]:
    """The garments of the training or the validation photos of which enough is seen.

    Args:
        data: the Clothing Co-Parsing folder.
        validation: those to measure on, which nothing is trained on (:func:`vton_core.training.ccp.split`).

    Raises:
        WorkspaceError: the folder is not laid out as the data set is.
    """
    from scipy.io import loadmat

    ids = split(photo_ids(data))[validation]
    names = [str(entry[0]) for entry in loadmat(data / "label_list.mat")["label_list"][0]]
    sort_of = {names.index(tag): sort for sort in SORTS for tag in _TAGS[sort].split() if tag in names}
    for photo in ids:
        labels = loadmat(data / "annotations" / f"{photo}.mat")["groundtruth"]
        sizes = np.bincount(labels.ravel(), minlength=len(names))
        tops = sum(int(sizes[tag]) for tag, sort in sort_of.items() if sort in _TOPS)
        for tag, sort in sort_of.items():
            over = tops - int(sizes[tag]) * (sort in _TOPS) if sort in (*_TOPS, "dress") else 0
            if sizes[tag] < _LEAST or over > _COVERED * sizes[tag]:
                continue
            mask = _largest(np.asarray(labels == tag))
            if mask is not None:
                yield WornGarment(photo, names[tag], sort, mask)


def _largest(mask: Mask) -> Mask | None:
    """The largest part without holes; ``None`` where it is too little of the garment, or ragged."""
    closed = cv2.morphologyEx(mask.astype(np.uint8), cv2.MORPH_CLOSE, np.ones((5, 5), np.uint8))
    contours, _ = cv2.findContours(closed, cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    filled = np.zeros_like(closed)
    largest = max(contours, key=cv2.contourArea)
    cv2.drawContours(filled, [largest], -1, (1,), cv2.FILLED)
    found = np.asarray(filled > 0)
    enough = (found & mask).sum() > _WHOLE * mask.sum()
    return found if enough and found.sum() > _FILLED * cv2.contourArea(cv2.convexHull(largest)) else None
