"""Reads the measuring sets, never the ids that are held out."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import numpy as np
import scipy.io
from PIL import Image as PillowImage

from vton_core.types import Image, Mask, ParseMap, Pose

__all__ = [
    "ccp_ids",
    "ccp_mask",
    "ccp_trusted",
    "held_out",
    "read_rgb",
    "viton_hd_parse",
    "viton_hd_people",
    "viton_hd_pose",
]

_CCP_MISTAKES: Final = Path(__file__).with_name("ccp_mistakes.json")


def held_out(data: Path, name: str) -> frozenset[str]:
    """The ids that a set's list holds out."""
    return frozenset((data / "held_out" / f"{name}.txt").read_text().split())


def read_rgb(path: Path) -> Image:
    """``uint8 (H, W, 3)``."""
    return np.asarray(PillowImage.open(path).convert("RGB"))


def ccp_ids(data: Path) -> list[str]:
    """Ids of Clothing Co-Parsing photos that are not held out, in order."""
    hidden = held_out(data, "ccp")
    found = sorted(path.stem for path in (data / "ccp" / "annotations").glob("*.mat"))
    return [name for name in found if name not in hidden]


def ccp_mask(data: Path, name: str) -> Mask:
    """``bool (H, W)``: everything that is labelled, so what the person carries too."""
    labels = scipy.io.loadmat(str(data / "ccp" / "annotations" / f"{name}.mat"))["groundtruth"]
    return np.asarray(labels > 0, np.bool_)


def ccp_trusted(name: str, mask: Mask) -> Mask:
    """Where the labels of a Clothing Co-Parsing photo are not known to be wrong.

    ``ccp_mistakes.json`` holds the places, as boxes of first and last column and row: photo by photo, where our mask
    and the labels differed by a spot of at least 0.3 % of the figure and seven pixels' width, somebody looked which of
    the two was wrong. The labels are where they leave out what is worn, held or grown, take in a gap or a railing, or
    are as coarse as the patches that they were made of.

    Args:
        name: the photo's.
        mask: ``bool (H, W)``, of the photo's size.

    Returns:
        ``bool (H, W)``.
    """
    trusted = np.ones_like(mask)
    for left, top, right, bottom in json.loads(_CCP_MISTAKES.read_text(encoding="utf-8")).get(name, []):
        trusted[top : bottom + 1, left : right + 1] = False
    return trusted


def viton_hd_people(data: Path) -> Iterator[tuple[str, Image, Mask]]:
    """Each studio photo that is not held out, with its parse map's figure."""
    hidden = held_out(data, "viton_hd")
    for path in sorted((data / "viton_hd" / "image").glob("*.jpg")):
        if path.stem in hidden:
            continue
        parse = np.asarray(PillowImage.open(data / "viton_hd" / "image-parse" / f"{path.stem}.png"))
        yield path.stem, read_rgb(path), np.asarray(parse > 0, np.bool_)


def viton_hd_parse(data: Path, name: str) -> ParseMap:
    """``uint8 (H, W)`` of the studio photo's labels: LIP's, which are CIHP's here."""
    return np.asarray(PillowImage.open(data / "viton_hd" / "image-parse" / f"{name}.png"), np.uint8)


def viton_hd_pose(data: Path, name: str) -> Pose:
    """What OpenPose found in the studio photo."""
    people = json.loads((data / "viton_hd" / "openpose-json" / f"{name}_keypoints.json").read_text())["people"]
    return Pose(np.array(people[0]["pose_keypoints_2d"], np.float32).reshape(25, 3))
